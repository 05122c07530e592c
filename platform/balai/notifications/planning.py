"""By which way a message goes and when: the person's choice, what is reachable, quiet hours."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from balai.notifications.kinds import kind_of
from balai.notifications.models import Channel, Message, Preference

DEFAULT = Preference()
"""How people are told who never chose anything."""


class Plan(NamedTuple):
    """A channel, the address there ("" for the inbox alone), and until when quiet hours hold it back (None: go)."""

    channel: str
    address: str
    held_until: datetime.datetime | None = None


def plan(
    preference: Preference,
    reachable: Mapping[str, str],
    *,
    kind: str,
    urgent: bool,
    now: datetime.datetime,
    zone: ZoneInfo,
) -> Plan:
    """The way of one message. `reachable` maps channels to verified addresses."""
    channel = chosen_channel(preference, kind, reachable)
    if channel == Channel.INBOX:
        return Plan(channel, "")
    return Plan(
        channel, reachable[channel], held_until(preference, channel, kind=kind, urgent=urgent, at=now, zone=zone)
    )


def chosen_channel(preference: Preference, kind: str, reachable: Mapping[str, str]) -> str:
    """The person's own choice for the kind, else mail before SMS; the inbox where nothing else is left."""
    if kind:
        if preference.digest_at is not None and kind_of(kind).digest:
            return Channel.INBOX
        choice = preference.channels.get(kind, "")
        # An address may be gone since it was chosen: then the other one is better than silence.
        if choice == Channel.INBOX or choice in reachable:
            return str(choice)
    return next((channel for channel in (Channel.MAIL, Channel.SMS) if channel in reachable), Channel.INBOX)


def held_until(
    preference: Preference, channel: str, *, kind: str, urgent: bool, at: datetime.datetime, zone: ZoneInfo
) -> datetime.datetime | None:
    """When the message may go if not at `at`: codes and security go at once, urgent mails too, an SMS not at night."""
    if not kind or not preference.quiet or channel == Channel.INBOX:
        return None
    if channel == Channel.MAIL and (urgent or kind_of(kind).urgent):
        return None
    return quiet_end(at, zone, preference.quiet_from, preference.quiet_until)


def quiet_end(
    at: datetime.datetime, zone: ZoneInfo, start: datetime.time, end: datetime.time
) -> datetime.datetime | None:
    """When the quiet hours end that `at` lies in, None where it lies in none. The end itself is no longer quiet.

    Both are the clock's time in the zone; from a later to an earlier time they pass midnight, from one time to the same
    there are none.
    """
    local = at.astimezone(zone)
    clock = local.time().replace(fold=0)
    if start < end:
        quiet, days = start <= clock < end, 0
    elif start > end:
        quiet, days = clock >= start or clock < end, 1 if clock >= start else 0
    else:
        return None
    if not quiet:
        return None
    day = local.date() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, end, zone).astimezone(datetime.UTC)


def held_retry(message: Message, preference: Preference, at: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """When a failed attempt is repeated that is due at `at`: not in the person's quiet hours."""
    held = held_until(preference, message.channel, kind=message.kind, urgent=message.urgent, at=at, zone=zone)
    return held or at
