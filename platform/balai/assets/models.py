"""The city's things that reports point at: lamps, bridges, pumps, roads, parks. In every city's schema."""

from __future__ import annotations

import re

from django.contrib.postgres.indexes import GistIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency, Unit
from balai.geography.fields import point_column
from balai.geography.models import Area

CODE = r"[A-Z0-9][A-Z0-9 ./_-]{0,39}"


class AssetKind(models.Model):
    """What sort of thing it is; every city has its own list."""

    slug = models.SlugField(
        _("address"), max_length=40, unique=True, help_text=_("Names the kind in files and addresses, like lampu.")
    )
    name = models.CharField(_("name"), max_length=80, unique=True)
    icon = models.CharField(_("icon"), max_length=40, default="tag", help_text=_("A name of the icon sprite."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("kind of asset")
        verbose_name_plural = _("kinds of assets")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    """Whether the thing stands there."""

    IN_SERVICE = "in_service", _("in service")
    OUT_OF_SERVICE = "out_of_service", _("out of service")


def tidy_code(text: str) -> str:
    """A code as it is kept: capitals, single spaces."""
    return re.sub(r"\s+", " ", text).strip().upper()


class AssetQuerySet(models.QuerySet["Asset"]):
    def in_service(self) -> AssetQuerySet:
        """Things that stand there and of a kind in use."""
        return self.filter(state=State.IN_SERVICE, kind__active=True)


class Asset(models.Model):
    """One thing of the city, or of a utility in the city. `lat` and `lon` are degrees (WGS 84).

    A line or an area keeps its GeoJSON in `geometry`; its point is a place on it.
    """

    kind = models.ForeignKey(AssetKind, models.PROTECT, related_name="assets", verbose_name=_("kind"))
    code = models.CharField(
        _("code"),
        max_length=40,
        validators=[RegexValidator(rf"^{CODE}\Z", _("Capital letters, digits, spaces and . / _ - only."))],
        help_text=_("What is written on it, like PJU-0123. Unique within its kind."),
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("owning agency")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("owning unit")
    )
    utility = models.CharField(
        _("owner outside the city"), max_length=80, blank=True, help_text=_("For example PLN or PDAM.")
    )
    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))
    point = point_column()
    geometry = models.JSONField(
        _("geometry"), null=True, blank=True, help_text="GeoJSON of a line or an area, WGS 84; null for a point."
    )
    village = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kelurahan")
    )
    state = models.CharField(_("condition"), max_length=14, choices=State, default=State.IN_SERVICE)
    attributes = models.JSONField(_("further facts"), default=dict, blank=True, help_text="Texts by name.")
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ["kind_id", "code"]
        indexes = [
            models.Index(fields=["code"], name="asset_code"),
            models.Index(fields=["agency", "kind", "code"], name="asset_agency"),
            models.Index(fields=["village", "kind", "code"], name="asset_village"),
            models.Index(fields=["utility"], condition=~Q(utility=""), name="asset_utility"),
            GistIndex(fields=["point"], name="asset_point"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="asset_code_once_per_kind",
                violation_error_message=_("Another asset of this kind has this code."),
            ),
            models.CheckConstraint(
                name="asset_one_owner",
                condition=Q(utility="") | Q(agency=None),
                violation_error_message=_(
                    "An asset belongs to an agency or to an owner outside the city, not to both."
                ),
            ),
            models.CheckConstraint(
                name="asset_unit_within_agency",
                condition=Q(unit=None) | Q(agency__isnull=False),
                violation_error_message=_("A unit belongs to an agency: choose the agency too."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def reference(self) -> str:
        """Names this one thing in the city: `lampu:PJU-0123`."""
        return f"{self.kind.slug}:{self.code}"

    @property
    def owner(self) -> str:
        """The agency's or the utility's name; empty where nobody's."""
        return self.agency.name if self.agency is not None else self.utility

    @property
    def is_point(self) -> bool:
        """Whether it stands in one place, other than a line or an area."""
        return self.geometry is None

    def clean(self) -> None:
        if self.unit is not None and self.unit.agency_id != self.agency_id:
            raise ValidationError({"unit": _("This unit belongs to another agency.")})


class AssetImport(models.Model):
    """One file of assets, on its way into the register: all of it or nothing.

    The row is the truth: whoever finds one that is neither finished nor being worked on (`seen_at`) takes it up.
    """

    class Step(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CHECKING = "checking", _("being checked")
        WRITING = "writing", _("being written")
        DONE = "done", _("imported")
        REFUSED = "refused", _("refused")

    OPEN = (Step.WAITING, Step.CHECKING, Step.WRITING)

    file_name = models.CharField(_("file"), max_length=120)
    kind = models.ForeignKey(AssetKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind"))
    content = models.BinaryField(null=True, help_text="The file while it is needed.")
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64)
    step = models.CharField(_("step"), max_length=10, choices=Step, default=Step.WAITING)
    total = models.PositiveIntegerField(_("rows"), default=0)
    checked = models.PositiveIntegerField(_("rows checked"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("renewed"), default=0)
    faults = models.JSONField(_("faults"), default=list, help_text="[{row, code, message}], the first of them.")
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(_("last sign of work"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import of assets")
        verbose_name_plural = _("imports of assets")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["seen_at"], condition=Q(finished_at=None), name="asset_import_open")]

    def __str__(self) -> str:
        return self.file_name
