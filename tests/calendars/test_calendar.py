"""The calendar's arithmetic against slow, obvious oracles that step from quarter to quarter and day to day."""

from __future__ import annotations

import datetime
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.calendars.calendar import USUAL_HOURS, Calendar, NoWorkingTime

WIB, WITA, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
"""Spans and moments below lie on quarters of an hour, so that this step misses nothing."""
DAY = timedelta(days=1)


def calendar(zone: ZoneInfo = WIB, off: tuple[date, ...] = (), worked: tuple[date, ...] = ()) -> Calendar:
    return Calendar(zone, USUAL_HOURS, dict.fromkeys(off, "off"), dict.fromkeys(worked, "worked"))


def at(text: str, zone: ZoneInfo = WIB) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


# -- the oracles -----------------------------------------------------------------------------------------------------


def works(found: Calendar, quarter: datetime.datetime) -> bool:
    """Whether the city works in this quarter of an hour, told from its own definition."""
    local = quarter.astimezone(found.zone)
    day, clock = local.date(), local.time()
    if day in found.extra_days:
        spans = found.hours.get(day.weekday()) or found.hours[min(key for key in found.hours if found.hours[key])]
    elif day in found.days_off:
        # Nothing, but for who works on holidays.
        spans = found.hours.get(7, ())
    else:
        spans = found.hours.get(day.weekday(), ())
    return any(opens <= clock and (closes == time(0) or clock < closes) for opens, closes in spans)


def worked_quarters(found: Calendar, start: datetime.datetime, end: datetime.datetime) -> timedelta:
    total = timedelta()
    while start < end:
        if works(found, start):
            total += QUARTER
        start += QUARTER
    return total


def quarters_of(found: Calendar, day: date) -> list[datetime.datetime]:
    return [datetime.datetime.combine(day, time(step // 4, step % 4 * 15), found.zone) for step in range(96)]


def end_of_working_day(found: Calendar, start: datetime.datetime, count: int) -> datetime.datetime:
    """Steps over midnights and counts those that end a working day, other than the day of receipt."""
    day = start.astimezone(found.zone).date()
    passed = 0
    if count == 0:
        while not any(works(found, quarter) for quarter in quarters_of(found, day)):
            day += DAY
    while passed < count:
        day += DAY
        if any(works(found, quarter) for quarter in quarters_of(found, day)):
            passed += 1
    return datetime.datetime.combine(day + DAY, time(0), found.zone)


# -- strategies ------------------------------------------------------------------------------------------------------


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    """Up to three spans of one day on quarters of an hour, in order; the last may end at midnight."""
    edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple((time(a // 4, a % 4 * 15), time(b // 4 % 24, b % 4 * 15)) for a, b in pairs)


moments = st.datetimes(datetime.datetime(2023, 12, 20), datetime.datetime(2028, 3, 10)).map(
    lambda moment: moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
)
zones = st.sampled_from([WIB, WITA, WIT])


@st.composite
def calendars(draw: st.DrawFn, around: datetime.datetime) -> Calendar:
    hours = {weekday: draw(spans()) for weekday in range(7)}
    if not any(hours.values()):
        hours[draw(st.integers(0, 6))] = ((time(8), time(12)),)
    if draw(st.booleans()):
        hours[7] = draw(spans())
    days = st.integers(-10, 40).map(lambda offset: around.date() + timedelta(days=offset))
    off, worked = draw(st.sets(days, max_size=12)), draw(st.sets(days, max_size=4))
    return Calendar(draw(zones), hours, dict.fromkeys(off - worked, "off"), dict.fromkeys(worked, "worked"))


@given(st.data(), moments, st.integers(0, 70))
@settings(max_examples=150, deadline=None)
def test_working_days_equal_the_oracle(data: st.DataObject, moment: datetime.datetime, count: int) -> None:
    found = data.draw(calendars(moment))
    start = moment.replace(tzinfo=data.draw(zones))
    due = found.add_working_days(start, count)
    assert due == end_of_working_day(found, start, count)
    assert due > start
    assert found.is_working_day(found.day_of(due - MINUTE))


@given(st.data(), moments, st.integers(0, 5 * 24 * 4))
@settings(max_examples=60, deadline=None)
def test_working_time_equals_the_oracle(data: st.DataObject, moment: datetime.datetime, quarters: int) -> None:
    found = data.draw(calendars(moment))
    start = moment.replace(tzinfo=found.zone)
    end = start + quarters * QUARTER
    assert found.working_time(start, end) == worked_quarters(found, start, end)


@given(st.data(), moments)
@settings(max_examples=60, deadline=None)
def test_the_next_working_moment_equals_the_oracle(data: st.DataObject, moment: datetime.datetime) -> None:
    found = data.draw(calendars(moment))
    start = moment.replace(tzinfo=found.zone)
    expected = start
    while not works(found, expected):
        expected += QUARTER
    assert found.next_working_moment(start) == expected
    assert found.is_working(expected)
    assert found.is_working(start) == works(found, start)


@given(st.data(), moments, st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=80, deadline=None)
def test_working_days_between_undo_working_days_added(
    data: st.DataObject, moment: datetime.datetime, first: int, second: int
) -> None:
    found = data.draw(calendars(moment))
    start = moment.replace(tzinfo=found.zone)
    due = found.add_working_days(start, first + 1)
    last_day = found.day_of(due - MINUTE)
    assert found.working_days_between(start.date(), last_day) == first + 1
    # Two steps are one.
    if second:
        assert found.add_working_days(due - MINUTE, second) == found.add_working_days(start, first + 1 + second)


@given(moments, st.floats(0, 24 * 90), zones)
def test_hours_are_hours_of_the_clock_on_the_wall(moment: datetime.datetime, hours: float, zone: ZoneInfo) -> None:
    start = moment.replace(tzinfo=zone)
    due = calendar(zone).add_hours(start, hours)
    assert due - start == timedelta(hours=hours)


# -- named edges -----------------------------------------------------------------------------------------------------


def test_received_exactly_at_midnight() -> None:
    """00:00 belongs to the day that it begins: received on Tuesday 00:00, one working day ends with Wednesday."""
    assert calendar().add_working_days(at("2026-11-24T00:00"), 1) == at("2026-11-26T00:00")
    assert calendar().add_working_days(at("2026-11-23T23:59:59.999999"), 1) == at("2026-11-25T00:00")
    assert calendar().add_hours(at("2026-11-24T00:00"), 72) == at("2026-11-27T00:00")


def test_month_end_and_year_end() -> None:
    assert calendar().add_working_days(at("2026-01-30T10:00"), 3) == at("2026-02-05T00:00")
    assert calendar(off=(date(2026, 1, 1),)).add_working_days(at("2025-12-31T15:00"), 1) == at("2026-01-03T00:00")
    assert calendar().add_hours(at("2025-12-31T15:00"), 24) == at("2026-01-01T15:00")


def test_leap_day() -> None:
    assert calendar().add_working_days(at("2028-02-28T09:00"), 1) == at("2028-03-01T00:00")
    assert calendar().add_hours(at("2028-02-28T09:00"), 24) == at("2028-02-29T09:00")
    assert calendar().add_hours(at("2027-02-28T09:00"), 24) == at("2027-03-01T09:00")
    assert calendar().add_working_days(at("2028-02-29T09:00"), 1) == at("2028-03-02T00:00")


def test_friday_evening_and_the_weekend_lead_to_the_same_day() -> None:
    for text in ("2026-11-27T22:00", "2026-11-28T12:00", "2026-11-29T23:59"):
        assert calendar().add_working_days(at(text), 1) == at("2026-12-01T00:00")


def test_a_long_holiday_is_left_out() -> None:
    """Lebaran 2026 with its cuti bersama: three working days from 17 March last until the 27th."""
    off = tuple(date(2026, 3, day) for day in (18, 19, 20, 21, 22, 23, 24))
    assert calendar(off=off).add_working_days(at("2026-03-17T08:00"), 3) == at("2026-03-28T00:00")


def test_the_city_works_on_a_saturday() -> None:
    worked = calendar(worked=(date(2026, 11, 28),))
    assert worked.add_working_days(at("2026-11-27T08:00"), 1) == at("2026-11-29T00:00")
    # A weekday without hours takes those of the week's first working day.
    assert worked.spans(date(2026, 11, 28))[0][0] == at("2026-11-28T07:30")


def test_zero_is_the_day_itself_and_never_the_past() -> None:
    assert calendar().add_working_days(at("2026-11-24T10:00"), 0) == at("2026-11-25T00:00")
    assert calendar().add_working_days(at("2026-11-28T10:00"), 0) == at("2026-12-01T00:00")
    assert calendar().add_hours(at("2026-11-24T10:00"), 0) == at("2026-11-24T10:00")


def test_the_same_moment_is_another_day_further_east() -> None:
    """23:30 in Jakarta is 01:30 in Jayapura: when a city's zone is put right, its days are others at once."""
    moment = at("2026-11-24T23:30")
    assert calendar(WIB).add_working_days(moment, 1) == at("2026-11-26T00:00")
    assert calendar(WIT).add_working_days(moment, 1) == at("2026-11-27T00:00", WIT)
    assert calendar(WITA).day_of(moment) == date(2026, 11, 25)


def test_a_day_has_24_hours_in_all_three_zones() -> None:
    for zone in (WIB, WITA, WIT):
        for month in range(1, 13):
            start = datetime.datetime(2026, month, 1, tzinfo=zone)
            assert calendar(zone).start_of(date(2026, month, 2)) - start == DAY


def test_closing_time_is_not_worked_any_more() -> None:
    assert calendar().is_working(at("2026-11-24T15:59"))
    assert not calendar().is_working(at("2026-11-24T16:00"))
    assert calendar().next_working_moment(at("2026-11-27T16:30")) == at("2026-11-30T07:30")
    assert calendar().next_working_moment(at("2026-11-24T12:00")) == at("2026-11-24T13:00")


def test_a_span_until_midnight_counts_whole() -> None:
    night = Calendar(WIB, {1: ((time(22), time(0)),)}, {}, {})
    assert night.working_time(at("2026-11-24T00:00"), at("2026-11-25T00:00")) == timedelta(hours=2)
    assert night.is_working(at("2026-11-24T23:59:59"))


def test_a_week_has_37_and_a_half_hours() -> None:
    """Perpres 21/2023, article 4."""
    assert calendar().working_time(at("2026-11-23T00:00"), at("2026-11-30T00:00")) == timedelta(hours=37.5)


def test_a_calendar_without_working_days_is_refused_instead_of_looping() -> None:
    empty = Calendar(WIB, {}, {}, {})
    with pytest.raises(NoWorkingTime):
        empty.add_working_days(at("2026-11-24T10:00"), 1)
    with pytest.raises(NoWorkingTime):
        empty.next_working_moment(at("2026-11-24T10:00"))
    assert empty.working_time(at("2026-11-24T10:00"), at("2026-12-24T10:00")) == timedelta()
