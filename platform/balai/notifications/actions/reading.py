"""What readers do: reading, and having a failed message sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.notifications import queries
from balai.notifications.actions.writing import dispatch, ring
from balai.notifications.models import Delivery, Message, Outcome, Status
from balai.notifications.planning import DEFAULT, Plan, plan

MOST_RESENDS = 3
"""How often a day one message may be sent again."""
MARK_BATCH = 5000


def mark_read(*, user: Any, ids: Sequence[int]) -> int:
    """Marks these of the person's messages as read; returns how many were unread. Other people's are left alone."""
    unread = Message.objects.filter(recipient_id=user.pk, pk__in=list(ids)[:100], read_at=None)
    return unread.update(read_at=timezone.now())


def mark_all_read(*, user: Any) -> int:
    """Marks the person's unread messages as read (the newest MARK_BATCH); returns how many."""
    unread = Message.objects.filter(recipient_id=user.pk, secret=False, read_at=None).order_by("-pk")
    return Message.objects.filter(pk__in=unread.values("pk")[:MARK_BATCH]).update(read_at=timezone.now())


def resend(*, message: Message, actor: Any) -> Message:
    """Sends a failed message again, by the way that the recipient can be reached by now.

    One that is not failed (any more) is left as it is, so that a double click sends once. Raises ValidationError after
    MOST_RESENDS in a day. Who may do it: `queries.may_resend`.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = Message.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=message.pk)
        if locked.status not in (Status.FAILED_TEMPORARY, Status.FAILED_PERMANENT) or locked.secret:
            return locked
        lately = locked.deliveries.filter(outcome=Outcome.RESENT, at__gt=now - timedelta(days=1)).count()
        if lately >= MOST_RESENDS:
            raise ValidationError(
                _("This message was sent again several times today. Try again tomorrow."), code="too_many"
            )
        dispatch(locked, _way_now(locked))
        locked.attempts, locked.error = 0, ""
        locked.save(update_fields=["channel", "address", "status", "next_attempt_at", "attempts", "error"])
        Delivery.objects.create(
            message=locked, at=now, outcome=Outcome.RESENT, channel=locked.channel, actor_id=actor.pk
        )
        if locked.status == Status.QUEUED:
            ring()
    return locked


def _way_now(message: Message) -> Plan:
    """The way by the recipient's present addresses. Words for a mail do not fit an SMS, so the channel stays."""
    person = message.recipient
    if person is None:
        return Plan(message.channel, message.address)
    reachable = queries.reachable([person]).get(person.pk, {})
    address = reachable.get(message.channel, message.address)
    preference = queries.preferences([person.pk]).get(person.pk, DEFAULT) if message.kind else DEFAULT
    way = plan(
        preference,
        {message.channel: address},
        kind=message.kind,
        urgent=True,
        now=timezone.now(),
        zone=queries.zone(),
    )
    # Asked for by hand: it goes even where the person has since chosen the inbox alone.
    return Plan(message.channel, address, way.held_until)
