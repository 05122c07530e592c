"""What the outbox knows of a person."""

from __future__ import annotations

from typing import Any

from balai.notifications.models import Message


def export(user: Any) -> dict[str, Any]:
    """The messages sent to the person from here, without the text of one-time codes."""
    messages = Message.objects.filter(recipient_id=user.pk).order_by("pk")
    return {
        "messages": [
            {
                "at": message.created_at.isoformat(),
                "channel": message.channel,
                "address": message.address,
                "subject": message.subject,
                "text": message.text,
                "status": message.status,
            }
            for message in messages.iterator(chunk_size=500)
        ]
    }


def erase(user: Any) -> None:
    """Deletes every message to the person."""
    Message.objects.filter(recipient_id=user.pk).delete()
