"""What of the cases is open data: facts about the matter, never about people. Nobody's words, no photos, no names."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from balai.casework.lifecycle import Status, phase_of
from balai.casework.models import CaseQuerySet, TimelineEntry

LONGEST_DAYS = 366
"""A file holds at most so many days; several files hold more."""
CHUNK = 2_000


class Field(NamedTuple):
    """A column of the open data. `name` is its key, which never changes; `about` says what it holds."""

    name: str
    about: Promise


FIELDS = (
    Field("number", _("Number of the report.")),
    Field("category", _("What it is about.")),
    Field("category_code", _("The category's permanent key.")),
    Field("classification", _("complaint, aspiration or information_request.")),
    Field("phase", _("waiting, process or done: what the public reads.")),
    Field("status", _("Where it stands exactly; not_ours, duplicate and archived are closed without work.")),
    Field("late", _("true: past a due date now.")),
    Field("received_at", _("When the city received it (ISO 8601, in the city's time zone).")),
    Field("answered_at", _("When the agency first answered.")),
    Field("done_at", _("When the work was finished.")),
    Field("closed_at", _("When it was closed, by whatever end.")),
    Field("due_at", _("Until when the work was to be done, where that was set.")),
    Field("agency", _("The agency that is responsible.")),
    Field("village_code", _("Kemendagri code of the kelurahan.")),
    Field("village", _("Name of the kelurahan.")),
    Field("district", _("Name of the kecamatan.")),
    Field("lat", _("Latitude in degrees, WGS 84; empty where only the kelurahan is known.")),
    Field("lon", _("Longitude in degrees.")),
    Field("weight", _("How many residents stand behind it.")),
    Field("rating", _("Stars of its reporter, 1 to 5; empty: not rated.")),
)
_COLUMNS = {
    "number": "number",
    "category": "category__name",
    "category_code": "category__slug",
    "classification": "classification",
    "status": "status",
    "late_since": "late_since",
    "received_at": "received_at",
    "answered_at": "answered_at",
    "done_at": "done_at",
    "closed_at": "closed_at",
    "due_at": "done_due_at",
    "agency": "agency__name",
    "village_code": "village__code",
    "village": "village__name",
    "district": "village__parent__name",
    "lat": "lat",
    "lon": "lon",
    "weight": "weight",
    "rating": "rating",
}


def rows(cases: CaseQuerySet, zone: datetime.tzinfo) -> Iterator[dict[str, Any]]:
    """The cases as dicts of FIELDS, oldest first, read in chunks: however many there are, few are in memory.

    The caller narrows the cases to those that everyone may see.
    """
    ordered = cases.order_by("received_at", "pk").values_list(*_COLUMNS.values())
    for values in ordered.iterator(chunk_size=CHUNK):
        row = dict(zip(_COLUMNS, values, strict=True))
        for name, value in row.items():
            if isinstance(value, datetime.datetime):
                row[name] = value.astimezone(zone).isoformat(timespec="seconds")
        row["phase"] = str(phase_of(row["status"]))
        row["status"] = str(Status(row["status"]))
        row["late"] = row.pop("late_since") is not None
        yield {field.name: row[field.name] for field in FIELDS}


def newest_entry() -> int:
    """A number that changes whenever something has happened to a case of the city."""
    return TimelineEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
