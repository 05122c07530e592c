"""From a point to its kelurahan: a search tree over the areas of one city, held in memory. Pure: no database."""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from balai.geography import drawing
from balai.geography.codes import Level
from balai.geography.distance import METRES_PER_DEGREE

GAP_M = 15
"""How far beyond every outline a place still belongs to the nearest area, in metres.

Outlines drawn at 5 m leave slivers between villages (up to 5.5 m from the nearest one in the public data), and a
phone is seldom surer than 10 m: a resident on a street that is the border must not be sent away.
"""


@dataclass(frozen=True, slots=True)
class AreaRef:
    """What lists and answers need of an area, without its shape. ``lat`` and ``lon`` are a place inside it."""

    id: int
    code: str
    name: str
    level: Level
    parent: "AreaRef | None"
    lat: float
    lon: float

    def lies_in(self, other: "AreaRef") -> bool:
        """Whether this area is the other one or a part of it."""
        return self.code == other.code or self.code.startswith(f"{other.code}.")


class AreaIndex:
    """The areas of one city at one version of its boundaries.

    Points are searched among the smallest areas there are: the villages, or what was imported in their stead. Cities
    and districts follow from the village's code and never from their own outlines, which in the public data are
    generalised to 500 m and would put one village in fifty into the wrong district.
    """

    def __init__(self, areas: Iterable[tuple[AreaRef, BaseGeometry]], version: str = "") -> None:
        self.version = version
        pairs = sorted(areas, key=lambda pair: pair[0].code)
        self.areas = tuple(area for area, _shape in pairs)
        self.by_code = {area.code: area for area in self.areas}
        inner = {area.parent.code for area in self.areas if area.parent}
        leaves = [(area, shape) for area, shape in pairs if area.code not in inner]
        self._leaves = tuple(area for area, _shape in leaves)
        self._shapes = tuple(shape for _area, shape in leaves)
        self._tree = shapely.STRtree(self._shapes)
        self.bounds = tuple(map(float, shapely.total_bounds(self._shapes))) if self._shapes else None
        """West, south, east and north of all areas in degrees; None without any."""

    def ground(self, area: AreaRef) -> BaseGeometry:
        """The shape of an area of this index: its own, or that of the smallest areas in it joined."""
        shapes = [shape for leaf, shape in zip(self._leaves, self._shapes, strict=True) if leaf.lies_in(area)]
        return shapes[0] if len(shapes) == 1 else drawing.joined(shapes)

    def find(self, lat: float, lon: float) -> AreaRef | None:
        """The smallest area at a point, in degrees that were checked before; None outside the city.

        A point on a border, or where outlines overlap, belongs to the area with the lowest code: always the same one.
        """
        point = Point(lon, lat)
        hits = self._tree.query(point, predicate="intersects")
        if not hits.size:
            # Degrees of longitude count as much as those of latitude here: 2 % at Indonesia's southern end.
            hits = self._tree.query_nearest(point, max_distance=GAP_M / METRES_PER_DEGREE)
            if not hits.size:
                return None
        return self._leaves[int(hits.min())]
