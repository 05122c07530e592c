"""The field: what the officer does on the spot."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.attachments.models import Attachment
from balai.casework import clocks, evidence, notices
from balai.casework.actions.desk import taken_text
from balai.casework.actions.moving import STATUS_FIELDS, begin, draft, move_to, save, sent_photos
from balai.casework.actions.splitting import settle, task_begun, task_done
from balai.casework.errors import AlreadyTaken, NotAllowed
from balai.casework.evidence import NOWHERE, Device
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind
from balai.casework.queries import options_of
from balai.casework.wording import checked
from balai.casework.writing import SYSTEM, Draft, append

MIN_FINISH_WORDS = 10


@transaction.atomic
def accept(*, case: Case, actor: User, device: Device = NOWHERE) -> Case:
    """The officer takes the case up: one that was given to them, or one of their agency that nobody has.

    `device` is what the phone says of the moment, which may be hours ago. Taking up what one has
    already taken up changes nothing. Raises AlreadyTaken, NotAllowed, IllegalMove.
    """
    row, _view, post = begin(case, "accept", actor)
    if row.assignee_id not in (None, actor.pk):
        raise AlreadyTaken(taken_text(row))
    if row.accepted_at is not None:
        return row
    now = timezone.now()
    if row.assignee_id is None:
        row.assignee, row.assigned_at = actor, now
    row.accepted_at = now
    clocks.answered(row, now)
    move_to(row, Status.PROCESS, now)
    said = draft(post, Kind.ACCEPTED, actor, now, data=device.facts(now))
    [entry] = append(row, said)
    save(row, "assignee", "assigned_at", "accepted_at", *STATUS_FIELDS)
    if row.parent_id is not None:
        task_begun(row, said)
    notices.tell_reporter(row, "taken_up", entry)
    return row


def _in_charge(case: Case, actor: User) -> None:
    if case.assignee_id != actor.pk:
        raise AlreadyTaken(taken_text(case))
    if case.accepted_at is None:
        raise NotAllowed(_("Take up the report first."))


@transaction.atomic
def on_the_way(*, case: Case, actor: User, device: Device = NOWHERE) -> Case:
    """The officer has set out. Doing so twice changes nothing. Raises as `accept` does."""
    row, _view, post = begin(case, "on_the_way", actor)
    _in_charge(row, actor)
    if row.on_the_way_at is None:
        now = timezone.now()
        row.on_the_way_at = now
        clocks.answered(row, now)
        append(row, draft(post, Kind.ON_THE_WAY, actor, now, data=device.facts(now)))
        save(row, "on_the_way_at")
    return row


@transaction.atomic
def start(*, case: Case, actor: User, photo_ids: Sequence[UUID] = (), device: Device = NOWHERE) -> Case:
    """The officer has begun on the spot, perhaps with photos of what they found. Doing so twice changes nothing.

    Raises as `accept` does, and ValidationError (photos).
    """
    row, _view, post = begin(case, "start", actor)
    _in_charge(row, actor)
    if row.started_at is None:
        photos = sent_photos(actor, photo_ids)
        now = timezone.now()
        row.started_at = now
        clocks.answered(row, now)
        measured = evidence.measured(row, photos, device, now)
        data = device.facts(now) | ({"evidence": measured} if measured else {})
        append(row, draft(post, Kind.STARTED, actor, now, photos=photos, data=data))
        _flag(row, evidence.findings(measured), actor, now)
        save(row, "started_at")
    return row


def _flag(case: Case, found: list[dict[str, Any]], actor: User, now: datetime.datetime) -> None:
    """Notes for the operator what of the officer's evidence does not fit."""
    if found:
        words = " ".join(evidence.sentence(finding) for finding in found)
        data = {"findings": found, "officer": actor.pk}
        append(case, Draft(Kind.FLAGGED, now, SYSTEM, public=False, words=words, data=data))


@transaction.atomic
def finish(
    *,
    case: Case,
    actor: User,
    words: str,
    photo_ids: Sequence[UUID],
    without_tasks: str = "",
    device: Device = NOWHERE,
) -> Case:
    """The officer has finished: at least one photo of the result, and words on what was done.

    Where and when the photos were taken is measured, and whether they are new; what does not fit is flagged for the
    operator (balai.casework.evidence).

    Where the city checks results, the case is done only when the operator approves. `without_tasks` says why it ends
    although tasks of it are open; they are cancelled with it.

    Raises as `accept` does, and ValidationError (words, photos, without_tasks).
    """
    row, _view, post = begin(case, "finish", actor)
    _in_charge(row, actor)
    errors: dict[str, list[ValidationError]] = {}
    photos: list[Attachment] = []
    try:
        words = checked(words, "words", minimum=MIN_FINISH_WORDS, missing=_("Say in a sentence what was done."))
    except ValidationError as error:
        errors |= error.error_dict
    try:
        photos = sent_photos(actor, photo_ids, minimum=1)
    except ValidationError as error:
        errors |= error.error_dict
    if errors:
        raise ValidationError(errors)
    now = timezone.now()
    settle(row, without_tasks, post, actor, now)
    row.done_at = now
    clocks.answered(row, now)
    to_check = options_of(row.module).check_results and row.parent_id is None
    move_to(row, Status.CHECKING if to_check else Status.DONE, now)
    kind = Kind.CHECKING if to_check else Kind.FINISHED
    measured = evidence.measured(row, photos, device, now)
    found = evidence.findings(measured) + evidence.reuses(photos)
    data = device.facts(now) | ({"evidence": measured} if measured else {})
    said = draft(post, kind, actor, now, words=words, photos=photos, data=data)
    [entry] = append(row, said)
    _flag(row, found, actor, now)
    save(row, "done_at", *STATUS_FIELDS)
    if row.parent_id is not None:
        task_done(row, said)
    elif to_check:
        notices.tell_desk(row, "checking", entry)
    else:
        notices.tell_reporter(row, "finished", entry)
    return row
