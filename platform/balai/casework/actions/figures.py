"""Keeping the daily figures. A day is counted anew whenever something happened to one of its cases, so a sweep may run
twice, be killed or come late: the next one makes the figures right."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from balai.casework.models import AgencyDay, Case, Reading, TimelineEntry, VillageDay
from balai.casework.performance import FIGURES, cases_of_day
from balai.casework.periods import today, zone
from balai.casework.tally import NUMBERS, Tally

ENTRIES = 2_000
"""So many timeline entries a sweep reads at most; the next one goes on."""
OVERLAP = 300
"""So many it reads again: an entry gets its number before its transaction ends, so a lower one may come later."""
SETTLED = datetime.timedelta(minutes=10)
"""After so long without an entry there is nothing left that could come later."""


def update_figures() -> int:
    """Counts the days anew whose cases have changed since the last sweep; returns how many days."""
    with transaction.atomic():
        reading = Reading.objects.select_for_update().filter(name=FIGURES).first()
    if reading is None:
        return _begin()
    with transaction.atomic():
        # One sweep at a time; a second one finds its work done.
        reading = Reading.objects.select_for_update().get(name=FIGURES)
        newest = TimelineEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
        now = timezone.now()
        if newest == reading.entry_id and now - reading.at > SETTLED:
            return 0
        entries = TimelineEntry.objects.filter(pk__gt=reading.entry_id - OVERLAP).order_by("pk")
        found = list(entries.values_list("pk", "case__module", "case__received_at")[: ENTRIES + OVERLAP])
        days = {(module, received.astimezone(zone()).date()) for _pk, module, received in found}
        for module, day in days:
            count_day(module, day)
        if found and found[-1][0] > reading.entry_id:
            reading.entry_id, reading.at = found[-1][0], now
            reading.save(update_fields=["entry_id", "at"])
    return len(days)


def _begin() -> int:
    """The first time: every day there is, from the timelines' end as it stands before counting begins."""
    newest = TimelineEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    now, count = timezone.now(), 0
    first = Case.objects.aggregate(first=Min("received_at"))["first"]
    if first is not None:
        day = first.astimezone(zone()).date()
        modules = list(Case.objects.order_by().values_list("module", flat=True).distinct())
        while day <= today():
            for module in modules:
                count_day(module, day)
                count += 1
            day += datetime.timedelta(days=1)
    Reading.objects.get_or_create(name=FIGURES, defaults={"entry_id": newest, "at": now})
    return count


@transaction.atomic
def count_day(module: str, day: datetime.date) -> None:
    """Writes the figures of one day as its cases stand now. Doing so again changes nothing."""
    by_agency: dict[tuple[int | None, int], Tally] = defaultdict(Tally)
    by_village: dict[tuple[int, int | None], Tally] = defaultdict(Tally)
    for agency, category, village, counted in cases_of_day(module, day):
        by_agency[agency, category].count(counted)
        if village is not None:
            by_village[village, None].count(counted)
            by_village[village, category].count(counted)
    for model in (AgencyDay, VillageDay):
        model.objects.filter(module=module, day=day).delete()
    AgencyDay.objects.bulk_create(
        AgencyDay(module=module, day=day, agency_id=agency, category_id=category, **_columns(found))
        for (agency, category), found in by_agency.items()
    )
    VillageDay.objects.bulk_create(
        VillageDay(module=module, day=day, village_id=village, category_id=category, **_columns(found))
        for (village, category), found in by_village.items()
    )


def _columns(found: Tally) -> dict[str, Any]:
    return {**{name: getattr(found, name) for name in NUMBERS}, "answers": found.answers}
