"""Visitors without an account: who they are to the casework, and how much they may do.

A guest leaves nothing personal. What they hold is a tracking code (see `tracking`); what is counted against floods is
their browser's session and a keyed digest of their network address, kept in the cache for the time of the limit only.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from balai.accounts.limits import HOUR, consume, used_up

REPORTS = (5, HOUR)
"""Reports of one browser."""
REPORTS_OF_ADDRESS = (40, HOUR)
"""Reports from one network address: a whole kampung may stand behind one of a mobile operator's."""
SUPPORTS_OF_ADDRESS = (60, HOUR)
WRONG_CODES = (20, HOUR)
"""Wrong tracking codes from one network address: 60 bits need no more, and nobody is locked out of their own report."""


class TooManyCodes(ValidationError):
    """So many wrong codes came from this address that it has to wait."""

    def __init__(self) -> None:
        super().__init__(_("Too many wrong tracking codes. Please wait an hour."), code="too_many_codes")


@dataclass(frozen=True, slots=True)
class Guest:
    """A visitor: the key of their session (their photos wait under it), the digests of the tracking codes that they
    hold, and the bucket of their network address (see limits.bucket_of)."""

    session_key: str = ""
    digests: frozenset[str] = frozenset()
    bucket: str = ""

    # What django asks of whoever makes a request.
    is_authenticated = False
    is_active = False
    pk = None

    @property
    def session(self) -> str:
        """What is stored of the session, as with photos: a digest, since the key itself opens the session."""
        return salted_hmac("balai.casework.guests.session", self.session_key, algorithm="sha256").hexdigest()


def check_reports(guest: Guest) -> None:
    """Raises ValidationError for a guest who has sent as many reports as are allowed."""
    if any(used_up(name, limit, part) for name, limit, part in _report_limits(guest)):
        message = _("Many reports have come from here in a short time. Please send the next one later, or sign in.")
        raise ValidationError({"__all__": [ValidationError(message, code="too_many_reports")]})


def count_report(guest: Guest) -> None:
    """Counts a report that was taken in."""
    for name, limit, part in _report_limits(guest):
        consume(name, limit, part)


def _report_limits(guest: Guest) -> list[tuple[str, tuple[int, int], str]]:
    limits = [("guest_reports", REPORTS, guest.session_key), ("address_reports", REPORTS_OF_ADDRESS, guest.bucket)]
    return [limit for limit in limits if limit[2]]


def count_support(guest: Guest) -> None:
    """Counts a "me too". Raises ValidationError when too many came from the guest's address."""
    if guest.bucket and not consume("address_supports", SUPPORTS_OF_ADDRESS, guest.bucket):
        message = _("Many have joined reports from here in a short time. Please try again later, or sign in.")
        raise ValidationError({"__all__": [ValidationError(message, code="too_many_supports")]})


def check_codes(guest: Guest) -> None:
    """Raises TooManyCodes when too many wrong codes came from the guest's address."""
    if guest.bucket and used_up("wrong_codes", WRONG_CODES, guest.bucket):
        raise TooManyCodes


def count_wrong_code(guest: Guest) -> None:
    """Counts a code that opened nothing."""
    if guest.bucket:
        consume("wrong_codes", WRONG_CODES, guest.bucket)
