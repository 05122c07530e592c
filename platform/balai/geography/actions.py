"""Writing the geography of the current city."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.audit.actions import record
from balai.geography import drawing, queries
from balai.geography.boundaries import Boundaries, read
from balai.geography.codes import Level, level_of
from balai.geography.coverage import Feature
from balai.geography.faults import BoundaryFaults, Fault, Kind
from balai.geography.models import Area, BoundarySet
from tenants.current import current_city
from tenants.models import City

STORED_DECIMALS = 7
"""Of the stored coordinates: 1 cm, less than any survey of an area's border knows."""
UPDATED = [
    "name",
    "level",
    "parent",
    "geometry",
    "min_lat",
    "min_lon",
    "max_lat",
    "max_lon",
    "lat",
    "lon",
    "active",
    "boundary_set",
]


@dataclass(frozen=True)
class ImportResult:
    """What an import did. The counts add up: created + updated = the areas of the file."""

    boundary_set: BoundarySet
    levels: dict[Level, int]
    created: int
    updated: int
    retired: int
    """Areas that are not in the file and were marked inactive; their rows stay for the cases that point at them."""
    notes: tuple[Fault, ...]


def import_boundaries(
    *,
    document: bytes | str | Mapping[str, Any],
    source: str,
    approximate: bool = False,
    repair: bool = False,
    actor: User | None = None,
) -> ImportResult:
    """Replace the areas of the current city by those of a GeoJSON FeatureCollection: all of it or nothing.

    Areas are matched by their Kemendagri code and keep their primary key. ``repair`` mends shapes that cross
    themselves, and says so in the notes, instead of refusing them. The public outline of the city is renewed too.

    Raises BoundaryFaults with everything that is wrong, NoCity on the hub.
    """
    city = current_city()
    if level_of(city.code) != Level.CITY:
        message = _("The city has no Kemendagri code yet; set it first (for example 36.74).")
        raise BoundaryFaults([Fault(Kind.OTHER_CITY, message)])
    boundaries = read(document, city_code=city.code, repair=repair)
    with transaction.atomic():
        # Two imports at once would mix their areas; the second waits here for the first.
        City.objects.select_for_update().only("pk").get(pk=city.pk)
        result = _replace(boundaries, source.strip()[:200], approximate)
        _publish_outline(city, boundaries, result.boundary_set)
        details = {"areas": len(boundaries.features), "retired": result.retired, "checksum": boundaries.checksum}
        record("boundaries.imported", result.boundary_set, actor=actor, approximate=approximate, **details)
        # The schema is bound now: at the commit another city may be the current one.
        transaction.on_commit(partial(queries.forget_boundaries, city.schema_name))
    return result


def _replace(boundaries: Boundaries, source: str, approximate: bool) -> ImportResult:
    boundary_set = BoundarySet.objects.create(
        source=source,
        checksum=boundaries.checksum,
        approximate=approximate,
        notes=[{"code": note.code, "name": note.name, "message": note.message} for note in boundaries.notes],
    )
    codes = [feature.code for feature in boundaries.features]
    known = set(Area.objects.filter(code__in=codes).values_list("code", flat=True))
    ids: dict[str, int] = {}
    for level in Level:  # parents before children, which need their keys
        rows = [_row(feature, ids, boundary_set) for feature in boundaries.level(level)]
        stored = Area.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=UPDATED)
        ids |= {area.code: area.pk for area in stored}
    retired = Area.objects.active().exclude(boundary_set=boundary_set).update(active=False)
    return ImportResult(
        boundary_set=boundary_set,
        levels={level: len(boundaries.level(level)) for level in Level},
        created=len(codes) - len(known),
        updated=len(known),
        retired=retired,
        notes=boundaries.notes,
    )


def _row(feature: Feature, ids: dict[str, int], boundary_set: BoundarySet) -> Area:
    west, south, east, north = feature.geometry.bounds
    inside = feature.geometry.representative_point()
    return Area(
        code=feature.code,
        name=feature.name,
        level=feature.level,
        parent_id=ids[feature.parent] if feature.parent else None,
        geometry=drawing.as_json(feature.geometry, STORED_DECIMALS),
        min_lat=south,
        min_lon=west,
        max_lat=north,
        max_lon=east,
        lat=inside.y,
        lon=inside.x,
        active=True,
        boundary_set=boundary_set,
    )


def _publish_outline(city: City, boundaries: Boundaries, boundary_set: BoundarySet) -> None:
    """Put the light outline on the public row, where neighbours find it; its version keys what they derive."""
    parents = {feature.parent for feature in boundaries.features}
    leaves = [feature.geometry for feature in boundaries.features if feature.code not in parents]
    outline = drawing.as_json(drawing.outline(leaves)) | {"version": str(boundary_set.version)}
    City.objects.filter(pk=city.pk).update(outline=outline)
