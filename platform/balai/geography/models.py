"""The areas of a city and the imports they came from. In every city's schema."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from balai.geography.codes import PATTERNS, Level

__all__ = ["Area", "BoundarySet", "Level"]


class BoundarySet(models.Model):
    """One import of boundaries. The newest is the one in force; the older ones say what held before."""

    version = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, help_text="Keys everything that is derived from the areas."
    )
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)
    source = models.CharField(_("source"), max_length=200)
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64)
    approximate = models.BooleanField(
        _("approximate"), default=False, help_text=_("Made for demonstration; not the official boundaries.")
    )
    notes = models.JSONField(
        _("notes"), default=list, blank=True, help_text="What the import found worth telling: {code, name, message}."
    )

    class Meta:
        verbose_name = _("boundary set")
        verbose_name_plural = _("boundary sets")
        get_latest_by = "id"

    def __str__(self) -> str:
        return f"{self.source} ({self.imported_at:%Y-%m-%d})"


class AreaQuerySet(models.QuerySet["Area"]):
    def active(self) -> "AreaQuerySet":
        """Areas of the boundary set in force; the others are kept for the old cases that point at them."""
        return self.filter(active=True)

    def without_shapes(self) -> "AreaQuerySet":
        """For lists: a shape is some kilobytes, a name is not."""
        return self.defer("geometry")


class Area(models.Model):
    """The city itself, a kecamatan or a kelurahan. Keeps its row when boundaries are imported again."""

    code = models.CharField(_("Kemendagri code"), max_length=13, unique=True)
    name = models.CharField(_("name"), max_length=100)
    level = models.CharField(_("level"), max_length=8, choices=Level)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("lies in")
    )
    geometry = models.JSONField(_("geometry"), help_text="GeoJSON MultiPolygon, WGS 84, as it was imported.")
    min_lat = models.FloatField()
    min_lon = models.FloatField()
    max_lat = models.FloatField()
    max_lon = models.FloatField()
    lat = models.FloatField(help_text="A place that is surely inside, for a label or a pin.")
    lon = models.FloatField()
    active = models.BooleanField(_("active"), default=True)
    boundary_set = models.ForeignKey(
        BoundarySet, on_delete=models.PROTECT, related_name="areas", verbose_name=_("boundary set")
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "name"], condition=Q(active=True), name="area_level_name")]
        constraints = [
            models.CheckConstraint(
                name="area_code_fits_level",
                condition=Q(level=Level.CITY, code__regex=PATTERNS[Level.CITY])
                | Q(level=Level.DISTRICT, code__regex=PATTERNS[Level.DISTRICT])
                | Q(level=Level.VILLAGE, code__regex=PATTERNS[Level.VILLAGE]),
            ),
            models.CheckConstraint(
                name="area_parent_unless_city",
                condition=Q(level=Level.CITY, parent=None) | (~Q(level=Level.CITY) & Q(parent__isnull=False)),
            ),
            models.CheckConstraint(
                name="area_box_in_order",
                condition=Q(min_lat__lte=models.F("max_lat"), min_lon__lte=models.F("max_lon")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
