"""The API's types of one case, which every module that takes cases shows as its own. No fields at the root."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from balai.assets import queries as assets
from balai.assets.schema import Asset, asset_node
from balai.attachments.models import Attachment
from balai.attachments.queries import photos_of
from balai.casework import elsewhere, errors, ladder, queries, routing, sla, support, told
from balai.casework.callers import caller, person
from balai.casework.card_schema import (
    CaseAgency,
    CaseCategory,
    CasePlace,
    CaseState,
    CaseStatus,
    category_node,
    standing_of_status,
)
from balai.casework.intake_schema import CaseAnswer, CaseVisibility, answer_nodes, visibility_node
from balai.casework.kin_schema import Ties, ties
from balai.casework.models import (
    SHOWN_TO_ALL,
    Case,
    Classification,
    Kind,
    Severity,
    TimelineEntry,
    Verdict,
)
from balai.casework.photo_schema import CasePhoto, photo_node
from balai.casework.queries import ENTRY_PHOTOS, View
from balai.casework.questions import MAX_ANSWERS
from balai.casework.wording import title_of_event
from balai.graphql import DateTime, asked_for, personal, register_error, sized
from balai.notifications.queries import MOST_ABOUT
from balai.notifications.schema import MessageReceipt, receipt_node

register_error(errors.CaseNotFound, "NOT_FOUND")
register_error(errors.NotAllowed, "FORBIDDEN")
register_error(errors.AlreadyTaken, "CONFLICT")
register_error(errors.IllegalMove, "ILLEGAL_MOVE")
register_error(errors.HandedOver, "HANDED_OVER")

MAX_ENTRIES = 100

CaseClassification = graphene.Enum.from_enum(
    Classification,
    name="CaseClassification",
    description=lambda value: str(value.label) if value else "What a resident brings.",
)
CaseSeverity = graphene.Enum.from_enum(
    Severity, name="CaseSeverity", description=lambda value: str(value.label) if value else "How much harm it does."
)
CaseVerdict = graphene.Enum.from_enum(
    Verdict,
    name="CaseVerdict",
    description=lambda value: str(value.label) if value else "What the reporter says of the finished work.",
)
CaseEventKind = graphene.Enum.from_enum(
    Kind, name="CaseEventKind", description=lambda value: str(value.label) if value else "What happened."
)


class CaseEvent(graphene.ObjectType):
    """An entry of the timeline."""

    kind = graphene.Field(CaseEventKind, required=True)
    title = graphene.String(required=True)
    at = DateTime(required=True)
    by = graphene.String(required=True, description="Who, as far as the caller may know: a role, an agency, a name.")
    words = graphene.String(required=True)
    internal = graphene.Boolean(required=True)
    former = personal(graphene.String(description="For staff: the words that this correction replaced."))
    rating = graphene.Int()
    photos = sized(graphene.List(graphene.NonNull(CasePhoto), required=True), 4)


class CaseDetail(Ties, graphene.ObjectType):
    """A case as its page shows it."""

    number = graphene.ID(required=True)
    status = graphene.Field(CaseStatus, required=True)
    status_name = graphene.String(required=True)
    state = graphene.Field(CaseState, required=True)
    state_name = graphene.String(required=True)
    late = graphene.Boolean(required=True, description="The red mark: the agency is past its due date.")
    due_at = DateTime(description="When the city has to do the next thing at the latest; null when nothing is due.")
    due_why = graphene.String(
        required=True, description="What is due then, and by which promise; empty when nothing is."
    )
    weight = graphene.Int(required=True, description="How many residents stand behind it.")
    category = graphene.Field(CaseCategory, required=True)
    place = graphene.Field(CasePlace, required=True)
    agency = graphene.Field(CaseAgency)
    unit = graphene.String()
    asset = graphene.Field(Asset, description="The thing of the city that it is about, where it points at one.")
    because = graphene.String(required=True, description="Why that agency.")
    description = graphene.String(required=True)
    received_at = DateTime(required=True)
    answered_at = DateTime()
    done_at = DateTime()
    anonymous = graphene.Boolean(required=True, description="Whether the reporter's name is hidden.")
    visibility = graphene.Field(CaseVisibility, required=True)
    answers = personal(
        sized(
            graphene.List(
                graphene.NonNull(CaseAnswer), required=True, description="To the category's questions, as far as shown."
            ),
            MAX_ANSWERS,
        )
    )
    classification = graphene.Field(CaseClassification, required=True)
    severity = graphene.Field(CaseSeverity, required=True)
    photos = sized(
        graphene.List(graphene.NonNull(CasePhoto), required=True, description="The reporter's, as far as shown."), 4
    )
    result_photos = sized(graphene.List(graphene.NonNull(CasePhoto), required=True), 4)
    timeline = sized(
        graphene.List(graphene.NonNull(CaseEvent), required=True, description="Oldest first."), MAX_ENTRIES
    )
    timeline_whole = graphene.Boolean(description="Whether the whole timeline, internal entries too, is as written.")
    timeline_head = graphene.String(required=True, description="Fingerprint of the last entry.")
    rating = graphene.Int()
    rating_words = graphene.String(required=True)
    mine = personal(graphene.Boolean(required=True, description="Whether the caller reported it."))
    staff = personal(graphene.Boolean(required=True, description="Whether the caller sees it by virtue of a post."))
    reporter_name = personal(graphene.String(description="Where the caller may know."))
    officer_name = personal(graphene.String(description="For staff only."))
    supported = personal(graphene.Boolean(required=True, description="Whether the caller has joined it."))
    can_support = personal(graphene.Boolean(required=True, description="Whether the caller could join it."))
    moves = personal(
        graphene.List(
            graphene.NonNull(graphene.String),
            required=True,
            description="What the caller can do with it now: accept, start, finish, reply, message, rate, …",
        )
    )
    can_acknowledge = personal(
        graphene.Boolean(
            required=True,
            description="Whether it was escalated to the caller, or to someone whose deputy the caller is, and nobody "
            "has acknowledged that.",
        )
    )
    told = personal(
        sized(
            graphene.List(
                graphene.NonNull(MessageReceipt),
                required=True,
                description="Newest first: what its reporters were told, for staff; what the caller was told, for a "
                "reporter; nothing for others.",
            ),
            MOST_ABOUT,
        )
    )


def detail(view: View, info: Any, under: str = "") -> dict[str, Any]:
    """A CaseDetail for the person of the view, with what was asked for below `under`: at most three statements.

    One more for a case that points at an asset.
    """
    case, asked = view.case, asked_for(info, under)
    village = case.village if "place" in asked else None
    found: dict[str, Any] = {
        "number": case.number,
        **standing_of_status(case.status),
        "late": case.is_late,
        "due_at": case.due_at,
        "due_why": sla.promise(case),
        "weight": case.weight,
        "classification": Classification(case.classification),
        "severity": Severity(case.severity),
        "category": category_node(case.category),
        "place": {
            "lat": case.lat,
            "lon": case.lon,
            "village": village.name if village else None,
            "district": village.parent.name if village and village.parent else None,
            "landmark": case.landmark,
        },
        "agency": case.agency,
        "unit": case.unit.name if case.unit and view.is_staff else None,
        "asset": asset_node(assets.with_relations().get(pk=case.asset_id))
        if case.asset_id and "asset" in asked
        else None,
        "because": routing.sentence(case.routed_because),
        "description": case.description,
        "received_at": case.received_at,
        "answered_at": case.answered_at,
        "done_at": case.done_at,
        "anonymous": case.hides_name,
        "visibility": visibility_node(case),
        "answers": answer_nodes(view),
        "rating": case.rating,
        "rating_words": case.rating_words
        if case.visibility in SHOWN_TO_ALL or view.is_reporter or view.is_staff
        else "",
        "mine": view.is_reporter,
        "staff": view.is_staff,
        "moves": [move.name for move in view.moves()] if "moves" in asked else [],
        "can_acknowledge": "can_acknowledge" in asked
        and view.is_staff
        and case.is_late
        and ladder.can_acknowledge(case, ladder.posts_on_rungs(person(info), view.standing)),
        "told": receipts(view, ledger="told.deliveries" in asked) if "told" in asked else [],
        "timeline_whole": not queries.chain_faults(case) if "timeline_whole" in asked else None,
        "timeline_head": case.timeline_head,
    }
    entries: list[TimelineEntry] = []
    photos: dict[int, list[Attachment]] = {}
    if asked & {"timeline", "photos", "result_photos", "responsible", "edited_at"}:
        entries = queries.timeline(view)
        if asked & {"timeline.photos", "photos", "result_photos"}:
            shown = [e.pk for e in entries if e.data.get("photos") and queries.shows_photos_of(view, e)]
            photos = photos_of(ENTRY_PHOTOS, shown)
    ids: set[int | None] = set()
    if "reporter_name" in asked and view.shows_reporter:
        ids.add(case.reporter_id)
    if "officer_name" in asked and view.is_staff:
        ids.add(case.assignee_id)
    if view.is_staff and "timeline" in asked:
        ids |= {entry.actor_id for entry in entries if entry.role != "reporter"}
    if asked & {"supported", "can_support"}:
        who = caller(info)
        # Of one's own report, or one that nobody has joined, it is known without asking.
        found["supported"] = case.weight > 1 and not view.is_reporter and support.support_of(case, who) is not None
        found["can_support"] = not found["supported"] and case.is_open and case.is_shown_to_all and not view.is_reporter
    names = queries.names_of(ids)
    found["reporter_name"] = names.get(case.reporter_id or 0) if view.shows_reporter else None
    found["officer_name"] = names.get(case.assignee_id or 0) if view.is_staff else None
    found["photos"] = _photos_of_last(entries, photos, Kind.RECEIVED)
    found["result_photos"] = _photos_of_last(entries, photos, Kind.FINISHED, Kind.CHECKING)
    found["timeline"] = [event(entry, view, photos.get(entry.pk, []), names) for entry in entries]
    return found | ties(view, asked, entries)


def receipts(view: View, *, ledger: bool) -> list[dict[str, Any]]:
    """Whether the reporters were told, as MessageReceipts, as far as the person of the view may know."""
    shown = told.shows_address(view)
    return [
        receipt_node(message, may_resend=True, show_address=shown, ledger=ledger)
        for message in told.messages_to_reporters(view, ledger=ledger)
    ]


def _photos_of_last(
    entries: list[TimelineEntry], photos: Mapping[int, list[Attachment]], *kinds: Kind
) -> list[dict[str, Any]]:
    """Of the last such entry: a case that was reopened has been finished more than once."""
    last = next((entry for entry in reversed(entries) if entry.kind in kinds), None)
    return [photo_node(photo) for photo in photos.get(last.pk, [])] if last is not None else []


def event(entry: TimelineEntry, view: View, photos: list[Attachment], names: Mapping[int, str]) -> dict[str, Any]:
    """A CaseEvent as the person of the view may know it."""
    return {
        "kind": Kind(entry.kind),
        "title": title_of_event(view.case.module, entry.kind),
        "at": entry.at,
        "by": queries.doer(entry, view, names),
        "words": words_of(entry, view.case),
        "internal": not entry.public,
        "former": getattr(entry, "former", "") or None,
        "rating": entry.data.get("rating") if entry.kind == Kind.RATED else None,
        "photos": [photo_node(photo) for photo in photos],
    }


def words_of(entry: TimelineEntry, case: Case) -> str:
    """What an entry says. The report's own words stand above the timeline; the routing is said in a sentence."""
    if entry.kind == Kind.RECEIVED:
        return ""
    if entry.kind in ladder.KINDS:
        return entry.words or ladder.sentence(entry.data, entry.kind)
    if entry.kind == Kind.ROUTED:
        # A hand-over carries its reason as words; the first routing carries its facts.
        return entry.words or routing.sentence(entry.data)
    if entry.kind == Kind.SUPPORTED:
        return support.sentence(entry.data)
    return elsewhere.told(entry)
