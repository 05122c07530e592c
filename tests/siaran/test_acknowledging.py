"""Acknowledging an escalation in the API, and in place of someone who is away."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from balai.accounts.models import User
from balai.agencies.actions import appoint, record_absence
from balai.agencies.models import Absence, Role
from balai.casework import ladder
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Escalation, Kind, Rung, Step
from balai.casework.sweep import sweep
from tenants.current import in_city
from tests.casework.test_red_and_levels import RED, in_office
from tests.casework.world import World, person
from tests.siaran.test_schema import ask, codes

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
ACKNOWLEDGE = """
mutation ($n: ID!) {
  siaranAcknowledgeEscalation(number: $n) { report { number late canAcknowledge timeline { kind words by } }
    errors { code } }
}
"""
CAN = "query ($n: ID!) { siaran { report(number: $n) { canAcknowledge } } }"


def refusal(case_number: str, user: User | None) -> str:
    """With which code the acknowledgement was refused; empty when it was taken."""
    data, errors = ask(ACKNOWLEDGE, user, n=case_number)
    found = data["siaranAcknowledgeEscalation"] if data else None
    return "".join(codes(errors) or [error["code"] for error in found["errors"]])


def late(a: World, hours: int = 73) -> Case:
    case = a.report()
    sweep(now=timezone.now() + hours * HOUR)
    return Case.objects.get(pk=case.pk)


def away(user: User, deputy: User, since: int = 0, until: int = 2) -> Absence:
    today = timezone.localdate()
    absence = Absence(user=user, deputy=deputy, since=today + since * DAY, until=today + until * DAY)
    return record_absence(absence=absence)


@pytest.fixture
def deputy(a: World) -> User:
    """The liaison of the agency, who stands in for its head."""
    return appoint(user=person("wakil"), role=Role.LIAISON, agency=a.dishub).user


def acknowledged(case: Case) -> tuple[Any, int]:
    row = Case.objects.get(pk=case.pk)
    return row.acknowledged_at, row.timeline.filter(kind=Kind.ACKNOWLEDGED).count()


def test_the_head_acknowledges_once_however_often_it_is_sent(a: World) -> None:
    case = late(a)
    assert ask(CAN, a.head, n=case.number)[0]["siaran"]["report"]["canAcknowledge"] is True
    answers = [ask(ACKNOWLEDGE, a.head, n=case.number) for _time in range(2)]
    for data, errors in answers:
        assert errors == []
        report = data["siaranAcknowledgeEscalation"]["report"]
        # It stays red: to know of something is no answer.
        assert (report["late"], report["canAcknowledge"]) == (True, False)
        assert [event["kind"] for event in report["timeline"]].count("ACKNOWLEDGED") == 1
    assert acknowledged(case)[1] == 1
    assert Escalation.objects.get(case=case, step=Step.HEAD).acknowledged_by_id == a.head.pk


def test_sekda_and_mayor_acknowledge_on_their_rungs(a: World) -> None:
    sekda = appoint(user=person("sekda"), role=Role.SEKDA).user
    case = late(a)
    for hours, rung, holder, other in ((98, Rung.SEKDA, sekda, a.mayor), (170, Rung.MAYOR, a.mayor, sekda)):
        sweep(now=timezone.now() + hours * HOUR)
        assert Case.objects.get(pk=case.pk).rung == rung
        assert refusal(case.number, other) == "FORBIDDEN"
        assert Case.objects.get(pk=case.pk).acknowledged_at is None
        assert refusal(case.number, holder) == ""
        assert Case.objects.get(pk=case.pk).acknowledged_at is not None


def test_nobody_else_does_and_nothing_is_changed(a: World, b: World, deputy: User) -> None:
    case, length = late(a), Case.objects.get().timeline_length
    for who in (a.operator, a.andi, a.warga, a.mayor, deputy):
        assert refusal(case.number, who) == "FORBIDDEN", who
        assert ask(CAN, who, n=case.number)[0]["siaran"]["report"]["canAcknowledge"] is False
    assert refusal(case.number, None) == "UNAUTHENTICATED"
    assert refusal("3674-0000-0000", a.head) == "NOT_FOUND"
    assert refusal(a.report().number, a.head) == "FORBIDDEN"
    with in_city(b.city):
        assert refusal(case.number, b.head) == "NOT_FOUND"
    assert acknowledged(case) == (None, 0)
    assert Case.objects.get(pk=case.pk).timeline_length == length


def test_a_deputy_acknowledges_in_place_of_the_absent_head(a: World, deputy: User) -> None:
    case = late(a)
    away(a.head, deputy)
    assert ask(CAN, deputy, n=case.number)[0]["siaran"]["report"]["canAcknowledge"] is True
    client = in_office(a, deputy)
    assert f"/{case.number}/acknowledge/" in client.get(RED).content.decode()
    assert "office-tile--late" in client.get("/kantor/").content.decode()
    data, errors = ask(ACKNOWLEDGE, deputy, n=case.number)
    assert errors == []
    [event] = [e for e in data["siaranAcknowledgeEscalation"]["report"]["timeline"] if e["kind"] == "ACKNOWLEDGED"]
    assert deputy.name in event["by"]
    assert "pengganti" in event["words"]
    entry = case.timeline.get(kind=Kind.ACKNOWLEDGED)
    assert (entry.actor_id, entry.role, entry.data["deputy_of"]) == (deputy.pk, Role.HEAD, a.head.pk)
    assert Escalation.objects.get(case=case, step=Step.HEAD).acknowledged_by_id == deputy.pk
    # The head, when back, need not say it again.
    assert refusal(case.number, a.head) == ""
    assert acknowledged(case)[1] == 1


@pytest.mark.parametrize(("since", "until"), [(-5, -1), (1, 3)])
def test_a_deputy_of_another_day_does_not(a: World, deputy: User, since: int, until: int) -> None:
    case = late(a)
    away(a.head, deputy, since, until)
    assert refusal(case.number, deputy) == "FORBIDDEN"
    assert "/acknowledge/" not in in_office(a, deputy).get(RED).content.decode()
    assert acknowledged(case) == (None, 0)


def test_a_deputy_who_no_longer_sees_the_cases_does_not(a: World) -> None:
    """The mayor's deputy has to see the whole city; one agency's officer does not, whatever the record says."""
    case = late(a, 122)
    Absence.objects.create(user=a.mayor, deputy=a.andi, since=timezone.localdate())
    assert Case.objects.get(pk=case.pk).rung == Rung.MAYOR
    with pytest.raises(NotAllowed):
        ladder.acknowledge(case=case, actor=a.andi)
    assert acknowledged(case) == (None, 0)


def test_statements(a: World, deputy: User, statements: Any) -> None:
    case = late(a)
    away(a.head, deputy)
    ask(CAN, a.head, n=case.number)
    for who, count in ((a.warga, 2), (a.head, 3), (deputy, 5)):
        with statements() as seen:
            ask(CAN, who, n=case.number)
        assert len(seen) == count, seen
