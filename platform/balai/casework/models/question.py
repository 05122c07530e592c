"""Questions that a category asks beyond what every report says."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from balai.casework.models.category import TELEPHONE, Category

MAX_CHOICES = 20


class AnswerKind(models.TextChoices):
    """How a question is answered."""

    TEXT = "text", _("free text")
    NUMBER = "number", _("number")
    CHOICE = "choice", _("choice")
    PHOTO = "photo", _("photo")


class Question(models.Model):
    """One question of a category, asked for all the categories below it too.

    `choices` holds [{"value": slug, "label": text, "stop": whether choosing it is an emergency}]. Who chooses a stop
    reads `stop_text` with the telephone number `stop_phone` and cannot send the report. Answers are for the agency
    only, unless the question is `public`.
    """

    category = models.ForeignKey(Category, models.CASCADE, related_name="questions", verbose_name=_("category"))
    slug = models.SlugField(_("address"), max_length=40)
    label = models.CharField(_("question"), max_length=120)
    help = models.CharField(_("help"), max_length=200, blank=True)
    kind = models.CharField(_("answered by"), max_length=8, choices=AnswerKind, default=AnswerKind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    required = models.BooleanField(_("must be answered"), default=False)
    public = models.BooleanField(
        _("public"), default=False, help_text=_("Everyone who sees the report sees the answer. Otherwise the agency.")
    )
    least = models.DecimalField(_("smallest number"), max_digits=12, decimal_places=3, null=True, blank=True)
    most = models.DecimalField(_("largest number"), max_digits=12, decimal_places=3, null=True, blank=True)
    stop_text = models.CharField(_("words on the emergency"), max_length=300, blank=True)
    stop_phone = models.CharField(
        _("telephone for emergencies"), max_length=20, default="112", blank=True, validators=[TELEPHONE]
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["category", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["category", "slug"], name="question_slug_once_per_category"),
            models.CheckConstraint(
                name="question_bounds_in_order", condition=Q(least=None) | Q(most=None) | Q(least__lte=F("most"))
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def stops(self) -> frozenset[str]:
        """The values whose choice is an emergency."""
        return frozenset(choice["value"] for choice in self.choices if choice.get("stop"))

    def label_of(self, value: str) -> str:
        """How a choice is called; "" for one that does not exist."""
        return next((str(choice["label"]) for choice in self.choices if choice["value"] == value), "")

    def clean(self) -> None:
        faults: dict[str, Any] = {}
        if self.kind == AnswerKind.CHOICE and len(self.choices) < 2:
            faults["choices"] = _("Write at least two choices.")
        if len(self.choices) > MAX_CHOICES:
            faults["choices"] = _("At most %(limit)d choices are possible.") % {"limit": MAX_CHOICES}
        if self.least is not None and self.most is not None and self.least > self.most:
            faults["most"] = _("This is below the smallest number.")
        if self.stops and not self.stop_text:
            faults["stop_text"] = _("Say what somebody in this emergency should do.")
        if faults:
            raise ValidationError(faults)
