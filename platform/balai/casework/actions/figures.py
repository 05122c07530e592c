"""Keeping the daily figures. A day is counted anew whenever something happened to one of its cases, so a sweep may run
twice, be killed or come late: the next one makes the figures right."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.db import transaction

from balai.casework.actions.reading import changed_since, days_of_cases
from balai.casework.models import AgencyDay, VillageDay
from balai.casework.performance import FIGURES, cases_of_day
from balai.casework.periods import day_of
from balai.casework.tally import NUMBERS, Tally


@transaction.atomic
def update_figures() -> int:
    """Counts the days anew whose cases have changed since the last sweep, the first time all; returns how many days."""
    changed = changed_since(FIGURES, "module", "received_at")
    days = days_of_cases() if changed is None else {(module, day_of(received)) for module, received in changed}
    for module, day in days:
        count_day(module, day)
    return len(days)


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
