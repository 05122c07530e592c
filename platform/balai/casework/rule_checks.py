"""What is probably wrong with a list of routing rules. Nothing here refuses anything: the administrator decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from balai.casework.categories import categories, leaves
from balai.casework.models import Category, Question, RoutingRule
from balai.casework.models.question import AnswerKind
from balai.casework.routing import lineage

MAX_QUESTIONS = 200
"""Questions of one module that rules are judged by."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """`rule` is None for what no rule in the list is to blame for."""

    rule: RoutingRule | None
    message: str


def rules_with_relations(module: str, *, draft: bool) -> list[RoutingRule]:
    """One of the two lists in its order, with all that is shown and judged of it (one statement)."""
    rows = RoutingRule.objects.drafted(module) if draft else RoutingRule.objects.in_force(module)
    related = ("category__parent__parent", "area", "asset_kind", "asset_owner", "agency", "unit")
    return list(rows.select_related(*related).defer("area__geometry"))


def questions_of(module: str) -> list[Question]:
    """The questions that reports of the module are asked and that a rule can go by, by category, at most MAX_QUESTIONS
    (one statement)."""
    found = Question.objects.filter(category__module=module, active=True).exclude(kind=AnswerKind.PHOTO)
    related = found.select_related("category__parent__parent")
    return list(related.order_by("category__order", "category__name", "order", "pk")[:MAX_QUESTIONS])


def doubts(module: str, rules: Sequence[RoutingRule], questions: Sequence[Question] | None = None) -> list[Doubt]:
    """The doubts about a list, in its order; one statement more, for the categories, and one for the `questions` (see
    questions_of) where a rule goes by an answer and they are not given."""
    if questions is None:
        questions = questions_of(module) if any(rule.question for rule in rules) else []
    found: list[Doubt] = []
    earlier: list[tuple[int, RoutingRule]] = []
    for position, rule in enumerate(rules, start=1):
        if not rule.active:
            continue
        found += [Doubt(rule, message) for message in [*_faults(rule), *_unasked(rule, questions)]]
        covering = next(((number, other) for number, other in earlier if covers(other, rule)), None)
        if covering is not None:
            number, other = covering
            text = (
                _("It has the same conditions as rule %(number)d, so it never decides.")
                if covers(rule, other)
                else _("It never decides: everything that fits it fits rule %(number)d before.")
            )
            found.append(Doubt(rule, text % {"number": number}))
        if rule.agency.active:
            earlier.append((position, rule))
    found += [Doubt(None, message) for message in _without_destination(module, rules)]
    return found


def _faults(rule: RoutingRule) -> list[str]:
    """What the rule points at that is not in use any more."""
    faults = []
    if not rule.agency.active:
        faults.append(_("%(agency)s takes no reports any more, so the rule is passed over.") % {"agency": rule.agency})
    if rule.unit is not None and not rule.unit.active:
        faults.append(_("The unit %(unit)s is not in use; the agency gets the report.") % {"unit": rule.unit})
    if rule.area is not None and not rule.area.active:
        text = _("%(area)s is no area of the city any more since its boundaries were renewed.")
        faults.append(text % {"area": rule.area})
    if rule.category is not None and not rule.category.active:
        faults.append(_("Nobody can choose the category “%(category)s” any more.") % {"category": rule.category})
    if rule.asset_kind is not None and not rule.asset_kind.active:
        faults.append(_("The kind of asset “%(kind)s” is not in use.") % {"kind": rule.asset_kind})
    return faults


def _unasked(rule: RoutingRule, questions: Sequence[Question]) -> list[str]:
    """Whether nobody is asked what the rule goes by, or nobody can answer so."""
    named = [question for question in questions if question.slug == rule.question]
    if not rule.question:
        return []
    if not named:
        return [_("It never decides: nobody is asked “%(question)s” any more.") % {"question": rule.question}]
    answered = any(question.kind != AnswerKind.CHOICE or question.label_of(rule.answer) for question in named)
    if not answered:
        values = {"answer": rule.answer, "question": named[0]}
        return [_("It never decides: “%(answer)s” is no answer to “%(question)s” any more.") % values]
    return []


def covers(wide: RoutingRule, narrow: RoutingRule) -> bool:
    """Whether every case that fits the narrow rule fits the wide one too, as far as two rules alone can tell."""
    within_category = wide.category_id is None or (
        narrow.category is not None and wide.category_id in [item.pk for item in lineage(narrow.category)]
    )
    within_area = wide.area is None or (
        narrow.area is not None and f"{narrow.area.code}.".startswith(f"{wide.area.code}.")
    )
    return (
        within_category
        and within_area
        and (wide.asset_kind_id is None or wide.asset_kind_id == narrow.asset_kind_id)
        and (wide.asset_owner_id is None or wide.asset_owner_id == narrow.asset_owner_id)
        and (not wide.asset_utility or wide.asset_utility.casefold() == narrow.asset_utility.casefold())
        and (not wide.severity or wide.severity == narrow.severity)
        and (
            not wide.question or (wide.question, wide.answer.casefold()) == (narrow.question, narrow.answer.casefold())
        )
    )


def _without_destination(module: str, rules: Sequence[RoutingRule]) -> list[str]:
    """The categories whose cases no rule and no agency takes for certain."""
    rows = categories(module)
    by_id = {row.pk: row for row in rows}
    agencies = dict(
        Category.objects.filter(module=module, default_agency__active=True).values_list("pk", "default_agency_id")
    )
    certain = {rule.category_id for rule in rules if rule.active and rule.agency.active and _is_unconditional(rule)}
    messages = []
    for leaf in leaves(rows):
        line: list[int | None] = [leaf.pk]
        while (above := by_id[line[-1] or 0].parent_id) is not None:
            line.append(above)
        if None not in certain and not certain & set(line) and not any(pk in agencies for pk in line):
            messages.append(_("Reports about “%(category)s” may go to nobody.") % {"category": leaf.name})
    return messages


def _is_unconditional(rule: RoutingRule) -> bool:
    return not any(
        (rule.area_id, rule.asset_kind_id, rule.asset_owner_id, rule.asset_utility, rule.severity, rule.question)
    )
