"""What goes wrong with aspirations beyond what the engine knows; the texts are for the person who tried."""

from __future__ import annotations

from django.utils.translation import gettext as _

from balai.casework.errors import CaseError


class NotVerified(CaseError):
    """The account has neither a verified mail address nor a verified telephone number."""

    def __init__(self) -> None:
        super().__init__(_("Please verify your mail address or telephone number first: everyone counts once."))


class Closed(CaseError):
    """The aspiration is closed, so that nothing more can be added to it."""

    def __init__(self) -> None:
        super().__init__(_("This aspiration is closed. It can only be read."))


class CommentNotFound(CaseError, LookupError):
    """There is no such comment, or it is not for this person."""

    def __init__(self) -> None:
        super().__init__(_("There is no such comment (any more)."))
