"""What becomes of a message: attempts, each with its line in the ledger, and the sweep that finds what was lost."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from balai.notifications import queries
from balai.notifications.actions.writing import call_worker
from balai.notifications.gateways import PermanentFailure, TemporaryFailure
from balai.notifications.models import Delivery, Message, Outcome, Status
from balai.notifications.planning import held_retry
from balai.notifications.queries import HAND_OVER

LEASE = timedelta(minutes=5)
"""How long one attempt may take before its worker is taken for dead; far above the gateways' time-outs."""
BACK_OFF_LIMIT = timedelta(hours=1)
MAX_ATTEMPTS = 24
SWEEP_BATCH = 200
KEPT_DAYS = 90
PRUNE_BATCH = 5000
LOST = "worker was lost"


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
    """The message was handed over."""
    message.sent_at = timezone.now()
    with transaction.atomic():
        _finish(message, Status.SENT)


def record_failure(message: Message, failure: TemporaryFailure | PermanentFailure) -> None:
    """Plans the next attempt, or gives up."""
    with transaction.atomic():
        if isinstance(failure, PermanentFailure) or message.attempts >= MAX_ATTEMPTS:
            _finish(message, Status.FAILED_PERMANENT, error=str(failure))
            return
        message.status = Status.FAILED_TEMPORARY
        message.error = str(failure)[:300]
        message.next_attempt_at = _next_attempt(message)
        message.save(update_fields=["status", "error", "next_attempt_at"])
        _record(message, Outcome.FAILED_TEMPORARY)


def _next_attempt(message: Message) -> datetime:
    pause = min(timedelta(seconds=30 * 2 ** (message.attempts - 1)), BACK_OFF_LIMIT)
    # Spread, so that a gateway that comes back is not met by everybody at once.
    at = timezone.now() + pause * random.uniform(0.8, 1.2)  # noqa: S311
    if not message.kind:
        return at
    return held_retry(message, queries.preference_of(message.recipient_id), at, queries.zone())


def _finish(message: Message, status: Status, error: str = "") -> None:
    message.status = status
    message.error = error[:300]
    message.next_attempt_at = None
    if message.secret:
        message.text = message.html = ""
    message.save(update_fields=["status", "error", "next_attempt_at", "sent_at", "text", "html"])
    _record(message, Outcome.SENT if status == Status.SENT else Outcome.FAILED_PERMANENT)


def _record(message: Message, outcome: Outcome) -> None:
    Delivery.objects.create(
        message=message,
        at=(message.sent_at if outcome == Outcome.SENT else None) or timezone.now(),
        outcome=outcome,
        channel=message.channel,
        reason=message.error,
        next_attempt_at=message.next_attempt_at,
    )


def hand_over_due() -> int:
    """Queues what is due, at most SWEEP_BATCH messages; returns how many. Running it twice changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        messages = list(queries.due().select_for_update(skip_locked=True)[:SWEEP_BATCH])
        for message in messages:
            lost = message.status == Status.SENDING
            if message.attempts >= MAX_ATTEMPTS:
                _finish(message, Status.FAILED_PERMANENT, error=message.error or LOST)
                continue
            message.status = Status.QUEUED
            message.next_attempt_at = now + HAND_OVER
            message.save(update_fields=["status", "next_attempt_at"])
            if lost:
                message.error = LOST
                _record(message, Outcome.FAILED_TEMPORARY)
    if messages:
        call_worker()
    return len(messages)


def prune() -> int:
    """Deletes finished messages older than KEPT_DAYS with their ledgers, at most PRUNE_BATCH; returns how many."""
    old = Message.objects.filter(
        created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS), next_attempt_at__isnull=True
    ).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:PRUNE_BATCH])
    with transaction.atomic():
        Delivery.objects.filter(message__in=ids).delete()
        deleted, _by_model = Message.objects.filter(pk__in=ids).delete()
    return deleted
