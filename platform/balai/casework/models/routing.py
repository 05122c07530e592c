"""Where a case goes: the ordered list of rules of a module."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency, Unit
from balai.assets.models import AssetKind
from balai.casework.models.category import Category
from balai.casework.models.kinds import Severity
from balai.geography.models import Area
from tenants.held import Version

RULES = Version("casework.rules")
"""Another one whenever a rule, or what one names, was changed: see routing.rules_in_force."""


class RoutingRuleQuerySet(models.QuerySet["RoutingRule"]):
    def update(self, **values: Any) -> int:
        """As Django's, which tells nobody."""
        RULES.changed()
        return super().update(**values)

    def bulk_create(self, objs: Iterable[RoutingRule], *args: Any, **kwargs: Any) -> list[RoutingRule]:
        """As Django's, which tells nobody."""
        RULES.changed()
        return super().bulk_create(objs, *args, **kwargs)

    def in_force(self, module: str) -> RoutingRuleQuerySet:
        """The list by which the module's cases are routed, in its order."""
        return self.filter(module=module, draft=False).order_by("order", "pk")

    def drafted(self, module: str) -> RoutingRuleQuerySet:
        """The list that is being prepared, in its order; empty where none is."""
        return self.filter(module=module, draft=True).order_by("order", "pk")


class RoutingRule(models.Model):
    """One line of the list: cases that fit all its conditions go to its agency and unit. The first line that fits wins.

    An empty condition fits every case. Lines in force are never changed one by one: a draft of the whole list is
    prepared beside them, tried on past cases, and then takes their place.
    """

    module = models.SlugField(_("module"), max_length=40)
    draft = models.BooleanField(default=False, help_text="Of the list in preparation, not of the one in force.")
    order = models.PositiveIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("category"),
        help_text=_("With all that is below it. Empty: every category."),
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
    asset_kind = models.ForeignKey(
        AssetKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind of asset")
    )
    asset_owner = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asset owned by the agency")
    )
    asset_utility = models.CharField(
        _("asset owned by"), max_length=80, blank=True, help_text=_("An owner outside the city, like PLN.")
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    question = models.SlugField(
        _("question"), max_length=50, blank=True, help_text=_("Address of a question of the category.")
    )
    answer = models.CharField(_("answer"), max_length=80, blank=True)

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="rules", verbose_name=_("agency"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["module", "order", "pk"]
        indexes = [models.Index(fields=["module", "draft", "order"], name="routing_rule_list")]

    def __str__(self) -> str:
        return f"{self.category or self.module} → {self.agency}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.module and self.category is not None:
            self.module = self.category.module
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.unit is not None and self.unit.agency_id != self.agency_id:
            raise ValidationError({"unit": _("This unit belongs to another agency.")})
        if self.asset_owner is not None and self.asset_utility:
            raise ValidationError({"asset_utility": _("An asset has one owner: name the agency or the other one.")})
        if bool(self.question) != bool(self.answer):
            field = "answer" if self.question else "question"
            raise ValidationError({field: _("A question and its answer belong together.")})
        if self.category is not None and self.category.module != self.module:
            raise ValidationError({"category": _("This category belongs to another module.")})
