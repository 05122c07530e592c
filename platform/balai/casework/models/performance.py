"""What the city shows of its own work, counted day by day, so that a page's cost does not grow with the cases.

Only cases that everyone may see are counted: a number for a day, an agency and a category would else tell of a secret
one.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency
from balai.casework.models.category import Category
from balai.geography.models import Area


class DayFigures(models.Model):
    """The cases that a module received on one day of the city, by where they stand now.

    `late` are those that missed a due date, whether they have been done since or not. `answers` is a histogram of the
    hours until the first answer (see balai.casework.tally.BOUNDS), from which medians of any span of days are made.
    """

    module = models.SlugField(max_length=40, db_index=False)
    day = models.DateField()
    received = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()
    process = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    unsolved = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    answer_seconds = models.BigIntegerField()
    answers = ArrayField(models.PositiveIntegerField())
    rated = models.PositiveIntegerField()
    stars = models.PositiveIntegerField()

    class Meta:
        abstract = True


class AgencyDay(DayFigures):
    """By agency and category. Without an agency: nobody had been named yet."""

    agency = models.ForeignKey(Agency, models.CASCADE, null=True, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("day of an agency")
        verbose_name_plural = _("days of agencies")
        constraints = [
            models.UniqueConstraint(
                fields=["module", "day", "agency", "category"], nulls_distinct=False, name="agency_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.agency_id}/{self.category_id}"


class VillageDay(DayFigures):
    """By kelurahan and category; without a category: all of them, so that a year of all is not a sum of sums."""

    village = models.ForeignKey(Area, models.CASCADE, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("day of a kelurahan")
        verbose_name_plural = _("days of kelurahan")
        # In the order in which a period of all, or of some categories, is read.
        constraints = [
            models.UniqueConstraint(
                fields=["module", "category", "day", "village"], nulls_distinct=False, name="village_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.village_id}"


class Reading(models.Model):
    """How far a sweep has read the timelines of the city: up to and with this entry."""

    name = models.CharField(max_length=40, primary_key=True)
    entry_id = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reading of the timelines")
        verbose_name_plural = _("readings of the timelines")

    def __str__(self) -> str:
        return f"{self.name}: {self.entry_id}"
