"""Who else is responsible: institutions that are not the city's own."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Institution(models.Model):
    """Whom a resident is sent to with what is not the city's: PLN, PDAM, the province, a toll road's operator."""

    name = models.CharField(_("name"), max_length=120)
    covers = models.CharField(
        _("responsible for"), max_length=200, blank=True, help_text=_("For example: power cuts, broken transformers.")
    )
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    url = models.URLField(_("web address"), blank=True)
    active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("other institution")
        verbose_name_plural = _("other institutions")
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="institution_name_once")]

    def __str__(self) -> str:
        return self.name
