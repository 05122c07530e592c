"""Staff entry: a case that a clerk enters for a resident, from the desk at city hall or any other channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.queries import Act, Standing, standing_of
from balai.casework.actions.moving import wrong
from balai.casework.contacts import checked_contact
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.intake import Received, received_before, submit_case
from balai.casework.models import Channel

CHANNELS: Sequence[Channel] = [channel for channel in Channel if channel not in (Channel.WEB, Channel.APP)]
"""Where a resident comes from who does not enter the case themselves."""


def may_enter(standing: Standing) -> bool:
    """Whether the person enters cases for residents: whoever distributes an agency's or the city's work."""
    agencies = standing.agencies(Act.ASSIGN)
    return agencies is None or bool(agencies)


def enter_case(
    *, clerk: User, channel: str, name: str = "", phone: str = "", email: str = "", **fields: Any
) -> Received:
    """Takes in a case for a resident, who follows it with the tracking code of the receipt.

    What is known of the resident is optional, encrypted, used to tell them, and erased some time after the case is
    closed (see contacts). `fields` are those of intake.Sent. Raises NotAllowed, and ValidationError as submit_case does
    and for channel, name, phone and email.
    """
    if not may_enter(standing_of(clerk)):
        raise NotAllowed(_("Only operators enter reports for residents."))
    if channel not in CHANNELS:
        raise wrong("channel", _("Say how it came in."), "unknown")
    contact = checked_contact(name=name, phone=phone, email=email)
    return submit_case(reporter=Guest(), clerk=clerk, channel=channel, contact=contact, **fields)


def entered_before(*, clerk: User, **fields: Any) -> Received | None:
    """The receipt of the same report if it has been entered already. `fields` are intake.Sent's `module`, `category`,
    `description`, `place` and `idempotency_key`, by which it is known. Raises NotAllowed.
    """
    if not may_enter(standing_of(clerk)):
        raise NotAllowed(_("Only operators enter reports for residents."))
    return received_before(reporter=Guest(), clerk=clerk, **fields)
