"""The clocks of a case. The actions call these at the events that a clock runs on; an edit is none.

They set columns of the case in memory; the action saves FIELDS with the rest. Three clocks: the first **answer** runs
from the receipt, the next word (**update**) from the last one, the **solution** from the receipt. All stand still while
the city waits for somebody else (lifecycle.PAUSED) and then get that time back in the unit they are counted in.

Working days are those of the case's agency (balai.calendars). A case that goes to another agency keeps the due dates
it has; what is counted from then on, the next word, a pause given back, a rung, goes by the new one's calendar.

`late_since` is the due date that was missed first, not when the sweep found out. `next_deadline_at` is when the sweep
has to look at the case again: a warning, a due date, the next rung, or the end of a pause.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from balai.calendars.calendar import Calendar
from balai.calendars.queries import calendar
from balai.casework import sla
from balai.casework.lifecycle import CLOSED, PAUSED, Status
from balai.casework.models.case import Case, Clock, Rung
from balai.casework.sla import Policy

FIELDS = (
    "policy",
    "answer_due_at",
    "update_due_at",
    "done_due_at",
    "last_update_at",
    "answered_at",
    "paused_at",
    "pauses",
    "next_deadline_at",
    "late_since",
    "late_clock",
    "rung",
    "acknowledged_at",
)


def begin(case: Case, now: datetime.datetime) -> None:
    """The city has got the case: its clocks run from the receipt, by the policy in effect on that day."""
    found = calendar(case.agency_id)
    policy = sla.policies().best(case, found.day_of(case.received_at))
    set_by(case, policy, found)
    plan(case, policy, found, now)


def set_by(case: Case, policy: Policy, found: Calendar) -> None:
    """Sets the due dates by a policy, from the events that were and with the time of every pause given back."""
    case.policy_id = policy.id
    begun = case.reopened_at or case.received_at
    last_word = case.last_update_at or case.received_at
    word, since = policy.update, last_word
    if case.reopened_at is not None and last_word < case.reopened_at:
        word, since = policy.update or policy.answer, case.reopened_at
    case.answer_due_at = _due(policy.answer, case.received_at, case, found)
    case.update_due_at = _due(word, since, case, found)
    case.done_due_at = _due(policy.solution, begun, case, found)


def _due(amount: sla.Amount | None, since: datetime.datetime, case: Case, found: Calendar) -> datetime.datetime | None:
    """When the amount has passed since the event, pauses after it left out."""
    if amount is None:
        return None
    due = amount.after(since, found)
    for first, last in case.pauses:
        begin, end = datetime.datetime.fromisoformat(first), datetime.datetime.fromisoformat(last)
        if end > since:
            due = amount.shifted(due, max(begin, since), end, found)
    return due


def moved(case: Case, before: Status, now: datetime.datetime) -> None:
    """The status has changed: the clocks stop, stand still, go on or begin anew."""
    found, policy = calendar(case.agency_id), sla.policy_of(case)
    if case.status in PAUSED:
        case.paused_at = case.paused_at or now
    elif case.paused_at is not None:
        _give_back(case, policy, found, now)
        case.pauses = [*case.pauses, [case.paused_at.isoformat(), now.isoformat()]]
        case.paused_at = None
    if case.status == Status.REOPENED and before in CLOSED:
        _begin_again(case, policy, found, now)
    _drop_what_is_met(case, now)
    plan(case, policy, found, now)


def answered(case: Case, now: datetime.datetime) -> None:
    """The agency has said something to the reporter: the first answer is given, the next word is due later.

    A task has no clocks of its own: the case that it is part of has.
    """
    if case.parent_id is not None:
        case.answered_at, case.last_update_at = case.answered_at or now, now
        return
    found, policy = calendar(case.agency_id), sla.policy_of(case)
    case.answered_at = case.answered_at or now
    case.last_update_at = now
    case.update_due_at = policy.update.after(now, found) if policy.update else None
    _drop_what_is_met(case, now)
    plan(case, policy, found, now)


def promise(case: Case, due: datetime.datetime, now: datetime.datetime) -> None:
    """The city owes a word by `due`, whatever the policy says: an earlier due date stays. Save FIELDS."""
    case.update_due_at = min(case.update_due_at, due) if case.update_due_at is not None else due
    plan(case, sla.policy_of(case), calendar(), now)


def _give_back(case: Case, policy: Policy, found: Calendar, now: datetime.datetime) -> None:
    """Moves what is due by the time of the pause; the red mark with it, so that the ladder has stood still too."""
    assert case.paused_at is not None
    late_clock = case.late_clock
    for clock, (column, amount) in _columns(policy).items():
        due = getattr(case, column)
        if due is not None and amount is not None:
            later = amount.shifted(due, case.paused_at, now, found)
            setattr(case, column, later)
            if clock == late_clock:
                case.late_since = later


def _begin_again(case: Case, policy: Policy, found: Calendar, now: datetime.datetime) -> None:
    """A reopened case has to be solved anew, and the first word on it is due as a first answer was."""
    word = policy.update or policy.answer
    case.update_due_at = word.after(now, found) if word else None
    case.done_due_at = policy.solution.after(now, found) if policy.solution else None


def _columns(policy: Policy) -> dict[str, tuple[str, sla.Amount | None]]:
    return {
        Clock.ANSWER: ("answer_due_at", policy.answer),
        Clock.UPDATE: ("update_due_at", policy.update or policy.answer),
        Clock.SOLUTION: ("done_due_at", policy.solution),
    }


def running(case: Case) -> Iterator[tuple[Clock, datetime.datetime]]:
    """The clocks that run, each with its due date. None while the case is paused, closed or part of another."""
    if case.closed_at is not None or case.paused_at is not None or case.merged_into_id is not None:
        return
    if case.answer_due_at is not None and case.answered_at is None:
        yield Clock.ANSWER, case.answer_due_at
    if case.update_due_at is not None:
        yield Clock.UPDATE, case.update_due_at
    if case.done_due_at is not None:
        yield Clock.SOLUTION, case.done_due_at


def overdue(case: Case, now: datetime.datetime) -> list[tuple[Clock, datetime.datetime]]:
    """The running clocks whose due date has come, the oldest first. A due date is missed from its very moment on."""
    return sorted(((clock, due) for clock, due in running(case) if due <= now), key=lambda pair: pair[1])


def mark(case: Case, now: datetime.datetime) -> None:
    """Sets or takes away the red mark. Another clock's lateness begins at the foot of the ladder."""
    late = overdue(case, now)
    clock, since = late[0] if late else ("", None)
    if clock != case.late_clock:
        case.rung, case.acknowledged_at = Rung.NONE, None
    case.late_clock, case.late_since = clock, since


def _drop_what_is_met(case: Case, now: datetime.datetime) -> None:
    """Takes away the red mark of what has been met or is over; putting it on is the sweep's, who records it."""
    waits = case.closed_at is None and case.paused_at is not None
    if waits and not (case.late_clock == Clock.ANSWER and case.answered_at is not None):
        # Late stays late while somebody is waited for, unless what was missing has been given.
        return
    if case.late_since is not None or case.closed_at is not None:
        mark(case, now)


def plan(case: Case, policy: Policy, found: Calendar, now: datetime.datetime, *, seen: bool = False) -> None:
    """Sets when the sweep has to look at the case next. `seen`: it has just dealt with all that is overdue."""
    case.next_deadline_at = min(_to_come(case, policy, found, now, seen), default=None)


def _to_come(
    case: Case, policy: Policy, found: Calendar, now: datetime.datetime, seen: bool
) -> Iterator[datetime.datetime]:
    if case.closed_at is None and case.paused_at is not None:
        yield pause_ends(case)
        return
    for clock, due in running(case):
        if due > now:
            yield due
            if policy.warn and due - policy.warn > now:
                yield due - policy.warn
        elif not seen and clock != case.late_clock:
            yield due
    if case.late_since is not None and case.closed_at is None:
        for rung, amount in policy.ladder:
            if rung > case.rung:
                yield amount.after_deadline(case.late_since, found)


def pause_ends(case: Case) -> datetime.datetime:
    """When a case that waits is looked at again: on the day it was postponed to, or when the reporter's time is up.

    By the city's calendar: a reporter has the same days whichever agency asks.
    """
    from balai.casework.queries import options_of

    assert case.paused_at is not None
    found = calendar()
    if case.status == Status.POSTPONED and case.postponed_until is not None:
        return found.start_of(case.postponed_until)
    return found.add_working_days(case.paused_at, options_of(case.module).reporter_answer_days)


def replan(case: Case, now: datetime.datetime) -> None:
    """Sets anew when the sweep looks at the case."""
    plan(case, sla.policy_of(case), calendar(case.agency_id), now)
