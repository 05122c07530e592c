"""What every move has in common: it locks the case, judges the doer and the status, and saves row and timeline as one.

Two people who act at once are served one after the other, and the second is judged by what the first one left.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.accounts.models import User
from balai.agencies.models import Post
from balai.attachments.models import Attachment
from balai.attachments.queries import unclaimed
from balai.casework import clocks, transitions
from balai.casework.elsewhere import city_name
from balai.casework.errors import HandedOver, IllegalMove, NotAllowed
from balai.casework.guests import Guest
from balai.casework.lifecycle import CLOSED, Move, Reason, Status, fits
from balai.casework.models import Case, Kind
from balai.casework.queries import View, view_of
from balai.casework.wording import checked
from balai.casework.writing import REPORTER, Draft, sender_of

MAX_PHOTOS = 4
MAX_DOCUMENTS = 2
MIN_REASON = 5
MAX_REASON = 500


def locked(case: Case) -> Case:
    """The case as it is now, locked until the transaction ends. The city's own row only: people are every city's.

    A task is locked after the case that it is part of, so that the two never wait for each other.
    """
    if case.parent_id is not None:
        Case.objects.select_for_update(of=("self",)).filter(pk=case.parent_id).values_list("pk").get()
    rows = Case.objects.select_for_update(of=("self",)).select_related("category", "agency", "unit")
    return rows.defer("words").get(pk=case.pk)


def begin(case: Case, name: str, actor: User | Guest) -> tuple[Case, View, Post | None]:
    """Locks the case and checks that the actor may make the move and that the city's table allows it now.

    Raises NotAllowed, IllegalMove, HandedOver.
    """
    row = locked(case)
    move = transitions.move(row.module, name)
    view = view_of(row, actor)
    whose = None if move.room else row.agency_id
    post = view.standing.role_for(move.act, whose) if move.act is not None else None
    if not fits(move, task=row.parent_id is not None):
        raise NotAllowed(_("You may not do this here."))
    if post is None and not (move.act is None and view.is_reporter):
        raise NotAllowed(_("You may not do this here."))
    if row.to_city:
        raise HandedOver(city_name(row.to_city))
    if row.status not in move.sources:
        raise IllegalMove(move, row.status, view.moves())
    return row, view, post


def save(case: Case, *fields: str) -> None:
    """Saves these columns, the clocks and the timeline's head."""
    case.save(update_fields=[*fields, *clocks.FIELDS, "timeline_length", "timeline_head"])


def draft(post: Post | None, kind: Kind, actor: User | Guest | None, at: datetime.datetime, **fields: object) -> Draft:
    """An entry by a member of staff acting in this post, or by the reporter."""
    role = post.role if post is not None else REPORTER
    agency = post.agency if post is not None else None
    return Draft(kind=kind, at=at, role=role, actor=actor, agency=agency, **fields)  # type: ignore[arg-type]


STATUS_FIELDS = ("status", "status_before", "closed_at", "postponed_until")


def move_to(case: Case, status: Status, now: datetime.datetime) -> None:
    """Sets the status and what follows from it: when the case was closed, and its clocks. Save STATUS_FIELDS."""
    before = Status(case.status)
    if before == status:
        return
    if before == Status.POSTPONED:
        case.postponed_until = None
    case.status_before, case.status = before, status
    case.closed_at = (case.closed_at or now) if status in CLOSED else None
    if case.parent_id is None:
        clocks.moved(case, before, now)


def reason_for(case: Case, move: Move, words: str, *, field: str = "reason") -> str:
    """The words that the move asks for, tidied. Raises ValidationError where they are demanded and missing."""
    minimum = MIN_REASON if move.reason is Reason.DEMANDED else 0
    return checked(words, field, minimum=minimum, missing=_("Say why."), maximum=MAX_REASON)


def sent_photos(
    actor: User | Guest, photo_ids: Sequence[UUID], *, minimum: int = 0, maximum: int = MAX_PHOTOS
) -> list[Attachment]:
    """The actor's waiting uploads with these ids. Raises ValidationError for the field photos."""
    wanted = list(dict.fromkeys(photo_ids))
    if len(wanted) < minimum:
        message = ngettext("Add at least %(count)d photo.", "Add at least %(count)d photos.", minimum)
        raise wrong("photos", message % {"count": minimum}, "missing")
    if len(wanted) > maximum:
        message = ngettext("At most %(count)d photo is possible.", "At most %(count)d photos are possible.", maximum)
        raise wrong("photos", message % {"count": maximum}, "too_many")
    found = [row for row in unclaimed(sender_of(actor), wanted) if not row.is_document]
    if len(found) != len(wanted):
        raise wrong("photos", _("A photo is no longer available. Please choose it again."), "unknown_photo")
    return found


def sent_documents(actor: User | Guest, document_ids: Sequence[UUID]) -> list[Attachment]:
    """The actor's waiting PDFs with these ids. Raises ValidationError for the field documents."""
    wanted = list(dict.fromkeys(document_ids))
    if len(wanted) > MAX_DOCUMENTS:
        message = ngettext(
            "At most %(count)d file is possible.", "At most %(count)d files are possible.", MAX_DOCUMENTS
        )
        raise wrong("documents", message % {"count": MAX_DOCUMENTS}, "too_many")
    found = [row for row in unclaimed(sender_of(actor), wanted) if row.is_document]
    if len(found) != len(wanted):
        raise wrong("documents", _("A file is no longer available. Please choose it again."), "unknown_document")
    return found


def wrong(field: str, message: str, code: str) -> ValidationError:
    """A mistake in one field."""
    return ValidationError({field: [ValidationError(message, code=code)]})
