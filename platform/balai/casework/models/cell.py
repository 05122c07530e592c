"""How many cases lie where, kept so that a map of the whole city costs the same after ten years as after one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from balai.casework.lifecycle import Status
from balai.casework.models.category import Category
from balai.geography.models import Area

KEPT_RESOLUTION = 9
"""Of the finest clusters that a map shows."""


class CellCount(models.Model):
    """Of the cases of a module that everyone may see: how many lie in an H3 cell and kelurahan, by status and category;
    without a category: of all. What counts is the sum of the rows.

    `cell` is the beginning of an H3 index of KEPT_RESOLUTION (some 350 m across), the finer steps shifted out.

    A trigger of the cases' table writes the rows (migration 0021): one more here, one less there, never waiting for
    another report from the same street. The sweep folds them into the settled ones, one for each combination.
    """

    module = models.SlugField(max_length=40, db_index=False)
    category = models.ForeignKey(
        Category, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    village = models.ForeignKey(
        Area, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    cell = models.BigIntegerField(null=True)
    status = models.CharField(max_length=20, choices=Status)
    count = models.IntegerField()
    late = models.IntegerField()
    # Sums of degrees, for the middle of what lies in the cell.
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    settled = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("number of cases in a cell")
        verbose_name_plural = _("numbers of cases in cells")
        constraints = [
            models.UniqueConstraint(
                fields=["module", "category", "cell", "village", "status"],
                condition=Q(settled=True),
                nulls_distinct=False,
                name="cell_count_once",
            )
        ]
        indexes = [
            models.Index(fields=["module", "category"], name="cell_count_map"),
            models.Index(fields=["id"], condition=Q(settled=False), name="cell_count_to_settle"),
        ]

    def __str__(self) -> str:
        return f"{self.cell} {self.status}: {self.count}"
