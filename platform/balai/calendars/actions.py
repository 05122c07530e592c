"""Writes: the city's own days and its working hours. Every write makes all processes read the calendar anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.audit.actions import record
from balai.calendars import queries
from balai.calendars.calendar import MIDNIGHT, Span
from balai.calendars.models import CityDay, Weekday, WorkingHours


@transaction.atomic
def set_city_day(*, day: CityDay, actor: User | None = None) -> CityDay:
    """Writes a new or changed day of the city. Raises ValidationError with a message per field."""
    day.full_clean()
    day.save()
    record("calendars.day_set", day, actor=actor, date=day.date.isoformat(), working=day.working)
    queries.changed()
    return day


@transaction.atomic
def remove_city_day(*, day: CityDay, actor: User | None = None) -> None:
    """The day is again what the nation's calendar says."""
    record("calendars.day_removed", day, actor=actor, date=day.date.isoformat())
    day.delete()
    queries.changed()


@transaction.atomic
def set_working_hours(
    *, hours: Mapping[int, Sequence[Span]], agency_id: int | None = None, actor: User | None = None
) -> None:
    """The whole week's hours by weekday (Monday is 0, HOLIDAYS the days off), of the city or of an agency; a day
    without spans is not worked. They count for what is counted from now on: due dates that are set stay.

    Raises ValidationError where the spans of a day overlap or end before they begin, or no day is worked.
    """
    rows = []
    for weekday, spans in sorted(hours.items()):
        busy_until = None
        for opens, closes in sorted(spans):
            row = WorkingHours(agency_id=agency_id, weekday=weekday, opens=opens, closes=closes)
            row.clean_fields()
            row.clean()
            if busy_until is not None and (busy_until == MIDNIGHT or opens < busy_until):
                raise ValidationError(_("The hours of %(day)s overlap.") % {"day": row.get_weekday_display()})
            busy_until = closes
            rows.append(row)
    if not any(row.weekday != Weekday.HOLIDAYS for row in rows):
        raise ValidationError(_("At least one day must be worked: otherwise no deadline would ever come."))
    WorkingHours.objects.filter(agency=agency_id).delete()
    WorkingHours.objects.bulk_create(rows)
    record("calendars.hours_set", "working hours", actor=actor, agency=agency_id, rows=len(rows))
    queries.changed()


@transaction.atomic
def follow_city_hours(*, agency_id: int, actor: User | None = None) -> None:
    """The agency works when the city does, from now on."""
    rows, _models = WorkingHours.objects.filter(agency_id=agency_id).delete()
    if rows:
        record("calendars.hours_followed", "working hours", actor=actor, agency=agency_id)
        queries.changed()
