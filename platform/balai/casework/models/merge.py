"""Cases that were found to be the same."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.casework.models.case import PERSON, Case


class Merge(models.Model):
    """One case joined to another as its duplicate, and what it takes to part them again.

    The source keeps its words, photos, timeline and reporter; `kept` is where it stood (see actions.standstill) and
    `weight` how many residents it brought along. A target that becomes a source itself passes its own sources on, so
    every merge in force leads straight to an unmerged case.
    """

    source = models.ForeignKey(Case, models.PROTECT, related_name="merges", verbose_name=_("duplicate"))
    target = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=_("joined to"))
    weight = models.PositiveIntegerField()
    kept = models.JSONField()
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(PERSON, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(PERSON, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(undone_at=None), name="merge_one_in_force"),
            models.CheckConstraint(name="merge_with_another", condition=~Q(source=F("target"))),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
