"""What stands in a daily digest. The facts come from apps above: an app's config may have

    digests = ("balai.casework.digests.sections",)

Each is asked with a user and the time of the last digest, and answers sections; an empty one is left out. Whether a day
is a working day, an app above knows too:

    working_days = "balai.casework.digests.is_working_day"
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a digest: how many there are, some of them in a line each, and the page where they all are."""

    title: str
    count: int
    lines: Sequence[str] = ()
    path: str = ""

    @property
    def more(self) -> int:
        """How many are not named."""
        return max(self.count - len(self.lines), 0)


Source = Callable[[Any, datetime.datetime], Sequence[Section]]


@functools.cache
def _sources() -> list[Source]:
    return [import_string(path) for config in apps.get_app_configs() for path in getattr(config, "digests", ())]


def sections(user: Any, since: datetime.datetime) -> list[Section]:
    """What there is to tell the person now, from every app; what is empty is left out."""
    return [section for source in _sources() for section in source(user, since) if section.count]


@functools.cache
def _calendars() -> list[Callable[[datetime.date], bool]]:
    return [import_string(config.working_days) for config in apps.get_app_configs() if hasattr(config, "working_days")]


def is_working_day(day: datetime.date) -> bool:
    """Whether people work on this day in the current city; Monday to Friday where no app knows better."""
    calendars = _calendars()
    return all(asks(day) for asks in calendars) if calendars else day.weekday() <= FRIDAY
