"""Reading a city's boundaries from GeoJSON: everything that is wrong with a file, feature by feature.

Pure: no database. ``read`` answers with shapes that are safe to store or raises BoundaryFaults with the whole list,
so that whoever prepares the file mends it in one go. How the areas lie to one another is judged in ``coverage``.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from balai.geography.codes import Level, city_of, level_of, parent_of
from balai.geography.coverage import Feature, judge
from balai.geography.faults import MAX_FAULTS, BoundaryFaults, Fault, Findings, Kind, refuse
from balai.geography.shapes import MAX_VERTICES, Broken, Budget, read_shape, uncrossed

MAX_BYTES = 20_000_000
"""Of one file. Tangerang (118 areas) has 0.15 MB, so a regency of 900 areas drawn ten times finer still fits."""
MAX_FEATURES = 2_000
MAX_NAME = 100
WGS84_NAMES = frozenset({"CRS84", "4326", "WGS84", "WGS 84"})


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


def read(document: bytes | str | Mapping[str, Any], *, city_code: str, repair: bool = False) -> Boundaries:
    """Read and check a GeoJSON FeatureCollection of the areas of one city.

    Each feature is a Polygon or MultiPolygon in WGS 84 with the properties ``code`` (Kemendagri), ``name``, ``level``
    (city, district, village) and ``parent`` (the code one level up, null for the city). Shapes that cross themselves
    are refused unless ``repair`` is set: then they are mended with Shapely's make_valid and said so in the notes.

    Raises BoundaryFaults with all that is wrong.
    """
    if level_of(city_code) != Level.CITY:
        raise ValueError(f"not a city code: {city_code!r}")
    collection, checksum = _document(document)
    found = Findings()
    raw_features = _features(collection)
    features: list[Feature] = []
    codes: dict[str, int] = {}
    budget = Budget(MAX_VERTICES)
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


def _document(document: bytes | str | Mapping[str, Any]) -> tuple[Any, str]:
    """The parsed document and its checksum."""
    if isinstance(document, Mapping):
        document = json.dumps(document, sort_keys=True)
    content = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    if len(content) > MAX_BYTES:
        raise refuse(
            Kind.TOO_LARGE,
            _("The file is too large: %(size).1f MB, at most %(limit).0f MB are read.")
            % {"size": len(content) / 1e6, "limit": MAX_BYTES / 1e6},
        )
    try:
        parsed = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refuse(Kind.NOT_JSON, _("The file is not text in UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise refuse(
            Kind.NOT_JSON,
            _("The file is not JSON: line %(line)s, column %(column)s.")
            % {"line": error.lineno, "column": error.colno},
        ) from error
    except (RecursionError, ValueError) as error:  # nested a thousandfold, or a number of thousands of digits
        raise refuse(Kind.NOT_JSON, _("The file is not JSON that can be read.")) from error
    return parsed, hashlib.sha256(content).hexdigest()


def _features(collection: Any) -> list[Any]:
    """The list of features of the collection; refuses what is no collection of a sensible size in WGS 84."""
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise refuse(Kind.NOT_A_COLLECTION, _("The file is not a GeoJSON FeatureCollection."))
    features = collection.get("features")
    if not isinstance(features, list):
        raise refuse(Kind.NOT_A_COLLECTION, _("The collection has no list of features."))
    if not features:
        raise refuse(Kind.EMPTY, _("The collection has no features."))
    if len(features) > MAX_FEATURES:
        raise refuse(
            Kind.TOO_LARGE,
            _("The file has %(count)s features; at most %(limit)s are read.")
            % {"count": len(features), "limit": MAX_FEATURES},
        )
    if collection.get("crs") is not None and not _is_wgs84(collection["crs"]):
        raise refuse(
            Kind.CRS,
            _("The coordinates are not in WGS 84 (the “crs” member says so). Convert the file to EPSG:4326."),
        )
    return features


def _is_wgs84(crs: Any) -> bool:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return isinstance(name, str) and re.split(r"[:/]", name.strip().upper())[-1] in WGS84_NAMES


def _feature(
    number: int,
    raw: Any,
    city_code: str,
    codes: dict[str, int],
    budget: Budget,
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
        geometry = read_shape(raw.get("geometry"), budget)
        geometry = uncrossed(geometry, repair, shown, found)
    except Broken as broken:
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
        if parent is not None and parent not in codes:
            name = str(raw_features[number - 1]["properties"].get("name") or "")[:MAX_NAME]
            message = _("The area %s that it lies in is not in the file.") % parent
            found.faults.append(Fault(Kind.PARENT_MISSING, message, number, code, name))
