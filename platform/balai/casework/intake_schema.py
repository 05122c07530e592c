"""The API's types of what a report asks and answers, and of who stands behind it. No fields at the root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import graphene

from balai.casework import errors
from balai.casework.models import AnswerKind, Case, Category, Question, Visibility
from balai.casework.queries import View
from balai.casework.reveal import Identity
from balai.casework.routing import lineage
from balai.graphql import register_error, sized

register_error(errors.LikelyDuplicate, "LIKELY_DUPLICATE")

CaseVisibility = graphene.Enum.from_enum(
    Visibility,
    name="CaseVisibility",
    description=lambda value: str(value.label) if value else "Who sees what of a case.",
)
CaseAnswerKind = graphene.Enum.from_enum(
    AnswerKind, name="CaseAnswerKind", description=lambda value: str(value.label) if value else "How it is answered."
)


class CaseStop(graphene.ObjectType):
    """An emergency, for which a report is too slow: what to do instead, and whom to call."""

    text = graphene.String(required=True)
    phone = graphene.String(required=True)


class CaseChoice(graphene.ObjectType):
    """One of the answers to choose from."""

    value = graphene.ID(required=True)
    label = graphene.String(required=True)
    stop = graphene.Boolean(required=True, description="Whether choosing it is an emergency: the report is not taken.")


class CaseQuestion(graphene.ObjectType):
    """What a category asks beyond what every report says."""

    slug = graphene.ID(required=True)
    label = graphene.String(required=True)
    help = graphene.String(required=True)
    kind = graphene.Field(CaseAnswerKind, required=True)
    choices = sized(graphene.List(graphene.NonNull(CaseChoice), required=True), 20)
    required = graphene.Boolean(required=True)
    public = graphene.Boolean(required=True, description="Whether everyone who sees the report sees the answer.")
    least = graphene.Float(description="The smallest number.")
    most = graphene.Float(description="The largest number.")
    stop = graphene.Field(CaseStop)


class CaseAnswer(graphene.ObjectType):
    """An answer, with the question as it was put."""

    question = graphene.String(required=True)
    text = graphene.String(required=True, description="Empty for a photo, which is among the report's photos.")
    public = graphene.Boolean(required=True)


class CaseIdentity(graphene.ObjectType):
    """Who reported, as far as the caller may know."""

    name = graphene.String(required=True)
    email = graphene.String(required=True)
    phone = graphene.String(required=True)


class AnswerInput(graphene.InputObjectType):
    """An answer to one of a category's questions."""

    question = graphene.ID(required=True, description="Slug of the question.")
    value = graphene.String(
        required=True, description="Text, number, the value of a choice, or the id of an upload (`POST /berkas/`)."
    )


def stop_node(category: Category) -> dict[str, str] | None:
    """The CaseStop of a category or of one above it; None where it can be reported."""
    return next(({"text": row.stop_text, "phone": row.stop_phone} for row in lineage(category) if row.stop_text), None)


def question_node(question: Question) -> dict[str, Any]:
    """A CaseQuestion."""
    return {
        **{name: getattr(question, name) for name in ("slug", "label", "help", "required", "public")},
        "kind": AnswerKind(question.kind),
        "choices": [{**choice, "stop": bool(choice.get("stop"))} for choice in question.choices],
        "least": None if question.least is None else float(question.least),
        "most": None if question.most is None else float(question.most),
        "stop": {"text": question.stop_text, "phone": question.stop_phone} if question.stops else None,
    }


def answer_nodes(view: View) -> list[dict[str, Any]]:
    """The CaseAnswers of a case that the person of the view may read."""
    everything = view.is_staff or view.is_reporter
    return [
        {"question": told["label"], "text": told["text"], "public": told["public"]}
        for told in view.case.answers_told
        if told["public"] or everything
    ]


def identity_node(identity: Identity) -> dict[str, str] | None:
    """A CaseIdentity; None where nothing is known or may be."""
    return {"name": identity.name, "email": identity.email, "phone": identity.phone} if identity else None


def answers_given(answers: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """The AnswerInputs by question."""
    return {str(answer["question"]): str(answer["value"]) for answer in answers or ()}


def visibility_node(case: Case) -> Visibility:
    """A CaseVisibility."""
    return Visibility(case.visibility)
