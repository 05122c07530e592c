"""The figures of the city's work: what is counted, that a sweep may come twice, late or half, and what it costs."""

from __future__ import annotations

import datetime
import random
import statistics
from typing import Any

import pytest
import time_machine
from django.db.models import Max
from django.utils import timezone

from balai.casework import actions
from balai.casework.actions.figures import count_day, update_figures
from balai.casework.models import AgencyDay, Case, Category, Reading, TimelineEntry, VillageDay
from balai.casework.performance import performance
from balai.casework.periods import Period, begin_of, end_of, today
from balai.casework.tally import BOUNDS, ENOUGH, Counted, Tally, median, tally
from tests.casework.world import World

pytestmark = pytest.mark.django_db
MAY = Period(datetime.date(2027, 5, 1), datetime.date(2027, 5, 31))


def at(day: int, hour: int = 3) -> Any:
    """The clock stands at this hour (UTC) of a day in May."""
    return time_machine.travel(datetime.datetime(2027, 5, day, hour, tzinfo=datetime.UTC), tick=False)


def same(found: Tally) -> dict[str, int]:
    names = ("received", "waiting", "process", "done", "unsolved", "late", "answered", "rated", "stars")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


class TestTally:
    def case(self, **changes: Any) -> Counted:
        now = timezone.now()
        values = dict.fromkeys(Counted._fields) | {"status": "waiting", "received_at": now}
        return Counted(**(values | changes))

    def test_closed_without_work_is_not_done(self) -> None:
        found = tally(self.case(status=status) for status in ("done", "archived", "not_ours", "duplicate", "checking"))
        assert same(found) == {"received": 5, "done": 1, "unsolved": 3, "process": 1}

    def test_late_is_what_missed_a_due_date(self) -> None:
        now = timezone.now()
        hour = datetime.timedelta(hours=1)
        assert self.case(late_since=now).missed
        assert self.case(answered_at=now, answer_due_at=now - hour).missed
        assert self.case(done_at=now, done_due_at=now - hour).missed
        assert not self.case(done_at=now, done_due_at=now, answered_at=now, answer_due_at=now).missed
        assert not self.case(done_due_at=now - hour).missed  # the sweep has not said so yet

    def test_too_few_say_nothing(self) -> None:
        few = tally([self.case(status="done", rating=5, answered_at=timezone.now())] * (ENOUGH - 1))
        assert (few.share(few.done), few.mean_hours, few.median_hours, few.satisfaction) == (None, None, None, None)
        enough = tally([self.case(status="done", rating=4, answered_at=timezone.now())] * ENOUGH)
        assert enough.share(enough.done) == 1.0
        assert enough.satisfaction == 4.0

    @pytest.mark.parametrize("seed", range(5))
    def test_the_median_is_near_the_true_one(self, seed: int) -> None:
        dice = random.Random(seed)
        now = timezone.now()
        seconds = [dice.lognormvariate(10, 1.2) for _number in range(301)]
        cases = [self.case(received_at=now, answered_at=now + datetime.timedelta(seconds=span)) for span in seconds]
        true = statistics.median(seconds) / 3600
        assert tally(cases).median_hours == pytest.approx(true, rel=0.125)

    def test_the_longest_and_the_shortest_have_a_bucket(self) -> None:
        now = timezone.now()
        year = self.case(received_at=now, answered_at=now + datetime.timedelta(days=400))
        assert tally([year]).answers[-1] == 1
        assert tally([self.case(received_at=now, answered_at=now)]).answers[0] == 1
        assert median([0] * (len(BOUNDS) + 1)) == 0.0

    def test_two_tallies_add_up(self) -> None:
        one, other = tally([self.case(rating=5)]), tally([self.case(status="done")] * 2)
        one.add(other)
        assert same(one) == {"received": 3, "waiting": 1, "done": 2, "rated": 1, "stars": 5}


class TestPeriods:
    def test_spans(self) -> None:
        day = datetime.date(2028, 2, 29)
        assert Period.month(day) == Period(datetime.date(2028, 2, 1), day)
        assert Period.quarter(day) == Period(datetime.date(2028, 1, 1), datetime.date(2028, 3, 31))
        assert Period.year(day) == Period(datetime.date(2028, 1, 1), datetime.date(2028, 12, 31))
        assert Period.month(datetime.date(2027, 12, 31)).first == datetime.date(2027, 12, 1)

    def test_a_day_is_the_citys(self, a: World) -> None:
        with time_machine.travel(datetime.datetime(2027, 5, 1, 17, 30, tzinfo=datetime.UTC), tick=False):
            assert today() == datetime.date(2027, 5, 2)
            assert begin_of(today()) <= timezone.now() < end_of(today())
        assert end_of(datetime.date.max) > begin_of(datetime.date.min)


class TestSweep:
    def test_the_first_sweep_counts_all_days(self, a: World) -> None:
        with at(3):
            a.report()
            a.report(category="sampah")
        with at(5):
            a.report()
            Case.objects.filter(pk=a.report().pk).update(visibility="secret")
        with at(9):
            update_figures()
            found = performance("siaran", MAY)
        assert same(found.city) == {"received": 3, "waiting": 3}
        assert [(str(agency), tallied.received) for agency, tallied in found.agencies] == [
            ("Dinas Lingkungan Hidup", 1),
            ("Dinas Perhubungan", 2),
        ]
        assert [tallied.received for tallied in found.villages.values()] == [3]
        assert found.counted_at is not None

    def test_the_kelurahan_are_told_by_category_too(self, a: World) -> None:
        lamp, rubbish = (Category.objects.get(slug=slug).pk for slug in ("lampu", "sampah"))
        with at(3):
            a.report()
            a.report(category="sampah")
        with at(4):
            a.report()
        with at(9):
            update_figures()
            a.report()
            for categories, count in ((None, 4), ([lamp], 3), ([rubbish], 1), ([lamp, rubbish], 4), ([], 0)):
                villages = performance("siaran", MAY, categories=categories).villages
                assert sum(tallied.received for tallied in villages.values()) == count, categories

    def test_what_happens_later_changes_the_day_it_was_received(self, a: World) -> None:
        with at(3):
            case = a.report()
        with at(4):
            update_figures()
        with at(6):
            actions.accept(case=case, actor=a.andi)
            update_figures()
            found = performance("siaran", MAY)
        assert same(found.city) == {"received": 1, "process": 1, "answered": 1}
        assert found.city.answer_seconds == 3 * 86_400
        with at(7):
            actions.forward(case=case, agency=a.dlh, actor=a.operator, reason="Ini sampah")
            update_figures()
            [(agency, _tally)] = performance("siaran", MAY).agencies
        assert agency == a.dlh

    def test_twice_changes_nothing(self, a: World) -> None:
        with at(3):
            a.report()
        with at(4):
            update_figures()
            rows = list(AgencyDay.objects.values("day", "received", "answers"))
            update_figures()
            count_day("siaran", datetime.date(2027, 5, 3))
            assert list(AgencyDay.objects.values("day", "received", "answers")) == rows
            assert VillageDay.objects.count() == 2, "all, and its category"

    def test_an_entry_that_was_committed_late_is_counted(self, a: World) -> None:
        """It has a lower number than what the sweep has read already."""
        with at(3):
            case = a.report()
        with at(4):
            update_figures()
            AgencyDay.objects.all().delete()
            reading = Reading.objects.get(name="figures")
            reading.entry_id = TimelineEntry.objects.aggregate(newest=Max("pk"))["newest"]
            reading.save()
            update_figures()
            assert performance("siaran", MAY).city.received == 1
            assert case.number

    def test_much_is_read_in_several_sweeps(self, a: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("balai.casework.actions.reading.ENTRIES", 3)
        monkeypatch.setattr("balai.casework.actions.reading.OVERLAP", 1)
        with at(1):
            update_figures()
        for day in (2, 3, 4):
            with at(day):
                a.report()
        with at(9):
            counts = []
            for _sweep in range(4):
                update_figures()
                counts.append(performance("siaran", MAY).city.received)
        assert counts[0] < 3
        assert counts[-1] == 3

    def test_nothing_to_do_costs_little(self, a: World, statements: Any) -> None:
        with at(3):
            a.report()
        with at(4):
            update_figures()
        with at(5), statements() as seen:
            assert update_figures() == 0
        assert len([sql for sql in seen if not sql.startswith(("SAVEPOINT", "RELEASE"))]) == 2

    def test_a_city_without_cases(self, a: World) -> None:
        assert update_figures() == 0
        assert performance("siaran", MAY).city.received == 0


class TestReading:
    def test_today_is_live(self, a: World) -> None:
        with at(3):
            a.report()
        with at(4):
            update_figures()
            a.report()
            # Nobody has counted since.
            found = performance("siaran", MAY)
        assert found.city.received == 2
        assert sum(tallied.received for tallied in found.villages.values()) == 2

    def test_the_period_and_the_category(self, a: World) -> None:
        for day, category in ((3, "lampu"), (4, "sampah"), (30, "sampah")):
            with at(day):
                a.report(category=category)
        with time_machine.travel(datetime.datetime(2027, 6, 9, tzinfo=datetime.UTC), tick=False):
            update_figures()
            sampah = list(Case.objects.filter(category__slug="sampah").values_list("category", flat=True)[:1])
            first_week = Period(datetime.date(2027, 5, 1), datetime.date(2027, 5, 7))
            assert performance("siaran", first_week).city.received == 2
            assert performance("siaran", first_week, categories=sampah).city.received == 1
            assert performance("siaran", MAY, categories=sampah).city.received == 2
            assert [found.received for found in performance("siaran", MAY, categories=sampah).villages.values()] == [2]
            assert performance("laksa", MAY).city.received == 0

    def test_statements_do_not_grow(self, a: World, statements: Any) -> None:
        for count in (1, 3):
            with at(3):
                for _number in range(count):
                    a.report()
            with at(4):
                update_figures()
                with statements() as seen:
                    performance("siaran", MAY)
            assert len(seen) == 5
