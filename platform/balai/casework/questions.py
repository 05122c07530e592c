"""A category's questions: which are asked, and whether what somebody answered will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from balai.casework.models import Category
from balai.casework.models.question import AnswerKind, Question
from balai.casework.routing import lineage
from balai.casework.wording import tidy

MAX_TEXT = 500
MAX_ANSWERS = 30


class HardStop(ValidationError):
    """This is an emergency, and a report is too slow for it: `phone` is whom to call instead."""

    def __init__(self, name: str, text: str, phone: str) -> None:
        super().__init__({name: [ValidationError(text, code="hard_stop", params={"phone": phone})]})
        self.text, self.phone = text, phone


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered. `values` is {slug: value} for machines; `told` says the same for people, with the question as
    it was put: [{"slug", "label", "text", "public"}]. `photo_ids` are waiting uploads."""

    values: dict[str, Any] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    photo_ids: list[UUID] = field(default_factory=list)


def field_name(slug: str) -> str:
    """How a mistake in an answer names its field."""
    return f"answers.{slug}"


def asked(category: Category) -> list[Question]:
    """The questions of a category and of those above it, the general ones first. One statement (see `lineage`).

    A question of the category itself takes the place of one with the same slug above it. None is asked for where the
    category was read with categories.category_for_case, which knows that there is none.
    """
    if not getattr(category, "asks", True):
        return []
    above = {item.pk: position for position, item in enumerate(reversed(lineage(category)))}
    rows = list(Question.objects.filter(category__in=above, active=True))
    rows.sort(key=lambda row: (above[row.category_id], row.order, row.pk))
    return list({row.slug: row for row in rows}.values())


def checked_answers(questions: Sequence[Question], given: Mapping[str, str]) -> Answers:
    """The answers, checked. Raises ValidationError with every mistake by field (see `field_name`), HardStop where a
    choice is an emergency. An answer to a question that is not asked is a mistake too: nothing is lost unnoticed."""
    answers, errors = Answers(), {}
    for slug in given.keys() - {question.slug for question in questions}:
        message = _("This is not asked (any more). Please look at the questions again.")
        errors["answers"] = [ValidationError(message, code="unknown_question", params={"question": slug})]
    for question in questions:
        raw = tidy(str(given.get(question.slug, "")))
        try:
            if not raw:
                if question.required:
                    raise ValidationError(_("Please answer this question."), code="missing")
                continue
            value, text = _CHECKS[AnswerKind(question.kind)](question, raw)
        except ValidationError as error:
            errors[field_name(question.slug)] = error.error_list
            continue
        if question.kind == AnswerKind.CHOICE and value in question.stops:
            raise HardStop(field_name(question.slug), question.stop_text, question.stop_phone)
        if question.kind == AnswerKind.PHOTO:
            answers.photo_ids.append(UUID(value))
        answers.values[question.slug] = value
        told = {"slug": question.slug, "label": question.label, "text": text, "public": question.public}
        answers.told.append(told)
    if errors:
        raise ValidationError(errors)
    return answers


def _text(_question: Question, raw: str) -> tuple[Any, str]:
    if len(raw) > MAX_TEXT:
        message = _("This text has %(count)d characters; at most %(limit)d are possible.")
        raise ValidationError(message % {"count": len(raw), "limit": MAX_TEXT}, code="too_long")
    return raw, raw


def _number(question: Question, raw: str) -> tuple[Any, str]:
    try:
        value = Decimal(raw.replace(",", "."))
    except InvalidOperation:
        raise ValidationError(_("Write a number."), code="not_a_number") from None
    if not value.is_finite() or abs(value) > 10**9 or value.normalize().as_tuple().exponent < -3:  # type: ignore[operator]
        raise ValidationError(_("Write a number with at most three decimals."), code="not_a_number")
    if question.least is not None and value < question.least:
        message = _("At least %(limit)s.") % {"limit": number_format(question.least.normalize())}
        raise ValidationError(message, code="too_small")
    if question.most is not None and value > question.most:
        message = _("At most %(limit)s.") % {"limit": number_format(question.most.normalize())}
        raise ValidationError(message, code="too_large")
    whole = value == value.to_integral_value()
    return (int(value) if whole else float(value)), number_format(int(value) if whole else value.normalize())


def _choice(question: Question, raw: str) -> tuple[Any, str]:
    label = question.label_of(raw)
    if not label:
        raise ValidationError(_("Choose one of the answers."), code="unknown_choice")
    return raw, label


def _photo(_question: Question, raw: str) -> tuple[Any, str]:
    try:
        return str(UUID(raw)), ""
    except ValueError:
        raise ValidationError(
            _("A photo is no longer available. Please choose it again."), code="unknown_photo"
        ) from None


_CHECKS = {
    AnswerKind.TEXT: _text,
    AnswerKind.NUMBER: _number,
    AnswerKind.CHOICE: _choice,
    AnswerKind.PHOTO: _photo,
}
