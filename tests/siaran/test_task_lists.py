"""An officer's lists: the unit's own work first and marked, the archive, and what each costs."""

from __future__ import annotations

import datetime
from copy import copy as copy_of
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from balai.accounts.models import User
from balai.agencies.actions import appoint
from balai.agencies.models import Role, Unit
from balai.agencies.queries import standing_of
from balai.casework import actions, field_work, queries
from balai.casework.models import Case
from tests.casework.world import World, person
from tests.siaran.test_schema import ask
from tests.siaran.test_task_pages import Browser

pytestmark = pytest.mark.django_db

TASKS = """
query ($order: TaskOrder, $first: Int, $after: String) {
  siaran { myTasks(order: $order, first: $first, after: $after) {
    nodes { number ownUnit } pageInfo { hasNextPage endCursor }
  } }
}
"""
FINISHED = "{ siaran { finishedTasks { nodes { number ownUnit thumbnail dueWhy } } } }"


@pytest.fixture
def lina(a: World) -> User:
    """An officer of the unit for street lights."""
    return appoint(user=person("lina"), role=Role.OFFICER, agency=a.dishub, unit=a.lamps).user


def waiting(a: World, hours: int, unit: Unit | None = None) -> Case:
    """A case of the agency that nobody has, received so many hours ago."""
    case = a.report()
    received = timezone.now() - datetime.timedelta(hours=hours)
    Case.objects.filter(pk=case.pk).update(
        received_at=received, done_due_at=received + datetime.timedelta(days=2), answer_due_at=None, unit=unit
    )
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("order", ["DEADLINE", "LONGEST_WAITING"])
def test_a_units_tasks_come_first_for_its_own_officers(a: World, lina: User, order: str) -> None:
    oldest = waiting(a, 9)
    own = actions.assign(case=waiting(a, 5), officer=lina, actor=a.operator)
    of_unit = waiting(a, 3, a.lamps)
    other_unit = waiting(a, 7, Unit.objects.create(agency=a.dishub, name="UPT Parkir"))
    data, errors = ask(TASKS, lina, order=order)
    assert errors == []
    nodes = data["siaran"]["myTasks"]["nodes"]
    assert [node["number"] for node in nodes] == [case.number for case in (own, of_unit, oldest, other_unit)]
    assert [node["ownUnit"] for node in nodes] == [False, True, False, False]
    # Who is of no unit has them as they wait.
    nodes = ask(TASKS, a.budi, order=order)[0]["siaran"]["myTasks"]["nodes"]
    assert [node["number"] for node in nodes] == [case.number for case in (oldest, other_unit, of_unit)]
    assert {node["ownUnit"] for node in nodes} == {False}


def test_pages_of_the_list_neither_skip_nor_repeat(a: World, lina: User) -> None:
    wanted = {waiting(a, hours, unit).number for hours in (2, 4, 6) for unit in (None, a.lamps)}
    seen: list[str] = []
    after = None
    for _page in range(3):
        found = ask(TASKS, lina, order="DEADLINE", first=2, after=after)[0]["siaran"]["myTasks"]
        seen += [node["number"] for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
    assert len(seen) == len(set(seen)) == 6
    assert set(seen) == wanted


def test_the_page_marks_the_units_work(a: World, lina: User, sign_in: Any) -> None:
    waiting(a, 3, a.lamps)
    waiting(a, 5)
    browser = Browser(a.city)
    sign_in(browser, lina, a.city)
    assert browser.get("/siaran/tugas/").content.decode().count("unit Anda") == 1
    assert browser.post("/siaran/tugas/terdekat/", a.inside).content.decode().count("unit Anda") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_statements_of_both_lists(a: World, lina: User, statements: Any, count: int) -> None:
    for hours in range(count):
        waiting(a, hours, a.lamps)
        done = actions.accept(case=a.report(), actor=lina)
        actions.finish(case=done, actor=lina, words="Sudah diganti.", photo_ids=[a.photo(lina).pk])
    ask(TASKS, lina)
    with statements() as seen:
        assert len(ask(TASKS, lina)[0]["siaran"]["myTasks"]["nodes"]) == count
    assert len(seen) == 2, seen
    with statements() as seen:
        assert len(ask(FINISHED, lina)[0]["siaran"]["finishedTasks"]["nodes"]) == count
    assert len(seen) == 2, seen


def test_both_lists_stand_on_their_indexes_among_thousands_of_others_cases(a: World, lina: User) -> None:
    first = a.report()
    done = actions.accept(case=a.report(), actor=a.budi)
    actions.finish(case=done, actor=a.budi, words="Sudah diganti.", photo_ids=[a.photo(a.budi).pk])
    finished = Case.objects.get(pk=done.pk)
    copies = []
    for number in range(3000):
        # Nobody's, another's and own ones; most are closed long ago, as in any city.
        source = first if number % 100 == 0 else finished
        copy = copy_of(source)
        copy.pk, copy.number, copy.idempotency_key = None, f"3674{number:08d}", ""
        copy.assignee_id = (a.andi, a.budi, lina)[number % 3].pk if source is finished or number % 200 else None
        copies.append(copy)
    Case.objects.bulk_create(copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casework_case")
    archive = field_work.finished_by(lina, "siaran").order_by("-done_at", "-id")
    plan = archive[:21].explain()
    assert "case_finished" in plan
    assert "Sort" not in plan
    tasks = queries.tasks_of(lina, "siaran", standing=standing_of(lina))
    plan = field_work.by_deadline(tasks).order_by("due", "id")[:21].explain()
    assert "case_tasks" in plan
    assert "Seq Scan on casework_case" not in plan
