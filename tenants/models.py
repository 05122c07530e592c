"""The cities that live in this installation: public schema only."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

HUB_SCHEMA = "public"


class City(TenantMixin):
    """A municipality that is a tenant, or the hub itself (schema "public").

    `code` is the Kemendagri code of the city (say "36.74"). `outline` is its simplified boundary, a GeoJSON geometry,
    kept here so that a neighbour can be named without reading another city's schema.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("being prepared")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")

    name = models.CharField(_("official name"), max_length=120, help_text=_("For example: Kota Tangerang Selatan"))
    short_name = models.CharField(_("short name"), max_length=60, help_text=_("For example: Tangerang Selatan"))
    slug = models.SlugField(
        _("address"), max_length=50, unique=True, help_text=_("First part of the city's web address.")
    )
    code = models.CharField(
        _("Kemendagri code"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d\d\.\d\d$", _("Write the code as two pairs of digits, like 36.74."))],
    )
    province = models.CharField(_("province"), max_length=60, blank=True)
    timezone = models.CharField(
        _("time zone"),
        max_length=40,
        default="Asia/Jakarta",
        choices=[("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")],
    )
    language = models.CharField(_("language"), max_length=8, default="id", choices=settings.LANGUAGES)
    theme = models.SlugField(_("theme"), max_length=50, blank=True)
    mail_sender = models.EmailField(_("sender of mails"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PREPARING)
    lat = models.FloatField(_("latitude of the city hall"), null=True, blank=True)
    lon = models.FloatField(_("longitude of the city hall"), null=True, blank=True)
    outline = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    auto_create_schema = False  # tenants.actions.create_city replays the schema dump instead.
    activations: models.Manager[Activation]
    domains: models.Manager[Domain]

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["short_name"]

    def __str__(self) -> str:
        return self.short_name

    @property
    def is_hub(self) -> bool:
        return self.schema_name == HUB_SCHEMA

    @cached_property
    def options_by_module(self) -> dict[str, dict[str, Any]]:
        """The stored options of every active module by its label."""
        return dict(self.activations.filter(active=True).values_list("module", "options"))

    @cached_property
    def host(self) -> str:
        """The primary host name, without scheme and port."""
        domain = self.domains.filter(is_primary=True).first()
        return domain.domain if domain else settings.HUB_HOST

    @property
    def url(self) -> str:
        """The city's address without a trailing slash, for example "http://serang.localhost:8000"."""
        port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
        return f"{settings.PUBLIC_SCHEME}://{self.host}{port}"


class Domain(DomainMixin):
    """A host name of a city."""

    tenant = models.ForeignKey(City, on_delete=models.CASCADE, related_name="domains")

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")


class Activation(models.Model):
    """A module that a city has switched on, with the options it changed. Switching is data, so it acts at once."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="activations")
    module = models.SlugField(max_length=40)
    active = models.BooleanField(default=True)
    options = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        constraints = [models.UniqueConstraint(fields=["city", "module"], name="activation_once_per_city")]

    def __str__(self) -> str:
        return f"{self.city_id}: {self.module}"


class Adoption(models.Model):
    """How a city came to use Balai: the memorandum (MoU), the cooperation agreement (PKS) and the start of service.

    `modules` are the labels that the agreement names; a city may switch on fewer or more.
    """

    city = models.OneToOneField(City, on_delete=models.CASCADE, related_name="adoption")
    mou_number = models.CharField(_("MoU number"), max_length=80, blank=True)
    mou_date = models.DateField(_("MoU date"), null=True, blank=True)
    pks_number = models.CharField(_("PKS number"), max_length=80, blank=True)
    pks_date = models.DateField(_("PKS date"), null=True, blank=True)
    modules = models.JSONField(_("modules agreed"), default=list, blank=True)
    go_live = models.DateField(_("in service since"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    trainings: models.Manager[Training]

    class Meta:
        verbose_name = _("adoption record")
        verbose_name_plural = _("adoption records")
        constraints = [
            models.CheckConstraint(
                name="adoption_pks_after_mou",
                condition=models.Q(mou_date=None)
                | models.Q(pks_date=None)
                | models.Q(pks_date__gte=models.F("mou_date")),
                violation_error_message=_("The PKS cannot be older than the MoU."),
            )
        ]

    def __str__(self) -> str:
        return str(self.city)


class Training(models.Model):
    """A training that was held for the staff of a city."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="trainings")
    date = models.DateField(_("date"))
    topic = models.CharField(_("topic"), max_length=160)
    participants = models.PositiveIntegerField(_("participants"), default=0)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return self.topic


class SchemaDump(models.Model):
    """The SQL that makes a new city, taken from the template schema; `fingerprint` names the migrations it contains."""

    fingerprint = models.CharField(max_length=64, unique=True)
    sql = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)
