"""The daily digest: once per person and day, from the rows of that moment, and nothing where there is nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from balai.accounts.models import User
from balai.casework import actions
from balai.casework.digests import sections
from balai.casework.models import Case
from balai.notifications.actions import change_preferences
from balai.notifications.models import Message, Preference
from balai.notifications.tasks import send_digests
from tenants.current import in_city
from tests.casework.world import World

pytestmark = pytest.mark.django_db

# A Monday of 2026 without a holiday; 09.00 in the city.
MONDAY = datetime.datetime(2026, 7, 20, 2, tzinfo=datetime.UTC)
SEVEN = datetime.time(7)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def a(city_a: Any) -> Iterator[World]:
    with time_machine.travel(MONDAY - 30 * DAY):
        world = World(city_a)
    with in_city(city_a):
        yield world


def digests(person: User) -> list[Message]:
    return list(Message.objects.filter(template="notifications/digest", recipient=person).order_by("pk"))


def test_one_mail_a_day_says_what_is_new_open_and_late(a: World) -> None:
    with time_machine.travel(MONDAY):
        change_preferences(user=a.operator, digest_at=SEVEN)
        first, late = a.report(), a.report()
        # The single mail stands in the inbox instead.
        assert {m.channel for m in Message.objects.filter(template="casework/arrived", recipient=a.operator)} == {
            "inbox"
        }
        Case.objects.filter(pk=late.pk).update(late_since=timezone.now())
        assert send_digests() == 0
    tuesday = MONDAY + DAY - datetime.timedelta(hours=2)
    with time_machine.travel(tuesday, tick=False):  # 07.00
        assert send_digests() == 1
        assert send_digests() == 0
    (mail,) = digests(a.operator)
    assert (mail.channel, mail.path) == ("mail", "/kantor/siaran/reports/")
    assert f"- {first.number} · Lampu jalan · Barat Daya\n" in mail.text
    assert f"- {late.number} · Lampu jalan · Barat Daya · terlambat sejak 20 Juli\n" in mail.text
    assert "Terbuka di meja: 2" in mail.text
    assert "mati sejak kemarin" not in mail.text  # nobody's words
    with time_machine.travel(tuesday + DAY, tick=False):
        assert send_digests() == 1
    assert first.number not in digests(a.operator)[1].text  # no longer new


def test_nothing_comes_where_there_is_nothing(a: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        change_preferences(user=a.operator, digest_at=SEVEN)
        change_preferences(user=a.warga, digest_at=SEVEN)
    with time_machine.travel(MONDAY + DAY, tick=False):
        assert send_digests() == 0
    assert digests(a.operator) == digests(a.warga) == []
    row = Preference.objects.get(user_id=a.operator.pk)
    assert row.next_digest_at == MONDAY + 2 * DAY - datetime.timedelta(hours=2)


@pytest.mark.parametrize(
    "day",
    [
        datetime.date(2026, 7, 25),  # a Saturday
        datetime.date(2026, 7, 26),
        datetime.date(2026, 8, 17),  # Independence Day, a Monday
    ],
)
def test_nothing_comes_on_a_day_off(a: World, day: datetime.date) -> None:
    before = datetime.datetime.combine(day, datetime.time(), datetime.UTC) - DAY
    with time_machine.travel(before):
        change_preferences(user=a.operator, digest_at=SEVEN)
        a.report()
        Preference.objects.update(next_digest_at=before + DAY)
    with time_machine.travel(before + DAY, tick=False):
        assert send_digests() == 0
    with time_machine.travel(before + 4 * DAY, tick=False):
        assert send_digests() == 1
    assert "Baru di meja: 1" in digests(a.operator)[0].text


def test_a_lost_worker_leaves_it_undone(a: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(MONDAY, tick=False):
        change_preferences(user=a.operator, digest_at=SEVEN)
        a.report()
    with time_machine.travel(MONDAY + DAY, tick=False):
        with monkeypatch.context() as patch:
            patch.setattr(
                "balai.notifications.actions.digesting.notify", lambda **_values: (_ for _ in ()).throw(SystemExit)
            )
            with pytest.raises(SystemExit):
                send_digests()
        assert digests(a.operator) == []
        assert send_digests() == 1
        assert send_digests() == 0


def test_of_a_secret_case_only_the_number_stands_there(a: World) -> None:
    case = a.report()
    Case.objects.update(visibility="secret")
    found = sections(a.operator, timezone.now() - DAY)
    assert found[1].lines == [case.number]


def test_an_officer_reads_of_their_own_tasks(a: World) -> None:
    case = actions.assign(case=a.report(), officer=a.andi, actor=a.operator)
    since = timezone.now() - DAY
    counts = {section.title: section.count for section in sections(a.andi, since) if section.count}
    assert list(counts.values()) == [1, 1]
    assert sections(a.andi, since)[1].lines[0].startswith(case.number)
    assert [section for section in sections(a.budi, since) if section.count] == []
    assert [section for section in sections(a.warga, since) if section.count] == []


def test_its_cost_does_not_grow(a: World, statements: Any) -> None:
    costs = []
    for count in (1, 3):
        while Case.objects.count() < count:
            a.report()
        with statements() as seen:
            sections(a.operator, timezone.now() - DAY)
        costs.append(len(seen))
    assert costs == [5, 5]  # the posts, the counts, the new ones, and what the person follows


def test_whoever_stops_the_digest_gets_no_single_mails_instead(a: World) -> None:
    from balai.notifications.actions import stop

    with time_machine.travel(MONDAY, tick=False):
        change_preferences(user=a.operator, digest_at=SEVEN)
        a.report()
    with time_machine.travel(MONDAY + DAY, tick=False):
        send_digests()
        assert stop(message=digests(a.operator)[0])
        a.report()
    row = Preference.objects.get(user_id=a.operator.pk)
    assert (row.digest_at, row.next_digest_at) == (None, None)
    assert {"tasks", "desk"} <= set(row.channels)
    assert (
        not Message.objects.filter(recipient=a.operator, channel="mail").exclude(template__contains="digest").exists()
    )
