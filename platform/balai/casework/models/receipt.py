"""What a phone has had done, by the key that it chose: sent again, nothing is done again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.casework.models.case import PERSON, Case


class Receipt(models.Model):
    """One act that was done for this key of this person; without an actor, of the guest who holds the case's tracking
    code. Kept for KEPT_DAYS of balai.casework.receipts."""

    actor = models.ForeignKey(
        PERSON, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    key = models.UUIDField()
    act = models.CharField(max_length=30)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("receipt of an act")
        verbose_name_plural = _("receipts of acts")
        indexes = [models.Index(fields=["at"], name="receipt_at")]
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="receipt_once"),
            models.UniqueConstraint(fields=["case", "key"], condition=Q(actor=None), name="receipt_once_by_a_guest"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
