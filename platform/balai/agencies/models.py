"""Who works for a city: agencies (OPD), their units, and the posts that people hold in them.

A post is what gives someone a say in cases; it holds in the city's schema only, so staff of one city are nobody in
another.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What someone does at a post, from the desk up to the mayor."""

    OPERATOR = "operator", _("operator")
    LIAISON = "liaison", _("liaison officer")
    OFFICER = "officer", _("field officer")
    HEAD = "head", _("head of agency")
    SEKDA = "sekda", _("city secretary (Sekda)")
    MAYOR = "mayor", _("mayor")


ALWAYS_CITY_WIDE = (Role.SEKDA, Role.MAYOR)
ALWAYS_IN_AN_AGENCY = (Role.LIAISON, Role.OFFICER, Role.HEAD)
# An operator is either of the two: at an agency's desk, or in the command room that sees every agency.


class Agency(models.Model):
    """An OPD (organisasi perangkat daerah), for example Dinas Perhubungan."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, help_text=_("For example: Dishub"))
    slug = models.SlugField(_("address"), max_length=50, unique=True)
    email = models.EmailField(_("mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    units: models.Manager[Unit]

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of an agency that takes on work: a field, a section, a UPT."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units", verbose_name=_("agency"))
    name = models.CharField(_("name"), max_length=120)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["agency__order", "agency__name", "name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="unit_name_once_per_agency")]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(models.QuerySet["Post"]):
    def held_on(self, day: datetime.date) -> PostQuerySet:
        """Posts in force on this day, its first and last day included."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def current(self) -> PostQuerySet:
        """Posts in force today, by the city's clock."""
        return self.held_on(timezone.localdate())


def today() -> datetime.date:
    """Today by the city's clock (a field's default)."""
    return timezone.localdate()


class Post(models.Model):
    """A person's role in an agency, or in the city as a whole (agency empty). `since` and `until` are included days."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("agency"),
        help_text=_("Empty for the city as a whole: mayor, Sekda, operators of the command room."),
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("unit"))
    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["role", "pk"]
        constraints = [
            models.CheckConstraint(
                name="post_city_wide_without_agency",
                condition=~Q(role__in=ALWAYS_CITY_WIDE) | Q(agency=None),
                violation_error_message=_("The mayor and the Sekda serve the whole city: leave the agency empty."),
            ),
            models.CheckConstraint(
                name="post_in_an_agency",
                condition=~Q(role__in=ALWAYS_IN_AN_AGENCY) | Q(agency__isnull=False),
                violation_error_message=_("Choose the agency that this person works for."),
            ),
            models.CheckConstraint(
                name="post_unit_within_agency",
                condition=Q(unit=None) | Q(agency__isnull=False),
                violation_error_message=_("A unit belongs to an agency: choose the agency too."),
            ),
            models.CheckConstraint(
                name="post_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("The post would end before it began."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "agency", "unit"],
                condition=Q(until=None),
                nulls_distinct=False,
                name="post_once_at_a_time",
                violation_error_message=_("This person already holds this post."),
            ),
        ]

    def __str__(self) -> str:
        place = self.unit or self.agency
        return f"{self.get_role_display()}, {place}" if place else self.get_role_display()

    def clean(self) -> None:
        if self.unit is not None and self.unit.agency_id != self.agency_id:
            raise ValidationError({"unit": _("This unit belongs to another agency.")})


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: datetime.date) -> AbsenceQuerySet:
        """Absences on this day, their first and last day included."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Absence(models.Model):
    """Days on which someone is away from work. Says no more about why than colleagues need to know."""

    class Reason(models.TextChoices):
        LEAVE = "leave", _("leave")
        DUTY = "duty", _("duty elsewhere")
        TRAINING = "training", _("training")
        OTHER = "other", _("another reason")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("Last day away. Empty: not known yet."))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
        help_text=_("Gets the messages meanwhile. Someone with a post in the same agency."),
    )
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, default=Reason.LEAVE)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["user", "-since"], name="absence_person")]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("The absence would end before it began."),
            ),
            models.CheckConstraint(
                name="absence_deputy_is_another",
                condition=Q(deputy=None) | ~Q(deputy=F("user")),
                violation_error_message=_("Nobody is their own deputy."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.since}–{self.until or ''}"
