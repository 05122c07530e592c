"""Agencies: to whom the command room gives an aspiration, what they answer officially, and how it ends.

Several agencies: the first has the aspiration, each other one a task of it (see casework's splitting). An answer to a
task is an answer to the aspiration, for everyone to read, and closes the task.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.laksa.models import Answer, Aspiration, Outcome
from apps.laksa.queries import answers_of, may_be_concluded, may_be_fulfilled, may_rate
from balai.accounts.models import User
from balai.agencies.models import Post
from balai.attachments.models import Attachment
from balai.casework import actions as casework
from balai.casework import clocks, notices, transitions
from balai.casework.actions.closing import REOPENED_FIELDS, open_again
from balai.casework.actions.desk import WORK_FIELDS
from balai.casework.actions.moving import (
    STATUS_FIELDS,
    begin,
    draft,
    locked,
    move_to,
    reason_for,
    save,
    sent_documents,
    sent_photos,
    wrong,
)
from balai.casework.actions.splitting import Order, settle, split
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.lifecycle import OPEN, Status
from balai.casework.models import Case, Kind, TimelineEntry
from balai.casework.queries import options_of
from balai.casework.wording import checked
from balai.casework.writing import append

MIN_ANSWER, MAX_ANSWER = 20, 5_000
MAX_PROGRAMME = 200
MIN_PROGRAMME = 5
FURTHEST_PLAN = 10
"""Years from now: the horizon of two medium-term plans (RPJMD)."""


@transaction.atomic
def dispose(*, case: Case, orders: Sequence[Order], actor: User, reason: str = "") -> Case:
    """Gives it to agencies to answer: the first has it from now on (or the one that has it already), each further one
    gets a task. Can be done again, to add agencies.

    Raises NotAllowed, IllegalMove, ValidationError (agency, unit, words, officer, reason; see splitting.split).
    """
    row, _view, post = begin(case, "dispose", actor)
    reason = reason_for(row, transitions.move(row.module, "dispose"), reason)
    if not orders:
        raise wrong("agency", _("Choose at least one agency."), "missing")
    asked = [order.agency.pk for order in orders]
    busy = set(row.tasks.open().filter(agency__in=asked).values_list("agency_id", flat=True)) | {row.agency_id}
    if len(set(asked)) < len(asked) or busy & set(asked):
        raise wrong("agency", _("Each agency is asked once."), "repeated")
    now = timezone.now()
    further = list(orders)
    if row.agency_id is None:
        lead = further.pop(0)
        if not lead.agency.active:
            raise wrong("agency", _("This agency takes nothing new any more."), "inactive")
        if lead.unit is not None and lead.unit.agency_id != lead.agency.pk:
            raise wrong("unit", _("This unit belongs to another agency."), "foreign_unit")
        row.agency, row.unit, row.assignee, row.read_at = lead.agency, lead.unit, None, None
    names = pgettext("list", ", ").join(order.agency.name for order in orders)
    row.routed_because = {"by": "disposed", "agency": names, "reason": reason}
    move_to(row, Status.PROCESS, now)
    data = {"to": names, "from": None, **row.routed_because}
    [entry] = append(row, draft(post, Kind.ROUTED, actor, now, words=reason, data=data))
    save(row, "agency", "unit", "assignee", "read_at", "routed_because", *STATUS_FIELDS)
    if row.agency is not None and row.agency.pk in asked:
        notices.tell_desk(row, "arrived", entry)
    if further:
        split(case=row, orders=further, actor=actor)
        row.refresh_from_db()
    return row


@transaction.atomic
def hand_back(*, case: Case, actor: User, reason: str) -> Case:
    """The agency that has it finds that it is another one's: the command room disposes it anew.

    Raises NotAllowed, IllegalMove, ValidationError (reason).
    """
    row, _view, post = begin(case, "hand_back", actor)
    reason = reason_for(row, transitions.move(row.module, "hand_back"), reason)
    now = timezone.now()
    before = row.agency.name if row.agency else None
    row.agency = row.unit = row.assignee = row.read_at = None
    row.routed_because = {}
    move_to(row, Status.VERIFIED, now)
    data = {"to": None, "from": before}
    [entry] = append(row, draft(post, Kind.ROUTED, actor, now, words=reason, public=False, data=data))
    save(row, "agency", "unit", "assignee", "read_at", "routed_because", *WORK_FIELDS, *STATUS_FIELDS)
    notices.tell_desk(row, "arrived", entry)
    return row


@transaction.atomic
def answer(
    *, case: Case, actor: User, words: str, photo_ids: Sequence[UUID] = (), document_ids: Sequence[UUID] = ()
) -> Case:
    """An official answer of the agency of an aspiration or of a task of it. Its author and everyone read it.

    Returns the aspiration. Raises NotAllowed, IllegalMove, ValidationError (words, photos, documents).
    """
    row, _view, post = begin(case, "answer", actor)
    words, files = _said(actor, words, photo_ids, document_ids)
    now = timezone.now()
    if row.parent_id is None:
        entry = _answer(row, post, actor, now, Kind.ANSWERED, Outcome.ANSWERED, words, files)
        save(row)
        notices.tell_reporter(row, "reply", entry)
        return row
    parent = locked(Case(pk=row.parent_id))
    if parent.status not in OPEN:
        raise NotAllowed(_("The aspiration is closed by now."))
    row.done_at = now
    move_to(row, Status.DONE, now)
    append(row, draft(post, Kind.FINISHED, actor, now, words=words, public=False))
    save(row, "done_at", *STATUS_FIELDS)
    entry = _answer(parent, post, actor, now, Kind.ANSWERED, Outcome.ANSWERED, words, files, {"task": row.number})
    data = {"task": row.number, "agency": row.agency.name if row.agency else "", "outcome": row.status}
    [closed] = append(parent, draft(post, Kind.TASK_CLOSED, actor, now, public=False, data=data))
    save(parent)
    notices.tell_desk(parent, "task_closed", closed)
    notices.tell_reporter(parent, "reply", entry)
    return parent


@transaction.atomic
def plan(*, case: Case, actor: User, year: int, programme: str, words: str, without_tasks: str = "") -> Case:
    """Accepts it into the city's plan: in which year, by which programme, and what that means in words.

    It is closed with that, and can be reported as fulfilled later. Raises NotAllowed, IllegalMove, ValidationError
    (year, programme, words, without_tasks).
    """
    row, _view, post = begin(case, "plan", actor)
    now = timezone.now()
    errors: dict[str, list[ValidationError]] = {}
    first = timezone.localdate().year
    if not first <= year <= first + FURTHEST_PLAN:
        message = _("Choose a year from %(first)d to %(last)d.")
        values = {"first": first, "last": first + FURTHEST_PLAN}
        errors |= wrong("year", message % values, "out_of_range").error_dict
    try:
        missing = _("Name the programme.")
        programme = checked(programme, "programme", minimum=MIN_PROGRAMME, maximum=MAX_PROGRAMME, missing=missing)
    except ValidationError as error:
        errors |= error.error_dict
    try:
        words, files = _said(actor, words)
    except ValidationError as error:
        errors |= error.error_dict
    if errors:
        raise ValidationError(errors)
    settle(row, without_tasks, post, actor, now)
    data = {"year": year, "programme": programme}
    entry = _answer(row, post, actor, now, Kind.PLANNED, Outcome.PLANNED, words, files, data)
    Aspiration.objects.filter(case=row).update(plan_year=year, programme=programme, outcome=Outcome.PLANNED)
    return _close(row, now, entry, "reply")


@transaction.atomic
def conclude(*, case: Case, actor: User, reason: str = "", without_tasks: str = "") -> Case:
    """The command room finds that the official answer says it all, as to a question: closed with that as its evidence.

    Raises NotAllowed, IllegalMove, ValidationError (reason, without_tasks).
    """
    row, _view, post = begin(case, "conclude", actor)
    if not may_be_concluded(row):
        raise NotAllowed(_("There is no official answer yet that could be the end of it."))
    reason = reason_for(row, transitions.move(row.module, "conclude"), reason)
    now = timezone.now()
    settle(row, without_tasks, post, actor, now)
    data = {"answer": answers_of(row)[-1].entry.sequence}
    [entry] = append(row, draft(post, Kind.CONCLUDED, actor, now, words=reason, data=data))
    Aspiration.objects.filter(case=row).update(outcome=Outcome.ANSWERED)
    return _close(row, now, entry, "closed")


@transaction.atomic
def decline(*, case: Case, actor: User, reason: str, without_tasks: str = "") -> Case:
    """The city does not take it up; everyone reads why. Raises NotAllowed, IllegalMove, ValidationError (reason,
    without_tasks)."""
    row, _view, post = begin(case, "decline", actor)
    missing = _("Say why it is not taken up.")
    reason = checked(reason, "reason", minimum=MIN_ANSWER, maximum=MAX_ANSWER, missing=missing)
    now = timezone.now()
    settle(row, without_tasks, post, actor, now)
    entry = _answer(row, post, actor, now, Kind.DECLINED, Outcome.DECLINED, reason, [])
    Aspiration.objects.filter(case=row).update(outcome=Outcome.DECLINED)
    return _close(row, now, entry, "closed")


@transaction.atomic
def fulfil(
    *,
    case: Case,
    actor: User,
    words: str,
    photo_ids: Sequence[UUID] = (),
    document_ids: Sequence[UUID] = (),
    without_tasks: str = "",
) -> Case:
    """What was wished for is there: words, and at least one photo or document that shows it.

    Where the city checks results, it is done only when the command room approves (casework's approve, return_work).
    What was accepted into a plan is taken up again with it. Raises NotAllowed, IllegalMove, ValidationError (words,
    photos, documents, without_tasks).
    """
    row, _view, post = begin(case, "fulfil", actor)
    if not may_be_fulfilled(row):
        raise NotAllowed(_("Only what was accepted into a plan can still be fulfilled."))
    words, files = _said(actor, words, photo_ids, document_ids)
    if not files:
        raise wrong("photos", _("Add a photo or a document as evidence."), "missing")
    now = timezone.now()
    settle(row, without_tasks, post, actor, now)
    again = not row.is_open
    if again:
        open_again(row, now)
    row.done_at = now
    checks = options_of(row.module).check_results
    kind = Kind.CHECKING if checks else Kind.FINISHED
    entry = _answer(row, post, actor, now, kind, Outcome.FULFILLED, words, files)
    move_to(row, Status.CHECKING if checks else Status.DONE, now)
    Aspiration.objects.filter(case=row).update(outcome=Outcome.FULFILLED)
    save(row, "done_at", *(REOPENED_FIELDS if again else STATUS_FIELDS))
    if checks:
        notices.tell_desk(row, "checking", entry)
    else:
        notices.tell_reporter(row, "finished", entry)
    return row


@transaction.atomic
def rate(*, case: Case, actor: User | Guest, **said: Any) -> Case:
    """The author says how satisfied they are with an official answer or with how it ended; `said` are the arguments of
    casework's rate. Raises what that raises, and NotAllowed before there is an answer."""
    if not may_rate(locked(case)):
        raise NotAllowed(_("There is no official answer to rate yet."))
    return casework.rate(case=case, actor=actor, **said)


def _said(
    actor: User, words: str, photo_ids: Sequence[UUID] = (), document_ids: Sequence[UUID] = ()
) -> tuple[str, list[Attachment]]:
    """The words and files of an answer. Raises ValidationError with every mistake."""
    errors: dict[str, list[ValidationError]] = {}
    files: list[Attachment] = []
    try:
        words = checked(words, "words", minimum=MIN_ANSWER, maximum=MAX_ANSWER, missing=_("Write the answer."))
    except ValidationError as error:
        errors |= error.error_dict
    for sent, ids in ((sent_photos, photo_ids), (sent_documents, document_ids)):
        try:
            files += sent(actor, ids)
        except ValidationError as error:
            errors |= error.error_dict
    if errors:
        raise ValidationError(errors)
    return words, files


def _answer(
    row: Case,
    post: Post | None,
    actor: User,
    now: datetime.datetime,
    kind: Kind,
    outcome: Outcome,
    words: str,
    files: Sequence[Attachment],
    data: dict[str, Any] | None = None,
) -> TimelineEntry:
    """Writes an official answer of a locked aspiration, which the caller saves."""
    clocks.answered(row, now)
    [entry] = append(row, draft(post, kind, actor, now, words=words, photos=files, data=data or {}))
    Answer.objects.create(case=row, entry=entry, agency=post.agency if post else None, outcome=outcome, at=now)
    Aspiration.objects.filter(case=row, answered_at=None).update(answered_at=now)
    return entry


def _close(row: Case, now: datetime.datetime, entry: TimelineEntry, told: str) -> Case:
    row.done_at = now
    move_to(row, Status.DONE, now)
    save(row, "done_at", *STATUS_FIELDS)
    notices.tell_reporter(row, told, entry)
    return row
