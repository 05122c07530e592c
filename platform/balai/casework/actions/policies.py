"""Writes about service levels. One in effect is never edited: what changes is written as another, with its day.

A new policy counts for cases received from its day on. Whether it is applied to the cases that are open, too, is a
choice of whoever sets it; then each of them says so on its timeline, and its due dates are counted anew from the same
events, with every pause given back.
"""

from __future__ import annotations

import dataclasses
import datetime
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.audit.actions import record
from balai.calendars.calendar import Calendar
from balai.calendars.queries import calendars
from balai.casework import clocks, sla
from balai.casework.ladder import STEPS
from balai.casework.models import Case, Category, Classification, Escalation, Kind, Severity, SlaPolicy, Step, TimeUnit
from balai.casework.models.timeline import TimelineEntry
from balai.casework.sla import Policy
from balai.casework.sweep import BATCH, COLUMNS, update_rows
from balai.casework.writing import SYSTEM, Draft, link

NEWEST = 2**62
MAX_PREVIEW = 20_000
"""Open cases that a preview looks at; beyond, it says that there are more."""
HOURS, DAYS = TimeUnit.HOURS, TimeUnit.WORKING_DAYS


@transaction.atomic
def add_policy(*, policy: SlaPolicy, actor: User | None = None, apply: bool = False) -> SlaPolicy:
    """Sets a service level from a day on, today at the earliest. `apply`: to the cases that are open, too.

    Raises ValidationError with a message per field.
    """
    policy.full_clean(exclude=["created_by"])
    if policy.since < timezone.localdate():
        message = _("Choose today or a later day: what was promised for earlier cases stays.")
        raise ValidationError({"since": [ValidationError(message, code="past")]})
    policy.created_by = actor
    policy.apply_wanted_at = timezone.now() if apply else None
    policy.save(force_insert=True)
    record("casework.sla_set", policy, actor=actor, since=policy.since.isoformat(), apply=apply)
    sla.changed()
    return policy


@transaction.atomic
def end_policy(*, policy: SlaPolicy, until: datetime.date | None = None, actor: User | None = None) -> None:
    """The policy counts for no case received after `until` (default and earliest: today). One that has not begun by
    then is taken away. Cases that have it keep it. Raises ValidationError (until)."""
    today = timezone.localdate()
    until = until or today
    if until < today:
        raise ValidationError({"until": [ValidationError(_("Choose today or a later day."), code="past")]})
    row = SlaPolicy.objects.select_for_update().get(pk=policy.pk)
    record("casework.sla_ended", row, actor=actor, until=until.isoformat())
    if row.since > until and not Case.objects.filter(policy=row).exists():
        row.delete()
    else:
        row.until = max(until, row.since)
        row.save(update_fields=["until"])
    sla.changed()


# -- presets ---------------------------------------------------------------------------------------------------------

PRESETS = {"rabeg": "RABEG", "lapor": "SP4N-LAPOR!", "jakarta": "Jakarta CRM"}


def preset(name: str, module: str, since: datetime.date, oversight: Category | None = None) -> list[SlaPolicy]:
    """The policies of a preset, not saved. Raises KeyError for an unknown one.

    - rabeg (Serang): an answer within 3×24 hours, light matters within 1×24, then OPD → Sekda → Walikota.
    - lapor (SP4N-LAPOR!): verified and forwarded within 3 working days, the agency's plan within 5; requests for
      information solved within 5, others within 14, those of the category `oversight` (complaints with oversight
      content, berkadar pengawasan) within 60.
    - jakarta (Jakarta CRM): coordinated within 6 hours, finished within 7 days.

    How long each rung of the ladder has is published nowhere: these are beginnings for a city to change.
    """

    def row(title: str, **fields: object) -> SlaPolicy:
        return SlaPolicy(module=module, name=f"{PRESETS[name]}: {title}", since=since, **fields)

    if name == "rabeg":
        return [
            row("3×24", answer_amount=72, warn_hours=12, head_after=0, sekda_after=24, mayor_after=72),
            row(
                "1×24", severity=Severity.LIGHT, answer_amount=24, warn_hours=6,
                head_after=0, sekda_after=24, mayor_after=72,
            ),
        ]  # fmt: skip
    if name == "lapor":
        units = {"answer_unit": DAYS, "update_unit": DAYS, "done_unit": DAYS, "ladder_unit": DAYS}
        common = {**units, "answer_amount": 3, "update_amount": 5, "warn_hours": 24} | {
            "head_after": 0, "sekda_after": 3, "mayor_after": 5,
        }  # fmt: skip
        found = [
            row("14", done_amount=14, **common),
            row("5", done_amount=5, classification=Classification.INFORMATION_REQUEST, **common),
        ]
        if oversight is not None:
            found.append(row("60", done_amount=60, category=oversight, **common))
        return found
    if name == "jakarta":
        return [
            row("6 / 168", answer_amount=6, done_amount=168, warn_hours=2, head_after=0, sekda_after=24, mayor_after=72)
        ]
    raise KeyError(name)


@transaction.atomic
def add_preset(
    *, name: str, module: str, actor: User | None = None, oversight: Category | None = None
) -> list[SlaPolicy]:
    """Sets the policies of a preset from today on. Raises ValidationError, KeyError for an unknown preset."""
    rows = preset(name, module, timezone.localdate(), oversight)
    return [add_policy(policy=row, actor=actor) for row in rows]


# -- what a change does to open cases --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What a policy would do to open cases: how many it is for, how many of them get another due date, how many become
    late by it and how many are not late any more. `more`: only the first MAX_PREVIEW open cases were looked at."""

    cases: int = 0
    changed: int = 0
    become_late: int = 0
    no_longer_late: int = 0
    more: bool = False


def preview(policy: SlaPolicy, now: datetime.datetime | None = None) -> Preview:
    """What applying the policy (which need not be saved) to open cases would do. Writes nothing."""
    now = now or timezone.now()
    value, known = sla.policy_of_row(policy), sla.policies()
    if value.id is None:
        # As if it had been saved: the newest of all.
        value = dataclasses.replace(value, id=NEWEST)
        known = known.with_another(value)
    found = calendars()
    cases = changed = become_late = no_longer_late = looked_at = 0
    for case in _open_cases():
        looked_at += 1
        if looked_at > MAX_PREVIEW:
            break
        if known.best(case, policy.since) != value:
            continue
        cases += 1
        before, was_late = case.due_at, bool(clocks.overdue(case, now))
        clocks.set_by(case, value, found.of(case.agency_id))
        late = bool(clocks.overdue(case, now))
        changed += case.due_at != before
        become_late += late and not was_late
        no_longer_late += was_late and not late
    return Preview(cases, changed, become_late, no_longer_late, looked_at > MAX_PREVIEW)


def _open_cases() -> Iterator[Case]:
    return Case.objects.open().order_by("pk").only(*COLUMNS).iterator(chunk_size=BATCH)


def apply_pending(*, now: datetime.datetime | None = None, seconds: float = 30.0) -> int:
    """Applies to open cases the policies of which that was wanted; returns how many cases changed.

    May be killed and run again: what is done has the policy's id.
    """
    count, deadline = 0, time.monotonic() + seconds
    for row in SlaPolicy.objects.filter(apply_wanted_at__isnull=False, applied_at=None).order_by("apply_wanted_at"):
        last: int | None = 0
        while last is not None:
            done, last = _apply_batch(row, last, now or timezone.now())
            count += done
            if time.monotonic() > deadline:
                return count
        SlaPolicy.objects.filter(pk=row.pk).update(applied_at=timezone.now())
    return count


def _apply_batch(row: SlaPolicy, after: int, now: datetime.datetime) -> tuple[int, int | None]:
    """One batch of open cases with a higher id than `after`: how many changed, and the last id (None: no more)."""
    policy, known, found = sla.policy_of_row(row), sla.policies(), calendars()
    with transaction.atomic():
        rows = Case.objects.open().filter(pk__gt=after).exclude(policy_id=row.pk).order_by("pk")
        cases = list(rows.select_for_update(of=("self",)).only(*COLUMNS)[:BATCH])
        if not cases:
            return 0, None
        changed = [case for case in cases if known.best(case, row.since) == policy]
        entries: list[TimelineEntry] = []
        steps: list[Escalation] = []
        for case in changed:
            before = case.due_at
            own = found.of(case.agency_id)
            _reset(case, policy, own, now, steps)
            if case.due_at != before:
                dates = {"from": before and before.isoformat(), "to": case.due_at and case.due_at.isoformat()}
                data = {"policy": policy.name} | {name: value for name, value in dates.items() if value}
                for entry in link(case, [Draft(Kind.RESCHEDULED, now, SYSTEM, data=data)]):
                    entry.case_id = case.pk
                    entries.append(entry)
            clocks.plan(case, policy, own, now)
        TimelineEntry.objects.bulk_create(entries)
        Escalation.objects.bulk_create(steps, ignore_conflicts=True)
        if changed:
            _write(changed)
    return len(changed), cases[-1].pk


def _reset(case: Case, policy: Policy, found: Calendar, now: datetime.datetime, steps: list[Escalation]) -> None:
    """Counts the due dates anew. A red mark that stays keeps its rung: the ledger then knows its steps for the new due
    date, too, so that nothing is said twice."""
    was = case.late_clock
    clocks.set_by(case, policy, found)
    if not was or case.paused_at is not None:
        return
    clocks.mark(case, now)
    if case.late_clock == was and case.late_since is not None:
        taken = [Step.LATE, *(step for rung, step in STEPS.items() if rung <= case.rung)]
        steps += [
            Escalation(case=case, clock=was, due_at=case.late_since, step=step, at=now, agency_id=case.agency_id)
            for step in taken
        ]


def _write(cases: list[Case]) -> None:
    update_rows(
        [case.pk for case in cases],
        {
            "policy_id": ("bigint", [case.policy_id for case in cases]),
            "answer_due_at": ("timestamptz", [case.answer_due_at for case in cases]),
            "update_due_at": ("timestamptz", [case.update_due_at for case in cases]),
            "done_due_at": ("timestamptz", [case.done_due_at for case in cases]),
            "next_deadline_at": ("timestamptz", [case.next_deadline_at for case in cases]),
            "late_since": ("timestamptz", [case.late_since for case in cases]),
            "late_clock": ("varchar", [str(case.late_clock) for case in cases]),
            "rung": ("smallint", [int(case.rung) for case in cases]),
            "acknowledged_at": ("timestamptz", [case.acknowledged_at for case in cases]),
            "timeline_length": ("integer", [case.timeline_length for case in cases]),
            "timeline_head": ("varchar", [case.timeline_head for case in cases]),
        },
    )
