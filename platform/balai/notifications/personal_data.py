"""What the outbox, the inbox and the ledger know of a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from balai.notifications.models import Delivery, Message, Preference


def export(user: Any) -> dict[str, Any]:
    """The messages sent to the person from here with what became of them, and how the person wants to be told.

    Without the text of one-time codes.
    """
    messages = Message.objects.filter(recipient_id=user.pk).order_by("pk").prefetch_related("deliveries")
    preference = Preference.objects.filter(user_id=user.pk).first()
    return {
        "messages": [
            {
                "at": message.created_at.isoformat(),
                "channel": message.channel,
                "address": message.address,
                "subject": message.subject,
                "text": message.text,
                "about": message.about,
                "status": message.status,
                "read_at": message.read_at.isoformat() if message.read_at else None,
                "deliveries": [
                    {"at": line.at.isoformat(), "outcome": line.outcome, "channel": line.channel}
                    for line in message.deliveries.all()
                ],
            }
            for message in messages.iterator(chunk_size=500)
        ],
        "preferences": {
            "channels": preference.channels,
            "quiet": preference.quiet,
            "quiet_from": preference.quiet_from.isoformat(),
            "quiet_until": preference.quiet_until.isoformat(),
            "language": preference.language,
            "digest_at": preference.digest_at.isoformat() if preference.digest_at else None,
        }
        if preference
        else None,
    }


def erase(user: Any) -> None:
    """Deletes every message to the person or to an address of theirs, their preferences, and their name in ledgers."""
    addresses = [address for address in (user.email, user.phone) if address]
    messages = Message.objects.filter(Q(recipient_id=user.pk) | Q(address__in=addresses))
    Delivery.objects.filter(message__in=messages.values("pk")).delete()
    messages.delete()
    Preference.objects.filter(user_id=user.pk).delete()
    Delivery.objects.filter(actor_id=user.pk).update(actor=None)
