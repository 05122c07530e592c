"""Quiet hours against a slow, obvious clock; and that whatever people choose meanwhile, nothing is lost or doubled."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.accounts.models import User
from balai.notifications import actions
from balai.notifications.models import Channel, Delivery, Message, Outcome, Preference, Status
from balai.notifications.planning import chosen_channel, held_until, quiet_end
from balai.notifications.tasks import deliver, sweep

ZONES = [ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")]
MINUTE = datetime.timedelta(minutes=1)
clocks = st.times(max_value=datetime.time(23, 59)).map(lambda time: time.replace(second=0, microsecond=0))
moments = st.datetimes(
    datetime.datetime(2027, 12, 30), datetime.datetime(2028, 3, 2), timezones=st.just(datetime.UTC)
).map(lambda at: at.replace(second=0, microsecond=0))


def quiet_at(clock: datetime.time, start: datetime.time, end: datetime.time) -> bool:
    """Minute by minute from the beginning until the end: does the clock come by?"""
    at = datetime.datetime.combine(datetime.date(2028, 1, 1), start)
    while at.time() != end:
        if at.time() == clock:
            return True
        at += MINUTE
    return False


@given(at=moments, start=clocks, end=clocks, zone=st.sampled_from(ZONES))
@settings(max_examples=150, deadline=None)
def test_quiet_hours_end_when_the_clock_says_so(
    at: datetime.datetime, start: datetime.time, end: datetime.time, zone: ZoneInfo
) -> None:
    found = quiet_end(at, zone, start, end)
    expected = None
    if quiet_at(at.astimezone(zone).time(), start, end):
        expected = at
        while expected.astimezone(zone).time() != end:
            expected += MINUTE
    assert found == expected


@pytest.mark.parametrize(
    ("local", "ends"),
    [
        ("2028-02-28T20:59", None),
        ("2028-02-28T21:00", "2028-02-29T06:00"),  # into the leap day
        ("2028-02-29T05:59", "2028-02-29T06:00"),
        ("2028-02-29T06:00", None),
        ("2027-12-31T23:30", "2028-01-01T06:00"),
    ],
)
def test_the_usual_night(local: str, ends: str | None) -> None:
    zone = ZONES[0]
    at = datetime.datetime.fromisoformat(local).replace(tzinfo=zone)
    found = held_until(Preference(), Channel.SMS, kind="reports", urgent=False, at=at, zone=zone)
    assert found == (datetime.datetime.fromisoformat(ends).replace(tzinfo=zone) if ends else None)


def test_what_goes_at_night() -> None:
    zone = ZONES[0]
    night = {"at": datetime.datetime(2028, 1, 1, 23, tzinfo=zone), "zone": zone}
    usual = Preference()
    assert held_until(usual, Channel.MAIL, kind="", urgent=False, **night) is None  # codes, security
    assert held_until(usual, Channel.SMS, kind="", urgent=False, **night) is None
    assert held_until(usual, Channel.MAIL, kind="reports", urgent=True, **night) is None
    assert held_until(usual, Channel.MAIL, kind="escalations", urgent=False, **night) is None
    assert held_until(usual, Channel.SMS, kind="reports", urgent=True, **night) is not None
    assert held_until(usual, Channel.MAIL, kind="reports", urgent=False, **night) is not None
    assert held_until(Preference(quiet=False), Channel.SMS, kind="reports", urgent=False, **night) is None


BOTH = {Channel.MAIL: "a@example.org", Channel.SMS: "+628121111111"}


@pytest.mark.parametrize(
    ("preference", "kind", "reachable", "channel"),
    [
        (Preference(), "reports", BOTH, "mail"),
        (Preference(), "reports", {Channel.SMS: "+628121111111"}, "sms"),
        (Preference(), "reports", {}, "inbox"),
        (Preference(channels={"reports": "sms"}), "reports", BOTH, "sms"),
        (Preference(channels={"reports": "sms"}), "reports", {Channel.MAIL: "a@example.org"}, "mail"),
        (Preference(channels={"reports": "inbox"}), "reports", BOTH, "inbox"),
        (Preference(channels={"reports": "inbox"}), "desk", BOTH, "mail"),
        (Preference(channels={"reports": "inbox"}), "", BOTH, "mail"),
        (Preference(digest_at=datetime.time(7)), "desk", BOTH, "inbox"),
        (Preference(digest_at=datetime.time(7)), "reports", BOTH, "mail"),
        (Preference(digest_at=datetime.time(7)), "escalations", BOTH, "mail"),
    ],
)
def test_the_way_of_a_message(preference: Preference, kind: str, reachable: dict[Any, str], channel: str) -> None:
    assert chosen_channel(preference, kind, reachable) == channel


steps = st.lists(
    st.one_of(
        st.just(("tell", None)),
        st.tuples(st.just("choose"), st.sampled_from(["", "mail", "sms", "inbox"])),
        st.tuples(st.just("quiet"), st.booleans()),
        st.tuples(st.just("night"), st.tuples(clocks, clocks)),
        st.tuples(st.just("wait"), st.integers(1, 30 * 60)),
    ),
    max_size=14,
)


@pytest.mark.django_db
@given(steps=steps)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_doubled_by_changing_ones_mind(steps: list[tuple[str, Any]], in_city_a: Any) -> None:
    from django.db import transaction

    sent: list[int] = []
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr("balai.notifications.gateways.send", lambda message: sent.append(message.pk))
        user = User.objects.create_user("ubah@example.org", name="Ani", phone="+628121111111", phone_verified=True)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        now, told = datetime.datetime(2028, 2, 28, 3, tzinfo=datetime.UTC), 0
        for step, value in [*steps, ("wait", 2 * 24 * 60)]:
            with time_machine.travel(now, tick=False):
                match step:
                    case "tell":
                        told += 1
                        actions.notify(
                            to=user, template="casework/taken_up", kind="reports", dedupe_key=f"t{told}", path="/x/"
                        )
                    case "choose":
                        actions.change_preferences(user=user, channels={"reports": value})
                    case "quiet":
                        if value is False or Preference.objects.filter(user_id=user.pk).exists():
                            actions.change_preferences(user=user, quiet=value)
                    case "night" if value[0] != value[1]:
                        actions.change_preferences(user=user, quiet_from=value[0], quiet_until=value[1])
                    case "wait":
                        now += datetime.timedelta(minutes=value)
            with time_machine.travel(now, tick=False):
                sweep()
                for pk in Message.objects.filter(status=Status.QUEUED).values_list("pk", flat=True):
                    deliver(pk)
        messages = list(Message.objects.filter(recipient_id=user.pk))
        assert len(messages) == told
        assert {message.status for message in messages} <= {Status.SENT}
        assert sorted(sent) == sorted(message.pk for message in messages if message.channel != Channel.INBOX)
        assert Delivery.objects.filter(outcome=Outcome.SENT).count() == len(sent)
        transaction.set_rollback(True)
