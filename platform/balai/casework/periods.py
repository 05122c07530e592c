"""Spans of days as the city counts them: "today" is a day of its calendar, not the last 24 hours."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from tenants.current import current_city

EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(9000, 1, 1)


def today() -> datetime.date:
    """Today in the current city's time zone."""
    return day_of(timezone.now())


def zone() -> ZoneInfo:
    """The current city's time zone: WIB, WITA or WIT."""
    return ZoneInfo(current_city().timezone)


def day_of(moment: datetime.datetime) -> datetime.date:
    """The day of the city on which it was."""
    return moment.astimezone(zone()).date()


def begin_of(day: datetime.date) -> datetime.datetime:
    """The moment at which the day begins in the city; days that no case can have are moved to what a database knows."""
    return datetime.datetime.combine(min(max(day, EARLIEST), LATEST), datetime.time.min, tzinfo=zone())


def end_of(day: datetime.date) -> datetime.datetime:
    """The moment at which the day is over in the city."""
    return begin_of(min(day, LATEST) + datetime.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from the first to the last, both included."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def month(cls, day: datetime.date) -> Period:
        """The calendar month that the day is in."""
        return cls._months(day.replace(day=1), 1)

    @classmethod
    def quarter(cls, day: datetime.date) -> Period:
        """The quarter that the day is in."""
        return cls._months(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), 3)

    @classmethod
    def year(cls, day: datetime.date) -> Period:
        """The calendar year that the day is in."""
        return cls(datetime.date(day.year, 1, 1), datetime.date(day.year, 12, 31))

    @classmethod
    def _months(cls, first: datetime.date, count: int) -> Period:
        months = first.year * 12 + first.month - 1 + count
        following = datetime.date(months // 12, months % 12 + 1, 1)
        return cls(first, following - datetime.timedelta(days=1))
