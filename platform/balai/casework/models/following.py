"""Who wants to hear of cases that are not their own: of one case, or of those of an area."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.casework.models.case import Case
from balai.casework.models.category import Category
from balai.geography.models import Area


class Follow(models.Model):
    """A person follows a case that everyone may see."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_constraint=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="follows")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("follower of a case")
        verbose_name_plural = _("followers of cases")
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.case_id}"


class AreaSubscription(models.Model):
    """A person wants to hear of new and finished cases of a kelurahan, a kecamatan or the city, of any kind or one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_constraint=False)
    module = models.SlugField(max_length=40)
    area = models.ForeignKey(Area, models.CASCADE, related_name="+", verbose_name=_("area"))
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("area subscription")
        verbose_name_plural = _("area subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "module", "area", "category"], nulls_distinct=False, name="area_subscription_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.area_id}"
