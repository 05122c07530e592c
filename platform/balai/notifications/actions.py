"""Writes: putting a message into the outbox and what becomes of it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from balai.notifications import queries
from balai.notifications.gateways import PermanentFailure, TemporaryFailure
from balai.notifications.models import Channel, Message, Status
from balai.notifications.rendering import render
from tenants.tasks import queue

HAND_OVER = timedelta(seconds=60)
"""How long a queued task may take to begin before the sweep takes it for lost."""
LEASE = timedelta(minutes=5)
"""How long one attempt may take before its worker is taken for dead; far above the gateways' time-outs."""
BACK_OFF_LIMIT = timedelta(hours=1)
MAX_ATTEMPTS = 24
SWEEP_BATCH = 200
KEPT_DAYS = 90
PRUNE_BATCH = 5000


class Recipient(Protocol):
    """A person who can be written to (accounts.User)."""

    pk: Any
    name: str
    language: str

    def reachable_at(self) -> tuple[str, str] | None:
        """The best verified channel and address, or None."""


def notify(
    *,
    template: str,
    to: Recipient | None = None,
    address: str = "",
    channel: str = Channel.MAIL,
    context: Mapping[str, Any] | None = None,
    language: str = "",
    dedupe_key: str | None = None,
    secret: bool = False,
    expires_in: timedelta | None = None,
) -> Message | None:
    """Writes a message into the outbox, within the caller's transaction, and queues its delivery.

    `template` is a key (see rendering). Either `address` with `channel`, or `to` alone: then the person's verified mail
    address is used, else the verified phone number; without any, nothing is sent and None returned. A second call with
    the same `dedupe_key` returns the first message. Templates must not put personal data into links.
    """
    if not address:
        reachable = to.reachable_at() if to is not None else None
        if reachable is None:
            return None
        channel, address = reachable
    language = language or (to.language if to is not None else "") or queries.here().language
    now = timezone.now()
    with transaction.atomic():
        if dedupe_key is not None:
            earlier = Message.objects.filter(dedupe_key=dedupe_key).first()
            if earlier is not None:
                return earlier
        words = render(template, channel, {"recipient": to, **(context or {})}, language)
        values = {
            "recipient_id": to.pk if to is not None else None,
            "channel": channel,
            "address": address,
            "template": template,
            "language": language,
            **words._asdict(),
            "secret": secret,
            "next_attempt_at": now + HAND_OVER,
            "expires_at": now + expires_in if expires_in else None,
        }
        if dedupe_key is None:
            message, created = Message.objects.create(**values), True
        else:
            message, created = Message.objects.get_or_create(dedupe_key=dedupe_key, defaults=values)
        if created:
            _queue_delivery(message.pk)
    return message


def post(*, address: str, subject: str, text: str, html: str = "", language: str = "") -> Message:
    """Writes a mail with ready-made words into the outbox (see backend.py); prefer `notify`."""
    with transaction.atomic():
        message = Message.objects.create(
            channel=Channel.MAIL,
            address=address,
            template="",
            language=language,
            subject=subject,
            text=text,
            html=html,
            next_attempt_at=timezone.now() + HAND_OVER,
        )
        _queue_delivery(message.pk)
    return message


def _queue_delivery(message_id: int) -> None:
    from balai.notifications.tasks import deliver

    queue(deliver, message_id)


def claim(message_id: int) -> Message | None:
    """Takes a queued message for one attempt; None where somebody else has it, had it, or it came too late."""
    now = timezone.now()
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True).filter(pk=message_id, status=Status.QUEUED).first()
        )
        if message is None:
            return None
        if message.expires_at and message.expires_at <= now:
            _finish(message, Status.FAILED_PERMANENT, error="too late")
            return None
        message.status = Status.SENDING
        message.attempts += 1
        message.next_attempt_at = now + LEASE
        message.save(update_fields=["status", "attempts", "next_attempt_at"])
        return message


def record_sent(message: Message) -> None:
    message.sent_at = timezone.now()
    _finish(message, Status.SENT)


def record_failure(message: Message, failure: TemporaryFailure | PermanentFailure) -> None:
    """Plans the next attempt, or gives up."""
    if isinstance(failure, PermanentFailure) or message.attempts >= MAX_ATTEMPTS:
        _finish(message, Status.FAILED_PERMANENT, error=str(failure))
        return
    message.status = Status.FAILED_TEMPORARY
    message.error = str(failure)[:300]
    message.next_attempt_at = _next_attempt(message.attempts)
    message.save(update_fields=["status", "error", "next_attempt_at"])


def _next_attempt(attempts: int) -> datetime:
    pause = min(timedelta(seconds=30 * 2 ** (attempts - 1)), BACK_OFF_LIMIT)
    # Spread, so that a gateway that comes back is not met by everybody at once.
    return timezone.now() + pause * random.uniform(0.8, 1.2)  # noqa: S311


def _finish(message: Message, status: Status, error: str = "") -> None:
    message.status = status
    message.error = error[:300]
    message.next_attempt_at = None
    if message.secret:
        message.text = message.html = ""
    message.save(update_fields=["status", "error", "next_attempt_at", "sent_at", "text", "html"])


def hand_over_due() -> int:
    """Queues what is due, at most SWEEP_BATCH messages; returns how many. Running it twice changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        messages = list(queries.due().select_for_update(skip_locked=True)[:SWEEP_BATCH])
        for message in messages:
            if message.attempts >= MAX_ATTEMPTS:
                _finish(message, Status.FAILED_PERMANENT, error=message.error or "worker was lost")
                continue
            message.status = Status.QUEUED
            message.next_attempt_at = now + HAND_OVER
            message.save(update_fields=["status", "next_attempt_at"])
            _queue_delivery(message.pk)
    return len(messages)


def prune() -> int:
    """Deletes finished messages older than KEPT_DAYS, at most PRUNE_BATCH of them; returns how many."""
    old = Message.objects.filter(
        created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS), next_attempt_at__isnull=True
    ).order_by("created_at")
    deleted, _by_model = Message.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:PRUNE_BATCH])).delete()
    return deleted
