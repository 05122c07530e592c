"""The sweep: once a minute it finds the cases whose time has come, warns, marks them red and lets them climb.

It reads only open cases with `next_deadline_at` in the past, the longest waiting first, in batches under FOR UPDATE
SKIP LOCKED. Each batch is one transaction with a fixed number of statements. What it did moves `next_deadline_at` on:
the next batch begins where this one ended, two sweeps share the work, and a sweep that is killed loses only the batch
that was not committed. The ledger (Escalation) lets each step about a due date happen once.

People are told afterwards, from the ledger: one message per person, rung and batch, however many cases it is about.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from balai.calendars.queries import Calendars, calendars
from balai.casework import clocks, ladder, sla
from balai.casework.ladder import Holders
from balai.casework.models import Case, Escalation, Kind, Step, TimelineEntry
from balai.casework.sla import Policies, Policy
from balai.casework.writing import SYSTEM, Draft, link

logger = logging.getLogger(__name__)

BATCH = 500
AGAIN = datetime.timedelta(hours=1)
"""When a case that could not be dealt with is tried again; the others do not wait for it."""
COLUMNS = (
    *("id", "number", "module", "category_id", "village_id", "agency_id", "policy_id", "status", "classification"),
    *("severity", "merged_into_id", "received_at", "answered_at", "closed_at", "reopened_at", "postponed_until"),
    *("answer_due_at", "update_due_at", "done_due_at", "last_update_at", "paused_at", "pauses", "next_deadline_at"),
    *("late_since", "late_clock", "rung", "acknowledged_at", "timeline_length", "timeline_head"),
)


@dataclass(slots=True)
class Swept:
    """What a sweep did: how many cases it looked at, and how many steps it took."""

    cases: int = 0
    steps: int = 0
    failed: int = 0
    finished: bool = True
    ended_pauses: list[int] = field(default_factory=list)


def sweep(*, now: datetime.datetime | None = None, seconds: float = 50.0, batch: int = BATCH) -> Swept:
    """Deals with everything that is due in the current city, for at most so many seconds; the rest waits for the next.

    The entry for benchmarks too: nothing else is needed than a city with due cases.
    """
    total, deadline = Swept(), time.monotonic() + seconds
    moment = now or timezone.now()
    while True:
        try:
            found = _batch(moment, batch)
        except Exception:
            # One case that cannot be dealt with must not hold up the others.
            logger.exception("a batch of the sweep failed; its cases are taken one by one")
            found = _one_by_one(moment, batch)
        total.cases += found.cases
        total.steps += found.steps
        total.failed += found.failed
        for case_id in found.ended_pauses:
            _end_pause(case_id, moment)
        if not found.cases:
            return total
        if time.monotonic() > deadline:
            total.finished = False
            return total


def _due(now: datetime.datetime) -> QuerySet[Case]:
    due = Case.objects.filter(next_deadline_at__lte=now).order_by("next_deadline_at", "id")
    return due.select_for_update(skip_locked=True, of=("self",)).only(*COLUMNS)


def _batch(now: datetime.datetime, size: int, ids: Sequence[int] | None = None) -> Swept:
    with transaction.atomic():
        rows = _due(now)
        cases = list(rows.filter(pk__in=ids) if ids is not None else rows[:size])
        if not cases:
            return Swept()
        work = Work(now, calendars(), sla.policies(), ladder.holders(), _ledger(cases))
        for case in cases:
            work.deal_with(case)
        work.write(cases)
    return Swept(len(cases), len(work.steps), ended_pauses=work.ended_pauses)


def _one_by_one(now: datetime.datetime, size: int) -> Swept:
    total = Swept()
    due = Case.objects.filter(next_deadline_at__lte=now).order_by("next_deadline_at", "id")
    for case_id in list(due.values_list("pk", flat=True)[:size]):
        try:
            found = _batch(now, 1, ids=[case_id])
        except Exception:
            logger.exception("case %s could not be dealt with", case_id)
            Case.objects.filter(pk=case_id).update(next_deadline_at=now + AGAIN)
            found = Swept(1, 0, 1)
        total.cases += found.cases
        total.steps += found.steps
        total.failed += found.failed
        total.ended_pauses += found.ended_pauses
    return total


def _ledger(cases: Sequence[Case]) -> set[tuple[int, str, datetime.datetime, str]]:
    """The steps taken about these cases so far."""
    taken = Escalation.objects.filter(case__in=[case.pk for case in cases])
    return set(taken.values_list("case_id", "clock", "due_at", "step"))


@dataclass(slots=True)
class Work:
    """One batch: what is known, and what is to be written."""

    now: datetime.datetime
    calendars: Calendars
    policies: Policies
    holders: Holders
    taken: set[tuple[int, str, datetime.datetime, str]]
    steps: list[Escalation] = field(default_factory=list)
    entries: list[TimelineEntry] = field(default_factory=list)
    ended_pauses: list[int] = field(default_factory=list)

    def deal_with(self, case: Case) -> None:
        """Warns, marks and lets climb what is due about one case, and plans when to look at it next."""
        if case.closed_at is None and case.paused_at is not None:
            self.ended_pauses.append(case.pk)
            # Ended in a transaction of its own; tried again later should that fail.
            case.next_deadline_at = self.now + AGAIN
            return
        policy = self.policies.by_id.get(case.policy_id, sla.SUITE)
        drafts: list[Draft] = []
        for clock, due in clocks.running(case):
            if due <= self.now:
                if self._take(case, policy, clock, due, Step.LATE):
                    drafts.append(self._draft(Kind.LATE, clock, due))
            elif policy.warn and due - policy.warn <= self.now and self._take(case, policy, clock, due, Step.WARNED):
                drafts.append(self._draft(Kind.WARNED, clock, due, public=False))
        clocks.mark(case, self.now)
        drafts += self._climb(case, policy)
        for entry in link(case, drafts):
            entry.case_id = case.pk
            self.entries.append(entry)
        clocks.plan(case, policy, self.calendars.of(case.agency_id), self.now, seen=True)

    def _climb(self, case: Case, policy: Policy) -> list[Draft]:
        """The rungs whose time has come, the lowest first; an empty one falls through to the next at once."""
        drafts: list[Draft] = []
        vacant: list[str] = []
        if case.late_since is None:
            return drafts
        clock, due = case.late_clock, case.late_since
        for rung, amount in policy.ladder:
            if rung <= case.rung:
                continue
            if not vacant and amount.after_deadline(due, self.calendars.of(case.agency_id)) > self.now:
                break
            step = ladder.STEPS[rung]
            case.rung, case.acknowledged_at = rung, None
            if not self.holders.of(rung, case.agency_id):
                if self._take(case, policy, clock, due, step, vacant=True):
                    vacant.append(step)
                continue
            if self._take(case, policy, clock, due, step):
                drafts.append(self._draft(Kind.ESCALATED, clock, due, rung=step, vacant=vacant))
            vacant = []
        if vacant:
            drafts.append(self._draft(Kind.ESCALATED, clock, due, rung="", vacant=vacant))
        return drafts

    def _take(
        self, case: Case, policy: Policy, clock: str, due: datetime.datetime, step: Step, vacant: bool = False
    ) -> bool:
        """Enters the step in the ledger; False when it was taken before."""
        key = (case.pk, str(clock), due, str(step))
        if key in self.taken:
            return False
        self.taken.add(key)
        notify_at = None
        if not vacant:
            # The Sekda and the mayor keep the city's hours, whichever agency is late.
            whose = None if step in (Step.SEKDA, Step.MAYOR) else case.agency_id
            working = self.calendars.of(whose)
            notify_at = working.next_working_moment(self.now) if policy.in_working_days else self.now
        self.steps.append(
            Escalation(
                case_id=case.pk,
                clock=clock,
                due_at=due,
                step=step,
                at=self.now,
                agency_id=case.agency_id,
                vacant=vacant,
                notify_at=notify_at,
            )
        )
        return True

    def _draft(self, kind: Kind, clock: str, due: datetime.datetime, *, public: bool = True, **data: object) -> Draft:
        facts = {"clock": str(clock), "due": due.astimezone(datetime.UTC).isoformat(), **data}
        return Draft(
            kind, self.now, SYSTEM, public=public, data={name: value for name, value in facts.items() if value}
        )

    def write(self, cases: Sequence[Case]) -> None:
        """Three statements, whatever the number of cases."""
        TimelineEntry.objects.bulk_create(self.entries)
        Escalation.objects.bulk_create(self.steps)
        columns: dict[str, tuple[str, list[object]]] = {
            "next_deadline_at": ("timestamptz", [case.next_deadline_at for case in cases]),
            "late_since": ("timestamptz", [case.late_since for case in cases]),
            "late_clock": ("varchar", [str(case.late_clock) for case in cases]),
            "rung": ("smallint", [int(case.rung) for case in cases]),
            "acknowledged_at": ("timestamptz", [case.acknowledged_at for case in cases]),
            "timeline_length": ("integer", [case.timeline_length for case in cases]),
            "timeline_head": ("varchar", [case.timeline_head for case in cases]),
        }
        update_rows([case.pk for case in cases], columns)


def update_rows(ids: Sequence[int], columns: dict[str, tuple[str, list[object]]]) -> None:
    """Sets the columns (name → SQL type and a value per case) of these cases in one statement."""
    names = list(columns)
    arrays = ", ".join(["%s::bigint[]", *(f"%s::{columns[name][0]}[]" for name in names)])
    changes = ", ".join(f"{name} = new.{name}" for name in names)
    # Names and types are ours; every value is a parameter.
    statement = (
        f"UPDATE casework_case SET {changes} FROM unnest({arrays}) AS new (id, {', '.join(names)}) "  # noqa: S608
        "WHERE casework_case.id = new.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(ids), *(columns[name][1] for name in names)])


def _end_pause(case_id: int, now: datetime.datetime) -> None:
    """Takes a postponed case up again on its day; archives one whose reporter has not answered in time."""
    from balai.casework.actions.pauses import end_pause

    try:
        end_pause(case_id=case_id, now=now)
    except Exception:
        logger.exception("the pause of case %s could not be ended", case_id)
