"""Which cases have changed since somebody last looked, read from the timelines: every change of a case writes there."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone

from balai.casework.models import Case, Reading, TimelineEntry
from balai.casework.periods import day_of, today

ENTRIES = 2_000
"""So many timeline entries are read at most; the next reading goes on."""
OVERLAP = 300
"""So many are read again: an entry gets its number before its transaction ends, so a lower one may come later."""
SETTLED = datetime.timedelta(minutes=10)
"""After so long without an entry there is nothing left that could come later."""


def changed_since(name: str, *columns: str) -> set[tuple[Any, ...]] | None:
    """These columns of the cases that have changed since the reading of that name; None the first time: whatever there
    is. Nobody else reads under the name until the caller's transaction ends, and if it fails nothing was read."""
    newest = TimelineEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    now = timezone.now()
    reading, begun = Reading.objects.select_for_update().get_or_create(
        name=name, defaults={"entry_id": newest, "at": now}
    )
    if begun:
        return None
    if newest == reading.entry_id and now - reading.at > SETTLED:
        return set()
    entries = TimelineEntry.objects.filter(pk__gt=reading.entry_id - OVERLAP).order_by("pk")
    found = list(entries.values_list("pk", *(f"case__{column}" for column in columns))[: ENTRIES + OVERLAP])
    if found and found[-1][0] > reading.entry_id:
        reading.entry_id, reading.at = found[-1][0], now
        reading.save(update_fields=["entry_id", "at"])
    return {row[1:] for row in found}


def days_of_cases() -> set[tuple[str, datetime.date]]:
    """Every module that has cases, with every day of the city since its first one."""
    firsts = Case.objects.order_by().values_list("module").annotate(first=Min("received_at"))
    return {
        (module, day_of(first) + datetime.timedelta(days=number))
        for module, first in firsts
        for number in range((today() - day_of(first)).days + 1)
    }
