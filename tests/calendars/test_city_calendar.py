"""The calendar of a city: the nation's days, its own, its hours and zone, and what is read when."""

from __future__ import annotations

import datetime
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from balai.audit.models import Entry
from balai.calendars import queries
from balai.calendars.actions import remove_city_day, set_city_day, set_working_hours
from balai.calendars.models import CityDay, WorkingHours
from balai.calendars.years import national_years
from tenants.actions import change_city
from tenants.current import NoCity, in_city
from tenants.models import City
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
RIGHTS = [f"calendars.{act}_cityday" for act in ("add", "change", "delete", "view")] + ["calendars.change_workinghours"]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_decreed_year_names_its_decree_and_has_its_days(year: int) -> None:
    found = national_years()[year]
    assert found.is_decreed
    assert f"Tahun {year - 1}" in found.decree
    # The decrees count 17 holidays; 2024 had two days of election beside them.
    assert len(found.holidays) == (19 if year == 2024 else 17)
    assert len(found.cuti_bersama) == {2024: 10, 2025: 11, 2026: 8}[year]
    assert not set(found.holidays) & set(found.cuti_bersama)
    assert {date(year, 8, 17), date(year, 12, 25)} <= set(found.holidays)


def test_an_undecreed_year_is_said_to_be_incomplete() -> None:
    assert not national_years()[2027].is_decreed
    assert queries.unknown_years(date(2026, 9, 30)) == []
    assert queries.unknown_years(date(2026, 10, 1)) == [2027]
    assert queries.unknown_years(date(2031, 5, 1)) == [2031]


def test_a_year_without_a_file_still_has_weekends(in_city_a: City) -> None:
    due = queries.calendar().add_working_days(datetime.datetime(2031, 12, 31, 9, tzinfo=WIB), 1)
    assert due == datetime.datetime(2032, 1, 2, tzinfo=WIB)


def test_national_days_are_off_and_the_city_has_the_last_word(city_a: City, city_b: City) -> None:
    anniversary, christmas_eve = date(2026, 11, 26), date(2026, 12, 24)
    with in_city(city_a):
        assert not queries.calendar().is_working_day(christmas_eve)
        set_city_day(day=CityDay(date=anniversary, name="Hari jadi kota"))
        set_city_day(day=CityDay(date=christmas_eve, name="Masuk kerja", working=True))
        found = queries.calendar()
        assert not found.is_working_day(anniversary)
        assert found.is_working_day(christmas_eve)
    with in_city(city_b):
        assert queries.calendar().is_working_day(anniversary)
        assert not queries.calendar().is_working_day(christmas_eve)
    with in_city(city_a):
        remove_city_day(day=CityDay.objects.get(date=christmas_eve))
        assert not queries.calendar().is_working_day(christmas_eve)


def test_the_calendar_is_held_and_read_anew_after_a_change(in_city_a: City, statements: Any) -> None:
    queries.calendar()
    with statements() as seen:
        queries.calendar()
    assert seen == []
    set_city_day(day=CityDay(date=date(2026, 11, 26), name="Hari jadi kota"))
    with statements() as seen:
        queries.calendar()
    assert len(seen) == 2
    assert not queries.calendar().is_working_day(date(2026, 11, 26))


def test_the_zone_is_the_citys(city_a: City) -> None:
    with in_city(city_a):
        before = queries.calendar().add_working_days(datetime.datetime(2026, 11, 24, 23, 30, tzinfo=WIB), 1)
    moved = change_city(city_a, timezone="Asia/Jayapura")
    with in_city(moved):
        after = queries.calendar().add_working_days(datetime.datetime(2026, 11, 24, 23, 30, tzinfo=WIB), 1)
    assert before == datetime.datetime(2026, 11, 26, tzinfo=WIB)
    assert after == datetime.datetime(2026, 11, 27, tzinfo=ZoneInfo("Asia/Jayapura"))


def test_there_is_no_calendar_on_the_hub(db: None) -> None:
    with pytest.raises(NoCity):
        queries.calendar()


def test_hours_replace_the_usual_ones_and_bad_ones_change_nothing(in_city_a: City) -> None:
    set_working_hours(hours={0: [(time(8), time(12)), (time(13), time(17))], 5: [(time(8), time(0))]})
    assert queries.calendar().is_working_day(date(2026, 11, 28))
    assert not queries.calendar().is_working_day(date(2026, 11, 24))
    before = list(WorkingHours.objects.values_list("weekday", "opens", "closes"))
    for wrong in (
        {},
        {0: []},
        {7: [(time(8), time(12))]},
        {0: [(time(8), time(12)), (time(11), time(13))]},
        {0: [(time(12), time(8))]},
        {0: [(time(8), time(0)), (time(9), time(10))]},
        {9: [(time(8), time(12))]},
    ):
        with pytest.raises(ValidationError):
            set_working_hours(hours=wrong)
    assert list(WorkingHours.objects.values_list("weekday", "opens", "closes")) == before


# -- the office ------------------------------------------------------------------------------------------------------


def test_an_administrator_sees_the_year_with_its_sources(city_a: City) -> None:
    page = signed_in(city_a, staff(city_a, *RIGHTS)).get("/kantor/calendar/").content.decode()
    assert "Nomor 1497 Tahun 2025" in page
    assert "Kelahiran Yesus Kristus" in page


def test_a_day_is_entered_changed_and_removed(city_a: City, city_b: City) -> None:
    client = signed_in(city_a, staff(city_a, *RIGHTS))
    values = {"date": "2026-11-26", "name": "Hari jadi kota"}
    assert client.post("/kantor/city-days/new/", values).status_code == 302
    with in_city(city_a):
        day = CityDay.objects.get()
        assert not queries.calendar().is_working_day(date(2026, 11, 26))
        assert Entry.objects.filter(verb="calendars.day_set").count() == 1
    assert client.post(f"/kantor/city-days/edit/{day.pk}/", values | {"working": "on"}).status_code == 302
    with in_city(city_a):
        assert queries.calendar().is_working_day(date(2026, 11, 26))
    with in_city(city_b):
        assert not CityDay.objects.exists()
    assert client.post(f"/kantor/city-days/delete/{day.pk}/").status_code == 302
    with in_city(city_a):
        assert not CityDay.objects.exists()


@pytest.mark.parametrize("changes", [{"date": "besok"}, {"name": ""}, {"date": "2026-12-12"}, {"name": "x" * 121}])
def test_a_wrong_day_is_not_kept(city_a: City, changes: dict[str, str]) -> None:
    with in_city(city_a):
        CityDay.objects.create(date=date(2026, 12, 12), name="Sudah ada")
    client = signed_in(city_a, staff(city_a, *RIGHTS))
    assert client.post("/kantor/city-days/new/", {"date": "2026-11-26", "name": "Baru"} | changes).status_code == 200
    with in_city(city_a):
        assert CityDay.objects.count() == 1


def test_hours_are_written_as_people_write_them(city_a: City) -> None:
    client = signed_in(city_a, staff(city_a, *RIGHTS))
    assert "07.30-12.00, 13.00-16.00" in client.get("/kantor/working-hours/").content.decode()
    assert client.post("/kantor/working-hours/", {"day0": "08:00 – 12:00; 13.00-24.00"}).status_code == 302
    with in_city(city_a):
        assert queries.working_hours()[None] == {0: ((time(8), time(12)), (time(13), time(0)))}


@pytest.mark.parametrize("text", ["8", "25.00-26.00", "08.00-12.00, 11.00-13.00", "12.00-08.00", "08.00-09.00," * 7])
def test_wrong_hours_come_back_with_what_was_typed(city_a: City, text: str) -> None:
    client = signed_in(city_a, staff(city_a, *RIGHTS))
    answer = client.post("/kantor/working-hours/", {"day0": text})
    assert answer.status_code == 422
    assert text in answer.content.decode()
    with in_city(city_a):
        assert not WorkingHours.objects.exists()


def test_without_rights_the_calendar_is_closed_and_nothing_changes(city_a: City) -> None:
    client = signed_in(city_a, staff(city_a))
    assert client.get("/kantor/calendar/").status_code == 403
    assert client.post("/kantor/working-hours/", {"day0": "08.00-12.00"}).status_code == 403
    assert client.post("/kantor/city-days/new/", {"date": "2026-11-26", "name": "x"}).status_code == 302
    with in_city(city_a):
        assert not CityDay.objects.exists()
        assert not WorkingHours.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_with_more_days(city_a: City, count: int, django_assert_num_queries: Any) -> None:
    with in_city(city_a):
        for number in range(count):
            CityDay.objects.create(date=date(2027, 2, number + 1), name=f"Hari {number}")
    client = signed_in(city_a, staff(city_a, *RIGHTS))
    for path, expected in (("/kantor/calendar/", YEAR_STATEMENTS), ("/kantor/city-days/", DAYS_STATEMENTS)):
        client.get(path)
        with django_assert_num_queries(expected):
            assert client.get(path).status_code == 200


YEAR_STATEMENTS = 6
DAYS_STATEMENTS = 7
