"""Words between the reporter and the agency, and among colleagues."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.casework import clocks, notices
from balai.casework.actions.moving import STATUS_FIELDS, begin, draft, move_to, save, wrong
from balai.casework.guests import Guest
from balai.casework.lifecycle import OPEN, Status
from balai.casework.models import Case, Kind
from balai.casework.wording import checked, name_of_case
from balai.casework.writing import append

MAX_MESSAGES_PER_DAY = 20


@transaction.atomic
def reply(*, case: Case, actor: User, words: str) -> Case:
    """The agency writes to the reporter, for everyone who sees the case to read. Raises ValidationError (words)."""
    row, _view, post = begin(case, "reply", actor)
    words = checked(words, "words", minimum=2, missing=_("Write a message."))
    now = timezone.now()
    clocks.answered(row, now)
    [entry] = append(row, draft(post, Kind.REPLY, actor, now, words=words))
    save(row)
    notices.tell_reporter(row, "reply", entry)
    return row


@transaction.atomic
def add_note(*, case: Case, actor: User, words: str) -> Case:
    """Words for colleagues only: neither the reporter nor the public sees them. Raises ValidationError (words)."""
    row, _view, post = begin(case, "note", actor)
    words = checked(words, "words", minimum=2, missing=_("Write a note."))
    append(row, draft(post, Kind.NOTE, actor, timezone.now(), words=words, public=False))
    save(row)
    return row


@transaction.atomic
def send_message(*, case: Case, actor: User | Guest, words: str) -> Case:
    """The reporter writes to the agency. An answer to its question takes the case up again where it was.

    Raises NotAllowed for anyone else, ValidationError (words).
    """
    row, _view, _post = begin(case, "message", actor)
    words = checked(words, "words", minimum=2, missing=_("Write a message."))
    yesterday = timezone.now() - datetime.timedelta(days=1)
    if row.timeline.filter(kind=Kind.MESSAGE, at__gt=yesterday).count() >= MAX_MESSAGES_PER_DAY:
        raise wrong("words", _("You have written many messages today. Please wait until tomorrow."), "too_many")
    now = timezone.now()
    if row.status == Status.AWAITING_REPORTER:
        # What was waited for has come.
        move_to(row, Status(row.status_before), now)
    [entry] = append(row, draft(None, Kind.MESSAGE, actor, now, words=words))
    save(row, *STATUS_FIELDS)
    if row.assignee_id is not None and row.status in OPEN:
        notices.tell_officer(row, "message", entry)
    else:
        notices.tell_desk(row, "message", entry)
    return row


@transaction.atomic
def ask(*, case: Case, actor: User, words: str) -> Case:
    """The agency asks the reporter something; until the answer comes the clocks stand still.

    Raises NotAllowed, IllegalMove, ValidationError (words).
    """
    row, _view, post = begin(case, "ask", actor)
    words = checked(words, "words", minimum=2, missing=_("Write a message."))
    if row.reporter_id is None and not row.access_digest:
        raise wrong(
            "words",
            _("Nobody can answer: whoever sent this %(noun)s cannot be asked.") % {"noun": name_of_case(row.module)},
            "no_reporter",
        )
    now = timezone.now()
    clocks.answered(row, now)
    move_to(row, Status.AWAITING_REPORTER, now)
    [entry] = append(row, draft(post, Kind.ASKED, actor, now, words=words))
    save(row, *STATUS_FIELDS)
    notices.tell_reporter(row, "asked", entry)
    return row
