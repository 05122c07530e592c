"""Reporting again what was closed: the new case and the earlier one name each other.

People report again what was theirs. So a link from or to a case that hides its reporter says who that probably is: only
those see it who may know the reporters of both. That is looked at when it is shown, for a case can be hidden later.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.casework import queries
from balai.casework.actions.moving import wrong
from balai.casework.errors import CaseNotFound
from balai.casework.guests import Guest
from balai.casework.models import Case, CaseQuerySet, Reveal, Visibility
from balai.casework.queries import View

MAX_SHOWN = 5


def earlier_case(number: str, sender: User | Guest, module: str) -> Case | None:
    """The closed case with this number; None for an empty one.

    Raises ValidationError (earlier) for one that the sender does not see, and for one that is open.
    """
    if not number:
        return None
    try:
        case = queries.case_for(sender, number, module=module)
    except CaseNotFound as error:
        raise wrong("earlier", str(error), "unknown") from error
    if case.is_open:
        message = _("The earlier report is still open. Open it and write there, or join it by “Me too”.")
        raise wrong("earlier", message, "open")
    return case


def before(view: View) -> Case | None:
    """The earlier case, if the person may see it and the link."""
    if view.case.earlier_id is None or not _may_link(view):
        return None
    return _linked(view).filter(pk=view.case.earlier_id).first()


def after(view: View) -> list[Case]:
    """The cases by which the closed one was reported again, as far as the person may see each and the link: at most
    MAX_SHOWN, the newest first. One statement; none for an open case, which nothing comes after."""
    if view.case.is_open or not _may_link(view):
        return []
    return list(_linked(view).filter(earlier=view.case.pk).order_by("-received_at", "-id")[:MAX_SHOWN])


def _may_link(view: View) -> bool:
    return not view.case.hides_name or view.shows_reporter


def _linked(view: View) -> CaseQuerySet:
    """The cases that the person sees and whose reporter either is not hidden or may be known to them."""
    known = Q(name_hidden=False) & ~Q(visibility=Visibility.ANONYMOUS)
    if view.standing.user_id is not None:
        known |= Q(reporter=view.standing.user_id)
    if view.digests:
        known |= Q(access_digest__in=view.digests)
    if view.room_post is not None:
        shown = Reveal.objects.filter(actor=view.standing.user_id, until__gt=timezone.now())
        known |= Q(pk__in=shown.values("case"))
    return Case.objects.seen_by(view.standing, view.digests).filter(known).defer("words")
