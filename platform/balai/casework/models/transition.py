"""What a city changes about the table of moves."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from balai.casework.lifecycle import Status


class MoveSetting(models.Model):
    """One move as this city wants it for one module; without a row the suite's own table holds.

    `sources` narrows the statuses in which it is possible (empty: as the suite has it). `reason_demanded` asks for
    words where the suite leaves them open; where the suite demands them they stay demanded.
    """

    module = models.SlugField(_("module"), max_length=40)
    move = models.CharField(_("move"), max_length=20)
    enabled = models.BooleanField(_("allowed"), default=True)
    reason_demanded = models.BooleanField(_("demands a reason"), default=False)
    sources = ArrayField(
        models.CharField(max_length=20, choices=Status), default=list, blank=True, verbose_name=_("possible in")
    )

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["module", "pk"]
        constraints = [models.UniqueConstraint(fields=["module", "move"], name="move_setting_once_per_module")]

    def __str__(self) -> str:
        return f"{self.module}: {self.move}"
