"""Due dates and the red mark, for residents and staff alike, in the API and on the pages."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from balai.casework import sla
from balai.casework.ladder import day_of_deadline
from balai.casework.models import Case
from balai.casework.sweep import sweep
from tests.casework.world import World

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
QUERY = """
query ($number: ID!) { siaran {
  report(number: $number) { late dueAt dueWhy timeline { kind words internal } }
  reports(first: 5) { nodes { number late dueAt dueWhy } }
} }
"""


def asked(client: Any, case: Case) -> dict[str, Any]:
    answer = client.post(
        "/graphql/", {"query": QUERY, "variables": {"number": case.number}}, content_type="application/json"
    ).json()
    assert "errors" not in answer
    return answer["data"]["siaran"]  # type: ignore[no-any-return]


def test_before_it_is_late_the_due_date_is_said_and_why(a: World, client_a: Any) -> None:
    case = a.report()
    found = asked(client_a, case)
    assert found["report"]["late"] is False
    assert datetime.datetime.fromisoformat(found["report"]["dueAt"]) == case.received_at + 72 * HOUR
    assert "72" in found["report"]["dueWhy"]
    assert found["reports"]["nodes"][0] == {
        "number": case.number, "late": False, "dueAt": found["report"]["dueAt"], "dueWhy": found["report"]["dueWhy"],
    }  # fmt: skip
    page = client_a.get(f"/siaran/laporan/{case.number}/").content.decode()
    assert day_of_deadline(case.received_at + 72 * HOUR) in page
    assert "tag--late" not in page
    assert day_of_deadline(case.received_at + 72 * HOUR) in client_a.get("/siaran/laporan/").content.decode()


def test_late_is_red_for_everyone_with_its_ladder_in_the_timeline(a: World, client_a: Any) -> None:
    case = a.report()
    sweep(now=timezone.now() + 73 * HOUR)
    found = asked(client_a, case)
    assert found["report"]["late"] is found["reports"]["nodes"][0]["late"] is True
    events = {event["kind"]: event for event in found["report"]["timeline"]}
    assert events["LATE"]["words"]
    assert events["ESCALATED"]["words"]
    # The warning was the city's own affair.
    assert "WARNED" not in events
    for path in (f"/siaran/laporan/{case.number}/", "/siaran/laporan/"):
        assert "tag--late" in client_a.get(path).content.decode()


def test_a_closed_case_is_neither_late_nor_due(a: World, client_a: Any) -> None:
    case = a.report()
    sweep(now=timezone.now() + 73 * HOUR)
    Case.objects.filter(pk=case.pk).update(
        status="done", closed_at=timezone.now(), late_since=None, next_deadline_at=None
    )
    found = asked(client_a, case)["report"]
    assert (found["late"], found["dueAt"], found["dueWhy"]) == (False, None, "")


def test_a_deadline_at_midnight_is_the_day_that_ends_with_it() -> None:
    midnight = timezone.make_aware(datetime.datetime(2026, 12, 1))
    assert "30" in day_of_deadline(midnight)
    assert ":" not in day_of_deadline(midnight)


def test_promises_are_said_without_a_statement(a: World, statements: Any) -> None:
    case = a.report()
    sla.promise(case)
    with statements() as seen:
        assert sla.promise(case)
    assert seen == []
