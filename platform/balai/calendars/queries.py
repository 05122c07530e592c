"""Reads: the calendar of the current city, and what is known of a year."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from balai.calendars.calendar import USUAL_HOURS, Calendar, Span
from balai.calendars.models import CityDay, WorkingHours
from balai.calendars.years import national_years
from tenants.current import current_city
from tenants.held import Held

Hours = dict[int, tuple[Span, ...]]


def working_hours() -> dict[int | None, Hours]:
    """The hours by weekday: of the city (None; the usual ones where it has set none) and of each agency with its own,
    by the agency's id. One statement."""
    found: dict[int | None, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    rows = WorkingHours.objects.order_by("weekday", "opens")
    for agency_id, weekday, opens, closes in rows.values_list("agency_id", "weekday", "opens", "closes"):
        found[agency_id][weekday].append((opens, closes))
    hours: dict[int | None, Hours] = {None: dict(USUAL_HOURS)}
    return hours | {of: {day: tuple(spans) for day, spans in days.items()} for of, days in found.items()}


def _load() -> tuple[dict[int | None, Hours], dict[datetime.date, str], dict[datetime.date, str]]:
    days_off = {
        day: name for year in national_years().values() for day, name in (year.holidays | year.cuti_bersama).items()
    }
    extra = {}
    for date, name, working in CityDay.objects.values_list("date", "name", "working"):
        if working:
            days_off.pop(date, None)
            extra[date] = name
        else:
            days_off[date] = name
    return working_hours(), days_off, extra


_rules = Held("calendars", _load)


@dataclass(frozen=True)
class Calendars:
    """When the city works, and when those of its agencies do that have hours of their own."""

    city: Calendar
    own: Mapping[int | None, Calendar]

    def of(self, agency_id: int | None) -> Calendar:
        """The agency's calendar: with its own hours, else the city's (for None too). Days off are the city's."""
        return self.own.get(agency_id, self.city)


def calendars() -> Calendars:
    """The current city's calendars in its time zone; from memory unless they were changed. Raises NoCity on the hub."""
    hours, days_off, extra = _rules.get()
    zone = ZoneInfo(current_city().timezone)
    own = {agency_id: Calendar(zone, week, days_off, extra) for agency_id, week in hours.items()}
    return Calendars(own.pop(None), own)


def calendar(agency_id: int | None = None) -> Calendar:
    """The calendar of the current city, or of one of its agencies. Raises NoCity on the hub."""
    return calendars().of(agency_id)


def changed() -> None:
    """Makes every process read the city's calendar anew."""
    _rules.changed()


@dataclass(frozen=True, slots=True)
class DayOff:
    """One line of the year's list. `kind` is holiday, cuti_bersama, off or worked (the last two the city's own)."""

    date: datetime.date
    name: str
    kind: str


def days_between(first: datetime.date, last: datetime.date) -> list[DayOff]:
    """The special days from `first` to `last`, in order: one statement."""
    found = [
        DayOff(date, name, kind)
        for year in national_years().values()
        for kind, days in (("holiday", year.holidays), ("cuti_bersama", year.cuti_bersama))
        for date, name in days.items()
        if first <= date <= last
    ]
    own = CityDay.objects.filter(date__range=(first, last)).values_list("date", "name", "working")
    found += [DayOff(date, name, "worked" if working else "off") for date, name, working in own]
    return sorted(found, key=lambda day: (day.date, day.kind))


def unknown_years(today: datetime.date | None = None) -> list[int]:
    """Which of this year and the next have no decreed list of days off: the next one counts from October on, when the
    ministers' decree has usually come out."""
    today = today or timezone.localdate()
    wanted = [today.year] + ([today.year + 1] if today.month >= 10 else [])
    known = national_years()
    return [year for year in wanted if year not in known or not known[year].is_decreed]
