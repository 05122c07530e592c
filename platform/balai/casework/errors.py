"""What goes wrong with a case, in words for the person who tried.

Mistakes in what someone typed are django's ValidationError, with the name of the field.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from balai.casework.lifecycle import Move, Status


class CaseError(Exception):
    """Base of the errors below; its text may be shown."""


class CaseNotFound(CaseError, LookupError):
    """There is no such case, or it is not for this person: the two are never told apart."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("There is nothing under this number. Please check it."))


class NotAllowed(CaseError):
    """The person may see the case but not do this with it."""


class AlreadyTaken(CaseError):
    """Somebody else was faster."""


class HandedOver(CaseError):
    """The case is with another city now; here it can only be read."""

    def __init__(self, city: str) -> None:
        super().__init__(_("This report is with %(city)s now. Here it can only be read.") % {"city": city})


class IllegalMove(CaseError):
    """The case's status does not allow the move; says what is possible instead."""

    def __init__(self, move: Move, status: str, alternatives: list[Move]) -> None:
        self.move, self.status, self.alternatives = move, status, alternatives
        values: dict[str, object] = {"move": move.label, "status": Status(status).label}
        if alternatives:
            values["possible"] = pgettext("list", ", ").join(str(other.label) for other in alternatives)
            text = _("“%(move)s” is not possible: the status is “%(status)s”. Possible now: %(possible)s.")
        else:
            text = _("“%(move)s” is not possible: the status is “%(status)s”.")
        super().__init__(text % values)


class LikelyDuplicate(CaseError):
    """Others have probably reported the same: `case_ids`, the likeliest first. Nothing was written."""

    def __init__(self, case_ids: list[int]) -> None:
        self.case_ids = case_ids
        super().__init__(_("This has probably been reported already."))


class OutsideCity(ValidationError):
    """The place lies outside the city. `neighbour` is the tenant it lies in (a City) or None."""

    def __init__(self, message: str, neighbour: object | None) -> None:
        super().__init__({"place": [ValidationError(message, code="outside_city")]})
        self.neighbour = neighbour
