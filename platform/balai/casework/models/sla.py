"""Service levels: what a city promises for which cases, and the ledger of what happened when it did not keep it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency
from balai.casework.models.case import PERSON, Case, Clock
from balai.casework.models.category import Category
from balai.casework.models.kinds import Classification, Severity
from balai.geography.models import Area

LONGEST_HOURS = 24 * 366
LONGEST_DAYS = 366


class TimeUnit(models.TextChoices):
    """What an amount of time is counted in."""

    HOURS = "hours", _("hours")
    WORKING_DAYS = "working_days", _("working days")


class SlaPolicy(models.Model):
    """What the city promises for some of its cases, from a day on.

    Empty category, classification, severity or area: for all of them. Of the policies in effect on the day of receipt
    the most specific one counts, then the newest; see balai.casework.sla. A policy that is in effect is never edited:
    a change is another row with a later `since`. An amount left empty is a clock, or a rung, that does not exist; 0 is
    due at once.
    """

    module = models.SlugField(_("module"), max_length=40, blank=True, help_text="Empty for every module.")
    name = models.CharField(_("name"), max_length=80)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("With all categories below it. Empty for every category."),
    )
    classification = models.CharField(
        _("classification"), max_length=20, choices=Classification, blank=True, help_text=_("Empty for every one.")
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity, blank=True, help_text=_("Empty for every one.")
    )
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("area"),
        help_text=_("Empty for the whole city."),
    )
    since = models.DateField(_("in effect from"), help_text=_("For cases received on this day or later."))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day of receipt it counts for."))

    answer_amount = models.PositiveSmallIntegerField(_("first answer within"), null=True, blank=True)
    answer_unit = models.CharField(_("unit"), max_length=12, choices=TimeUnit, default=TimeUnit.HOURS)
    update_amount = models.PositiveSmallIntegerField(_("next word within"), null=True, blank=True)
    update_unit = models.CharField(_("unit"), max_length=12, choices=TimeUnit, default=TimeUnit.HOURS)
    done_amount = models.PositiveSmallIntegerField(_("solution within"), null=True, blank=True)
    done_unit = models.CharField(_("unit"), max_length=12, choices=TimeUnit, default=TimeUnit.HOURS)
    warn_hours = models.PositiveSmallIntegerField(
        _("hours of warning before"),
        default=12,
        validators=[MaxValueValidator(LONGEST_HOURS)],
        help_text=_("0 for no warning."),
    )
    head_after = models.PositiveSmallIntegerField(_("head of agency after"), null=True, blank=True, default=0)
    sekda_after = models.PositiveSmallIntegerField(_("Sekda after"), null=True, blank=True, default=24)
    mayor_after = models.PositiveSmallIntegerField(_("mayor after"), null=True, blank=True, default=72)
    ladder_unit = models.CharField(_("unit of the ladder"), max_length=12, choices=TimeUnit, default=TimeUnit.HOURS)

    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    created_by = models.ForeignKey(
        PERSON, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
    )
    # Applied to the cases that were open: a wish until the sweep has done it.
    apply_wanted_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(_("applied to open cases"), null=True, blank=True)

    class Meta:
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")
        ordering = ["module", "category", "-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="sla_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("It would end before it began."),
            ),
            models.CheckConstraint(
                name="sla_promises_something",
                condition=Q(answer_amount__isnull=False)
                | Q(update_amount__isnull=False)
                | Q(done_amount__isnull=False),
                violation_error_message=_("Fill in at least one of first answer, next word and solution."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        for field, unit in (
            ("answer_amount", self.answer_unit),
            ("update_amount", self.update_unit),
            ("done_amount", self.done_unit),
            *((f"{rung}_after", self.ladder_unit) for rung in ("head", "sekda", "mayor")),
        ):
            limit = LONGEST_HOURS if unit == TimeUnit.HOURS else LONGEST_DAYS
            if (getattr(self, field) or 0) > limit:
                errors[field] = _("At most %(limit)d are possible.") % {"limit": limit}
        if self.update_amount == 0:
            errors["update_amount"] = _("The next word cannot be due at once: it would be due again with every word.")
        steps = [step for step in (self.head_after, self.sekda_after, self.mayor_after) if step is not None]
        if steps != sorted(steps):
            errors["mayor_after"] = _("A higher rung cannot come before a lower one.")
        if self.category is not None and self.module and self.category.module != self.module:
            errors["category"] = _("This category belongs to another module.")
        if errors:
            raise ValidationError(errors)


class Step(models.TextChoices):
    """What the sweep did about a due date."""

    WARNED = "warned", _("Due soon")
    LATE = "late", _("Past its due date")
    HEAD = "head", _("Head of agency")
    SEKDA = "sekda", _("City secretary (Sekda)")
    MAYOR = "mayor", _("Mayor")


class Escalation(models.Model):
    """One step of the sweep about one due date of one case: each happens once, however often the sweep runs.

    `vacant`: nobody held the role, and the next rung was told instead. `notify_at` is when those whom it concerns are
    told (with policies in working days not before the next working moment); empty once they were, or when there is no
    more need to.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations", verbose_name=_("case"), db_index=False)
    clock = models.CharField(_("clock"), max_length=10, choices=Clock)
    due_at = models.DateTimeField(_("due"))
    step = models.CharField(_("step"), max_length=8, choices=Step)
    at = models.DateTimeField(_("at"))
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    vacant = models.BooleanField(_("nobody held the role"), default=False)
    notify_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(_("people told"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        PERSON, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
    )

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "clock", "due_at", "step"], name="escalation_step_once"),
        ]
        indexes = [
            models.Index(fields=["notify_at", "id"], condition=Q(notify_at__isnull=False), name="escalation_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock} {self.step}"
