"""The questions of the categories as conditions of a routing rule: chosen from a list, never typed as addresses."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _

from balai.casework.models import Question, RoutingRule
from balai.casework.models.question import AnswerKind
from balai.casework.routing import lineage
from balai.casework.rule_checks import questions_of

KEPT = "kept"
"""The choice that leaves a condition as it is although nobody asks that question any more."""


def groups(questions: Sequence[Question], rule: RoutingRule) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a rule can ask for, by category: every answer of a question with choices, else the question itself, whose
    answer is typed. Values: "<question>=<answer>" and "<question>"."""
    found: dict[str, list[tuple[str, str]]] = {}
    for question in questions:
        options = found.setdefault(path_of(question), [])
        if question.kind == AnswerKind.CHOICE:
            options += [(f"{question.pk}={item['value']}", f"{question} {item['label']}") for item in question.choices]
        else:
            options.append((str(question.pk), _("%(question)s (answer below)") % {"question": question}))
    if rule.question and chosen(questions, rule) == KEPT:
        found[_("Not asked any more")] = [(KEPT, f"{rule.question}: {rule.answer}")]
    return list(found.items())


def path_of(question: Question) -> str:
    """The category that asks, with what it stands below."""
    return " › ".join(category.name for category in reversed(lineage(question.category)))


def question_of(questions: Sequence[Question], rule: RoutingRule) -> Question | None:
    """The question that the rule means: the nearest to its category where several have the same address."""
    named = [question for question in questions if question.slug == rule.question]
    near = [question for question in named if rule.category is not None and related(question, rule)]
    return next(iter([*near, *named]), None)


def related(question: Question, rule: RoutingRule) -> bool:
    """Whether some case of the rule's category is asked the question."""
    if rule.category is None:
        return True
    above, below = {row.pk for row in lineage(rule.category)}, {row.pk for row in lineage(question.category)}
    return question.category_id in above or rule.category.pk in below


def chosen(questions: Sequence[Question], rule: RoutingRule) -> str:
    """The value of the rule's condition in `groups`; empty where it has none."""
    if not rule.question:
        return ""
    question = question_of(questions, rule)
    if question is None:
        return KEPT
    if question.kind != AnswerKind.CHOICE:
        return str(question.pk)
    wanted = rule.answer.strip().casefold()
    values = [str(item["value"]) for item in question.choices]
    value = next((value for value in values if value.casefold() == wanted), None)
    return KEPT if value is None else f"{question.pk}={value}"


def in_words(questions: Sequence[Question], rule: RoutingRule) -> str:
    """The condition for people."""
    question = question_of(questions, rule)
    if question is None:
        return _("%(question)s: %(answer)s") % {"question": rule.question, "answer": rule.answer}
    answer = question.label_of(rule.answer) or rule.answer
    return _("%(question)s: %(answer)s") % {"question": question, "answer": answer}


class QuestionCondition(forms.Form):
    """The two fields of a rule's form that name a question and its answer. `module` and `instance` as in RuleForm."""

    def offer_questions(self, module: str, rule: RoutingRule) -> None:
        """Makes the fields `question` and `answer`."""
        self.questions, self.rule = questions_of(module), rule
        choices = [("", "---------"), *groups(self.questions, rule)]
        self.fields["question"] = forms.ChoiceField(
            label=_("Answer in the report"),
            help_text=_("What was answered to a question of the category. Empty: any."),
            required=False,
            choices=choices,
        )
        self.fields["answer"].label = _("Answer in words")
        self.fields["answer"].help_text = _("Only for questions without choices.")
        self.initial["question"] = chosen(self.questions, rule)
        if "=" in self.initial["question"] or self.initial["question"] == KEPT:
            self.initial["answer"] = ""
        self.kept = (rule.question, rule.answer)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        value, typed = cleaned.get("question", ""), str(cleaned.get("answer", ""))
        if value == KEPT:
            cleaned["question"], cleaned["answer"] = self.kept
            return cleaned
        number, _equals, answer = value.partition("=")
        question = next((row for row in self.questions if str(row.pk) == number), None)
        if question is None:
            return cleaned
        if answer and typed:
            self.add_error("answer", _("The answer is chosen above: leave this empty."))
        category = cleaned.get("category")
        if not related(question, RoutingRule(category=category)):
            message = _("Reports of “%(category)s” are not asked this question; “%(asked)s” asks it.")
            self.add_error("question", message % {"category": category, "asked": question.category})
        cleaned["question"], cleaned["answer"] = question.slug, answer or typed
        return cleaned
