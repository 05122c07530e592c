"""Light, approximate boundaries for the demo cities, drawn from the centre points of their villages.

``demo_points.csv`` holds names, Kemendagri codes and centres (three decimals, about 100 m). Each village gets the
ground that is nearer to its centre than to any other, of all three cities, so that neighbours meet without overlap.
About 72 % of the real ground comes out in its right village. Good for a demonstration, for nothing else: the sets
are marked approximate and every screen of the importer says so.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from shapely.geometry import MultiPoint, Point

from balai.geography import drawing, queries
from balai.geography.actions import ImportResult, import_boundaries
from balai.geography.codes import Level, city_of, level_of, parent_of
from balai.geography.distance import Plane
from tenants.current import in_city
from tenants.models import City

MARGIN_M = 800
"""A city reaches this far beyond the hull of its villages' centres, in metres."""
RADIUS_M = 3_000
"""A village reaches at most this far from its centre, in metres."""
HULL_RATIO = 0.5
"""How closely the hull follows the centres: 1 is the convex hull, 0 the tightest."""
SOURCE = "Demo Balai: perkiraan dari titik tengah kelurahan"


class Row(NamedTuple):
    """A line of demo_points.csv. Cities and districts have no centre of their own."""

    code: str
    name: str
    centre: Point | None


@cache
def _rows() -> tuple[Row, ...]:
    with Path(__file__).with_name("demo_points.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Row(line["code"], line["name"], Point(float(line["lon"]), float(line["lat"])) if line["lat"] else None)
            for line in csv.DictReader(lines)
        )


def demo_city_codes() -> list[str]:
    """The Kemendagri codes of the cities that demo boundaries can be made for."""
    return [row.code for row in _rows() if level_of(row.code) == Level.CITY]


def make_demo_boundaries(city_code: str) -> dict[str, Any]:
    """A FeatureCollection of the approximate areas of one demo city, fit for import.

    Raises LookupError for a code that is not among demo_city_codes().
    """
    if city_code not in demo_city_codes():
        raise LookupError(f"no demo boundaries for {city_code}; there are {', '.join(demo_city_codes())}")
    centres = [(row.code, row.centre) for row in _rows() if row.centre is not None]
    plane = Plane(centres[0][1].y)
    points = [plane.flat(centre) for _code, centre in centres]
    everywhere = MultiPoint(points).envelope.buffer(10 * RADIUS_M)
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(points), extend_to=everywhere, ordered=True))
    own = [number for number, (code, _centre) in enumerate(centres) if city_of(code) == city_code]
    hull = shapely.concave_hull(MultiPoint([points[number] for number in own]), ratio=HULL_RATIO).buffer(MARGIN_M)
    # Rounding every cell on one grid keeps common borders common, so that districts can be joined without slivers.
    villages = {
        centres[number][0]: shapely.set_precision(
            plane.round(cells[number].intersection(hull).intersection(points[number].buffer(RADIUS_M))),
            10**-drawing.DECIMALS,
        )
        for number in own
    }
    features = []
    for row in _rows():
        if city_of(row.code) == city_code:
            inside = [cell for code, cell in villages.items() if code == row.code or code.startswith(f"{row.code}.")]
            properties = {
                "code": row.code,
                "name": row.name,
                "level": str(level_of(row.code)),
                "parent": parent_of(row.code),
            }
            shape = drawing.multi(shapely.union_all(inside))
            features.append({"type": "Feature", "properties": properties, "geometry": drawing.as_json(shape)})
    return {"type": "FeatureCollection", "features": features}


def fill(city: City) -> ImportResult | None:
    """Give the city, which is the current one, its approximate boundaries.

    None, and nothing done, where it has boundaries already or is none of the demo cities.
    """
    if city.code not in demo_city_codes() or queries.boundary_set() is not None:
        return None
    return import_boundaries(document=make_demo_boundaries(city.code), source=SOURCE, approximate=True)


def fill_demo(city: City) -> ImportResult | None:
    """``fill`` from outside the city."""
    with in_city(city):
        return fill(city)
