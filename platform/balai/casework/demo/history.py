"""A city's past, lived through in the order of time.

Every case is a story: steps with the hours between them. All steps of all stories lie on one heap, and the clock of
Django's timezone module stands at each in turn; the sweep runs whenever a case falls due in between.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

from django.db.models import Min
from django.utils import timezone

from balai.casework.models import Case, Escalation
from balai.casework.sweep import sweep

Act = Callable[[], None]
SWEPT_AFTER = timedelta(hours=3)
"""In a city the sweep runs every minute; here a few times a day is enough."""


class History:
    """What is still to happen. `now` is where the clock stands; nothing happens after `end`."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.now, self.end = begin, end
        self._order = itertools.count()
        self._heap: list[tuple[datetime, int, Act]] = []

    def plan(self, moment: datetime, act: Act) -> None:
        """Puts an act on the heap, unless it would lie in the future."""
        if moment < self.end:
            heapq.heappush(self._heap, (moment, next(self._order), act))

    def run(self) -> None:
        """Lets everything happen, and time do its work in between. Nobody is told about it today."""
        while self._heap:
            moment, _order, act = heapq.heappop(self._heap)
            _time_passes(moment)
            self.now = moment
            with standing_at(moment):
                act()
        _time_passes(self.end)
        Escalation.objects.filter(notify_at__isnull=False).update(notify_at=None, told_at=self.end)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """The clock of Django's timezone module stands at the moment."""
    with mock.patch.object(timezone, "now", return_value=moment):
        yield


def _time_passes(until: datetime) -> None:
    """What the sweep does in a city by itself, up to the moment."""
    while (due := Case.objects.aggregate(first=Min("next_deadline_at"))["first"]) is not None and due <= until:
        moment = min(due + SWEPT_AFTER, until)
        with standing_at(moment):
            sweep(now=moment)
