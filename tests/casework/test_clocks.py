"""The three clocks of a case: what starts, stops and moves them, and what does not."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from balai.agencies.models import Post
from balai.calendars.actions import set_city_day
from balai.calendars.models import CityDay
from balai.casework import actions, sla
from balai.casework.actions.policies import add_policy, add_preset, apply_pending, end_policy, preview
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Category, Clock, Escalation, Kind, SlaPolicy, TimeUnit
from balai.casework.queries import chain_faults
from balai.casework.sweep import sweep
from balai.geography.models import Area
from tenants.current import in_city
from tests.casework.world import World

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
TUESDAY = datetime.datetime(2026, 11, 24, 10, 0, tzinfo=WIB)


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=WIB)


def policy(**fields: Any) -> SlaPolicy:
    values = {"name": "Percobaan", "since": timezone.localdate(), **fields}
    return add_policy(policy=SlaPolicy(**values))


@pytest.fixture
def tuesday(a: World) -> Any:
    """The clock stands at TUESDAY; posts are older."""
    Post.objects.update(since=datetime.date(2026, 1, 1))
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# -- which policy ----------------------------------------------------------------------------------------------------


def test_without_a_policy_an_answer_is_due_within_three_times_24_hours(a: World, tuesday: Any) -> None:
    case = a.report()
    assert case.answer_due_at == TUESDAY + 72 * HOUR
    assert (case.update_due_at, case.done_due_at, case.policy_id) == (None, None, None)
    assert case.next_deadline_at == TUESDAY + 60 * HOUR  # the warning
    assert case.due_at == TUESDAY + 72 * HOUR


def test_working_days_leave_out_weekend_and_holidays(a: World, tuesday: Any) -> None:
    set_city_day(day=CityDay(date=datetime.date(2026, 11, 25), name="Hari jadi kota"))
    policy(done_amount=3, done_unit=TimeUnit.WORKING_DAYS)
    # Thursday, Friday, Monday: until the end of the 30th.
    assert a.report().done_due_at == at("2026-12-01T00:00")


def test_the_most_specific_policy_wins_then_the_newest(a: World, tuesday: Any) -> None:
    roads, lamp = Category.objects.get(slug="jalan"), Category.objects.get(slug="lampu")
    district = Area.objects.get(code="36.74.01")
    policy(name="kota", answer_amount=10)
    assert sla.policy_of(a.report()).name == "kota"
    policy(name="berat", answer_amount=9, severity="heavy")
    policy(name="aduan", answer_amount=8, classification="complaint")
    assert sla.policy_of(a.report()).name == "aduan"
    policy(name="kecamatan", answer_amount=7, area=district)
    assert sla.policy_of(a.report()).name == "kecamatan"
    policy(name="jalan", answer_amount=6, category=roads, module="siaran")
    assert sla.policy_of(a.report()).name == "jalan"
    policy(name="lampu", answer_amount=5, category=lamp, module="siaran")
    policy(name="lampu baru", answer_amount=4, category=lamp, module="siaran")
    assert sla.policy_of(a.report()).name == "lampu baru"
    assert sla.policy_of(a.report(category="sampah")).name == "kecamatan"


def test_a_policy_counts_from_its_day_until_its_day(a: World, tuesday: Any) -> None:
    later = policy(name="besok", answer_amount=1, since=datetime.date(2026, 11, 25))
    assert sla.policy_of(a.report()) is sla.SUITE
    tuesday.move_to(TUESDAY + DAY)
    assert a.report().policy_id == later.pk
    end_policy(policy=later)
    assert a.report().policy_id == later.pk
    tuesday.move_to(TUESDAY + 2 * DAY)
    assert a.report().policy_id is None


def test_policies_of_another_city_do_not_count(a: World, b: World, tuesday: Any) -> None:
    policy(answer_amount=1)
    assert a.report().answer_due_at == TUESDAY + HOUR
    with in_city(b.city):
        assert b.report().answer_due_at == TUESDAY + 72 * HOUR


@pytest.mark.parametrize(
    "fields",
    [
        {"answer_amount": None},
        {"since": datetime.date(2026, 11, 23)},
        {"until": datetime.date(2026, 11, 1)},
        {"update_amount": 0},
        {"head_after": 48, "sekda_after": 24},
        {"answer_amount": 400, "answer_unit": "working_days"},
        {"severity": "terrible"},
        {"answer_amount": -1},
    ],
)
def test_a_wrong_policy_is_refused_and_nothing_changes(a: World, tuesday: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        policy(**({"answer_amount": 24} | fields))
    assert not SlaPolicy.objects.exists()
    assert a.report().policy_id is None


@pytest.mark.parametrize(
    ("preset", "answer", "update", "solution"),
    [
        ("rabeg", at("2026-11-27T10:00"), None, None),
        ("lapor", at("2026-11-28T00:00"), at("2026-12-02T00:00"), at("2026-12-15T00:00")),
        ("jakarta", at("2026-11-24T16:00"), None, at("2026-12-01T10:00")),
    ],
)
def test_presets(a: World, tuesday: Any, preset: str, answer: Any, update: Any, solution: Any) -> None:
    add_preset(name=preset, module="siaran")
    case = a.report()
    assert (case.answer_due_at, case.update_due_at, case.done_due_at) == (answer, update, solution)
    assert [rung for rung, _after in sla.policy_of(case).ladder] == [1, 2, 3]


def test_presets_know_light_matters_information_and_oversight(a: World, tuesday: Any) -> None:
    add_preset(name="rabeg", module="siaran")
    Category.objects.filter(slug="lampu").update(default_severity="light")
    assert a.report().answer_due_at == TUESDAY + 24 * HOUR
    rubbish = Category.objects.get(slug="sampah")
    add_preset(name="lapor", module="siaran", oversight=rubbish)
    # Sixty working days from 24 November 2026: without 24, 25 December, 1 January and the weekends.
    assert a.report(category="sampah").done_due_at == at("2027-02-20T00:00")


# -- what moves the clocks, and what does not --------------------------------------------------------------------------


def test_an_edit_does_not_reset_a_clock(a: World, tuesday: Any) -> None:
    """Known failure: escalation clocks reset by any edit."""
    case = a.report()
    before = (case.answer_due_at, case.next_deadline_at)
    tuesday.shift(DAY)
    actions.add_note(case=case, actor=a.operator, words="Catatan untuk rekan.")
    actions.assign(case=case, officer=a.andi, actor=a.operator)
    actions.classify(case=case, actor=a.operator, severity="heavy")
    actions.send_message(case=case, actor=a.warga, words="Masih gelap, mohon bantuannya.")
    actions.verify(case=case, actor=a.operator)
    found = fresh(case)
    found.save()
    assert (found.answer_due_at, found.next_deadline_at) == before
    actions.forward(case=case, agency=a.dlh, actor=a.operator, reason="Kewenangan dinas lain.")
    assert fresh(case).answer_due_at == before[0]


def test_an_answer_stops_the_answer_clock_and_sets_the_next_word(a: World, tuesday: Any) -> None:
    policy(answer_amount=24, update_amount=48, done_amount=100, warn_hours=0)
    case = a.report()
    tuesday.shift(5 * HOUR)
    actions.reply(case=case, actor=a.operator, words="Kami jadwalkan besok.")
    found = fresh(case)
    assert found.answered_at == TUESDAY + 5 * HOUR
    assert found.update_due_at == TUESDAY + 53 * HOUR
    assert found.next_deadline_at == TUESDAY + 53 * HOUR
    tuesday.shift(5 * HOUR)
    actions.reply(case=case, actor=a.operator, words="Masih menunggu suku cadang.")
    assert fresh(case).update_due_at == TUESDAY + 58 * HOUR
    assert fresh(case).done_due_at == TUESDAY + 100 * HOUR


def test_a_pause_gives_hours_back(a: World, tuesday: Any) -> None:
    policy(answer_amount=24, done_amount=100, warn_hours=0)
    case = a.report()
    tuesday.shift(10 * HOUR)
    actions.ask(case=case, actor=a.operator, words="Di nomor berapa?")
    assert fresh(case).due_at is None
    tuesday.shift(30 * HOUR)
    actions.send_message(case=case, actor=a.warga, words="Di depan nomor 12.")
    found = fresh(case)
    assert found.done_due_at == TUESDAY + 130 * HOUR
    assert found.next_deadline_at == TUESDAY + 130 * HOUR
    assert found.paused_at is None
    [(begun, ended)] = found.pauses
    assert datetime.datetime.fromisoformat(begun) == TUESDAY + 10 * HOUR
    assert datetime.datetime.fromisoformat(ended) == TUESDAY + 40 * HOUR


def test_a_pause_gives_working_days_back(a: World, tuesday: Any) -> None:
    policy(answer_amount=1, done_amount=5, done_unit=TimeUnit.WORKING_DAYS)
    case = a.report()
    assert case.done_due_at == at("2026-12-02T00:00")
    actions.ask(case=case, actor=a.operator, words="Di nomor berapa?")
    tuesday.move_to(at("2026-11-30T09:00"))  # Wednesday, Thursday, Friday, Monday have passed
    actions.send_message(case=case, actor=a.warga, words="Di depan nomor 12.")
    assert fresh(case).done_due_at == at("2026-12-08T00:00")


def test_a_postponed_case_comes_back_on_its_day(a: World, tuesday: Any) -> None:
    case = a.report()
    actions.verify(case=case, actor=a.operator)
    actions.postpone(case=case, actor=a.operator, reason="Menunggu anggaran.", until=datetime.date(2026, 12, 1))
    assert fresh(case).next_deadline_at == at("2026-12-01T00:00")
    sweep(now=at("2026-11-30T23:59"))
    assert fresh(case).status == Status.POSTPONED
    sweep(now=at("2026-12-01T00:00"))
    found = fresh(case)
    assert (found.status, found.paused_at) == (Status.VERIFIED, None)
    assert found.timeline.filter(kind=Kind.RESUMED, role="system").count() == 1
    assert chain_faults(found) == []


def test_a_question_that_stays_unanswered_closes_the_case(a: World, tuesday: Any) -> None:
    """SP4N-LAPOR!: 10 working days after a follow-up that the citizen left unanswered."""
    case = a.report()
    actions.ask(case=case, actor=a.operator, words="Di nomor berapa?")
    due = at("2026-12-09T00:00")
    assert fresh(case).next_deadline_at == due
    sweep(now=due - HOUR)
    assert fresh(case).status == Status.AWAITING_REPORTER
    sweep(now=due)
    found = fresh(case)
    assert (found.status, found.next_deadline_at) == (Status.ARCHIVED, None)
    sweep(now=due + DAY)
    assert found.timeline.filter(kind=Kind.ARCHIVED).count() == 1
    assert chain_faults(found) == []


def test_a_reopened_case_runs_anew_and_reaches_the_same_ladder(a: World, tuesday: Any) -> None:
    case = a.report()
    actions.archive(case=case, actor=a.operator, reason="Sudah diperbaiki warga.")
    assert fresh(case).next_deadline_at is None
    tuesday.shift(10 * DAY)
    actions.reopen(case=case, actor=a.operator, reason="Ternyata belum.")
    found = fresh(case)
    assert found.due_at == TUESDAY + 10 * DAY + 72 * HOUR
    sweep(now=TUESDAY + 14 * DAY)
    found = fresh(case)
    # Nobody is Sekda here: a day after the due date the mayor is told.
    assert (found.late_clock, found.rung) == (Clock.UPDATE, 3)


def test_a_merged_or_closed_case_has_no_clock(a: World, tuesday: Any) -> None:
    case = a.report()
    actions.not_ours(case=case, actor=a.operator, reason="Jalan nasional, silakan ke PUPR.")
    assert fresh(case).next_deadline_at is None
    assert fresh(case).due_at is None


def test_zero_hours_is_due_at_once_and_late_with_the_next_sweep(a: World, tuesday: Any) -> None:
    """Known failure: a zero-hour SLA."""
    policy(answer_amount=0, head_after=0, sekda_after=0, mayor_after=0)
    case = a.report()
    assert case.answer_due_at == case.next_deadline_at == TUESDAY
    assert sweep(now=TUESDAY).cases == 1
    found = fresh(case)
    assert (found.late_since, found.late_clock, found.rung) == (TUESDAY, Clock.ANSWER, 3)
    assert found.next_deadline_at is None
    assert sweep(now=TUESDAY).cases == 0


def test_clocks_cost_no_statement_at_the_receipt(a: World, statements: Any) -> None:
    policy(answer_amount=24, area=Area.objects.get(code="36.74.01"), category=Category.objects.get(slug="jalan"))
    a.report()
    with statements() as seen:
        a.report()
    assert not [sql for sql in seen if "casework_slapolicy" in sql or "calendars_" in sql]


# -- a change of policy ----------------------------------------------------------------------------------------------


def test_a_policy_change_leaves_open_cases_alone_unless_applied(a: World, tuesday: Any) -> None:
    """Known failure: time lost when a policy changes."""
    case = a.report()
    actions.ask(case=case, actor=a.operator, words="Di nomor berapa?")
    tuesday.shift(24 * HOUR)
    actions.send_message(case=case, actor=a.warga, words="Di depan nomor 12.")
    other = a.report()
    policy(name="lebih cepat", done_amount=30, answer_amount=20)
    assert apply_pending() == 0
    assert fresh(case).done_due_at is None
    assert fresh(other).answer_due_at == TUESDAY + 96 * HOUR
    strict = SlaPolicy(name="ketat", since=timezone.localdate(), done_amount=30, answer_amount=20, warn_hours=0)
    seen = preview(strict)
    assert (seen.cases, seen.changed, seen.become_late) == (2, 2, 0)
    assert fresh(case).done_due_at is None
    add_policy(policy=strict, apply=True)
    assert apply_pending() == 2
    found = fresh(case)
    # From the receipt, with the 24 hours of the pause.
    assert found.done_due_at == TUESDAY + 54 * HOUR
    assert fresh(other).answer_due_at == TUESDAY + 24 * HOUR + 20 * HOUR
    assert found.timeline.filter(kind=Kind.RESCHEDULED).count() == 1
    assert chain_faults(found) == []
    strict.refresh_from_db()
    assert strict.applied_at is not None
    assert apply_pending() == 0
    assert found.timeline.filter(kind=Kind.RESCHEDULED).count() == 1


def test_preview_counts_what_becomes_late_and_what_is_not_late_any_more(a: World, tuesday: Any) -> None:
    case = a.report()
    tuesday.shift(80 * HOUR)
    sweep()
    a.report()
    assert fresh(case).late_since == TUESDAY + 72 * HOUR
    kinder = SlaPolicy(name="longgar", since=timezone.localdate(), answer_amount=100)
    assert preview(kinder).no_longer_late == 1
    harder = SlaPolicy(name="langsung", since=timezone.localdate(), answer_amount=0)
    assert preview(harder).become_late == 1
    add_policy(policy=kinder, apply=True)
    apply_pending()
    found = fresh(case)
    assert (found.late_since, found.rung, found.next_deadline_at) == (None, 0, TUESDAY + 88 * HOUR)


def test_a_red_mark_that_stays_is_not_told_twice_after_a_change(a: World, tuesday: Any) -> None:
    case = a.report()
    tuesday.shift(80 * HOUR)
    sweep()
    add_policy(policy=SlaPolicy(name="48", since=timezone.localdate(), answer_amount=48), apply=True)
    apply_pending()
    sweep()
    found = fresh(case)
    assert found.late_since == TUESDAY + 48 * HOUR
    assert found.timeline.filter(kind=Kind.LATE).count() == 1
    assert found.timeline.filter(kind=Kind.ESCALATED).count() == 2  # head, and now the Sekda's time has come
    assert Escalation.objects.filter(case=case, told_at=None, notify_at=None).exists()


def test_a_joined_case_that_is_parted_again_has_its_policy_and_its_time_back(a: World, tuesday: Any) -> None:
    own = policy(answer_amount=24, done_amount=100, warn_hours=0)
    first, second = a.report(), a.report()
    tuesday.shift(10 * HOUR)
    actions.merge(case=second, into=first, actor=a.operator)
    assert fresh(second).next_deadline_at is None
    sweep(now=TUESDAY + 30 * HOUR)
    assert fresh(second).rung == 0
    tuesday.shift(50 * HOUR)
    actions.unmerge(case=second, actor=a.operator)
    found = fresh(second)
    assert (found.policy_id, found.done_due_at) == (own.pk, TUESDAY + 150 * HOUR)
    assert found.next_deadline_at is not None
    assert len(found.pauses) == 1
    assert chain_faults(found) == []
