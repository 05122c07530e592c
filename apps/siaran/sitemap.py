from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from apps.siaran.queries import MODULE
from balai.casework.queries import public_cases

NEWEST = 5_000


def addresses() -> Iterator[tuple[str, datetime.date | None]]:
    """The newest reports that everyone may see, and the day each was received or finished."""
    rows = public_cases(MODULE).order_by("-received_at", "-id").values_list("number", "received_at", "done_at")
    for number, received_at, done_at in rows[:NEWEST].iterator(chunk_size=500):
        yield reverse("siaran:case", args=[number]), timezone.localdate(done_at or received_at)
