"""Who was told what about a case, and who may ask for it."""

from __future__ import annotations

from typing import Any

from balai.casework.errors import CaseNotFound
from balai.casework.notices import about
from balai.casework.queries import View, case_for, view_of
from balai.notifications import queries
from balai.notifications.kinds import Access
from balai.notifications.models import Message

TO_REPORTERS = "reports"
"""The kind of the messages that reporters get."""


def access(number: str, user: Any) -> Access:
    """What the user may do with the case of this number: the door that balai.notifications asks."""
    try:
        view = view_of(case_for(user, number), user)
    except CaseNotFound:
        return Access.NONE
    return Access.HANDLES if view.is_staff else Access.SEES


def messages_to_reporters(view: View, *, ledger: bool = True) -> list[Message]:
    """What was sent about the case: to its reporters for staff, to themselves for a reporter; for others none.

    Newest first, with each one's ledger; two statements, one without ledgers.
    """
    if view.is_staff:
        return queries.messages_about(about(view.case), kind=TO_REPORTERS, ledger=ledger)
    me = view.standing.user_id
    if me is None:
        return []
    return queries.messages_about(about(view.case), kind=TO_REPORTERS, recipient_id=me, ledger=ledger)


def shows_address(view: View) -> bool:
    """Whether the masked address is shown: never of someone whose name the agency does not know."""
    return not view.is_staff or view.shows_reporter
