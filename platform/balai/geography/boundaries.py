"""Reading a city's boundaries from GeoJSON: everything that is wrong with a file, feature by feature.

Pure: no database. ``read`` answers with shapes that are safe to store or raises BoundaryFaults with the whole list,
so that whoever prepares the file mends it in one go. How the areas lie to one another is judged in ``coverage``.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon
from shapely.validation import explain_validity

from balai.geography.codes import PARENT_LEVEL, Level, city_of, level_of, parent_of

MAX_BYTES = 20_000_000
"""The largest file that is read. The largest regencies of Indonesia (880 areas) are about 6 MB at 5 m detail."""
MAX_FEATURES = 2_000
MAX_VERTICES = 400_000
MAX_FAULTS = 1_000
MAX_NAME = 100
INDONESIA = (94.0, -12.0, 142.0, 7.0)
"""West, south, east, north. Coordinates beyond are wrong: another datum, metres, or latitude before longitude."""
WGS84_NAMES = frozenset({"CRS84", "4326", "WGS84", "WGS 84"})


class Kind(StrEnum):
    """What is wrong, for programs; the message of a fault says it to people."""

    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    NOT_A_COLLECTION = "not_a_collection"
    CRS = "crs"
    EMPTY = "empty"
    NOT_A_FEATURE = "not_a_feature"
    CODE = "code"
    DUPLICATE = "duplicate"
    OTHER_CITY = "other_city"
    NAME = "name"
    LEVEL = "level"
    PARENT_UNFIT = "parent_unfit"
    PARENT_MISSING = "parent_missing"
    GEOMETRY_TYPE = "geometry_type"
    GEOMETRY_EMPTY = "geometry_empty"
    POSITION = "position"
    NOT_FINITE = "not_finite"
    HEIGHT = "height"
    SWAPPED = "swapped"
    OUT_OF_RANGE = "out_of_range"
    SHORT_RING = "short_ring"
    OPEN_RING = "open_ring"
    CROSSING = "crossing"
    OUTSIDE_PARENT = "outside_parent"
    OVERLAP = "overlap"
    HOLE = "hole"
    MANY = "many"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, or worth knowing, about one feature or about the whole file (number None)."""

    kind: Kind
    message: str
    number: int | None = None
    """Place of the feature in the file, the first is 1."""
    code: str = ""
    name: str = ""

    def __str__(self) -> str:
        if self.number is None:
            return self.message
        return _("Feature %(number)s (%(code)s %(name)s): %(message)s") % {
            "number": self.number,
            "code": self.code or "–",
            "name": self.name or "–",
            "message": self.message,
        }


class BoundaryFaults(Exception):
    """The file cannot be imported. ``faults`` holds at least one fault, in the order of the file."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.number or 0))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass
class Feature:
    """One area of the file. ``geometry`` is None until its coordinates turned out to be sound."""

    number: int
    code: str
    name: str
    level: Level
    parent: str | None
    geometry: MultiPolygon


@dataclass
class Findings:
    """Collects faults (which refuse the file) and notes (which do not) while a file is read."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.faults) >= MAX_FAULTS


@dataclass(frozen=True)
class Boundaries:
    """A file that is fit for import: features from the city down to the villages."""

    city_code: str
    features: tuple[Feature, ...]
    notes: tuple[Fault, ...]
    checksum: str
    """SHA-256 of the document as it came, in hexadecimal."""

    def level(self, level: Level) -> list[Feature]:
        return [feature for feature in self.features if feature.level == level]


class _Broken(Exception):
    """Stops the reading of one geometry."""

    def __init__(self, kind: Kind, message: str) -> None:
        self.kind, self.message = kind, message
        super().__init__(message)


def read(document: bytes | str | Mapping[str, Any], *, city_code: str, repair: bool = False) -> Boundaries:
    """Read and check a GeoJSON FeatureCollection of the areas of one city.

    Each feature is a Polygon or MultiPolygon in WGS 84 with the properties ``code`` (Kemendagri), ``name``, ``level``
    (city, district, village) and ``parent`` (the code one level up, null for the city). Shapes that cross themselves
    are refused unless ``repair`` is set: then they are mended with Shapely's make_valid and said so in the notes.

    Raises BoundaryFaults with all that is wrong.
    """
    from balai.geography.coverage import judge  # it needs the names above

    if level_of(city_code) != Level.CITY:
        raise ValueError(f"not a city code: {city_code!r}")
    collection, checksum = _document(document)
    found = Findings()
    raw_features = _features(collection)
    features: list[Feature] = []
    codes: dict[str, int] = {}
    budget = _Budget(MAX_VERTICES)
    for number, raw in enumerate(raw_features, start=1):
        if found.full:
            break
        feature = _feature(number, raw, city_code, codes, budget, repair, found)
        if feature is not None:
            features.append(feature)
    _check_parents(raw_features, codes, found)
    if city_code not in codes:
        found.faults.append(
            Fault(Kind.PARENT_MISSING, _("The file has no area with the code of the city, %s.") % city_code)
        )
    judge(features, found)
    if found.full:
        found.faults[MAX_FAULTS:] = [Fault(Kind.MANY, _("There are more faults; only the first are listed."))]
    if found.faults:
        raise BoundaryFaults(found.faults)
    order = list(Level)
    features.sort(key=lambda feature: (order.index(feature.level), feature.code))
    return Boundaries(city_code, tuple(features), tuple(found.notes), checksum)


def _refuse(kind: Kind, message: str) -> BoundaryFaults:
    return BoundaryFaults([Fault(kind, message)])


def _document(document: bytes | str | Mapping[str, Any]) -> tuple[Any, str]:
    """The parsed document and its checksum."""
    if isinstance(document, Mapping):
        document = json.dumps(document, sort_keys=True)
    content = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    if len(content) > MAX_BYTES:
        raise _refuse(
            Kind.TOO_LARGE,
            _("The file is too large: %(size).1f MB, at most %(limit).0f MB are read.")
            % {"size": len(content) / 1e6, "limit": MAX_BYTES / 1e6},
        )
    try:
        parsed = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _refuse(Kind.NOT_JSON, _("The file is not text in UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise _refuse(
            Kind.NOT_JSON,
            _("The file is not JSON: line %(line)s, column %(column)s.")
            % {"line": error.lineno, "column": error.colno},
        ) from error
    except (RecursionError, ValueError) as error:  # nested a thousandfold, or a number of thousands of digits
        raise _refuse(Kind.NOT_JSON, _("The file is not JSON that can be read.")) from error
    return parsed, hashlib.sha256(content).hexdigest()


def _features(collection: Any) -> list[Any]:
    """The list of features of the collection; refuses what is no collection of a sensible size in WGS 84."""
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise _refuse(Kind.NOT_A_COLLECTION, _("The file is not a GeoJSON FeatureCollection."))
    features = collection.get("features")
    if not isinstance(features, list):
        raise _refuse(Kind.NOT_A_COLLECTION, _("The collection has no list of features."))
    if not features:
        raise _refuse(Kind.EMPTY, _("The collection has no features."))
    if len(features) > MAX_FEATURES:
        raise _refuse(
            Kind.TOO_LARGE,
            _("The file has %(count)s features; at most %(limit)s are read.")
            % {"count": len(features), "limit": MAX_FEATURES},
        )
    if collection.get("crs") is not None and not _is_wgs84(collection["crs"]):
        raise _refuse(
            Kind.CRS,
            _("The coordinates are not in WGS 84 (the “crs” member says so). Convert the file to EPSG:4326."),
        )
    return features


def _is_wgs84(crs: Any) -> bool:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return isinstance(name, str) and re.split(r"[:/]", name.strip().upper())[-1] in WGS84_NAMES


class _Budget:
    """How many vertices may still be read from this file."""

    def __init__(self, vertices: int) -> None:
        self.left = vertices

    def spend(self, vertices: int) -> None:
        self.left -= vertices
        if self.left < 0:
            raise _refuse(
                Kind.TOO_LARGE,
                _("The shapes have more than %s points. Simplify them to about 5 metres.") % MAX_VERTICES,
            )


def _feature(
    number: int,
    raw: Any,
    city_code: str,
    codes: dict[str, int],
    budget: _Budget,
    repair: bool,
    found: Findings,
) -> Feature | None:
    """One feature, or None when its code or its shape cannot be used. Every fault is added to ``found``."""
    properties = raw.get("properties") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or raw.get("type") != "Feature" or not isinstance(properties, dict):
        found.faults.append(Fault(Kind.NOT_A_FEATURE, _("This is not a GeoJSON Feature with properties."), number))
        return None
    code, name = properties.get("code"), properties.get("name")
    shown = {"number": number, "code": str(code or "")[:20], "name": str(name or "")[:MAX_NAME]}

    def fault(kind: Kind, message: str) -> None:
        found.faults.append(Fault(kind, message, **shown))  # type: ignore[arg-type]

    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        fault(Kind.NAME, _("The name is missing, longer than %s characters or not plain text.") % MAX_NAME)
    fitting = level_of(code) if isinstance(code, str) else None
    if not isinstance(code, str) or fitting is None:
        fault(
            Kind.CODE,
            _("The code does not have the form PP.KK, PP.KK.CC or PP.KK.CC.LLLL (for example 36.74.01.1006)."),
        )
    elif code in codes:
        fault(Kind.DUPLICATE, _("The code occurs before, in feature %s.") % codes[code])
        fitting = None
    else:
        codes[code] = number
        _check_place(properties, code, fitting, city_code, fault)
    try:
        geometry = _geometry(raw.get("geometry"), budget)
        geometry = _uncrossed(geometry, repair, shown, found)
    except _Broken as broken:
        fault(broken.kind, broken.message)
        return None
    if fitting is None or not isinstance(code, str):
        return None
    return Feature(number, code, str(name or "").strip(), fitting, parent_of(code), geometry)


def _check_place(properties: dict[str, Any], code: str, fitting: Level, city_code: str, fault: Any) -> None:
    """Does what the feature says of its level and parent fit its code, and is it of this city?"""
    level, parent = properties.get("level"), properties.get("parent")
    if level not in Level.values:
        fault(Kind.LEVEL, _("The level must be city, district or village."))
    elif level != fitting:
        fault(
            Kind.LEVEL,
            _("The level is “%(level)s”, but the code is that of a “%(fitting)s”.")
            % {"level": level, "fitting": fitting.value},
        )
    if city_of(code) != city_code:
        fault(Kind.OTHER_CITY, _("The area is not of this city, whose code is %s.") % city_code)
    if parent_of(code) is None and parent is not None:
        fault(Kind.PARENT_UNFIT, _("A city has no parent; this one names “%s”.") % str(parent)[:20])
    elif parent_of(code) is not None and parent is None:
        fault(Kind.PARENT_MISSING, _("The parent is missing; by the code it is %s.") % parent_of(code))
    elif parent != parent_of(code):
        fault(
            Kind.PARENT_UNFIT,
            _("The parent is “%(parent)s”, but by the code it is %(fitting)s.")
            % {"parent": str(parent)[:20], "fitting": parent_of(code)},
        )


def _check_parents(raw_features: list[Any], codes: dict[str, int], found: Findings) -> None:
    """Every area but the city lies in one that is in the file too."""
    for code, number in codes.items():
        parent = parent_of(code)
        level = level_of(code)
        if parent is not None and level is not None and parent not in codes:
            name = str(raw_features[number - 1]["properties"].get("name") or "")[:MAX_NAME]
            found.faults.append(
                Fault(
                    Kind.PARENT_MISSING,
                    _("The %(level)s %(parent)s that it lies in is not in the file.")
                    % {"level": PARENT_LEVEL[level], "parent": parent},
                    number,
                    code,
                    name,
                )
            )


def _geometry(raw: Any, budget: _Budget) -> MultiPolygon:
    """The shape as a MultiPolygon whose rings are sound one by one; it may still cross itself."""
    kind = raw.get("type") if isinstance(raw, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _Broken(Kind.GEOMETRY_TYPE, _("The geometry must be a Polygon or a MultiPolygon."))
    coordinates = raw.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise _Broken(Kind.GEOMETRY_EMPTY, _("The geometry is empty."))
    shapes = []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise _Broken(Kind.GEOMETRY_EMPTY, _("The geometry is empty."))
        rings = [_ring(ring, budget) for ring in polygon]
        shapes.append(Polygon(rings[0], rings[1:]))
    return MultiPolygon(shapes)


def _ring(raw: Any, budget: _Budget) -> list[tuple[float, float]]:
    if not isinstance(raw, list) or not raw:
        raise _Broken(Kind.GEOMETRY_EMPTY, _("The geometry is empty."))
    budget.spend(len(raw))
    ring = [_position(position) for position in raw]
    if ring[0] != ring[-1]:
        raise _Broken(Kind.OPEN_RING, _("A ring is not closed: its last point must be its first."))
    if len(set(ring)) < 3:
        raise _Broken(Kind.SHORT_RING, _("A ring has fewer than three different points."))
    return ring


def _position(raw: Any) -> tuple[float, float]:
    if not isinstance(raw, list) or len(raw) < 2 or not all(type(part) in (int, float) for part in raw):
        raise _Broken(Kind.POSITION, _("A point is not a pair of numbers: %s.") % json.dumps(raw)[:60])
    if len(raw) > 2:
        raise _Broken(Kind.HEIGHT, _("Points have a height (a third number). Export the shapes in two dimensions."))
    try:
        lon, lat = float(raw[0]), float(raw[1])
    except OverflowError:
        lon = lat = math.inf
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise _Broken(Kind.NOT_FINITE, _("A point is not finite (NaN or infinity)."))
    west, south, east, north = INDONESIA
    if not (west <= lon <= east and south <= lat <= north):
        if west <= lat <= east and south <= lon <= north:
            raise _Broken(
                Kind.SWAPPED,
                _("Latitude and longitude are swapped at [%(lon)g, %(lat)g]; GeoJSON puts longitude first.")
                % {"lon": lon, "lat": lat},
            )
        raise _Broken(
            Kind.OUT_OF_RANGE,
            _("The point [%(lon)g, %(lat)g] is not in Indonesia. Are the coordinates in degrees?")
            % {"lon": lon, "lat": lat},
        )
    return lon, lat


def _uncrossed(shape: MultiPolygon, repair: bool, shown: dict[str, Any], found: Findings) -> MultiPolygon:
    """The shape, valid in the sense of the OGC.

    A ring that touches itself in a point encloses the same ground however it is read (one village of Serang has one
    in the public data), so it is stored in the equivalent valid form and noted. A ring that crosses itself is a
    question to whoever made the file.
    """
    if not shape.is_valid:
        reason = explain_validity(shape)
        mended = _polygons(shapely.make_valid(shape, method="structure", keep_collapsed=False))
        harmless = reason.startswith("Ring Self-intersection") and math.isclose(
            mended.area, shape.area, rel_tol=1e-9
        )
        if harmless:
            message = _("The outline touches itself (%s); stored as separate parts that cover the same ground.")
            found.notes.append(Fault(Kind.CROSSING, message % reason, **shown))
        else:
            change = abs(mended.area - shape.area) / shape.area * 100 if shape.area else 100.0
            details = {"reason": reason, "parts": len(mended.geoms), "change": change}
            if not repair:
                raise _Broken(
                    Kind.CROSSING,
                    _(
                        "The outline crosses itself: %(reason)s. The repair option would store %(parts)s part(s) "
                        "and change the area by %(change).2f %%."
                    )
                    % details,
                )
            message = _("Repaired an outline that crossed itself: %(reason)s. It has %(parts)s part(s) now, its area changed by %(change).2f %%.")
            found.notes.append(Fault(Kind.CROSSING, message % details, **shown))
        shape = mended
    if shape.is_empty or not shape.area:
        raise _Broken(Kind.GEOMETRY_EMPTY, _("The geometry covers no ground."))
    return shape


def _polygons(shape: shapely.Geometry) -> MultiPolygon:
    """The polygons of any shape as one MultiPolygon; lines and points are left out."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon)]
    return MultiPolygon(parts)
