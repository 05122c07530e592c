"""The API's types of an aspiration. What every case has stands in its `case`; no fields at the root."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from apps.laksa import queries, trust
from apps.laksa.errors import Closed, CommentNotFound, NotVerified
from apps.laksa.models import Answer, AspirationKind, Dimension, HeldFor, Outcome, Rejection
from balai.accounts.models import User
from balai.attachments.models import Attachment
from balai.attachments.queries import document_address, documents_of, photos_of
from balai.casework import callers
from balai.casework import queries as cases
from balai.casework.card_schema import EXCERPT, CaseAgency, CaseCard, CaseCategory, card, card_rows
from balai.casework.models import Case, CaseQuerySet, TimelineEntry
from balai.casework.photo_schema import CasePhoto, photo_node
from balai.casework.queries import ENTRY_PHOTOS, View
from balai.casework.schema import CaseDetail, detail
from balai.graphql import DateTime, asked_for, connection, personal, register_error, sized

register_error(NotVerified, "NOT_VERIFIED")
register_error(Closed, "CLOSED")
register_error(CommentNotFound, "NOT_FOUND")

MAX_ANSWERS = 100


def _enum(choices: Any, name: str, about: str) -> Any:
    return graphene.Enum.from_enum(choices, name=name, description=lambda value: str(value.label) if value else about)


LaksaKind = _enum(AspirationKind, "LaksaKind", "What somebody wants to say.")
LaksaOutcome = _enum(Outcome, "LaksaOutcome", "What became of an aspiration, or what an answer said of that.")
LaksaDimension = _enum(Dimension, "LaksaDimension", "The six dimensions of a smart city.")
LaksaHeldFor = _enum(HeldFor, "LaksaHeldFor", "Why something waits for review.")


class LaksaTopic(graphene.ObjectType):
    """What an aspiration can be about."""

    category = graphene.Field(CaseCategory, required=True)
    dimensions = sized(graphene.List(graphene.NonNull(LaksaDimension), required=True), 6)


class LaksaRule(graphene.ObjectType):
    """A published rule under which an aspiration can be rejected."""

    id = graphene.ID(required=True)
    title = graphene.String(required=True)
    text = graphene.String(required=True)


class LaksaDocument(graphene.ObjectType):
    """A PDF, for downloading. Its address opens only to those who may see the case."""

    url = graphene.String(required=True)
    name = graphene.String(required=True, description="Without its ending; may be empty.")
    bytes = graphene.Int(required=True)


class LaksaAnswer(graphene.ObjectType):
    """An official answer."""

    agency = graphene.Field(CaseAgency, description="Null: the command room.")
    outcome = graphene.Field(LaksaOutcome, required=True, description="ANSWERED where it decides nothing.")
    outcome_name = graphene.String(required=True)
    at = DateTime(required=True)
    words = graphene.String(required=True)
    photos = sized(graphene.List(graphene.NonNull(CasePhoto), required=True), 4)
    documents = sized(graphene.List(graphene.NonNull(LaksaDocument), required=True), 2)


class LaksaRejection(graphene.ObjectType):
    """Under which rule it was rejected, and the appeal."""

    rule = graphene.Field(LaksaRule, required=True)
    at = DateTime(required=True)
    appealed_at = DateTime()
    granted = graphene.Boolean(description="Null: not decided (yet).")


class LaksaCard(graphene.ObjectType):
    """What a list shows of an aspiration."""

    number = graphene.ID(required=True)
    title = graphene.String(required=True)
    excerpt = graphene.String(required=True, description="How the words below the title begin.")
    kind = graphene.Field(LaksaKind, required=True)
    kind_name = graphene.String(required=True)
    outcome = graphene.Field(LaksaOutcome, description="Null while it is open.")
    outcome_name = graphene.String(required=True)
    comments = graphene.Int(required=True)
    answered_at = DateTime(description="The first official answer.")
    answer_due_at = DateTime(description="Until when the city owes an official answer to so many supporters.")
    held = graphene.Boolean(required=True, description="Waits for review: nobody but its author and staff sees it.")
    case = graphene.Field(CaseCard, required=True)


LaksaCardPage = connection(LaksaCard)

OWN_COLUMNS = tuple(
    f"aspiration__{name}" for name in ("kind", "outcome", "comment_count", "answered_at", "answer_due_at", "held")
)


def rows_of(found: CaseQuerySet, *extra: str) -> Any:
    """The columns that a card shows, in one statement; `extra` names annotations to keep."""
    return card_rows(found, *OWN_COLUMNS, *extra)


def aspiration_card(row: Mapping[str, Any], *, own: bool = False) -> dict[str, Any]:
    """A LaksaCard of a row."""
    kind = AspirationKind(row["aspiration__kind"])
    outcome = row["aspiration__outcome"] if row["closed_at"] is not None else ""
    return {
        "number": row["number"],
        "title": queries.title_of(row["excerpt"]),
        "excerpt": queries.text_of(row["excerpt"]),
        "kind": kind,
        "kind_name": kind.label,
        **_outcome(outcome),
        "comments": row["aspiration__comment_count"],
        "answered_at": row["aspiration__answered_at"],
        "answer_due_at": row["aspiration__answer_due_at"] if row["aspiration__answered_at"] is None else None,
        "held": row["aspiration__held"],
        "case": card(row, own=own),
    }


def own_card(row: Mapping[str, Any]) -> dict[str, Any]:
    """A LaksaCard for the author."""
    return aspiration_card(row, own=True)


def _outcome(value: str) -> dict[str, Any]:
    outcome = Outcome(value) if value else None
    return {"outcome": outcome, "outcome_name": str(outcome.label) if outcome else ""}


class LaksaThresholdMeaning(graphene.Enum):
    """What so many supporters bring about."""

    ANSWER_DUE = "ANSWER_DUE"
    """The agency owes an official answer."""
    TO_SEKDA = "TO_SEKDA"
    """It is laid before the city secretary."""
    TO_MAYOR = "TO_MAYOR"
    """It is laid before the mayor."""


class LaksaThreshold(graphene.ObjectType):
    """From so many supporters on something follows."""

    supporters = graphene.Int(required=True)
    means = graphene.Field(LaksaThresholdMeaning, required=True)
    reached_at = DateTime(description="When it did. Null: not yet, or it had its official answer before.")


class LaksaAspiration(graphene.ObjectType):
    """An aspiration as its page shows it."""

    number = graphene.ID(required=True)
    title = graphene.String(required=True)
    text = graphene.String(required=True, description="The words below the title.")
    kind = graphene.Field(LaksaKind, required=True)
    kind_name = graphene.String(required=True)
    dimensions = sized(graphene.List(graphene.NonNull(LaksaDimension), required=True), 6)
    outcome = graphene.Field(LaksaOutcome, description="Null while it is open.")
    outcome_name = graphene.String(required=True)
    plan_year = graphene.Int(description="Where it was accepted into the plan.")
    programme = graphene.String(required=True)
    comments = graphene.Int(required=True)
    answered_at = DateTime(description="The first official answer.")
    answer_due_at = DateTime(description="Until when the city owes an official answer to so many supporters.")
    threshold = graphene.Int(description="Supporters from whom on an official answer is due; null where never.")
    thresholds = sized(
        graphene.List(graphene.NonNull(LaksaThreshold), required=True, description="As the city set them, ascending."),
        3,
    )
    documents = personal(
        sized(graphene.List(graphene.NonNull(LaksaDocument), required=True, description="The author's."), 2)
    )
    answers = personal(
        sized(graphene.List(graphene.NonNull(LaksaAnswer), required=True, description="Oldest first."), MAX_ANSWERS)
    )
    rejection = graphene.Field(LaksaRejection, description="The last one.")
    held = graphene.Boolean(required=True, description="Waits for review: nobody but its author and staff sees it.")
    held_for = personal(graphene.Field(LaksaHeldFor, description="For its author and staff."))
    following = personal(graphene.Boolean(required=True, description="Whether the caller follows it."))
    can_comment = personal(graphene.Boolean(required=True, description="Whether the caller could comment it."))
    verified = personal(
        graphene.Boolean(required=True, description="Whether the caller's mail address or telephone is verified.")
    )
    case = graphene.Field(
        CaseDetail,
        required=True,
        description="Number, timeline, supporters (`weight`, `supported`, `canSupport`), photos, `moves` and so on.",
    )


def aspiration_node(view: View, info: Any, under: str = "") -> dict[str, Any]:
    """A LaksaAspiration for the person of the view, with what was asked for below `under`."""
    case, asked = view.case, asked_for(info, under)
    aspiration = getattr(case, "aspiration", None)
    if aspiration is None:
        raise cases.CaseNotFound
    viewer = info.context.user if isinstance(info.context.user, User) else None
    kind = AspirationKind(aspiration.kind)
    told = view.is_staff or view.is_reporter
    threshold = cases.module_options(queries.MODULE).answer_threshold
    verified = bool(asked & {"verified", "can_comment"}) and viewer is not None and trust.is_verified(viewer)
    rejection = queries.last_rejection(case) if "rejection" in asked and not case.is_open else None
    return {
        "number": case.number,
        "title": queries.title_of(case.description),
        "text": queries.text_of(case.description),
        "kind": kind,
        "kind_name": kind.label,
        "dimensions": _dimensions(case) if "dimensions" in asked else [],
        **_outcome(queries.outcome_of(case)),
        "plan_year": aspiration.plan_year,
        "programme": aspiration.programme,
        "comments": aspiration.comment_count,
        "answered_at": aspiration.answered_at,
        "answer_due_at": aspiration.answer_due_at if aspiration.answered_at is None else None,
        "threshold": threshold or None,
        "thresholds": [
            {"supporters": row.weight, "means": row.told_as.name, "reached_at": getattr(aspiration, row.field)}
            for row in queries.thresholds()
        ],
        **_files(view, asked),
        "rejection": rejection_node(rejection) if rejection is not None else None,
        "held": aspiration.held,
        "held_for": HeldFor(aspiration.held_for) if aspiration.held and told else None,
        "following": "following" in asked and viewer is not None and queries.follows(viewer, case),
        "verified": verified,
        "can_comment": verified and case.is_open and case.is_shown_to_all,
        "case": detail(view, info, f"{under}.case" if under else "case"),
    }


def _dimensions(case: Case) -> list[Dimension]:
    """Those of its topic; a topic without any has those of its group."""
    line = [pk for pk in (case.category_id, case.category.parent_id) if pk is not None]
    tagged = queries.dimensions_of(line)
    return [Dimension(tag) for tag in next((tagged[pk] for pk in line if pk in tagged), [])]


def _files(view: View, asked: frozenset[str]) -> dict[str, Any]:
    """The author's documents and the official answers: at most four statements, and none where neither was asked."""
    if not asked & {"documents", "answers"}:
        return {"documents": [], "answers": []}
    entries = {entry.pk: entry for entry in cases.timeline(view)}
    open_to = [pk for pk, entry in entries.items() if entry.data.get("photos") and cases.shows_photos_of(view, entry)]
    documents = documents_of(ENTRY_PHOTOS, open_to)
    photos = photos_of(ENTRY_PHOTOS, open_to) if "answers.photos" in asked else {}
    given = queries.answers_of(view.case) if "answers" in asked else []
    received = next((entry.pk for entry in entries.values() if entry.sequence == 1), 0)
    return {
        "documents": [document_node(row) for row in documents.get(received, [])],
        "answers": [
            answer_node(row, entries[row.entry_id], photos.get(row.entry_id, []), documents.get(row.entry_id, []))
            for row in given
            if row.entry_id in entries
        ],
    }


def document_node(row: Attachment) -> dict[str, Any]:
    """A LaksaDocument."""
    return {"url": document_address(row.pk), "name": row.name, "bytes": row.bytes}


def answer_node(
    row: Answer, entry: TimelineEntry, photos: list[Attachment], documents: list[Attachment]
) -> dict[str, Any]:
    """A LaksaAnswer with the words as they stand after corrections."""
    return {
        "agency": row.agency,
        "outcome": Outcome(row.outcome),
        "outcome_name": Outcome(row.outcome).label,
        "at": row.at,
        "words": entry.words,
        "photos": [photo_node(photo) for photo in photos],
        "documents": [document_node(document) for document in documents],
    }


def rejection_node(row: Rejection) -> dict[str, Any]:
    """A LaksaRejection."""
    return {"rule": row.rule, "at": row.at, "appealed_at": row.appealed_at, "granted": row.granted}


def aspiration_for(info: Any, number: str) -> Case:
    """The aspiration as a case, if the caller may see it; a task of one is not one."""
    case = callers.case_for(info, number, queries.MODULE)
    if case.parent_id is not None:
        raise cases.CaseNotFound
    return case


def shown(info: Any, case: Case, under: str = "aspiration") -> dict[str, Any]:
    """The aspiration after a mutation, as the caller sees it: with fresh relations."""
    fresh = cases.with_relations(Case.objects.filter(pk=case.pk)).select_related("aspiration").get()
    return aspiration_node(callers.view_for(info, fresh), info, under)


assert EXCERPT > 120, "a title has to fit into the excerpt of a card"
