"""Cases that went to another city, or came from one."""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.casework.models.case import PERSON, Case

HAND_OVER = datetime.timedelta(seconds=60)
"""How long a queued task may take before the sweep takes it for lost."""


class Transfer(models.Model):
    """One handing over of a case between two cities. Each city has a row of its own with the same `key`.

    Outgoing: prepared (the case is closed here and the other city has yet to take it) → accepted, or refused (it is
    open here again). Incoming: accepted → refused (it is closed here and the sender has yet to take it back, or has).
    `next_attempt_at` is set while the other city has something to do: then the sweep knocks again.

    `kept` is where the case stood before (outgoing only); `notes` the sequence numbers of internal entries that go
    along; the place is where the case lies in the receiving city.
    """

    class Direction(models.TextChoices):
        OUT = "out", _("outgoing")
        IN = "in", _("incoming")

    class State(models.TextChoices):
        PREPARED = "prepared", _("on its way")
        ACCEPTED = "accepted", _("handed over")
        REFUSED = "refused", _("sent back")

    case = models.ForeignKey(Case, models.PROTECT, related_name="transfers", verbose_name=_("case"))
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    direction = models.CharField(max_length=3, choices=Direction)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PREPARED)
    city = models.SlugField(_("other city"))
    reason = models.TextField(_("reason"), help_text="Of the last step: why it was handed over, or sent back.")
    notes = models.JSONField(default=list)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    kept = models.JSONField(default=dict)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(PERSON, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="transfer_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "direction"], condition=~Q(state="refused"), name="transfer_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.city} {self.state}"
