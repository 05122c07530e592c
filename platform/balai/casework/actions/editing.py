"""Correcting what can be read: the reporter while nobody has read it yet, staff with a reason.

The timeline keeps every version, since it is only added to: an EDITED entry names the entry whose words it replaces
(`data["of"]`) and why (`data["why"]`), and carries the new words. What is shown to whom: see balai.casework.edits.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.casework import edits, notices, transitions
from balai.casework.actions.moving import begin, draft, reason_for, save, wrong
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.models import Case, Kind
from balai.casework.wording import MIN_WORDS, checked
from balai.casework.writing import append


@transaction.atomic
def correct(*, case: Case, actor: User | Guest, words: str) -> Case:
    """The reporter puts the report's words right, as long as nobody of the city has opened it.

    Raises NotAllowed, IllegalMove, ValidationError (words).
    """
    row, _view, _post = begin(case, "correct", actor)
    if row.read_at is not None:
        raise NotAllowed(_("Your report has been read by now. Write a message to correct it."))
    words = _new_words(words, row.description, minimum=MIN_WORDS)
    now = timezone.now()
    append(row, draft(None, Kind.EDITED, actor, now, words=words, data={"of": 1, "why": ""}))
    row.description = words
    save(row, "description")
    return row


@transaction.atomic
def edit(*, case: Case, actor: User, of: int, words: str, reason: str) -> Case:
    """Staff corrects a text that others read, a telephone number in it for example; everyone sees that and why.

    `of` is the number of the entry within the timeline; 1 is the report itself. Raises NotAllowed, IllegalMove,
    ValidationError (of, words, reason).
    """
    row, _view, post = begin(case, "edit", actor)
    reason = reason_for(row, transitions.move(row.module, "edit"), reason)
    entries = list(row.timeline.order_by("sequence"))
    shown = edits.editable(entries, row)
    if of not in shown:
        raise wrong("of", _("Choose the text to correct."), "unknown")
    words = _new_words(words, shown[of], minimum=2)
    now = timezone.now()
    [entry] = append(row, draft(post, Kind.EDITED, actor, now, words=words, data={"of": of, "why": reason}))
    if of == 1:
        row.description = words
    save(row, "description")
    notices.tell_reporter(row, "edited", entry)
    return row


def _new_words(words: str, old: str, *, minimum: int) -> str:
    words = checked(words, "words", minimum=minimum, missing=_("Write the corrected text."))
    if words == old:
        raise wrong("words", _("Nothing was changed."), "unchanged")
    return words
