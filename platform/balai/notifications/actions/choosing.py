"""A person's choice of how to be told, and what it does to messages that wait for the morning."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.notifications import queries
from balai.notifications.actions.digesting import next_digest
from balai.notifications.actions.writing import dispatch, ring
from balai.notifications.kinds import kinds
from balai.notifications.models import Channel, Message, Preference, Status
from balai.notifications.planning import Plan, plan

DIGEST = "digest"
MOST_HELD = 500


def change_preferences(
    *,
    user: Any,
    channels: Mapping[str, str] | None = None,
    quiet: bool | None = None,
    quiet_from: datetime.time | None = None,
    quiet_until: datetime.time | None = None,
    language: str | None = None,
    **digest: datetime.time | None,
) -> Preference:
    """Changes what is given, None leaves as it is; `digest_at` is the time of the daily digest, None given: no digest.

    `channels` maps kinds to a Channel, or "" for the best way there is. Messages that are held go by the new choice.
    Raises ValidationError (channels, quiet_until, language).
    """
    with transaction.atomic():
        row = _locked(user)
        if channels is not None:
            row.channels = {**row.channels, **_checked(channels)}
        if language is not None:
            if language and language not in dict(settings.LANGUAGES):
                raise ValidationError({"language": _("Balai does not speak this language.")})
            row.language = language
        row.quiet = row.quiet if quiet is None else quiet
        row.quiet_from, row.quiet_until = quiet_from or row.quiet_from, quiet_until or row.quiet_until
        if row.quiet and row.quiet_from == row.quiet_until:
            raise ValidationError({"quiet_until": _("Quiet hours need a beginning and another end.")})
        if "digest_at" in digest and digest["digest_at"] != row.digest_at:
            row.digest_at = digest["digest_at"]
            row.next_digest_at = next_digest(row.digest_at, timezone.now()) if row.digest_at else None
            if row.digest_at:
                row.last_digest_at = row.last_digest_at or timezone.now()
        row.save()
        _plan_held_anew(user, row)
    return row


def stop(*, message: Message) -> bool:
    """Stops mails and SMS of the message's kind to its recipient: they stand in the inbox only from now on.

    Whoever has the message may ask for it. False where nothing can be stopped: codes, security, a person who is gone.
    """
    kind = kinds().get(message.kind)
    person = message.recipient
    if kind is None or person is None or not person.is_active:
        return False
    names = [message.kind]
    values: dict[str, Any] = {}
    if message.kind == DIGEST:
        # Single mails instead would be the opposite of what was asked for.
        names = [name for name, other in kinds().items() if other.digest]
        values["digest_at"] = None
    change_preferences(user=person, channels=dict.fromkeys(names, Channel.INBOX.value), **values)
    return True


def _locked(user: Any) -> Preference:
    Preference.objects.get_or_create(user_id=user.pk)
    return Preference.objects.select_for_update().get(user_id=user.pk)


def _checked(channels: Mapping[str, str]) -> dict[str, str]:
    known = kinds()
    for name, channel in channels.items():
        if name not in known or not known[name].listed or (channel and channel not in Channel.values):
            raise ValidationError({"channels": _("Choose one of the ways that are offered.")})
    return dict(channels)


def _plan_held_anew(user: Any, row: Preference) -> None:
    """A message that waits for the morning goes by the new choice: at once, later, or not at all. None is lost."""
    held = Message.objects.select_for_update().filter(recipient_id=user.pk, status=Status.HELD).order_by("pk")
    messages = list(held[:MOST_HELD])
    if not messages:
        return
    reachable, now, zone = queries.reachable([user])[user.pk], timezone.now(), queries.zone()
    for message in messages:
        way = plan(row, reachable, kind=message.kind, urgent=message.urgent, now=now, zone=zone)
        if way.channel not in (message.channel, Channel.INBOX):
            # Its words were written for the other channel.
            again = {message.channel: message.address}
            way = plan(row, again, kind=message.kind, urgent=message.urgent, now=now, zone=zone)
            way = way if way.channel == message.channel else Plan(Channel.INBOX, "")
        dispatch(message, way)
        message.save(update_fields=["channel", "address", "status", "next_attempt_at"])
    if any(message.status == Status.QUEUED for message in messages):
        ring()
