"""What the inbox can be narrowed to, and which cases are late."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.agencies.queries import Act, Standing, active_agencies
from balai.casework import queries
from balai.casework.lifecycle import OPEN, Phase, Status, statuses_of
from balai.casework.models import CaseQuerySet
from balai.geography import queries as geography
from balai.geography.codes import Level

AGES = {
    "hari-ini": gettext_lazy("arrived today"),
    "3": gettext_lazy("older than 3 days"),
    "7": gettext_lazy("older than 7 days"),
    "30": gettext_lazy("older than 30 days"),
}
LATE = "terlambat"
"""Beside the statuses in the list's filter: past a due date."""


def late() -> Q:
    """Open and past a due date: see balai.casework.clocks."""
    return Q(closed_at=None, late_since__isnull=False)


def counts(cases: CaseQuerySet, module: str) -> dict[str, int]:
    """How many of the cases wait, are in progress and are late: one statement."""
    found: dict[str, int] = cases.aggregate(
        waiting=Count("pk", filter=Q(status__in=statuses_of(Phase.WAITING))),
        process=Count("pk", filter=Q(status__in=statuses_of(Phase.PROCESS))),
        late=Count("pk", filter=late()),
        unrouted=Count("pk", filter=Q(agency=None, status__in=OPEN)),
    )
    return found


@dataclass(frozen=True)
class Filters:
    """What the list was narrowed to, from its address; anything unknown there is passed over."""

    status: str = ""
    category: str = ""
    agency: str = ""
    area: str = ""
    age: str = ""
    text: str = ""
    order: str = ""

    NAMES = {
        "status": "status",
        "kategori": "category",
        "opd": "agency",
        "wilayah": "area",
        "umur": "age",
        "q": "text",
        "urut": "order",
    }

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        return cls(
            **{field: str(given.get(name, "")).replace("\0", "").strip()[:100] for name, field in cls.NAMES.items()}
        )

    def apply(self, cases: CaseQuerySet, module: str) -> CaseQuerySet:
        if self.status == LATE:
            cases = cases.filter(late())
        elif self.status in Status.values:
            cases = cases.filter(status=self.status)
        if self.category:
            slug = self.category
            cases = cases.filter(
                Q(category__slug=slug) | Q(category__parent__slug=slug) | Q(category__parent__parent__slug=slug)
            )
        if self.agency == "0":
            cases = cases.filter(agency=None)
        elif self.agency.isdecimal():
            cases = cases.filter(agency=int(self.agency))
        if self.area:
            cases = cases.filter(Q(village__code=self.area) | Q(village__parent__code=self.area))
        if self.age == "hari-ini":
            midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
            cases = cases.filter(received_at__gte=midnight)
        elif self.age in AGES:
            cases = cases.filter(received_at__lt=timezone.now() - datetime.timedelta(days=int(self.age)))
        cases = queries.searched(cases, self.text)
        return cases.order_by(*(("received_at", "id") if self.order == "lama" else ("-received_at", "-id")))


def choices(who: Standing, module: str) -> list[dict[str, Any]]:
    """The selects above the list: name, label, and groups of (value, label) pairs."""
    statuses = [(LATE, _("late")), *Status.choices]
    selects: list[dict[str, Any]] = [
        {"name": "status", "label": _("Status"), "groups": [("", statuses)]},
        {"name": "kategori", "label": _("Category"), "groups": category_groups(module)},
        {"name": "wilayah", "label": _("Area"), "groups": area_groups()},
        {"name": "umur", "label": _("Age"), "groups": [("", list(AGES.items()))]},
    ]
    agencies = agency_choices(who)
    if len(agencies) > 1:
        selects.insert(2, {"name": "opd", "label": _("Agency"), "groups": [("", agencies)]})
    return selects


def category_groups(module: str) -> list[tuple[str, list[tuple[str, str]]]]:
    rows = queries.categories(module)
    return [("", [(row.slug, f"– {row.name}" if row.parent_id else row.name) for row in in_tree_order(rows)])]


def in_tree_order(rows: list[Any]) -> list[Any]:
    """Each category after the one it is part of."""
    by_parent: dict[int | None, list[Any]] = {}
    for row in rows:
        by_parent.setdefault(row.parent_id, []).append(row)

    def below(parent: int | None) -> list[Any]:
        return [item for row in by_parent.get(parent, []) for item in (row, *below(row.pk))]

    return below(None)


def area_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Kelurahan by kecamatan; the kecamatan itself is the first of its group."""
    villages = geography.areas(Level.VILLAGE)
    groups: dict[str, list[tuple[str, str]]] = {}
    for village in villages:
        if village.parent is not None:
            whole = (village.parent.code, _("All of %(district)s") % {"district": village.parent.name})
            groups.setdefault(village.parent.name, [whole]).append((village.code, village.name))
    return sorted(groups.items())


def agency_choices(who: Standing) -> list[tuple[str, str]]:
    """The agencies whose reports the person sees; with a city-wide post also "none yet"."""
    seen = who.agencies(Act.SEE)
    rows = active_agencies().filter(pk__in=seen) if seen is not None else active_agencies()
    found = [(str(agency.pk), agency.short_name or agency.name) for agency in rows]
    return [*found, ("0", _("none yet"))] if seen is None else found
