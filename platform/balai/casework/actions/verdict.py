"""What the reporter says of finished work: stars, and whether it is solved. "Not solved" opens the case again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.casework import notices
from balai.casework.actions.closing import REOPENED_FIELDS, open_again
from balai.casework.actions.moving import begin, draft, save, sent_photos, wrong
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.models import Case, Kind, Verdict
from balai.casework.queries import options_of
from balai.casework.wording import checked, name_of_case
from balai.casework.writing import append

MAX_RATING_WORDS = 1_000
MIN_REOPENING_WORDS = 10


@transaction.atomic
def rate(
    *,
    case: Case,
    actor: User | Guest,
    rating: int,
    words: str = "",
    verdict: str = "",
    photo_ids: Sequence[UUID] = (),
) -> Case:
    """The reporter says how satisfied they are with the finished work, 1 (not at all) to 5, and whether it is solved;
    once for each time it was finished.

    The verdict "not" opens the case again within the city's window, with words and, if there are, photos of what is
    still wrong; it waits at the desk and climbs the same ladder. Where a module's table lets an open one be rated, it
    is open already, and the desk is told. Raises NotAllowed, IllegalMove, ValidationError (rating, verdict, words,
    photos).
    """
    row, _view, _post = begin(case, "rate", actor)
    if row.is_rated:
        raise NotAllowed(_("You have rated this %(noun)s already. Thank you.") % {"noun": name_of_case(row.module)})
    unsolved = verdict == Verdict.NOT_SOLVED
    again = unsolved and not row.is_open
    errors: list[ValidationError] = []
    if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 5:
        errors.append(wrong("rating", _("Choose from one to five stars."), "out_of_range"))
    if verdict not in ("", *Verdict.values):
        errors.append(wrong("verdict", _("Choose whether it is solved."), "unknown"))
    try:
        minimum, missing = (MIN_REOPENING_WORDS, _("Say what is not solved.")) if unsolved else (0, "")
        words = checked(words, "words", minimum=minimum, missing=missing, maximum=MAX_RATING_WORDS)
    except ValidationError as error:
        errors.append(error)
    photos = []
    try:
        photos = sent_photos(actor, photo_ids)
    except ValidationError as error:
        errors.append(error)
    now = timezone.now()
    if again and now > reopening_ends(row):
        errors.append(_too_late(row))
    if errors:
        raise ValidationError({name: items for error in errors for name, items in error.error_dict.items()})
    row.rating, row.rating_words, row.rated_at, row.verdict = rating, words, now, verdict
    data = {"rating": rating, "verdict": verdict}
    rated = draft(None, Kind.RATED, actor, now, words="" if again else words, data=data, photos=() if again else photos)
    fields = ("rating", "rating_words", "rated_at", "verdict")
    if not again:
        [entry] = append(row, rated)
        save(row, *fields)
        if unsolved:
            notices.tell_desk(row, "message", entry)
        return row
    open_again(row, now)
    _entry, entry = append(row, rated, draft(None, Kind.REOPENED, actor, now, words=words, photos=photos))
    save(row, *fields, *REOPENED_FIELDS)
    notices.tell_desk(row, "not_solved", entry)
    return row


def reopening_ends(case: Case) -> datetime.datetime:
    """Until when the reporter may have the finished case opened again."""
    return (case.closed_at or case.received_at) + datetime.timedelta(days=options_of(case.module).reopen_days)


def _too_late(case: Case) -> ValidationError:
    message = _(
        "Until %(day)s this report could be opened again. Please report it again from its page, so that the two name "
        "each other; you can still rate this one."
    )
    day = date_format(timezone.localtime(reopening_ends(case)), "j F Y")
    return wrong("verdict", message % {"day": day}, "too_late")
