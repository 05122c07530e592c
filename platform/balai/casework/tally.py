"""Counting cases: how many are done, how long the first answer took, how satisfied people are. Pure."""

from __future__ import annotations

import bisect
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from balai.casework.lifecycle import UNSOLVED, Phase, phase_of

ENOUGH = 5
"""Of fewer cases neither a share nor a median is told: "not enough data" is the honest answer."""
GROWTH = 1.25
FIRST_MINUTES = 5.0
BOUNDS = tuple(FIRST_MINUTES * 60 * GROWTH**step for step in range(46))
"""Upper bounds, in seconds, of the histogram's buckets: from five minutes to 80 days, each a quarter wider than the one
before; one more bucket holds what took longer. A median read from it is at most an eighth off, mostly far less."""
BUCKETS = len(BOUNDS) + 1


class Counted(NamedTuple):
    """What is counted of one case."""

    status: str
    received_at: datetime.datetime
    answered_at: datetime.datetime | None
    done_at: datetime.datetime | None
    answer_due_at: datetime.datetime | None
    done_due_at: datetime.datetime | None
    late_since: datetime.datetime | None
    rating: int | None

    @property
    def missed(self) -> bool:
        """Whether it is late, or was answered or done after it was due."""
        answer = self.answered_at and self.answer_due_at and self.answered_at > self.answer_due_at
        done = self.done_at and self.done_due_at and self.done_at > self.done_due_at
        return bool(self.late_since or answer or done)


@dataclass(slots=True)
class Tally:
    """Sums over any number of cases; see balai.casework.models.performance.DayFigures."""

    received: int = 0
    waiting: int = 0
    process: int = 0
    done: int = 0
    unsolved: int = 0
    late: int = 0
    answered: int = 0
    answer_seconds: int = 0
    answers: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    rated: int = 0
    stars: int = 0

    def count(self, case: Counted) -> None:
        """Adds one case."""
        self.received += 1
        if case.status in UNSOLVED:
            self.unsolved += 1
        else:
            match phase_of(case.status):
                case Phase.WAITING:
                    self.waiting += 1
                case Phase.PROCESS:
                    self.process += 1
                case Phase.DONE:
                    self.done += 1
        self.late += case.missed
        if case.answered_at is not None:
            seconds = max(0, int((case.answered_at - case.received_at).total_seconds()))
            self.answered += 1
            self.answer_seconds += seconds
            self.answers[bisect.bisect_left(BOUNDS, seconds)] += 1
        if case.rating is not None:
            self.rated += 1
            self.stars += case.rating

    def add(self, other: Tally) -> None:
        """Adds another tally."""
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.answers = [mine + its for mine, its in zip(self.answers, other.answers, strict=True)]

    def share(self, part: int) -> float | None:
        """A part of the received ones, from 0 to 1; None where they are too few to say."""
        return part / self.received if self.received >= ENOUGH else None

    @property
    def mean_hours(self) -> float | None:
        """Until the first answer; None where too few were answered."""
        return self.answer_seconds / self.answered / 3600 if self.answered >= ENOUGH else None

    @property
    def median_hours(self) -> float | None:
        """Until the first answer, from the histogram; None where too few were answered."""
        return median(self.answers) / 3600 if self.answered >= ENOUGH else None

    @property
    def satisfaction(self) -> float | None:
        """Mean of the stars, 1 to 5; None where too few have rated."""
        return self.stars / self.rated if self.rated >= ENOUGH else None


NUMBERS = (
    "received",
    "waiting",
    "process",
    "done",
    "unsolved",
    "late",
    "answered",
    "answer_seconds",
    "rated",
    "stars",
)


def tally(cases: Iterable[Counted]) -> Tally:
    """The tally of some cases."""
    found = Tally()
    for case in cases:
        found.count(case)
    return found


def median(histogram: Sequence[int]) -> float:
    """The middle value of a histogram of seconds, as if those of a bucket lay evenly in it. 0 for an empty one."""
    half, before = sum(histogram) / 2, 0
    for place, count in enumerate(histogram):
        if count and before + count >= half:
            low = BOUNDS[place - 1] if place else 0.0
            high = BOUNDS[place] if place < len(BOUNDS) else low * GROWTH
            return low + (high - low) * (half - before) / count
        before += count
    return 0.0
