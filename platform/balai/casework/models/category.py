"""What a case can be about."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency
from balai.casework.models.kinds import Classification, Severity, Visibility
from tenants.held import Version

MAX_DEPTH = 3
CATEGORIES = Version("casework.categories")
"""Another one whenever a category, a question of one or an agency was changed: see categories.category_for_case."""
TELEPHONE = RegexValidator(r"^\+?[0-9 \-]{3,20}$", _("Write a telephone number."))


class CategoryQuerySet(models.QuerySet["Category"]):
    def update(self, **values: Any) -> int:
        """As Django's, which tells nobody."""
        CATEGORIES.changed()
        return super().update(**values)


class Category(models.Model):
    """What a case is about: a tree of at most three levels, per city and module. Cases go to its leaves."""

    module = models.SlugField(_("module"), max_length=40)
    slug = models.SlugField(_("address"), max_length=50)
    name = models.CharField(_("name"), max_length=80)
    icon = models.CharField(_("icon"), max_length=40, default="tag", help_text=_("A name of the icon sprite."))
    help = models.CharField(_("help"), max_length=200, blank=True, help_text=_("Shown below the choice."))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)
    default_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible agency")
    )
    radius_m = models.PositiveSmallIntegerField(
        _("radius in metres"),
        default=50,
        validators=[MaxValueValidator(2_000)],
        help_text=_("Within it, a report on the same matter is probably the same report."),
    )
    default_classification = models.CharField(
        _("classification"), max_length=20, choices=Classification, default=Classification.COMPLAINT
    )
    default_severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MODERATE)
    default_visibility = models.CharField(_("visibility"), max_length=12, choices=Visibility, default=Visibility.PUBLIC)
    stop_text = models.CharField(
        _("words on an emergency"),
        max_length=300,
        blank=True,
        help_text=_("Filled in: such a report is not taken; these words and the telephone number are shown instead."),
    )
    stop_phone = models.CharField(
        _("telephone for emergencies"), max_length=20, default="112", blank=True, validators=[TELEPHONE]
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["module", "order", "name"]
        constraints = [models.UniqueConstraint(fields=["module", "slug"], name="category_slug_once_per_module")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        above: list[Category] = []
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk or len(above) >= MAX_DEPTH - 1:
                raise ValidationError({"parent": _("Categories have at most three levels and no circles.")})
            above.append(ancestor)
            ancestor = ancestor.parent
        if self.parent is not None and self.parent.module != self.module:
            raise ValidationError({"parent": _("This category belongs to another module.")})
