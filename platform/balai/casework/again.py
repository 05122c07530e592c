"""Reporting again what was closed: the new case and the earlier one name each other."""

from __future__ import annotations

from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.casework import queries
from balai.casework.actions.moving import wrong
from balai.casework.errors import CaseNotFound
from balai.casework.guests import Guest
from balai.casework.models import Case
from balai.casework.queries import View, view_of

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


def names_the_reporter(earlier: Case | None, reporter: User | Guest, *, hides_name: bool) -> bool:
    """Whether a hidden reporter would be found out by the earlier case, which is theirs and tells their name."""
    if earlier is None or not hides_name or earlier.hides_name:
        return False
    return view_of(earlier, reporter).is_reporter


def before(view: View) -> Case | None:
    """The earlier case, if the person may see it."""
    if view.case.earlier_id is None:
        return None
    return _seen(view).filter(pk=view.case.earlier_id).first()


def after(view: View) -> list[Case]:
    """The cases by which the closed one was reported again, as far as the person may see each: at most MAX_SHOWN, the
    newest first. One statement; none for an open case, which nothing comes after."""
    if view.case.is_open:
        return []
    return list(_seen(view).filter(earlier=view.case.pk).order_by("-received_at", "-id")[:MAX_SHOWN])


def _seen(view: View) -> queries.CaseQuerySet:
    return Case.objects.seen_by(view.standing, view.digests).defer("words")
