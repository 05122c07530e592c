"""Reading the geography of the current city. The one door for everyone who asks where something is."""

import json
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import shapely
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from shapely.geometry import Point, shape

from balai.geography import drawing
from balai.geography.codes import Level
from balai.geography.distance import checked
from balai.geography.lookup import AreaIndex, AreaRef
from balai.geography.models import Area, BoundarySet
from tenants.current import current_city
from tenants.models import City

MAX_INDEXES = 64
"""Search trees kept in one process, one per city; about 1 MB each."""
RECHECK_S = 5.0
"""How long a process believes that the boundaries of a city are still those it knows, in seconds."""
MAX_NEIGHBOURS = 1_000
GEOJSON_CACHE_S = 86_400

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Location:
    """Where a point lies. Outside the city all three areas are None, and ``neighbour`` is the tenant it lies in."""

    village: AreaRef | None = None
    district: AreaRef | None = None
    city: AreaRef | None = None
    outside: bool = False
    neighbour: City | None = None


class _Latest(Generic[Value]):
    """Values by key and version: the newest version of the most recently used keys, shared by the threads.

    The version is asked again every RECHECK_S seconds. Inside a transaction it is asked every time and not believed
    afterwards: the transaction may see its own import, and may be rolled back.
    """

    def __init__(self, size: int, version: Callable[[], str], load: Callable[[str], Value]) -> None:
        self.size, self.version, self.load = size, version, load
        self._held: OrderedDict[str, tuple[str, Value, float]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Value:
        held = self._held.get(key)
        trusted = not _in_transaction()
        if trusted and held and time.monotonic() < held[2]:
            return held[1]
        version = self.version()
        value = held[1] if held and held[0] == version else self.load(version)
        believed_until = time.monotonic() + RECHECK_S if trusted else 0.0
        with self._lock:
            self._held[key] = (version, value, believed_until)
            self._held.move_to_end(key)
            while len(self._held) > self.size:
                self._held.popitem(last=False)
        return value

    def forget(self, key: str) -> None:
        with self._lock:
            self._held.pop(key, None)


def _in_transaction() -> bool:
    return connection.in_atomic_block


def _version() -> str:
    newest = BoundarySet.objects.order_by("-id").values_list("version", flat=True).first()
    return str(newest or "")


def _load_index(version: str) -> AreaIndex:
    rows = Area.objects.active().values_list("id", "code", "name", "level", "parent_id", "lat", "lon", "geometry")
    refs: dict[int, AreaRef] = {}
    pairs = []
    for id_, code, name, level, parent_id, lat, lon, geometry in rows.order_by("code"):  # parents come first
        parent = refs[parent_id] if parent_id else None
        refs[id_] = AreaRef(id_, code, name, Level(level), parent, lat, lon)
        pairs.append((refs[id_], shape(geometry)))
    return AreaIndex(pairs, version)


_indexes = _Latest(MAX_INDEXES, _version, _load_index)


def area_index() -> AreaIndex:
    """The search tree of the current city. Raises NoCity outside one."""
    return _indexes.get(current_city().schema_name)


def forget_boundaries(schema: str) -> None:
    """Let this process ask for the boundaries of the city with this schema, and for all outlines, anew."""
    _indexes.forget(schema)
    _outlines.forget("")


def locate(lat: float, lon: float) -> Location:
    """The kelurahan, kecamatan and city at a point in degrees, WGS 84; or that it lies outside, and in which tenant.

    About 10 µs once the tree is loaded; outside the city one query more. A city without any boundaries answers
    "outside" to every point. Raises BadCoordinates for what is no place on the Earth.
    """
    lat, lon = checked(lat, lon)
    area = area_index().find(lat, lon)
    if area is None:
        return Location(outside=True, neighbour=neighbour_at(lat, lon))
    found: dict[Level, AreaRef] = {}
    while area is not None:
        found[area.level] = area
        area = area.parent
    return Location(found.get(Level.VILLAGE), found.get(Level.DISTRICT), found.get(Level.CITY))


def areas(level: Level | str | None = None, parent: str | None = None) -> list[AreaRef]:
    """The areas of the current city by name, of one level and within one parent (its code) where asked for.

    From memory, without a query. For a form field use ``Area.objects.active()``.
    """
    found = [
        area
        for area in area_index().areas
        if (level is None or area.level == level) and (parent is None or (area.parent and area.parent.code == parent))
    ]
    return sorted(found, key=lambda area: (area.name, area.code))


def area_by_code(code: str) -> AreaRef | None:
    """The area with this Kemendagri code in the boundaries in force, or None."""
    return area_index().by_code.get(code)


def boundary_set() -> BoundarySet | None:
    """The import in force, or None where nothing was imported yet."""
    return BoundarySet.objects.order_by("-id").first()


def boundary_sets(limit: int) -> list[BoundarySet]:
    """The newest imports, the one in force first."""
    return list(BoundarySet.objects.order_by("-id")[:limit])


def area_counts() -> dict[Level, int]:
    """How many active areas the city has at each level, every level named."""
    counts = Counter(area.level for area in area_index().areas)
    return {level: counts[level] for level in Level}


def _load_outlines(version: str) -> tuple[shapely.STRtree, list[int]]:
    rows = _neighbours().values_list("id", "outline")[:MAX_NEIGHBOURS]
    pairs = [(shape(outline), id_) for id_, outline in rows if outline]
    return shapely.STRtree([outline for outline, _id in pairs]), [id_ for _outline, id_ in pairs]


def _outlines_version() -> str:
    return repr(list(_neighbours().values_list("id", "outline__version")[:MAX_NEIGHBOURS]))


def _neighbours() -> QuerySet[City]:
    return City.objects.filter(state=City.State.ACTIVE, outline__isnull=False).order_by("code", "id")


_outlines = _Latest(1, _outlines_version, _load_outlines)


def neighbour_at(lat: float, lon: float) -> City | None:
    """The other active tenant whose public outline holds the point; the lowest code where outlines overlap."""
    tree, ids = _outlines.get("")
    here = current_city().pk
    for position in sorted(tree.query(Point(lon, lat), predicate="intersects").tolist()):
        if ids[position] != here:
            return City.objects.filter(pk=ids[position]).first()
    return None


def boundaries_etag(level: Level | str) -> str:
    """What changes when ``boundaries_geojson`` of this level does."""
    return f"{Level(level).value}-{area_index().version or 'none'}"


def boundaries_geojson(level: Level | str) -> bytes:
    """The areas of one level, drawn lightly for a map, as a GeoJSON FeatureCollection. Kept in the cache by version.

    Districts and the city are drawn from the villages within them, so that their lines are the ones that decide.
    """
    level = Level(level)
    index = area_index()
    key = f"geography:layer:{level.value}:{index.version}"
    body: bytes | None = cache.get(key)
    if body is None:
        body = json.dumps(_drawn(index, level), separators=(",", ":"), ensure_ascii=False).encode()
        cache.set(key, body, GEOJSON_CACHE_S)
    return body


def _drawn(index: AreaIndex, level: Level) -> dict[str, object]:
    wanted = [area for area in index.areas if area.level == level]
    shapes = drawing.simplified([index.ground(area) for area in wanted], drawing.MAP_DETAIL_M)
    features = [
        {
            "type": "Feature",
            "id": area.code,
            "properties": {"code": area.code, "name": area.name, "parent": area.parent.code if area.parent else None},
            "geometry": drawing.as_json(drawn),
        }
        for area, drawn in zip(wanted, shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of the city's areas for an SVG: its width and height in metres, and a path per area."""

    width: int
    height: int
    districts: list[tuple[AreaRef, str]]
    villages: list[tuple[AreaRef, str]]


def boundaries_drawing() -> Drawing | None:
    """The areas in force as paths, which need neither tiles nor scripts; None where there are none."""
    index = area_index()
    if not index.areas:
        return None
    canvas = drawing.Canvas([index.ground(area) for area in index.areas if area.parent is None])
    districts, villages = (
        [(area, canvas.path(index.ground(area))) for area in index.areas if area.level == level]
        for level in (Level.DISTRICT, Level.VILLAGE)
    )
    return Drawing(canvas.width, canvas.height, districts, villages)
