"""What the inbox can be narrowed to, and which cases are late."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.agencies.models import Role, Unit
from balai.agencies.queries import Act, Standing, active_agencies
from balai.casework import queries
from balai.casework.categories import categories
from balai.casework.lifecycle import OPEN, Phase, Status, statuses_of
from balai.casework.models import CaseQuerySet, Channel, Classification, Severity
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
UNREAD = "belum"
MAX_CHOICES = 500
CHOICES_SECONDS = 60


def late() -> Q:
    """Open and past a due date: see balai.casework.clocks."""
    return Q(closed_at=None, late_since__isnull=False)


def counts(cases: CaseQuerySet, module: str) -> dict[str, int]:
    """How many of the cases wait, are in progress, are late and are unread: one statement over the open ones."""
    found: dict[str, int] = cases.open().aggregate(
        waiting=Count("pk", filter=Q(status__in=statuses_of(Phase.WAITING))),
        process=Count("pk", filter=Q(status__in=statuses_of(Phase.PROCESS))),
        late=Count("pk", filter=late()),
        unread=Count("pk", filter=Q(read_at=None)),
        unrouted=Count("pk", filter=Q(agency=None, status__in=OPEN)),
    )
    return found


@dataclass(frozen=True)
class Filters:
    """What the list was narrowed to, from its address; anything unknown there is passed over."""

    phase: str = ""
    status: str = ""
    late: str = ""
    read: str = ""
    category: str = ""
    agency: str = ""
    unit: str = ""
    officer: str = ""
    area: str = ""
    channel: str = ""
    severity: str = ""
    classification: str = ""
    age: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    order: str = ""
    asset: str = ""

    NAMES = {
        "tahap": "phase",
        "status": "status",
        "telat": "late",
        "dibaca": "read",
        "kategori": "category",
        "opd": "agency",
        "unit": "unit",
        "petugas": "officer",
        "wilayah": "area",
        "kanal": "channel",
        "tingkat": "severity",
        "klasifikasi": "classification",
        "umur": "age",
        "dari": "since",
        "sampai": "until",
        "q": "text",
        "urut": "order",
        "aset": "asset",
    }

    @classmethod
    def read_from(cls, given: Mapping[str, Any]) -> Filters:
        return cls(
            **{field: str(given.get(name, "")).replace("\0", "").strip()[:100] for name, field in cls.NAMES.items()}
        )

    @property
    def given(self) -> dict[str, str]:
        """What was chosen, as it stands in the address."""
        return {name: getattr(self, field) for name, field in self.NAMES.items() if getattr(self, field)}

    @property
    def query(self) -> str:
        """The address's query string."""
        return urlencode(self.given)

    @property
    def narrows(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self) if field.name != "order")

    def apply(self, cases: CaseQuerySet, without: str = "") -> CaseQuerySet:
        """The cases that fit, in no order. `without`: a field that is not looked at."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value and field.name not in ("order", "text", without):
                cases = cases.filter(self._condition(field.name, value))
        return queries.searched(cases, self.text)

    def _condition(self, field: str, value: str) -> Q:
        match field:
            case "phase":
                return Q(status__in=statuses_of(value)) if value in Phase.values else Q()
            case "status":
                if value == LATE:
                    return late()
                return Q(status=value) if value in Status.values else Q()
            case "late":
                return late() if value == "1" else Q()
            case "read":
                return Q(read_at__isnull=value == UNREAD) if value in (UNREAD, "sudah") else Q()
            case "category":
                below = Q(category__parent__slug=value) | Q(category__parent__parent__slug=value)
                return Q(category__slug=value) | below
            case "agency" | "unit" | "officer":
                column = "assignee" if field == "officer" else field
                return Q(**{str(column): int(value) or None}) if _is_id(value) else Q()
            case "area":
                return Q(village__code=value) | Q(village__parent__code=value)
            case "channel" | "severity" | "classification":
                known = {"channel": Channel.values, "severity": Severity.values}.get(field, Classification.values)
                return Q(**{str(field): value}) if value in known else Q()
            case "age":
                if value == "hari-ini":
                    return Q(received_at__gte=_midnight(timezone.localdate()))
                return Q(received_at__lt=timezone.now() - datetime.timedelta(days=int(value))) if value in AGES else Q()
            case "since":
                day = _day(value)
                return Q(received_at__gte=_midnight(day)) if day else Q()
            case "until":
                day = _day(value)
                return Q(received_at__lt=_midnight(day + datetime.timedelta(days=1))) if day else Q()
            case "asset":
                kind, _colon, code = value.partition(":")
                return Q(asset__kind__slug=kind, asset__code=code)
            case _:
                return Q()


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= 18


def _day(value: str) -> datetime.date | None:
    try:
        day = parse_date(value)
    except ValueError:
        return None
    # Further days have no midnight in every zone, or no day after.
    return day if day is not None and 1900 <= day.year <= 9000 else None


def _midnight(day: datetime.date) -> datetime.datetime:
    """When the day begins in the city's zone."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def choices(who: Standing, module: str) -> list[dict[str, Any]]:
    """The selects above the list: name, label, and groups of (value, label) pairs. Kept for a minute."""
    seen = who.agencies(Act.SEE)
    mark = "all" if seen is None else "-".join(map(str, sorted(seen)))
    key = f"casework.filters.{module}.{translation.get_language()}.{mark}"
    found: list[dict[str, Any]] | None = cache.get(key)
    if found is None:
        found = _choices(who, module)
        cache.set(key, found, CHOICES_SECONDS)
    return found


def _choices(who: Standing, module: str) -> list[dict[str, Any]]:
    def plain(pairs: Any) -> list[tuple[str, list[tuple[str, str]]]]:
        return [("", [(str(value), str(label)) for value, label in pairs])]

    agencies, units, officers = agency_choices(who), unit_choices(who), officer_choices(who)
    selects: list[tuple[str, str, Any]] = [
        ("tahap", _("Status for the public"), plain(Phase.choices)),
        ("status", _("Status"), plain([(LATE, _("late")), *Status.choices])),
        ("dibaca", _("Read"), plain([(UNREAD, _("unread")), ("sudah", _("read"))])),
        ("kategori", _("Category"), category_groups(module)),
        *([("opd", _("Agency"), plain(agencies))] if len(agencies) > 1 else []),
        *([("unit", _("Unit"), plain(units))] if units else []),
        *([("petugas", _("Officer"), plain([("0", _("none yet")), *officers]))] if officers else []),
        ("wilayah", _("Area"), area_groups()),
        ("kanal", _("Intake channel"), plain(Channel.choices)),
        ("tingkat", _("Severity"), plain(Severity.choices)),
        ("klasifikasi", _("Classification"), plain(Classification.choices)),
        ("umur", _("Age"), plain(AGES.items())),
    ]
    return [{"name": name, "label": str(label), "groups": groups} for name, label, groups in selects]


def category_groups(module: str) -> list[tuple[str, list[tuple[str, str]]]]:
    rows = categories(module)
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


def unit_choices(who: Standing) -> list[tuple[str, str]]:
    """The units of the agencies whose reports the person sees."""
    seen = who.agencies(Act.SEE)
    rows = Unit.objects.filter(active=True, agency__active=True).select_related("agency").order_by("agency", "name")
    rows = rows.filter(agency__in=seen) if seen is not None else rows
    return [(str(unit.pk), f"{unit.agency.short_name}: {unit.name}") for unit in rows[:MAX_CHOICES]]


def officer_choices(who: Standing) -> list[tuple[str, str]]:
    """The field officers of the agencies whose reports the person sees."""
    from balai.accounts.models import User
    from balai.agencies.models import Post

    seen = who.agencies(Act.SEE)
    posts = Post.objects.current().filter(role=Role.OFFICER)
    posts = posts.filter(agency__in=seen) if seen is not None else posts
    rows = User.objects.filter(is_active=True, pk__in=posts.values("user_id")).order_by("name", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:MAX_CHOICES]]
