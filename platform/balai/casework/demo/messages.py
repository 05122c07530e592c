"""What people of a demo city find in their inboxes: the last days of what they were told. None of it is sent today."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from balai.notifications.models import Delivery, Message, Outcome, Status

KEPT_DAYS = 14
UNREAD_DAYS = 2


def settle_messages(after: int) -> None:
    """The messages with an id above `after` are the past: the last ones stand as sent when they came about, the older
    ones are gone."""
    now = timezone.now()
    told = Message.objects.filter(pk__gt=after)
    told.filter(created_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    told.update(status=Status.SENT, sent_at=F("created_at"), attempts=1, next_attempt_at=None, expires_at=None)
    told.filter(created_at__lt=now - timedelta(days=UNREAD_DAYS)).update(read_at=F("created_at") + timedelta(hours=1))
    Delivery.objects.bulk_create(
        Delivery(message=message, at=message.created_at, outcome=Outcome.SENT, channel=message.channel)
        for message in told.only("pk", "created_at", "channel").iterator()
    )
