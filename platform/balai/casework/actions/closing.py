"""How a case ends, or pauses, or begins again."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.casework import clocks, edits, notices, transitions
from balai.casework.actions.desk import WORK_FIELDS
from balai.casework.actions.moving import STATUS_FIELDS, begin, draft, move_to, reason_for, save, wrong
from balai.casework.actions.splitting import settle
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Institution, Kind, TimelineEntry
from balai.casework.writing import append

LONGEST_POSTPONEMENT_DAYS = 366


@transaction.atomic
def approve(*, case: Case, actor: User, reason: str = "", without_tasks: str = "") -> Case:
    """The operator has compared the result with the report: the case is done.

    `without_tasks` says why, although tasks of it are open; they are cancelled with it. Raises NotAllowed, IllegalMove,
    ValidationError (without_tasks).
    """
    row, _view, post = begin(case, "approve", actor)
    reason = reason_for(row, transitions.move(row.module, "approve"), reason)
    now = timezone.now()
    settle(row, without_tasks, post, actor, now)
    row.checked_at = now
    move_to(row, Status.DONE, now)
    [entry] = append(row, draft(post, Kind.APPROVED, actor, now, words=reason))
    save(row, "checked_at", *STATUS_FIELDS)
    notices.tell_reporter(row, "finished", _work_done(row) or entry)
    return row


def _work_done(case: Case) -> TimelineEntry | None:
    """What the officer said was done, as it is shown now: the reporter hears of it when it is approved."""
    entries = list(case.timeline.filter(kind__in=(Kind.CHECKING, Kind.EDITED)).order_by("sequence"))
    done = next((entry for entry in reversed(entries) if entry.kind == Kind.CHECKING and entry.words), None)
    if done is not None:
        done.words = edits.newest(entries).get(done.sequence, done.words)
    return done


@transaction.atomic
def return_work(*, case: Case, actor: User, reason: str) -> Case:
    """The result does not stand: the officer has to go on. Raises NotAllowed, IllegalMove, ValidationError (reason)."""
    row, _view, post = begin(case, "return_work", actor)
    reason = reason_for(row, transitions.move(row.module, "return_work"), reason)
    now = timezone.now()
    row.done_at = None
    move_to(row, Status.PROCESS, now)
    [entry] = append(row, draft(post, Kind.RETURNED, actor, now, words=reason, public=False))
    save(row, "done_at", *STATUS_FIELDS)
    notices.tell_officer(row, "returned", entry)
    return row


@transaction.atomic
def postpone(*, case: Case, actor: User, reason: str, until: datetime.date) -> Case:
    """Puts the case off to a day within a year; the reporter reads why. Its clocks stand still.

    Raises NotAllowed, IllegalMove, ValidationError (reason, until).
    """
    row, _view, post = begin(case, "postpone", actor)
    reason = reason_for(row, transitions.move(row.module, "postpone"), reason)
    today = timezone.localdate()
    if not today < until <= today + datetime.timedelta(days=LONGEST_POSTPONEMENT_DAYS):
        raise wrong("until", _("Choose a day after today, within a year."), "out_of_range")
    now = timezone.now()
    row.postponed_until = until
    clocks.answered(row, now)
    move_to(row, Status.POSTPONED, now)
    data = {"until": until.isoformat()}
    [entry] = append(row, draft(post, Kind.POSTPONED, actor, now, words=reason, data=data))
    save(row, *STATUS_FIELDS)
    notices.tell_reporter(row, "postponed", entry)
    return row


@transaction.atomic
def resume(*, case: Case, actor: User, reason: str = "") -> Case:
    """Takes a postponed case up again, or one whose reporter need not answer any more, where it was before.

    Raises NotAllowed, IllegalMove, ValidationError (reason).
    """
    row, _view, post = begin(case, "resume", actor)
    reason = reason_for(row, transitions.move(row.module, "resume"), reason)
    now = timezone.now()
    move_to(row, Status(row.status_before), now)
    append(row, draft(post, Kind.RESUMED, actor, now, words=reason))
    save(row, *STATUS_FIELDS)
    return row


@transaction.atomic
def not_ours(*, case: Case, actor: User, reason: str, institution: Institution | None = None) -> Case:
    """Closes the case as another institution's; the reason tells the resident whose it is and what to do.

    The institution is kept as it is called now, so that the case still says so when the city's list changes. For a
    case of another city that is in Balai see `hand_over`. Raises NotAllowed, IllegalMove, ValidationError (reason).
    """
    named = {name: getattr(institution, name) for name in ("name", "phone", "url")} if institution else None
    data = {"institution": named} if named else {}
    return _close(case, actor, "not_ours", Status.NOT_OURS, Kind.NOT_OURS, reason, data)


@transaction.atomic
def archive(*, case: Case, actor: User, reason: str) -> Case:
    """Closes the case without work; the resident reads why.

    Raises NotAllowed, IllegalMove, ValidationError (reason).
    """
    return _close(case, actor, "archive", Status.ARCHIVED, Kind.ARCHIVED, reason)


def _close(
    case: Case, actor: User, name: str, status: Status, kind: Kind, reason: str, data: dict[str, Any] | None = None
) -> Case:
    row, _view, post = begin(case, name, actor)
    reason = reason_for(row, transitions.move(row.module, name), reason)
    now = timezone.now()
    settle(row, reason, post, actor, now)
    clocks.answered(row, now)
    move_to(row, status, now)
    [entry] = append(row, draft(post, kind, actor, now, words=reason, data=data or {}))
    save(row, *STATUS_FIELDS)
    notices.tell_reporter(row, "closed", entry)
    return row


@transaction.atomic
def reopen(*, case: Case, actor: User, reason: str) -> Case:
    """Staff takes a closed case up again; its officer starts anew. Raises NotAllowed, IllegalMove, ValidationError."""
    row, _view, post = begin(case, "reopen", actor)
    reason = reason_for(row, transitions.move(row.module, "reopen"), reason)
    now = timezone.now()
    open_again(row, now)
    [entry] = append(row, draft(post, Kind.REOPENED, actor, now, words=reason))
    save(row, *REOPENED_FIELDS)
    notices.tell_reporter(row, "reopened", entry)
    return row


REOPENED_FIELDS = ("done_at", "checked_at", "reopened_at", "reopened_count", *WORK_FIELDS, *STATUS_FIELDS)


def open_again(case: Case, now: datetime.datetime) -> None:
    """What reopening does to the case, whoever asks for it; the timeline keeps what had been. Save REOPENED_FIELDS."""
    case.reopened_at, case.reopened_count = now, case.reopened_count + 1
    case.done_at = case.checked_at = None
    case.accepted_at = case.on_the_way_at = case.started_at = None
    move_to(case, Status.REOPENED, now)
