"""What is said about a delivery: to the recipient, and to staff who wonder whether somebody was told."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from balai.notifications.models import Channel, Message, Status


def masked(channel: str, address: str) -> str:
    """Enough of an address for its owner to know it: "s•••@e•••.org", "•••567". Nothing more of it is ever shown."""
    if not address:
        return ""
    if channel == Channel.SMS:
        return f"•••{address[-3:]}"
    local, _at, domain = address.partition("@")
    ending = domain.rpartition(".")[2]
    return f"{local[:1]}•••@{domain[:1]}•••.{ending}" if "." in domain else f"{local[:1]}•••@{domain[:1]}•••"


def moment(at: datetime.datetime) -> str:
    """A point in time as a sentence names it: the clock alone today, else with the day."""
    local = timezone.localtime(at)
    return date_format(local, "H.i" if local.date() == timezone.localdate() else "j F, H.i")


def delivery_sentence(message: Message, *, show_address: bool = True) -> str:
    """How the message's delivery stands, in one sentence."""
    to = masked(message.channel, message.address) if show_address else ""
    to = to or (_("a phone number") if message.channel == Channel.SMS else _("an email address"))
    if message.channel == Channel.INBOX:
        return _("Shown in the inbox only")
    match message.status:
        case Status.SENT:
            at = message.sent_at or message.created_at
            return _("Sent to %(to)s, %(at)s") % {"to": to, "at": moment(at)}
        case Status.HELD:
            at = message.next_attempt_at or message.created_at
            return _("Will be sent to %(to)s after the quiet hours, %(at)s") % {"to": to, "at": moment(at)}
        case Status.FAILED_TEMPORARY:
            at = message.next_attempt_at or message.created_at
            return _("Sending to %(to)s failed, tried again at %(at)s") % {"to": to, "at": moment(at)}
        case Status.FAILED_PERMANENT:
            return _("Could not be sent to %(to)s") % {"to": to}
        case _other:
            return _("On its way to %(to)s") % {"to": to}
