"""Who reported: shown where it may be, and behind a recorded act where the reporter asked not to be named."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.models import Post, Role
from balai.agencies.queries import Standing
from balai.audit.actions import record
from balai.casework.actions.moving import locked
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Contact, Kind, Reveal
from balai.casework.queries import View, view_of
from balai.casework.wording import checked, name_of_case
from balai.casework.writing import Draft, append

SHOWN_FOR = datetime.timedelta(minutes=30)
MIN_REASON = 10
MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reported, as far as it is known; empty strings for what is not."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


def room_post(standing: Standing) -> Post | None:
    """The post by which a person may have identities shown: the command room's (admin koordinator)."""
    return next((post for post in standing.posts if post.role == Role.OPERATOR and post.agency_id is None), None)


def identity_of(view: View) -> Identity:
    """Who reported the case, for somebody who may know; an empty one for anybody else.

    Without a reveal staff learn the name alone: they write to the reporter through the case.
    """
    if not view.shows_reporter:
        return Identity()
    case = view.case
    reporter = User.objects.filter(pk=case.reporter_id).first() if case.reporter_id is not None else None
    if reporter is not None:
        if not (view.revealed or view.is_reporter):
            return Identity(name=reporter.name)
        return Identity(reporter.name, reporter.email or "", reporter.phone or "")
    contact = Contact.objects.filter(case=case).first() if case.entered_by_id is not None else None
    return Identity(contact.name, contact.email, contact.phone) if contact is not None else Identity()


@transaction.atomic
def reveal(*, case: Case, actor: User, reason: str) -> Reveal:
    """Shows who reported the case to this one person for SHOWN_FOR.

    It is written to the audit, and to the timeline where the reporter reads that it happened and why. Raises NotAllowed
    for anyone but the command room and for a case that hides nobody, ValidationError (reason).
    """
    row = locked(case)
    view = view_of(row, actor)
    post = room_post(view.standing)
    if post is None:
        raise NotAllowed(_("Only the command room may have a hidden identity shown."))
    if not row.hides_name:
        raise NotAllowed(_("It is not hidden who sent this %(noun)s.") % {"noun": name_of_case(row.module)})
    reason = checked(
        reason, "reason", minimum=MIN_REASON, missing=_("Say why you need to know who sent it."), maximum=MAX_REASON
    )
    now = timezone.now()
    found = Reveal.objects.create(case=row, actor=actor, reason=reason, at=now, until=now + SHOWN_FOR)
    record("casework.identity_revealed", row, actor=actor, reveal=found.pk, until=found.until.isoformat())
    append(row, Draft(Kind.REVEALED, now, post.role, actor=actor, public=False, words=reason))
    row.save(update_fields=["timeline_length", "timeline_head"])
    return found
