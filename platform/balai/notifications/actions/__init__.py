"""Writes: putting messages into the outbox, what becomes of them, and what their readers do."""

from balai.notifications.actions.choosing import change_preferences, stop
from balai.notifications.actions.delivering import (
    KEPT_DAYS,
    LEASE,
    MAX_ATTEMPTS,
    SWEEP_BATCH,
    claim,
    hand_over_due,
    prune,
    record_failure,
    record_sent,
)
from balai.notifications.actions.digesting import send_digests
from balai.notifications.actions.reading import mark_all_read, mark_read, resend
from balai.notifications.actions.writing import Notice, notify, notify_all, notify_each, post, ring, silence

__all__ = [
    "KEPT_DAYS",
    "LEASE",
    "MAX_ATTEMPTS",
    "SWEEP_BATCH",
    "Notice",
    "change_preferences",
    "claim",
    "hand_over_due",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_all",
    "notify_each",
    "post",
    "prune",
    "record_failure",
    "record_sent",
    "resend",
    "ring",
    "send_digests",
    "silence",
    "stop",
]
