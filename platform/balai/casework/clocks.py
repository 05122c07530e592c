"""The clocks of a case. The actions call these at the events that a clock runs on; an edit is none.

They set columns of the case in memory; the action saves FIELDS with the rest.
"""

from __future__ import annotations

import datetime

from balai.casework.lifecycle import OPEN, PAUSED, Status
from balai.casework.models.case import Case

FIELDS = (
    "answer_due_at",
    "update_due_at",
    "done_due_at",
    "last_update_at",
    "answered_at",
    "paused_at",
    "next_deadline_at",
    "late_since",
    "late_clock",
    "rung",
    "acknowledged_at",
)


def begin(case: Case, now: datetime.datetime) -> None:
    """The city has got the case: its clocks start to run."""


def moved(case: Case, before: Status, now: datetime.datetime) -> None:
    """The status has changed: the clocks stop, stand still or go on."""
    if case.status in PAUSED:
        case.paused_at = case.paused_at or now
    else:
        case.paused_at = None
    if case.status not in OPEN:
        case.next_deadline_at = case.late_since = None
        case.late_clock = ""


def answered(case: Case, now: datetime.datetime) -> None:
    """The agency has said something to the reporter."""
    case.answered_at = case.answered_at or now
    case.last_update_at = now
