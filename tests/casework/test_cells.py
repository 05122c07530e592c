"""The kept numbers of the map against the cases themselves, whatever happens to them."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from balai.casework import actions, clusters
from balai.casework.actions.cells import settle
from balai.casework.lifecycle import OPEN, Status
from balai.casework.models import Case, Category, CellCount
from balai.casework.tasks import update_figures
from tenants.current import in_city
from tests.casework.world import World

pytestmark = pytest.mark.django_db
EVERYWHERE = (106.0, -7.0, 107.0, -6.0)
WEST = (106.0, -7.0, 106.72, -6.0)
FILTERS: list[dict[str, Any]] = [
    {},
    {"phase": "waiting"},
    {"phase": "done"},
    {"category": "lampu"},
    {"category": "jalan", "phase": "process"},
    {"district": "36.74.01"},
    {"late": True},
    {"late": True, "category": "sampah", "district": "36.74.02.1001"},
]
LONG_AGO = datetime.date(2000, 1, 1)
"""A period is counted by the cases themselves: the slow, obvious way."""


def seen(box: clusters.Box, zoom: int, **filters: Any) -> list[tuple[int, int, float, float]]:
    found = clusters.clusters("siaran", box, zoom, **filters)
    return sorted((row.count, row.late, row.lat, row.lon) for row in found)


def by_village(**filters: Any) -> list[tuple[int, int, int, int]]:
    found = clusters.counts_by_village("siaran", **filters)
    return sorted((row.village_id, row.count, row.open, row.late) for row in found)


def check() -> None:
    """Kept and counted agree, at every zoom and under every filter."""
    for filters in FILTERS:
        for zoom in (9, 12, 14, 16):
            kept, counted = (seen(EVERYWHERE, zoom, **filters, **period) for period in ({}, {"since": LONG_AGO}))
            assert len(kept) == len(counted), (filters, zoom)
            for ours, theirs in zip(kept, counted, strict=True):
                # Of the late ones the middle is that of all in their cells of 350 m.
                assert ours == pytest.approx(theirs, abs=2e-3 if filters.get("late") else 1e-9), (filters, zoom)
        assert by_village(**filters) == by_village(**filters, since=LONG_AGO), filters


def change(dice: random.Random, a: World) -> None:
    """Something happens to a case, or a new one comes."""
    cases = list(Case.objects.order_by("pk"))
    if len(cases) < 4 or dice.random() < 0.3:
        lat, lon = a.inside["lat"] + dice.uniform(-0.009, 0.028), a.inside["lon"] + dice.uniform(-0.009, 0.028)
        placed = {"lat": lat, "lon": lon}
        nowhere = {"village": "36.74.02.1002", "landmark": "Depan pasar"}
        a.report(
            category=dice.choice(["lampu", "lubang", "sampah"]),
            place=dice.choice([placed, placed, placed, nowhere]),
            visibility=dice.choice(["public", "anonymous", "secret"]),
        )
        return
    case = Case.objects.filter(pk=dice.choice(cases).pk)
    match dice.randrange(6):
        case 0:
            status = dice.choice(list(Status))
            case.update(status=status, closed_at=None if status in OPEN else timezone.now(), next_deadline_at=None)
        case 1:
            case.update(visibility=dice.choice(["public", "secret"]), name_hidden=False)
        case 2:
            case.update(late_since=dice.choice([None, timezone.now()]))
        case 3:
            case.update(category=Category.objects.get(slug=dice.choice(["lampu", "sampah"])))
        case 4:
            case.update(parent=dice.choice([None, cases[0].pk]) if case.get() != cases[0] else None)
        case 5:
            # Many in one statement.
            Case.objects.filter(status="waiting").update(severity="serious", late_since=timezone.now())


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_numbers_are_those_of_the_cases(a: World, seed: int) -> None:
    dice = random.Random(seed)
    for turn in range(40):
        change(dice, a)
        if turn % 9 == 8:
            check()
            settle()
            check()
    assert Case.objects.count() > 10
    unsettled = CellCount.objects.filter(settled=False).count()
    update_figures()
    assert unsettled
    assert not CellCount.objects.filter(settled=False).exists()
    check()


def test_a_case_that_is_deleted_counts_no_more(a: World) -> None:
    case = a.report()
    settle()
    with connection.cursor() as cursor:
        for table, key in (("timelineentry", "case_id"), ("receipt", "case_id"), ("case", "id")):
            cursor.execute(f"DELETE FROM casework_{table} WHERE {key} = {case.pk}")
    assert seen(EVERYWHERE, 12) == []
    assert by_village() == []
    settle()
    assert seen(EVERYWHERE, 12) == []


def test_a_finished_report_moves_from_open_to_done(a: World) -> None:
    case = a.report()
    assert [row[1:3] for row in by_village()] == [(1, 1)]
    actions.archive(case=case, actor=a.room, reason="Tidak dapat ditindaklanjuti.")
    assert [row[1:3] for row in by_village()] == [(1, 0)]
    assert by_village(phase="waiting") == []
    assert len(by_village(phase="done")) == 1


def test_a_view_of_a_part_has_whole_cells(a: World) -> None:
    west = a.report()
    a.report(place={"lat": west.lat, "lon": west.lon + 0.02})
    for _time in range(2):
        assert [row[0] for row in seen(WEST, 12)] == [1]
        assert sum(row[0] for row in seen(EVERYWHERE, 12)) == 2
        settle()


def test_folding_keeps_one_row_for_each_combination(a: World) -> None:
    a.report()
    for _time in range(3):
        a.report()
        assert settle() == 2, "of the category and of all"
    assert CellCount.objects.count() == 2
    assert set(CellCount.objects.values_list("count", flat=True)) == {4}
    assert settle() == 0


def test_a_change_that_moves_nothing_writes_nothing(a: World) -> None:
    case = a.report()
    settle()
    Case.objects.filter(pk=case.pk).update(read_at=timezone.now(), weight=3, severity="serious")
    assert not CellCount.objects.filter(settled=False).exists()


def test_other_cities_have_numbers_of_their_own(a: World, b: World) -> None:
    a.report()
    with in_city(b.city):
        assert clusters.clusters("siaran", EVERYWHERE, 12) == []
        assert clusters.counts_by_village("siaran") == []
        assert not CellCount.objects.exists()
        assert settle() == 0
    assert CellCount.objects.filter(settled=False).count() == 2
