"""Light outlines for maps and for the public list of cities, from the full shapes. Pure: no database."""

from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry

from balai.geography.distance import Plane

SLIVER_M = 15
"""Gaps between neighbours up to twice this are closed when they are joined, in metres."""
OUTLINE_DETAIL_M = 25
"""How far the public outline of a city may stray from its border."""
MAP_DETAIL_M = 8
"""How far a line on a map may stray; a screen pixel at the closest useful zoom is about 5 m."""
DECIMALS = 5
"""Of the coordinates in what is drawn: 1.1 m."""


def joined(shapes: Iterable[BaseGeometry]) -> MultiPolygon:
    """The ground that the shapes cover together, without the slivers between them."""
    shapes = list(shapes)
    plane = Plane(shapes[0].bounds[1])
    ground = shapely.union_all([plane.flat(shape) for shape in shapes])
    closed = ground.buffer(SLIVER_M, join_style="mitre").buffer(-SLIVER_M, join_style="mitre")
    return multi(plane.round(closed))


def simplified(shapes: list[BaseGeometry], metres: float) -> list[MultiPolygon]:
    """The shapes with fewer points, changed together so that neighbours still share their border."""
    if not shapes:
        return []
    plane = Plane(shapes[0].bounds[1])
    # The tolerance of coverage_simplify is the root of the area that may be cut off, about the width of a bend.
    drawn = shapely.coverage_simplify([plane.flat(shape) for shape in shapes], metres * 2)
    return [multi(shapely.set_precision(plane.round(shape), 10**-DECIMALS)) for shape in drawn]


def outline(shapes: Iterable[BaseGeometry]) -> MultiPolygon:
    """The border of a city from its areas, light enough for a public list of hundreds of cities. No holes."""
    whole = joined(shapes)
    plane = Plane(whole.bounds[1])
    light = multi(plane.round(plane.flat(whole).simplify(OUTLINE_DETAIL_M)))
    return MultiPolygon([Polygon(part.exterior) for part in light.geoms])


def multi(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a shape as one MultiPolygon."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon)]
    return MultiPolygon([part for part in parts if part.area])


def as_json(shape: BaseGeometry, decimals: int = DECIMALS) -> dict[str, Any]:
    """A GeoJSON geometry of lists, with short numbers."""

    def short(value: Any) -> Any:
        return round(value, decimals) if isinstance(value, float) else [short(part) for part in value]

    geometry = mapping(shape)
    return {"type": geometry["type"], "coordinates": short(geometry["coordinates"])}


class Canvas:
    """Turns shapes into SVG paths: metres, the first corner north-west, whole numbers."""

    def __init__(self, shapes: list[BaseGeometry]) -> None:
        bounds = shapely.total_bounds(shapes)
        self.plane = Plane(bounds[1])
        west, south, east, north = shapely.total_bounds([self.plane.flat(shape) for shape in shapes])
        margin = max(east - west, north - south) * 0.02
        self.west, self.north = west - margin, north + margin
        self.width, self.height = round(east - west + 2 * margin), round(north - south + 2 * margin)

    def path(self, shape: BaseGeometry) -> str:
        """The ``d`` of a path."""
        rings = []
        for part in multi(self.plane.flat(shape).simplify(MAP_DETAIL_M)).geoms:
            for ring in (part.exterior, *part.interiors):
                points = [f"{round(x - self.west)} {round(self.north - y)}" for x, y in ring.coords[:-1]]
                rings.append(f"M{'L'.join(points)}Z")
        return "".join(rings)
