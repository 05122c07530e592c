"""The API's types of a case in a list or on a map, which every module that takes cases shows as its own.

Lists are answered as dicts: `card_rows` narrows a queryset to the columns that a card shows, `card` makes one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import graphene
from django.db.models.functions import Left

from balai.attachments.models import Size
from balai.attachments.queries import address
from balai.casework import sla
from balai.casework.intake_schema import CaseStop
from balai.casework.lifecycle import Phase, Status, phase_of
from balai.casework.models import (
    Case,
    Category,
    Visibility,
)
from balai.graphql import DateTime, personal

EXCERPT = 160
CaseStatus = graphene.Enum.from_enum(
    Phase,
    name="CaseStatus",
    description=lambda value: str(value.label) if value else "Where a case stands, in the public's three words.",
)
CaseState = graphene.Enum.from_enum(
    Status, name="CaseState", description=lambda value: str(value.label) if value else "Where a case stands exactly."
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
