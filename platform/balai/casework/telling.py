"""Telling people about due dates: from the ledger, one message per person, step and round, not one per case."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from balai.accounts.models import User
from balai.agencies.queries import desk_of, instead_of_absent, with_stand_in
from balai.casework import ladder
from balai.casework.models import Escalation, Step
from balai.casework.wording import name_of_case
from balai.modules import Text
from balai.notifications.actions import notify_each

BATCH = 500
LISTED = 20
"""Cases that a message names; it counts the others."""

Group = tuple[str, int | None, int | None]
"""A step, the agency (None for what is the whole city's or nobody's), and the officer."""


def tell(*, now: datetime.datetime | None = None, batch: int = BATCH) -> int:
    """Writes the messages about what the sweep did, of which the time has come; returns how many."""
    moment, count = now or timezone.now(), 0
    while (found := _tell_batch(moment, batch)) is not None:
        count += found
    return count


def _tell_batch(now: datetime.datetime, size: int) -> int | None:
    with transaction.atomic():
        due = Escalation.objects.filter(notify_at__lte=now).order_by("notify_at", "id")
        rows = due.select_related("case__category", "agency").defer("case__words", "case__description")
        steps = list(rows.select_for_update(of=("self",), skip_locked=True)[:size])
        if not steps:
            return None
        current = [step for step in steps if _still_matters(step)]
        holders = ladder.holders()
        count = 0
        for group, members in _grouped(current).items():
            count += _write(group, members, _people(group, members, holders))
        Escalation.objects.filter(pk__in=[step.pk for step in current]).update(told_at=now, notify_at=None)
        Escalation.objects.filter(pk__in=[step.pk for step in steps]).update(notify_at=None)
    return count


def _still_matters(step: Escalation) -> bool:
    """Whether the case still waits for those who would be told: not closed, paused, joined with another or answered
    since the step was taken."""
    case = step.case
    if case.closed_at is not None or case.paused_at is not None or case.merged_into_id is not None:
        return False
    if step.step == Step.WARNED:
        return True
    return case.late_since is not None and case.late_clock == step.clock


def _grouped(steps: Iterable[Escalation]) -> dict[Group, list[Escalation]]:
    groups: dict[Group, list[Escalation]] = defaultdict(list)
    for step in steps:
        about_work = step.step in (Step.WARNED, Step.LATE)
        officer = step.case.assignee_id if about_work else None
        agency = step.agency_id if about_work or step.step == Step.HEAD else None
        groups[(step.step, agency, officer)].append(step)
    return groups


def _people(group: Group, members: Sequence[Escalation], holders: ladder.Holders) -> Sequence[User]:
    step, agency_id, officer = group
    if step in (Step.WARNED, Step.LATE):
        if officer is not None:
            found = list(User.objects.filter(pk=officer, is_active=True))
            if found:
                return found
        return desk_of(members[0].agency)
    ids = holders.of(ladder.RUNGS[step], agency_id)
    on_the_rung = with_stand_in(User.objects.filter(pk__in=ids, is_active=True).order_by("pk"))
    return instead_of_absent(on_the_rung, members[0].agency if step == Step.HEAD else None)


def _write(group: Group, members: Sequence[Escalation], people: Sequence[User]) -> int:
    step, _agency, officer = group
    context = {
        "step": step,
        "noun": _noun(members),
        "count": len(members),
        "more": max(0, len(members) - LISTED),
        "cases": [
            {
                "number": member.case.number,
                "category": member.case.category.name,
                "agency": member.agency.short_name if member.agency else "",
                "due": ladder.day_of_deadline(member.due_at),
            }
            for member in members[:LISTED]
        ],
    }
    notify_each(
        template="casework/due_soon" if step == Step.WARNED else "casework/late",
        to=people,
        context=context,
        dedupe_key=f"ladder:{step}:{members[0].pk}:{members[-1].pk}",
        kind="escalations" if step in ladder.RUNGS else "tasks" if officer is not None else "desk",
        path=_path(members[0].case.module, officer is not None),
    )
    return len(people)


def _noun(members: Sequence[Escalation]) -> Text:
    """What they are called; the suite's word where they are of several modules."""
    modules = {member.case.module for member in members}
    return name_of_case(modules.pop() if len(modules) == 1 else "")


def _path(module: str, for_officer: bool) -> str:
    if for_officer:
        try:
            return reverse(f"{module}:tasks", urlconf=settings.ROOT_URLCONF)
        except NoReverseMatch:
            pass
    return reverse("city.red:index", urlconf=settings.ROOT_URLCONF)
