"""The API's types of a case, which every module that takes cases shows as its own. No fields at the root.

Lists are answered as dicts: `card_rows` narrows a queryset to the columns that a card shows, `card` makes one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import graphene
from django.db.models.functions import Left

from balai.assets import queries as assets
from balai.assets.schema import Asset, asset_node
from balai.attachments.models import Attachment, Size
from balai.attachments.queries import address, photos_of
from balai.casework import elsewhere, errors, ladder, queries, routing, sla, support, told
from balai.casework.callers import caller, person
from balai.casework.intake_schema import CaseAnswer, CaseStop, CaseVisibility, answer_nodes, visibility_node
from balai.casework.kin_schema import Ties, ties
from balai.casework.lifecycle import Phase, Status, phase_of
from balai.casework.models import (
    SHOWN_TO_ALL,
    Case,
    Category,
    Classification,
    Kind,
    Severity,
    TimelineEntry,
    Verdict,
    Visibility,
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

EXCERPT = 160
MAX_ENTRIES = 100

CaseStatus = graphene.Enum.from_enum(
    Phase,
    name="CaseStatus",
    description=lambda value: str(value.label) if value else "Where a case stands, in the public's three words.",
)
CaseState = graphene.Enum.from_enum(
    Status, name="CaseState", description=lambda value: str(value.label) if value else "Where a case stands exactly."
)
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


class CaseCategory(graphene.ObjectType):
    """What a case is about."""

    slug = graphene.ID(required=True)
    name = graphene.String(required=True)
    icon = graphene.String(required=True, description="A name of the icon sprite.")
    help = graphene.String(required=True)
    stop = graphene.Field(CaseStop, description="Where it cannot be reported because it is an emergency.")
    group = graphene.String(description="The name of the category above it.")


class CasePlace(graphene.ObjectType):
    """Where it is. Without coordinates only the kelurahan and a landmark are known."""

    lat = graphene.Float(description="Degrees, WGS 84.")
    lon = graphene.Float()
    village = graphene.String(description="Name of the kelurahan.")
    district = graphene.String(description="Name of the kecamatan.")
    landmark = graphene.String(required=True)


class CaseAgency(graphene.ObjectType):
    """The agency that is responsible."""

    name = graphene.String(required=True)
    short_name = graphene.String(required=True)


class CaseCard(graphene.ObjectType):
    """What a list shows of a case."""

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
    excerpt = graphene.String(required=True, description=f"The first {EXCERPT} characters of the description.")
    received_at = DateTime(required=True)
    done_at = DateTime()
    thumbnail = graphene.String(description="Of the first photo, where there is one that may be shown.")
    photo_count = graphene.Int(required=True)
    rating = graphene.Int(description="1 to 5.")
    distance_m = graphene.Int(description="Metres from where one asked; null in lists that are not about a place.")
    accepted = graphene.Boolean(required=True, description="Whether an officer has taken it up.")
    task = graphene.Boolean(required=True, description="Whether it is a task within a report, not a report.")
    own_unit = personal(
        graphene.Boolean(
            required=True, description="In an officer's lists: whether it is for a unit that the caller works in."
        )
    )

    @staticmethod
    def resolve_due_why(card: Mapping[str, Any], _info: Any) -> str:
        return sla.promise(card["clocked"])


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


class CasePoint(graphene.ObjectType):
    """A case on a map."""

    number = graphene.ID(required=True)
    lat = graphene.Float(required=True)
    lon = graphene.Float(required=True)
    status = graphene.Field(CaseStatus, required=True)
    status_name = graphene.String(required=True)
    late = graphene.Boolean(required=True, description="The red mark.")
    category = graphene.String(required=True)
    icon = graphene.String(required=True)
    received_at = DateTime(required=True)


class StatusCount(graphene.ObjectType):
    """How many cases stand there."""

    status = graphene.Field(CaseStatus, required=True)
    name = graphene.String(required=True)
    count = graphene.Int(required=True, description="At most 1,000.")
    more = graphene.Boolean(required=True, description="Whether there are more than `count`.")


CARD_COLUMNS = (
    "id",
    "parent_id",
    "number",
    "status",
    "visibility",
    "received_at",
    "done_at",
    "accepted_at",
    "answered_at",
    "answer_due_at",
    "update_due_at",
    "done_due_at",
    "policy_id",
    "closed_at",
    "paused_at",
    "late_since",
    "weight",
    "photo_count",
    "cover_id",
    "rating",
    "lat",
    "lon",
    "landmark",
    "category__slug",
    "category__name",
    "category__icon",
    "village__name",
    "village__parent__name",
    "agency__name",
    "agency__short_name",
)
DUE_COLUMNS = ("closed_at", "paused_at", "answered_at", "answer_due_at", "update_due_at", "done_due_at", "policy_id")
OF_THE_REPORT = tuple(f"parent__{name}" for name in (*DUE_COLUMNS, "late_since"))
"""For lists with tasks within reports (`card_rows(tasks, *OF_THE_REPORT)`): a task is due when its report is."""
POINT_COLUMNS = ("number", "lat", "lon", "status", "late_since", "received_at", "category__name", "category__icon")


def standing_of_status(status: str) -> dict[str, Any]:
    """The four fields that say where a case stands."""
    phase, state = phase_of(status), Status(status)
    return {"status": phase, "status_name": phase.label, "state": state, "state_name": state.label}


def card_rows(cases: Any, *extra: str) -> Any:
    """The columns that a card shows, as dicts; `extra` names annotations to keep."""
    return cases.values(*CARD_COLUMNS, *extra, excerpt=Left("description", EXCERPT))


def card(row: Mapping[str, Any], *, own: bool = False, units: Collection[int] = ()) -> dict[str, Any]:
    """A CaseCard of a row. `own`: the caller may see the reporter's photos whatever the visibility.

    `units` are those that the caller works in, for rows that have `unit_id`.
    """
    cover = row["cover_id"] if own or row["visibility"] == Visibility.PUBLIC else None
    distance = row.get("distance_m")
    clocks_of = "parent__" if row["parent_id"] is not None and "parent__policy_id" in row else ""
    clocked = Case(**{name: row[f"{clocks_of}{name}"] for name in DUE_COLUMNS})
    return {
        "number": row["number"],
        **standing_of_status(row["status"]),
        "late": row[f"{clocks_of}late_since"] is not None,
        "due_at": clocked.due_at,
        "clocked": clocked,
        "weight": row["weight"],
        "category": {
            "slug": row["category__slug"],
            "name": row["category__name"],
            "icon": row["category__icon"],
            "help": "",
        },
        "place": {
            "lat": row["lat"],
            "lon": row["lon"],
            "village": row["village__name"],
            "district": row["village__parent__name"],
            "landmark": row["landmark"],
        },
        "agency": {"name": row["agency__name"], "short_name": row["agency__short_name"]}
        if row["agency__name"]
        else None,
        "excerpt": row["excerpt"],
        "received_at": row["received_at"],
        "done_at": row["done_at"],
        "thumbnail": address(cover, Size.THUMBNAIL) if cover else None,
        "photo_count": row["photo_count"],
        "rating": row["rating"],
        "distance_m": None if distance is None else round(distance),
        "accepted": row["accepted_at"] is not None,
        "task": row["parent_id"] is not None,
        "own_unit": row.get("unit_id") in units,
    }


def point(row: Mapping[str, Any]) -> dict[str, Any]:
    """A CasePoint of a row with POINT_COLUMNS."""
    return {
        **{name: row[name] for name in ("number", "lat", "lon", "received_at")},
        "status": phase_of(row["status"]),
        "status_name": phase_of(row["status"]).label,
        "late": row["late_since"] is not None,
        "category": row["category__name"],
        "icon": row["category__icon"],
    }


def category_node(category: Category, group: str | None = None, stop: dict[str, str] | None = None) -> dict[str, Any]:
    """A CaseCategory."""
    return {
        "slug": category.slug,
        "name": category.name,
        "icon": category.icon,
        "help": category.help,
        "stop": stop,
        "group": group,
    }


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
