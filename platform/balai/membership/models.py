"""What someone may do here: these tables exist in every city's schema and in the hub's.

The keys to the user have no constraint in a city's schema (see tenants.postgresql).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _

from balai.accounts.encryption import EncryptedTextField


class Membership(models.Model):
    """Makes a person staff of this city (or of the hub). `is_superuser` is the emergency key, whose use is audited."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="membership")
    is_staff = models.BooleanField(_("staff"), default=True)
    is_superuser = models.BooleanField(_("emergency key"), default=False)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")


class UserGroup(models.Model):
    """A person's role group in this city."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="user_group_once")]


class UserPermission(models.Model):
    """A single permission of a person in this city."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    permission = models.ForeignKey(Permission, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "permission"], name="user_permission_once")]


class SignInProvider(models.Model):
    """Google or Facebook as a way to sign in to this city, with the city's own client at the provider."""

    class Provider(models.TextChoices):
        GOOGLE = "google", "Google"
        FACEBOOK = "facebook", "Facebook"

    provider = models.CharField(_("provider"), max_length=20, choices=Provider, unique=True)
    client_id = models.CharField(_("client ID"), max_length=200)
    secret = EncryptedTextField(_("client secret"))
    active = models.BooleanField(_("offered to residents"), default=True)

    class Meta:
        verbose_name = _("sign-in provider")
        verbose_name_plural = _("sign-in providers")
        ordering = ["-provider"]

    def __str__(self) -> str:
        return self.get_provider_display()
