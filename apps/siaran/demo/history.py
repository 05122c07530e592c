"""Four months of a city's reports, lived through in the order of time.

Every report is a story: steps with the hours between them. All steps of all stories lie on one heap, and the clock of
Django's timezone module stands at each in turn; the sweep runs whenever a case falls due in between.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from django.utils import timezone

Act = Callable[[], None]


class History:
    """What is still to happen. `now` is where the clock stands; nothing happens after `end`."""

    def __init__(self, begin: datetime, end: datetime, tick: Callable[[datetime], datetime | None]) -> None:
        self.now, self.end = begin, end
        self._tick = tick
        self._order = itertools.count()
        self._heap: list[tuple[datetime, int, Act]] = []

    def plan(self, moment: datetime, act: Act) -> None:
        """Puts an act on the heap, unless it would lie in the future."""
        if moment < self.end:
            heapq.heappush(self._heap, (moment, next(self._order), act))

    def run(self) -> None:
        """Lets everything happen. `tick` gets each moment first and lets time do its work up to it."""
        while self._heap:
            moment, _order, act = heapq.heappop(self._heap)
            self._tick(moment)
            self.now = moment
            with standing_at(moment):
                act()
        self._tick(self.end)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """The clock of Django's timezone module stands at the moment."""
    with mock.patch.object(timezone, "now", return_value=moment):
        yield
