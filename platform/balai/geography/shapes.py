"""Reading one GeoJSON geometry with mistrust: its rings, its points, and whether it crosses itself. Pure."""

import json
import math
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon
from shapely.validation import explain_validity

from balai.geography.drawing import multi
from balai.geography.faults import Fault, Findings, Kind, refuse

MAX_VERTICES = 500_000
"""Of one file. Tangerang (118 areas) has 5,700, so a regency of 900 areas drawn ten times finer still fits."""
INDONESIA = (94.0, -12.0, 142.0, 7.0)
"""West, south, east, north. Coordinates beyond are wrong: another datum, metres, or latitude before longitude."""


class Broken(Exception):
    """Stops the reading of one geometry."""

    def __init__(self, kind: Kind, message: str) -> None:
        self.kind, self.message = kind, message
        super().__init__(message)


class Budget:
    """How many vertices may still be read from this file."""

    def __init__(self, vertices: int) -> None:
        self.left = vertices

    def spend(self, vertices: int) -> None:
        self.left -= vertices
        if self.left < 0:
            raise refuse(
                Kind.TOO_LARGE,
                _("The shapes have more than %s points. Simplify them to about 5 metres.") % MAX_VERTICES,
            )


def read_shape(raw: Any, budget: Budget) -> MultiPolygon:
    """The shape as a MultiPolygon whose rings are sound one by one; it may still cross itself."""
    kind = raw.get("type") if isinstance(raw, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise Broken(Kind.GEOMETRY_TYPE, _("The geometry must be a Polygon or a MultiPolygon."))
    coordinates = raw.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise Broken(Kind.GEOMETRY_EMPTY, _("The geometry is empty."))
    shapes = []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise Broken(Kind.GEOMETRY_EMPTY, _("The geometry is empty."))
        rings = [_ring(ring, budget) for ring in polygon]
        shapes.append(Polygon(rings[0], rings[1:]))
    return MultiPolygon(shapes)


def _ring(raw: Any, budget: Budget) -> list[tuple[float, float]]:
    if not isinstance(raw, list) or not raw:
        raise Broken(Kind.GEOMETRY_EMPTY, _("The geometry is empty."))
    budget.spend(len(raw))
    ring = [_position(position) for position in raw]
    if ring[0] != ring[-1]:
        raise Broken(Kind.OPEN_RING, _("A ring is not closed: its last point must be its first."))
    if len(set(ring)) < 3:
        raise Broken(Kind.SHORT_RING, _("A ring has fewer than three different points."))
    return ring


def _position(raw: Any) -> tuple[float, float]:
    if not isinstance(raw, list) or len(raw) < 2 or not all(type(part) in (int, float) for part in raw):
        raise Broken(Kind.POSITION, _("A point is not a pair of numbers: %s.") % json.dumps(raw)[:60])
    if len(raw) > 2:
        raise Broken(Kind.HEIGHT, _("Points have a height (a third number). Export the shapes in two dimensions."))
    try:
        lon, lat = float(raw[0]), float(raw[1])
    except OverflowError:
        lon = lat = math.inf
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Broken(Kind.NOT_FINITE, _("A point is not finite (NaN or infinity)."))
    west, south, east, north = INDONESIA
    if not (west <= lon <= east and south <= lat <= north):
        if west <= lat <= east and south <= lon <= north:
            raise Broken(
                Kind.SWAPPED,
                _("Latitude and longitude are swapped at [%(lon)s, %(lat)s]; GeoJSON puts longitude first.")
                % {"lon": lon, "lat": lat},
            )
        raise Broken(
            Kind.OUT_OF_RANGE,
            _("The point [%(lon)s, %(lat)s] is not in Indonesia. Are the coordinates in degrees?")
            % {"lon": lon, "lat": lat},
        )
    return lon, lat


def uncrossed(shape: MultiPolygon, repair: bool, shown: dict[str, Any], found: Findings) -> MultiPolygon:
    """The shape, valid in the sense of the OGC.

    A ring that touches itself encloses the same ground however it is read (a village of Serang in the public data has
    a spike without width and a corner that hangs on by a point), so it is stored in an equivalent valid form and noted.
    A ring that crosses itself is a question to whoever made the file.
    """
    if not shape.is_valid:
        reason = explain_validity(shape)
        mended = multi(shapely.make_valid(shape, method="structure", keep_collapsed=False))
        if not mended.area:
            raise Broken(Kind.GEOMETRY_EMPTY, _("The geometry covers no ground."))
        harmless = reason.startswith("Ring Self-intersection") and math.isclose(mended.area, shape.area, rel_tol=1e-9)
        if harmless:
            message = _("The outline touches itself (%s); stored in a form that covers the same ground.")
            found.notes.append(Fault(Kind.CROSSING, message % reason, **shown))
        else:
            change = abs(mended.area - shape.area) / shape.area * 100 if shape.area else 100.0
            details = {"reason": reason, "parts": len(mended.geoms), "change": change}
            if not repair:
                raise Broken(
                    Kind.CROSSING,
                    _(
                        "The outline crosses itself: %(reason)s. The repair option would store %(parts)s part(s) "
                        "and change the area by %(change).2f %%."
                    )
                    % details,
                )
            message = _(
                "Repaired an outline that crossed itself: %(reason)s. It has %(parts)s part(s) now, its area changed "
                "by %(change).2f %%."
            )
            found.notes.append(Fault(Kind.CROSSING, message % details, **shown))
        shape = mended
    if shape.is_empty or not shape.area:
        raise Broken(Kind.GEOMETRY_EMPTY, _("The geometry covers no ground."))
    return shape
