"""How well the agencies answer: sums of the daily figures, and of today's cases as they are this moment."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum

from balai.agencies.models import Agency
from balai.casework.models import AgencyDay, Case, CaseQuerySet, Reading, VillageDay
from balai.casework.periods import Period, begin_of, end_of, today
from balai.casework.tally import BUCKETS, NUMBERS, Counted, Tally

FIGURES = "figures"
"""Name of the sweep that keeps the daily figures."""
LONGEST = datetime.timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Performance:
    """Of the cases received in a period: the city's sum, each agency's (None: nobody named yet) and each kelurahan's.

    `counted_at` is when the figures of the days before today were last brought up to date; None: not yet.
    """

    period: Period
    city: Tally
    agencies: list[tuple[Agency | None, Tally]]
    villages: dict[int, Tally]
    counted_at: datetime.datetime | None


def performance(module: str, period: Period, *, categories: list[int] | None = None) -> Performance:
    """The performance in a period (at most five years: the last ones), in some categories (ids) or all.

    At most five statements, whose cost depends on the days of the
    period and on today's cases, not on how many cases there are.
    """
    period = Period(max(period.first, period.last - LONGEST), period.last)
    agencies: dict[int | None, Tally] = _sums(_rows(AgencyDay, module, period, categories), "agency_id")
    of_villages = _rows(VillageDay, module, period, categories)
    if categories is None:
        of_villages = of_villages.filter(category=None)
    villages: dict[int | None, Tally] = _sums(of_villages, "village_id")
    if period.first <= today() <= period.last:
        for agency, category, village, counted in cases_of_day(module, today()):
            if categories is None or category in categories:
                agencies.setdefault(agency, Tally()).count(counted)
                if village is not None:
                    villages.setdefault(village, Tally()).count(counted)
    city = Tally()
    for found in agencies.values():
        city.add(found)
    named = Agency.objects.in_bulk([pk for pk in agencies if pk is not None])
    # Every agency that got cases is shown, those without a name last.
    ordered = sorted(named.values(), key=lambda agency: (agency.order, agency.name))
    shown: list[tuple[Agency | None, Tally]] = [(agency, agencies[agency.pk]) for agency in ordered]
    if None in agencies:
        shown.append((None, agencies[None]))
    reading = Reading.objects.filter(name=FIGURES).first()
    by_village = {pk: found for pk, found in villages.items() if pk is not None}
    return Performance(period, city, shown, by_village, reading.at if reading else None)


def _rows(model: type[Any], module: str, period: Period, categories: list[int] | None) -> QuerySet[Any]:
    yesterday = today() - datetime.timedelta(days=1)
    rows = model.objects.filter(module=module, day__range=(period.first, min(period.last, yesterday)))
    return rows if categories is None else rows.filter(category__in=categories)


def _sums(rows: QuerySet[Any], key: str) -> dict[int | None, Tally]:
    buckets = {f"bucket_{place}": Sum(F(f"answers__{place}")) for place in range(BUCKETS)}
    sums = {f"sum_{name}": Sum(name) for name in NUMBERS}
    found = {}
    for row in rows.order_by().values(key).annotate(**sums, **buckets):
        numbers = {name: row[f"sum_{name}"] for name in NUMBERS}
        found[row[key]] = Tally(**numbers, answers=[row[f"bucket_{place}"] for place in range(BUCKETS)])
    return found


def cases_of_day(module: str, day: datetime.date) -> list[tuple[int | None, int, int | None, Counted]]:
    """Agency, category, kelurahan (ids) and what is counted of every case received on a day of the city."""
    cases: CaseQuerySet = Case.objects.shown_to_all().filter(
        module=module, received_at__gte=begin_of(day), received_at__lt=end_of(day)
    )
    rows = cases.order_by().values_list("agency_id", "category_id", "village_id", *Counted._fields)
    return [(row[0], row[1], row[2], Counted(*row[3:])) for row in rows]
