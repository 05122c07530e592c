"""Writes about cases. Each is one transaction: the row, its timeline entry and the messages to whom it concerns.

Every move locks the case's row, so two people who act at once are served one after the other and the second is judged
by what the first one left.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.accounts.models import User
from balai.agencies.models import Agency, Post, Unit
from balai.agencies.queries import officers_of
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender, unclaimed
from balai.casework import notices, queries
from balai.casework.errors import AlreadyTaken, IllegalMove, NotAllowed
from balai.casework.lifecycle import MOVES, OPEN, Move
from balai.casework.models import Case, Kind, TimelineEntry
from balai.casework.queries import View, view_of
from balai.casework.wording import checked
from balai.casework.writing import REPORTER, Draft, append

MAX_PHOTOS = 4
MIN_FINISH_WORDS = 10
MAX_RATING_WORDS = 1_000
MAX_MESSAGES_PER_DAY = 20


def _locked(case: Case) -> Case:
    """The case as it is now, locked until the transaction ends. The city's own row only: people are every city's."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("category", "agency", "unit")
    return rows.defer("words").get(pk=case.pk)


def _begin(case: Case, name: str, actor: User) -> tuple[Case, View, Post | None]:
    """Locks the case and checks that the actor may make the move and that the status allows it."""
    move = MOVES[name]
    locked = _locked(case)
    view = view_of(locked, actor)
    post = view.standing.role_for(move.act, locked.agency_id) if move.act is not None else None
    if post is None and not (move.act is None and view.is_reporter):
        raise NotAllowed(_("You may not do this with this report."))
    if locked.status not in move.sources:
        raise IllegalMove(move, locked.status, view.moves())
    return locked, view, post


def _save(case: Case, *fields: str) -> None:
    case.save(update_fields=[*fields, "timeline_length", "timeline_head"])


def _draft(post: Post | None, kind: Kind, actor: User, at: datetime.datetime, **fields: object) -> Draft:
    """An entry by a member of staff acting in this post, or by the reporter."""
    role = post.role if post is not None else REPORTER
    agency = post.agency if post is not None else None
    return Draft(kind=kind, at=at, role=role, actor=actor, agency=agency, **fields)  # type: ignore[arg-type]


def _move_to(case: Case, move: Move) -> None:
    if move.target is not None:
        case.status = move.target


def sent_photos(
    actor: User, photo_ids: Sequence[UUID], *, minimum: int = 0, maximum: int = MAX_PHOTOS
) -> list[Attachment]:
    """The actor's waiting uploads with these ids. Raises ValidationError for the field photos."""
    wanted = list(dict.fromkeys(photo_ids))
    if len(wanted) < minimum:
        message = ngettext("Add at least %(count)d photo.", "Add at least %(count)d photos.", minimum)
        raise _wrong("photos", message % {"count": minimum}, "missing")
    if len(wanted) > maximum:
        message = ngettext("At most %(count)d photo is possible.", "At most %(count)d photos are possible.", maximum)
        raise _wrong("photos", message % {"count": maximum}, "too_many")
    found = unclaimed(Sender(actor), wanted)
    if len(found) != len(wanted):
        raise _wrong("photos", _("A photo is no longer available. Please choose it again."), "unknown_photo")
    return found


def _wrong(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: [ValidationError(message, code=code)]})


# -- the desk --------------------------------------------------------------------------------------------------------


@transaction.atomic
def assign(*, case: Case, officer: User, actor: User, instead_of: int | None = None) -> Case:
    """Gives the case to a field officer of its agency.

    `instead_of` is the officer (id) that the operator saw in charge, None for nobody: when somebody else gave the case
    away in the meantime, the second one is told so instead of overruling unknowingly. Raises AlreadyTaken, NotAllowed,
    IllegalMove, ValidationError (officer).
    """
    locked, _view, post = _begin(case, "assign", actor)
    if locked.agency is None:
        raise _wrong("officer", _("Choose the responsible agency first."), "no_agency")
    if locked.assignee_id != instead_of:
        raise AlreadyTaken(_taken_text(locked))
    if locked.assignee_id == officer.pk:
        raise _wrong("officer", _("This officer has the report already."), "unchanged")
    if not officers_of(locked.agency).filter(pk=officer.pk).exists():
        raise _wrong("officer", _("Choose a field officer of the responsible agency."), "not_an_officer")
    now = timezone.now()
    locked.assignee, locked.assigned_at = officer, now
    locked.accepted_at = locked.started_at = None
    data = {"officer": officer.pk, "instead_of": instead_of}
    [entry] = append(locked, _draft(post, Kind.ASSIGNED, actor, now, public=False, data=data))
    _save(locked, "assignee", "assigned_at", "accepted_at", "started_at")
    notices.tell_officer(locked, "assigned", entry)
    return locked


def _taken_text(case: Case) -> str:
    if case.assignee_id is None:
        return _("The report was taken back from its officer a moment ago. Please look at it again.")
    name = queries.names_of([case.assignee_id]).get(case.assignee_id, "")
    last = TimelineEntry.objects.filter(case=case, kind__in=(Kind.ASSIGNED, Kind.ACCEPTED)).order_by("sequence").last()
    giver = queries.names_of([last.actor_id]) if last is not None else {}
    by = giver.get(last.actor_id or 0, "") if last is not None else ""
    if by and last is not None and last.actor_id != case.assignee_id:
        return _("%(by)s has given this report to %(officer)s already.") % {"by": by, "officer": name}
    return _("%(officer)s has this report already.") % {"officer": name}


@transaction.atomic
def forward(*, case: Case, agency: Agency, actor: User, reason: str, unit: Unit | None = None) -> Case:
    """Hands the case over to another agency or unit; it waits there for an officer. The reporter sees the reason.

    Raises NotAllowed, IllegalMove, ValidationError (agency, unit, reason).
    """
    locked, _view, post = _begin(case, "forward", actor)
    reason = checked(reason, "reason", minimum=5, missing=_("Say why the report is handed over."), maximum=500)
    if not agency.active:
        raise _wrong("agency", _("This agency takes no reports any more."), "inactive")
    if unit is not None and unit.agency_id != agency.pk:
        raise _wrong("unit", _("This unit belongs to another agency."), "foreign_unit")
    if (locked.agency_id, locked.unit_id) == (agency.pk, unit.pk if unit else None):
        raise _wrong("agency", _("The report is there already."), "unchanged")
    now = timezone.now()
    before = locked.agency.name if locked.agency else None
    locked.agency, locked.unit, locked.assignee = agency, unit, None
    locked.assigned_at = locked.accepted_at = locked.started_at = None
    locked.routed_because = {"by": "person", "agency": agency.name, "reason": reason, "from": before}
    _move_to(locked, MOVES["forward"])
    data = {"to": agency.name, "from": before, "unit": unit.name if unit else None}
    [entry] = append(locked, _draft(post, Kind.ROUTED, actor, now, words=reason, data=data))
    _save(
        locked,
        *("agency", "unit", "assignee", "assigned_at", "accepted_at", "started_at", "routed_because", "status"),
    )
    notices.tell_desk(locked, "arrived", entry)
    return locked


# -- the field -------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(*, case: Case, actor: User) -> Case:
    """The officer takes the case up: one that was given to them, or one of their agency that nobody has.

    Taking up what one has already taken up changes nothing. Raises AlreadyTaken, NotAllowed, IllegalMove.
    """
    locked, _view, post = _begin(case, "accept", actor)
    if locked.assignee_id not in (None, actor.pk):
        raise AlreadyTaken(_taken_text(locked))
    if locked.accepted_at is not None:
        return locked
    now = timezone.now()
    if locked.assignee_id is None:
        locked.assignee, locked.assigned_at = actor, now
    locked.accepted_at = now
    locked.answered_at = locked.answered_at or now
    _move_to(locked, MOVES["accept"])
    [entry] = append(locked, _draft(post, Kind.ACCEPTED, actor, now))
    _save(locked, "assignee", "assigned_at", "accepted_at", "answered_at", "status")
    notices.tell_reporter(locked, "taken_up", entry)
    return locked


def _in_charge(case: Case, actor: User) -> None:
    if case.assignee_id != actor.pk:
        raise AlreadyTaken(_taken_text(case))
    if case.accepted_at is None:
        raise NotAllowed(_("Take up the report first."))


@transaction.atomic
def start(*, case: Case, actor: User) -> Case:
    """The officer has begun on the spot. Doing so twice changes nothing. Raises as `accept` does."""
    locked, _view, post = _begin(case, "start", actor)
    _in_charge(locked, actor)
    if locked.started_at is None:
        now = timezone.now()
        locked.started_at = now
        append(locked, _draft(post, Kind.STARTED, actor, now))
        _save(locked, "started_at")
    return locked


@transaction.atomic
def finish(*, case: Case, actor: User, words: str, photo_ids: Sequence[UUID]) -> Case:
    """The officer has finished: at least one photo of the result, and words on what was done.

    Raises as `accept` does, and ValidationError (words, photos).
    """
    locked, _view, post = _begin(case, "finish", actor)
    _in_charge(locked, actor)
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
    locked.done_at = locked.closed_at = now
    locked.answered_at = locked.answered_at or now
    _move_to(locked, MOVES["finish"])
    [entry] = append(locked, _draft(post, Kind.FINISHED, actor, now, words=words, photos=photos))
    _save(locked, "done_at", "closed_at", "answered_at", "status")
    notices.tell_reporter(locked, "finished", entry)
    return locked


# -- words between the two -------------------------------------------------------------------------------------------


@transaction.atomic
def reply(*, case: Case, actor: User, words: str) -> Case:
    """The agency writes to the reporter, for everyone who sees the case to read. Raises ValidationError (words)."""
    locked, _view, post = _begin(case, "reply", actor)
    words = checked(words, "words", minimum=2, missing=_("Write a message."))
    now = timezone.now()
    locked.answered_at = locked.answered_at or now
    [entry] = append(locked, _draft(post, Kind.REPLY, actor, now, words=words))
    _save(locked, "answered_at")
    notices.tell_reporter(locked, "reply", entry)
    return locked


@transaction.atomic
def add_note(*, case: Case, actor: User, words: str) -> Case:
    """Words for colleagues only: neither the reporter nor the public sees them. Raises ValidationError (words)."""
    locked, _view, post = _begin(case, "note", actor)
    words = checked(words, "words", minimum=2, missing=_("Write a note."))
    append(locked, _draft(post, Kind.NOTE, actor, timezone.now(), words=words, public=False))
    _save(locked)
    return locked


@transaction.atomic
def send_message(*, case: Case, actor: User, words: str) -> Case:
    """The reporter writes to the agency. Raises NotAllowed for anyone else, ValidationError (words)."""
    locked, _view, _post = _begin(case, "message", actor)
    words = checked(words, "words", minimum=2, missing=_("Write a message."))
    yesterday = timezone.now() - datetime.timedelta(days=1)
    if locked.timeline.filter(kind=Kind.MESSAGE, at__gt=yesterday).count() >= MAX_MESSAGES_PER_DAY:
        raise _wrong("words", _("You have written many messages today. Please wait until tomorrow."), "too_many")
    [entry] = append(locked, _draft(None, Kind.MESSAGE, actor, timezone.now(), words=words))
    _save(locked)
    if locked.assignee_id is not None and locked.status in OPEN:
        notices.tell_officer(locked, "message", entry)
    else:
        notices.tell_desk(locked, "message", entry)
    return locked


@transaction.atomic
def rate(*, case: Case, actor: User, rating: int, words: str = "") -> Case:
    """The reporter says how satisfied they are with the finished work: 1 (not at all) to 5; once.

    Raises NotAllowed, IllegalMove, ValidationError (rating, words).
    """
    locked, _view, _post = _begin(case, "rate", actor)
    if locked.rating is not None:
        raise NotAllowed(_("You have rated this report already. Thank you."))
    if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 5:
        raise _wrong("rating", _("Choose from one to five stars."), "out_of_range")
    words = checked(words, "words", minimum=0, missing="", maximum=MAX_RATING_WORDS)
    now = timezone.now()
    locked.rating, locked.rating_words, locked.rated_at = rating, words, now
    append(locked, _draft(None, Kind.RATED, actor, now, words=words, data={"rating": rating}))
    _save(locked, "rating", "rating_words", "rated_at")
    return locked
