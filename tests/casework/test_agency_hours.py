"""Agencies that work at other times than their city: their deadlines, their screen, and what stays as it was."""

from __future__ import annotations

import datetime
import html
from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.audit.models import Entry
from balai.calendars import queries
from balai.calendars.actions import follow_city_hours, set_city_day, set_working_hours
from balai.calendars.calendar import ROUND_THE_CLOCK, Calendar
from balai.calendars.models import CityDay, WorkingHours
from balai.casework import actions
from balai.casework.models import Case, Escalation, Step, TimeUnit
from balai.casework.sweep import sweep
from tenants.current import in_city
from tests.calendars.test_calendar import WIB, end_of_working_day, moments, spans
from tests.calendars.test_city_calendar import RIGHTS
from tests.casework.test_clocks import at, fresh, policy, tuesday  # noqa: F401
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
SCREEN = "/kantor/agency-hours/"
LIST_STATEMENTS = 7
FRIDAY = datetime.datetime(2026, 11, 27, 10, 0, tzinfo=WIB)


def always(world: World) -> None:
    """The agency for lamps works day and night."""
    set_working_hours(hours=ROUND_THE_CLOCK, agency_id=world.dishub.pk)


@given(st.data(), moments, st.integers(0, 20))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_agencys_deadlines_equal_the_oracle_of_its_own_hours(
    a: World, data: st.DataObject, moment: datetime.datetime, count: int
) -> None:
    """What is written and read back counts as the hours that were meant, over the city's days off."""
    hours = {day: data.draw(spans()) for day in range(8)}
    if not any(hours[day] for day in range(7)):
        hours[2] = ((time(8), time(12)),)
    off = moment.date() + datetime.timedelta(days=data.draw(st.integers(1, 10)))
    with transaction.atomic():
        set_working_hours(hours=hours, agency_id=a.dishub.pk)
        set_city_day(day=CityDay(date=off, name="Hari khusus"))
        city, own = queries.calendar(), queries.calendar(a.dishub.pk)
        meant = Calendar(WIB, hours, city.days_off, city.extra_days)
        start = moment.replace(tzinfo=WIB)
        assert own.add_working_days(start, count) == end_of_working_day(meant, start, count)
        assert queries.calendar(a.dlh.pk) == city
        assert city.add_working_days(start, count) == end_of_working_day(city, start, count)
        CityDay.objects.all().delete()


def test_hours_of_an_agency_are_held_with_the_citys(a: World, statements: Any) -> None:
    always(a)
    queries.calendar()
    with statements() as seen:
        assert queries.calendar(a.dishub.pk) != queries.calendar(a.dlh.pk)
    assert seen == []
    follow_city_hours(agency_id=a.dishub.pk)
    assert queries.calendar(a.dishub.pk) == queries.calendar()


def test_due_dates_follow_the_agency_day_and_night(a: World, tuesday: Any) -> None:  # noqa: F811
    always(a)
    policy(done_amount=2, done_unit=TimeUnit.WORKING_DAYS)
    tuesday.move_to(FRIDAY)
    # Saturday and Sunday for who works on them; Monday and Tuesday for the others.
    assert a.report().done_due_at == at("2026-11-30T00:00")
    assert a.report(category="sampah").done_due_at == at("2026-12-02T00:00")


def test_a_holiday_is_worked_only_by_who_has_hours_on_it(a: World, tuesday: Any) -> None:  # noqa: F811
    set_city_day(day=CityDay(date=date(2026, 11, 25), name="Hari jadi kota"))
    policy(done_amount=1, done_unit=TimeUnit.WORKING_DAYS)
    set_working_hours(hours=dict.fromkeys(range(7), ((time(0), time(0)),)), agency_id=a.dishub.pk)
    assert a.report().done_due_at == at("2026-11-27T00:00")
    always(a)
    assert a.report().done_due_at == at("2026-11-26T00:00")


def test_another_agency_keeps_the_due_dates_and_counts_on_by_its_own_days(a: World, tuesday: Any) -> None:  # noqa: F811
    always(a)
    policy(done_amount=2, done_unit=TimeUnit.WORKING_DAYS, update_amount=1, update_unit=TimeUnit.WORKING_DAYS)
    tuesday.move_to(FRIDAY)
    case = a.report()
    due = case.done_due_at
    case = actions.forward(case=case, agency=a.dlh, actor=a.operator, reason="Ini soal sampah.")
    assert fresh(case).done_due_at == due == at("2026-11-30T00:00")
    actions.reply(case=case, actor=a.room, words="Sudah kami terima.")
    assert fresh(case).update_due_at == at("2026-12-01T00:00")


def test_changed_hours_leave_the_due_dates_that_are_set(a: World, tuesday: Any) -> None:  # noqa: F811
    policy(done_amount=2, done_unit=TimeUnit.WORKING_DAYS)
    tuesday.move_to(FRIDAY)
    case = a.report()
    always(a)
    sweep()
    assert fresh(case).done_due_at == case.done_due_at == at("2026-12-02T00:00")


def test_reminders_wait_for_the_agencys_hours_and_the_mayors_for_the_citys(a: World, tuesday: Any) -> None:  # noqa: F811
    policy(
        answer_amount=1, answer_unit=TimeUnit.WORKING_DAYS, ladder_unit=TimeUnit.WORKING_DAYS,
        head_after=0, sekda_after=0, mayor_after=0,
    )  # fmt: skip
    always(a)
    tuesday.move_to(FRIDAY)
    case = a.report()
    midnight = at("2026-11-29T00:00")
    tuesday.move_to(midnight)
    sweep()
    told = dict(Escalation.objects.filter(case=case).values_list("step", "notify_at"))
    assert told[Step.LATE] == told[Step.HEAD] == midnight
    # The Sekda's post is empty here; the mayor reads it on Monday morning.
    assert told[Step.MAYOR] > at("2026-11-30T07:00")


# -- the office ------------------------------------------------------------------------------------------------------


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def test_an_administrator_gives_an_agency_its_hours_and_takes_them_back(a: World, b: World) -> None:
    client = signed_in(a.city, staff(a.city, *RIGHTS))
    one = f"{SCREEN}{a.dishub.pk}/"
    assert text(client.get(SCREEN)).count("seperti kota") == 2
    assert "07.30-12.00, 13.00-16.00" in text(client.get(one))
    assert client.post(one, {"act": "always"}).status_code == 302
    assert "siang malam" in text(client.get(SCREEN))
    assert WorkingHours.objects.filter(agency=a.dishub).count() == 8
    assert client.post(one, {"day0": "08.00-20.00", "day7": "08.00-12.00"}).status_code == 302
    assert "Senin 08.00-20.00; Hari libur 08.00-12.00" in text(client.get(SCREEN))
    assert not WorkingHours.objects.filter(agency=None).exists()
    with in_city(b.city):
        assert not WorkingHours.objects.exists()
    assert client.post(one, {"act": "city"}).status_code == 302
    assert not WorkingHours.objects.exists()
    verbs = list(Entry.objects.filter(verb__startswith="calendars.hours").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["calendars.hours_set", "calendars.hours_set", "calendars.hours_followed"]


@pytest.mark.parametrize("sent", [{}, {"day7": "08.00-12.00"}, {"day0": "pagi"}, {"day0": "12.00-08.00"}])
def test_wrong_hours_of_an_agency_change_nothing(a: World, sent: dict[str, str]) -> None:
    always(a)
    client = signed_in(a.city, staff(a.city, *RIGHTS))
    answer = client.post(f"{SCREEN}{a.dishub.pk}/", sent)
    assert answer.status_code == 422
    assert all(value in text(answer) for value in sent.values())
    assert queries.calendar(a.dishub.pk).hours == ROUND_THE_CLOCK


def test_only_who_may_and_only_agencies_of_the_city(a: World, b: World) -> None:
    client, stranger = signed_in(a.city, staff(a.city, *RIGHTS)), signed_in(a.city, staff(a.city))
    with in_city(b.city):
        foreign = b.dishub.pk
        from balai.agencies.models import Agency

        foreign = Agency.objects.create(pk=foreign + 5000, name="X", short_name="X", slug="x").pk
    assert client.post(f"{SCREEN}{foreign}/", {"act": "always"}).status_code == 404
    assert stranger.get(SCREEN).status_code == 403
    assert stranger.post(f"{SCREEN}{a.dishub.pk}/", {"act": "always"}).status_code == 403
    with pytest.raises(ValidationError):
        set_working_hours(hours={7: [(time(8), time(12))]}, agency_id=a.dishub.pk)
    assert not WorkingHours.objects.exists()
    assert not Case.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(a: World, django_assert_num_queries: Any, count: int) -> None:
    from balai.agencies.models import Agency

    for number in range(count):
        agency = Agency.objects.create(name=f"Dinas {number}", short_name=f"D{number}", slug=f"d{number}")
        set_working_hours(hours=ROUND_THE_CLOCK, agency_id=agency.pk)
    client = signed_in(a.city, staff(a.city, *RIGHTS))
    client.get(SCREEN)
    with django_assert_num_queries(LIST_STATEMENTS):
        assert client.get(SCREEN).status_code == 200
