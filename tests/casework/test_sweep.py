"""The sweep and the ladder: who is told what when, once, under fire too."""

from __future__ import annotations

import datetime
import resource
import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from balai.agencies.actions import appoint, end_post
from balai.agencies.models import Post, Role
from balai.casework import actions, ladder, sla
from balai.casework import sweep as sweeping
from balai.casework.actions.policies import add_policy
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Category, Clock, Escalation, Kind, Rung, SlaPolicy, Step, TimeUnit
from balai.casework.queries import chain_faults
from balai.casework.sweep import sweep
from balai.casework.telling import tell
from balai.notifications.models import Message
from tenants.current import in_city
from tests.casework.world import World, person

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
TUESDAY = datetime.datetime(2026, 11, 24, 10, 0, tzinfo=WIB)
DUE = TUESDAY + 72 * HOUR


@pytest.fixture
def clock(a: World) -> Any:
    """The clock stands at TUESDAY; posts are older, and there is a Sekda."""
    appoint(user=person("sekda"), role=Role.SEKDA)
    Post.objects.update(since=datetime.date(2026, 1, 1))
    Message.objects.all().delete()
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


def policy(**fields: Any) -> SlaPolicy:
    return add_policy(policy=SlaPolicy(**({"name": "Percobaan", "since": timezone.localdate()} | fields)))


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def kinds(case: Case) -> list[str]:
    """What the sweep wrote on the timeline."""
    ours = (Kind.WARNED, Kind.LATE, Kind.ESCALATED)
    return list(case.timeline.filter(kind__in=ours).order_by("sequence").values_list("kind", flat=True))


def told(template: str = "casework/late") -> list[str]:
    """The addresses that were written to with a template."""
    return sorted(Message.objects.filter(template=template).values_list("address", flat=True))


def everything() -> Any:
    """All that a sweep may change, for comparing before and after."""
    return [
        list(model.objects.order_by("pk").values(*columns))
        for model, columns in (
            (Case, sweeping.COLUMNS),
            (Escalation, ("case_id", "clock", "due_at", "step", "notify_at", "told_at")),
            (Message, ("address", "template", "text")),
        )
    ]


# -- the steps -------------------------------------------------------------------------------------------------------


def test_from_the_warning_to_the_mayor(a: World, clock: Any) -> None:
    case = a.report()
    sweep(now=TUESDAY + 59 * HOUR)
    assert kinds(case) == []
    sweep(now=TUESDAY + 60 * HOUR)
    assert kinds(case) == ["warned"]
    assert fresh(case).late_since is None
    sweep(now=DUE - datetime.timedelta(microseconds=1))
    assert fresh(case).late_since is None
    sweep(now=DUE)
    found = fresh(case)
    assert (found.late_since, found.late_clock, found.rung) == (DUE, Clock.ANSWER, Rung.HEAD)
    assert found.next_deadline_at == DUE + 24 * HOUR
    sweep(now=DUE + 24 * HOUR)
    assert fresh(case).rung == Rung.SEKDA
    sweep(now=DUE + 72 * HOUR)
    found = fresh(case)
    assert (found.rung, found.next_deadline_at) == (Rung.MAYOR, None)
    assert kinds(case) == ["warned", "late", "escalated", "escalated", "escalated"]
    assert chain_faults(found) == []
    tell(now=DUE + 72 * HOUR)
    assert told() == sorted([a.operator.email, a.head.email, person("sekda").email, a.mayor.email])
    assert told("casework/due_soon") == [a.operator.email]


def test_due_exactly_at_midnight(a: World, clock: Any) -> None:
    """Known failure: a step exactly at 00:00."""
    policy(answer_amount=1, answer_unit=TimeUnit.WORKING_DAYS, warn_hours=24, ladder_unit=TimeUnit.WORKING_DAYS,
           head_after=0, sekda_after=1, mayor_after=2)  # fmt: skip
    case = a.report()
    midnight = datetime.datetime(2026, 11, 26, tzinfo=WIB)
    assert case.answer_due_at == midnight
    sweep(now=midnight - DAY)
    assert kinds(case) == ["warned"]
    sweep(now=midnight - datetime.timedelta(seconds=1))
    assert fresh(case).late_since is None
    sweep(now=midnight)
    assert (fresh(case).late_since, fresh(case).rung) == (midnight, Rung.HEAD)
    sweep(now=midnight)
    assert kinds(case) == ["warned", "late", "escalated"]
    # One working day more: Thursday's end, then Friday's.
    assert fresh(case).next_deadline_at == midnight + DAY
    sweep(now=midnight + DAY)
    assert fresh(case).rung == Rung.SEKDA


def test_nothing_of_the_month_or_the_leap_day_is_lost(a: World, clock: Any) -> None:
    clock.move_to(datetime.datetime(2028, 2, 27, 10, tzinfo=WIB))
    case = a.report()
    assert case.answer_due_at == datetime.datetime(2028, 3, 1, 10, tzinfo=WIB)
    sweep(now=case.answer_due_at)
    assert fresh(case).late_since == case.answer_due_at


def test_unassigned_cases_climb_too(a: World, clock: Any) -> None:
    """Known failure: unassigned cases never escalate. No agency has no head: the Sekda is told at once, with a note."""
    case = a.report(category="lubang")
    assert case.agency_id is None
    sweep(now=DUE)
    found = fresh(case)
    assert found.rung == Rung.SEKDA
    entry = case.timeline.filter(kind=Kind.ESCALATED).get()
    assert entry.data["vacant"] == ["head"]
    assert str(Step.HEAD.label) in ladder.sentence(entry.data, entry.kind)
    sweep(now=DUE + 72 * HOUR)
    assert fresh(case).rung == Rung.MAYOR
    tell(now=DUE + 72 * HOUR)
    assert {person("sekda").email, a.mayor.email} <= set(told())


def test_an_empty_role_falls_through_with_a_note(a: World, clock: Any) -> None:
    """Known failure: a missing supervisor ends the ladder silently."""
    for post in Post.objects.filter(role__in=(Role.HEAD, Role.SEKDA)):
        end_post(post=post, until=datetime.date(2026, 11, 1))
    case = a.report()
    sweep(now=DUE)
    assert fresh(case).rung == Rung.MAYOR
    assert case.timeline.get(kind=Kind.ESCALATED).data["vacant"] == ["head", "sekda"]
    assert list(Escalation.objects.filter(case=case, vacant=True).values_list("step", flat=True)) == ["head", "sekda"]


def test_a_ladder_with_nobody_on_it_says_so_and_stops(a: World, clock: Any) -> None:
    Post.objects.filter(role__in=(Role.HEAD, Role.SEKDA, Role.MAYOR)).delete()
    case = a.report()
    sweep(now=DUE)
    found = fresh(case)
    assert found.late_since == DUE
    assert found.next_deadline_at is None
    assert case.timeline.get(kind=Kind.ESCALATED).data["vacant"] == ["head", "sekda", "mayor"]


def test_escalation_stops_with_the_answer(a: World, clock: Any) -> None:
    """Known failure: escalation after the agency has answered."""
    case = a.report()
    sweep(now=DUE)
    clock.move_to(DUE + HOUR)
    actions.reply(case=case, actor=a.operator, words="Maaf terlambat, besok kami kerjakan.")
    found = fresh(case)
    assert (found.late_since, found.rung, found.next_deadline_at) == (None, 0, None)
    before = kinds(case)
    sweep(now=DUE + 30 * DAY)
    assert kinds(case) == before
    # What was decided but not yet told is not told any more.
    tell(now=DUE + 30 * DAY)
    assert told() == []


def test_a_merged_case_does_not_climb(a: World, clock: Any) -> None:
    """Known failure: merged ticket still escalates."""
    first, second = a.report(), a.report()
    Case.objects.filter(pk=second.pk).update(merged_into=first)
    sweep(now=DUE)
    assert fresh(first).rung == Rung.HEAD
    assert (fresh(second).rung, fresh(second).late_since, fresh(second).next_deadline_at) == (0, None, None)
    assert kinds(second) == []


def test_a_paused_case_does_not_climb(a: World, clock: Any) -> None:
    case = a.report()
    sweep(now=DUE)
    clock.move_to(DUE + HOUR)
    actions.ask(case=case, actor=a.operator, words="Di nomor berapa?")
    before = kinds(case)
    sweep(now=DUE + 5 * DAY)
    assert kinds(case) == before
    assert fresh(case).rung == 0


def test_the_solution_is_late_although_it_was_answered(a: World, clock: Any) -> None:
    policy(answer_amount=24, done_amount=48, warn_hours=0)
    case = a.report()
    sweep(now=TUESDAY + 24 * HOUR)
    clock.move_to(TUESDAY + 30 * HOUR)
    actions.reply(case=case, actor=a.operator, words="Sedang kami jadwalkan.")
    sweep(now=TUESDAY + 48 * HOUR)
    found = fresh(case)
    assert (found.late_clock, found.late_since, found.rung) == (Clock.SOLUTION, TUESDAY + 48 * HOUR, Rung.HEAD)
    assert kinds(case) == ["late", "escalated", "late", "escalated"]


def test_no_mail_outside_working_hours_where_days_are_counted(a: World, clock: Any) -> None:
    """Known failure: off-hours reminders. Red at midnight, told when the office opens."""
    policy(done_amount=3, done_unit=TimeUnit.WORKING_DAYS, warn_hours=0)
    case = a.report()
    friday_night = datetime.datetime(2026, 11, 28, tzinfo=WIB)
    assert case.done_due_at == friday_night
    sweep(now=friday_night)
    assert fresh(case).late_since == friday_night
    tell(now=friday_night + 12 * HOUR)
    assert told() == []
    tell(now=datetime.datetime(2026, 11, 30, 7, 29, tzinfo=WIB))
    assert told() == []
    tell(now=datetime.datetime(2026, 11, 30, 7, 30, tzinfo=WIB))
    assert a.head.email in told()


def test_one_message_however_many_cases(a: World, clock: Any) -> None:
    for _number in range(25):
        a.report()
    sweep(now=DUE)
    Message.objects.all().delete()
    tell(now=DUE)
    assert told() == sorted([a.head.email, a.operator.email])
    text = Message.objects.get(address=a.head.email).text
    assert "25" in Message.objects.get(address=a.head.email).subject
    assert text.count("Lampu jalan") == 20
    assert "5" in text
    assert tell(now=DUE) == 0


# -- acknowledgement -------------------------------------------------------------------------------------------------


def test_the_holder_of_the_rung_acknowledges_and_nobody_else(a: World, clock: Any) -> None:
    case = a.report()
    for who in (a.head, a.mayor):
        with pytest.raises(NotAllowed):
            ladder.acknowledge(case=case, actor=who)
    sweep(now=DUE)
    clock.move_to(DUE + HOUR)
    for who in (a.operator, a.mayor, a.warga, a.sweeper):
        with pytest.raises(NotAllowed):
            ladder.acknowledge(case=case, actor=who)
    assert fresh(case).acknowledged_at is None
    ladder.acknowledge(case=case, actor=a.head)
    ladder.acknowledge(case=case, actor=a.head)
    found = fresh(case)
    assert found.acknowledged_at == DUE + HOUR
    assert case.timeline.filter(kind=Kind.ACKNOWLEDGED).count() == 1
    assert Escalation.objects.get(case=case, step=Step.HEAD).acknowledged_by_id == a.head.pk
    assert chain_faults(found) == []
    # It stops nothing: the next rung is told all the same, and has to acknowledge anew.
    sweep(now=DUE + 24 * HOUR)
    assert (fresh(case).rung, fresh(case).acknowledged_at) == (Rung.SEKDA, None)


# -- under fire ------------------------------------------------------------------------------------------------------


def test_running_it_again_changes_nothing(a: World, clock: Any) -> None:
    for _number in range(3):
        a.report()
    sweep(now=DUE)
    tell(now=DUE)
    before = everything()
    for _time in range(3):
        sweep(now=DUE)
        tell(now=DUE)
    assert everything() == before


def test_a_replayed_case_takes_no_step_twice(a: World, clock: Any) -> None:
    """Even where a case is put before the sweep again, the ledger knows what was done about this due date."""
    case = a.report()
    sweep(now=DUE)
    Case.objects.filter(pk=case.pk).update(next_deadline_at=DUE)
    before = kinds(case)
    sweep(now=DUE)
    assert kinds(case) == before
    assert Escalation.objects.filter(case=case).count() == 2
    assert chain_faults(fresh(case)) == []


def test_nobody_starves_behind_others(a: World, clock: Any) -> None:
    """Known failure: fixed batch at offset 0 starves the rest. A case that cannot be dealt with is set aside."""
    cases = [a.report() for _number in range(7)]
    # The first of them cannot be written on: its next place in the timeline is taken.
    Case.objects.filter(pk=cases[0].pk).update(timeline_length=0)
    done = sweep(now=DUE, batch=2)
    assert done.failed == 1
    assert [fresh(case).rung for case in cases] == [0, 1, 1, 1, 1, 1, 1]
    assert fresh(cases[0]).next_deadline_at == DUE + sweeping.AGAIN
    assert all(chain_faults(fresh(case)) == [] for case in cases[1:])


def test_the_sweep_stops_in_time_and_goes_on_where_it_was(a: World, clock: Any) -> None:
    cases = [a.report() for _number in range(5)]
    first = sweep(now=DUE, seconds=0, batch=2)
    assert (first.cases, first.finished) == (2, False)
    sweep(now=DUE, batch=2)
    assert [fresh(case).rung for case in cases] == [1] * 5


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_has_a_fixed_number_of_statements(a: World, clock: Any, statements: Any, count: int) -> None:
    for _number in range(count):
        a.report()
    sla.policies()
    with statements() as seen:
        sweeping._batch(DUE, 500)
    assert len([sql for sql in seen if "SAVEPOINT" not in sql]) == 6


def test_an_idle_sweep_is_one_statement(a: World, clock: Any, statements: Any) -> None:
    a.report()
    with statements() as seen:
        sweep(now=TUESDAY)
    assert len([sql for sql in seen if "SAVEPOINT" not in sql]) == 1


def test_cities_do_not_sweep_each_other(a: World, b: World, clock: Any) -> None:
    with in_city(b.city):
        theirs = b.report()
    ours = a.report()
    sweep(now=DUE)
    assert fresh(ours).rung == Rung.HEAD
    with in_city(b.city):
        assert fresh(theirs).rung == 0
        assert not Escalation.objects.exists()


def many_cases(count: int) -> None:
    """So many late cases, written at once."""
    lamp = Category.objects.get(slug="lampu")
    Case.objects.bulk_create(
        [
            Case(
                number=f"9{number:012d}", module="siaran", category=lamp, agency=lamp.default_agency,
                description="Lampu jalan mati.", received_at=TUESDAY, answer_due_at=DUE, next_deadline_at=DUE,
            )
            for number in range(count)
        ],
        batch_size=1000,
    )  # fmt: skip


def test_thousands_of_due_cases_take_seconds_and_no_memory(a: World, clock: Any) -> None:
    many_cases(2_000)
    sweep(now=TUESDAY)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    swept = sweep(now=DUE, seconds=60)
    assert (swept.cases, swept.finished) == (2_000, True)
    # 10,000 in less than a minute, on a machine that is busy with other tests.
    assert time.perf_counter() - began < 12
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
    assert Escalation.objects.filter(step=Step.HEAD).count() == 2_000
