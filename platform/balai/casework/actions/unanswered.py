"""Questions to a reporter that stay without an answer: after the city's working days the case is archived."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from balai.calendars.queries import calendar
from balai.casework import notices
from balai.casework.actions.moving import STATUS_FIELDS, move_to, save
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind
from balai.casework.queries import options_of
from balai.casework.writing import SYSTEM, Draft, append

BATCH = 200


def answer_due_by(module: str, asked_at: datetime.datetime) -> datetime.datetime:
    """Until when the reporter's answer is waited for (SP4N-LAPOR: 10 working days)."""
    return calendar().add_working_days(asked_at, options_of(module).reporter_answer_days)


def close_unanswered(*, now: datetime.datetime | None = None) -> int:
    """Archives the cases whose reporter has not answered in time; returns how many.

    Each in a transaction of its own, so that a worker that is killed loses and repeats nothing; safe to run twice at
    once.
    """
    now = now or timezone.now()
    due = Case.objects.filter(status=Status.AWAITING_REPORTER, reporter_due_at__lte=now)
    count = 0
    while ids := list(due.order_by("reporter_due_at").values_list("pk", flat=True)[:BATCH]):
        closed = sum(_close(pk, now) for pk in ids)
        count += closed
        if not closed:
            # Another worker has them.
            break
    return count


@transaction.atomic
def _close(pk: int, now: datetime.datetime) -> bool:
    rows = Case.objects.select_for_update(of=("self",), skip_locked=True).select_related("category", "agency", "unit")
    row = rows.filter(pk=pk, status=Status.AWAITING_REPORTER, reporter_due_at__lte=now).defer("words").first()
    if row is None:
        return False
    days = options_of(row.module).reporter_answer_days
    words = ngettext(
        "No answer to our question came within %(days)d working day.",
        "No answer to our question came within %(days)d working days.",
        days,
    ) % {"days": days}
    move_to(row, Status.ARCHIVED, now)
    [entry] = append(row, Draft(Kind.ARCHIVED, now, SYSTEM, words=words, data={"by": "unanswered", "days": days}))
    save(row, *STATUS_FIELDS)
    notices.tell_reporter(row, "closed", entry)
    return True
