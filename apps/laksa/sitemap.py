from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from apps.laksa.queries import aspirations

NEWEST = 5_000


def addresses() -> Iterator[tuple[str, datetime.date | None]]:
    """The newest aspirations that everyone may see, and the day each was received or closed."""
    rows = aspirations().order_by("-received_at", "-id").values_list("number", "received_at", "closed_at")
    for number, received_at, closed_at in rows[:NEWEST].iterator(chunk_size=500):
        yield reverse("laksa:aspiration", args=[number]), timezone.localdate(closed_at or received_at)
