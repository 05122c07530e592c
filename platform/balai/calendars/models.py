"""A city's own calendar: its days off and extra working days, and its working hours."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Weekday(models.IntegerChoices):
    """The days of the week as Python counts them, and the hours of whoever works on holidays too."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
    HOLIDAYS = 7, _("Days off")


class CityDay(models.Model):
    """A day that is another one in this city than the nation's calendar says: off (its anniversary), or worked."""

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=120, help_text=_("For example: the city's anniversary"))
    working = models.BooleanField(
        _("worked"),
        default=False,
        help_text=_("Tick this for a day that is worked although it would be off; otherwise it is a day off."),
    )

    class Meta:
        verbose_name = _("day of the city")
        verbose_name_plural = _("days of the city")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.name}"


class WorkingHours(models.Model):
    """One span of a weekday in which the city's offices work, or one of its agencies.

    A city without any rows keeps the usual hours; an agency without any works when the city does.
    """

    # By its name: agencies stand above calendars.
    agency = models.ForeignKey(
        "agencies.Agency", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="hours_close_after_opening",
                condition=Q(closes__gt=F("opens")) | Q(closes="00:00"),
                violation_error_message=_("The end must be later than the beginning."),
            ),
            models.UniqueConstraint(fields=["agency", "weekday", "opens"], nulls_distinct=False, name="hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        midnight = datetime.time(0)
        if self.closes is not None and self.opens is not None and self.opens >= self.closes != midnight:
            raise ValidationError({"closes": _("The end must be later than the beginning.")})
