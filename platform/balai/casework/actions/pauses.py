"""The end of a pause that nobody ended: the sweep does it, as the system."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.casework import clocks, notices
from balai.casework.actions.moving import STATUS_FIELDS, locked, move_to, save
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind
from balai.casework.queries import options_of
from balai.casework.writing import SYSTEM, Draft, append


@transaction.atomic
def end_pause(*, case_id: int, now: datetime.datetime) -> None:
    """Takes a postponed case up again on its day; archives one whose reporter has not answered in time.

    Does nothing where the pause is over already or its end has not come.
    """
    row = locked(Case(pk=case_id))
    if row.paused_at is None or row.closed_at is not None:
        return
    if clocks.pause_ends(row) > now:
        clocks.replan(row, now)
        save(row)
        return
    if row.status == Status.POSTPONED:
        move_to(row, Status(row.status_before), now)
        [entry] = append(row, Draft(Kind.RESUMED, now, SYSTEM, words=_("The day it was postponed to has come.")))
        save(row, *STATUS_FIELDS)
        notices.tell_desk(row, "arrived", entry)
        return
    days = options_of(row.module).reporter_answer_days
    words = ngettext(
        "Closed because the question was not answered within %(days)d working day.",
        "Closed because the question was not answered within %(days)d working days.",
        days,
    )
    move_to(row, Status.ARCHIVED, now)
    [entry] = append(row, Draft(Kind.ARCHIVED, now, SYSTEM, words=words % {"days": days}))
    save(row, *STATUS_FIELDS)
    notices.tell_reporter(row, "closed", entry)
