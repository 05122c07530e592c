"""A city's working time as a value: which days are worked, from when to when, and what follows for a deadline.

Pure: knows no database, no clock and no city. Points in time are aware datetimes; days are the city's own.

**Hours** are plain hours, day and night. A **working day** is counted whole: a deadline of n working days ends with the
n-th working day *after* the day of receipt, at the midnight that ends it. See docs/decisions, "How deadlines are
counted", for where that comes from.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

DAY = datetime.timedelta(days=1)
LONGEST_CLOSURE = 400
"""Days that a search for the next working day goes before it takes the calendar for empty."""

Span = tuple[datetime.time, datetime.time]
"""Opens and closes; midnight as the end means the end of the day."""

HOLIDAYS = 7
"""The key, after the seven weekdays, of the hours that are worked on days off."""
MIDNIGHT = datetime.time(0)
ROUND_THE_CLOCK: Mapping[int, tuple[Span, ...]] = dict.fromkeys([*range(7), HOLIDAYS], ((MIDNIGHT, MIDNIGHT),))
"""Day and night, days off included: a fire brigade's, or a pump house's."""
USUAL_HOURS: Mapping[int, tuple[Span, ...]] = {
    **dict.fromkeys(
        range(4),
        ((datetime.time(7, 30), datetime.time(12)), (datetime.time(13), datetime.time(16))),
    ),
    4: ((datetime.time(7, 30), datetime.time(11, 30)), (datetime.time(13), datetime.time(16, 30))),
}
"""By weekday (Monday is 0): 37.5 hours a week from 07:30, an hour's rest, on Fridays an hour and a half.

Perpres 21/2023, articles 3 and 4; when exactly a city rests and closes is its own decision.
"""


class NoWorkingTime(ValueError):
    """Raised where a calendar has no working day for more than a year."""


@dataclass(frozen=True)
class Calendar:
    """When a city works, or one of its agencies.

    `hours` are the spans of a week by weekday, and under HOLIDAYS those of days off for who works on them; `days_off`
    the days that are not worked whatever their weekday and what they are called, `extra_days` the days that are worked
    although they would be off.
    """

    zone: ZoneInfo
    hours: Mapping[int, tuple[Span, ...]]
    days_off: Mapping[datetime.date, str]
    extra_days: Mapping[datetime.date, str]

    # -- days --------------------------------------------------------------------------------------------------------

    def day_of(self, moment: datetime.datetime) -> datetime.date:
        """The city's day at this moment."""
        return moment.astimezone(self.zone).date()

    def start_of(self, day: datetime.date) -> datetime.datetime:
        """The midnight with which the day begins; the end of the day before it."""
        return datetime.datetime.combine(day, MIDNIGHT, self.zone)

    def is_working_day(self, day: datetime.date) -> bool:
        """Whether the city works on this day at all."""
        if day in self.extra_days:
            return True
        return bool(self.hours.get(self._key(day)))

    def _key(self, day: datetime.date) -> int:
        """Under which key of `hours` this day stands, if it is no extra day."""
        return HOLIDAYS if day in self.days_off else day.weekday()

    def working_days_after(self, day: datetime.date) -> Iterator[datetime.date]:
        """The working days after this one, in order. Raises NoWorkingTime after LONGEST_CLOSURE days without one."""
        idle = 0
        while idle < LONGEST_CLOSURE:
            day += DAY
            idle += 1
            if self.is_working_day(day):
                idle = 0
                yield day
        raise NoWorkingTime

    def nth_working_day(self, day: datetime.date, count: int) -> datetime.date:
        """The `count`-th working day after this one; for 0 the day itself, or the next working day if it is none."""
        if count == 0 and self.is_working_day(day):
            return day
        days = self.working_days_after(day)
        for _ in range(count - 1):
            next(days)
        return next(days)

    def working_days_between(self, first: datetime.date, last: datetime.date) -> int:
        """How many working days lie after `first`, up to and with `last`."""
        return sum(
            self.is_working_day(first + datetime.timedelta(days=step)) for step in range(1, (last - first).days + 1)
        )

    # -- deadlines ---------------------------------------------------------------------------------------------------

    def add_hours(self, moment: datetime.datetime, hours: float) -> datetime.datetime:
        """So many hours later, nights and holidays counted."""
        # In UTC: an aware datetime's own addition would move the hands of the wall clock.
        return (moment.astimezone(datetime.UTC) + datetime.timedelta(hours=hours)).astimezone(self.zone)

    def add_working_days(self, moment: datetime.datetime, count: int) -> datetime.datetime:
        """The end of the `count`-th working day after the moment's day: the midnight with which that day ends."""
        return self.start_of(self.nth_working_day(self.day_of(moment), count) + DAY)

    # -- within the day ----------------------------------------------------------------------------------------------

    def spans(self, day: datetime.date) -> list[tuple[datetime.datetime, datetime.datetime]]:
        """When the city works on this day, in order; empty on a day off. An extra day has its weekday's hours, or
        those of the week's first working day."""
        if not self.is_working_day(day):
            return []
        hours = self.hours.get(day.weekday() if day in self.extra_days else self._key(day)) or next(
            (self.hours[key] for key in sorted(self.hours) if self.hours[key]), ()
        )
        return [
            (
                datetime.datetime.combine(day, opens, self.zone),
                self.start_of(day + DAY) if closes == MIDNIGHT else datetime.datetime.combine(day, closes, self.zone),
            )
            for opens, closes in hours
        ]

    def is_working(self, moment: datetime.datetime) -> bool:
        """Whether the city works at this moment; at the moment of closing it does not any more."""
        return any(opens <= moment < closes for opens, closes in self.spans(self.day_of(moment)))

    def next_working_moment(self, moment: datetime.datetime) -> datetime.datetime:
        """This moment if the city works, else the next opening. Raises NoWorkingTime if there is none."""
        day = self.day_of(moment)
        for offset in range(LONGEST_CLOSURE):
            for opens, closes in self.spans(day + offset * DAY):
                if moment < closes:
                    return max(moment, opens)
        raise NoWorkingTime

    def working_time(self, start: datetime.datetime, end: datetime.datetime) -> datetime.timedelta:
        """How much of the time from `start` to `end` the city works; nothing if `end` is not later."""
        total = datetime.timedelta()
        day = self.day_of(start)
        while self.start_of(day) < end:
            for opens, closes in self.spans(day):
                total += max(datetime.timedelta(), min(closes, end) - max(opens, start))
            day += DAY
        return total
