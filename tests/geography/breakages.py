"""Ways to break a sound file: (name, what is done to it, the kind of fault, the feature it is listed under)."""

import math
from collections.abc import Callable
from typing import Any

from balai.geography.faults import Kind
from tests.geography.conftest import feature, ring

Change = Callable[[dict[str, Any]], Any]


def properties(number: int, **values: Any) -> Change:
    return lambda document: document["features"][number - 1]["properties"].update(values)


def coordinates(number: int, value: Any) -> Change:
    return lambda document: document["features"][number - 1]["geometry"].update(coordinates=value)


def geometry(number: int, value: Any) -> Change:
    return lambda document: document["features"][number - 1].update(geometry=value)


def point(number: int, value: Any) -> Change:
    """Put a value in the place of the second point of the first ring."""

    def change(document: dict[str, Any]) -> None:
        document["features"][number - 1]["geometry"]["coordinates"][0][0][1] = value

    return change


def member(**values: Any) -> Change:
    return lambda document: document.update(values)


def without(number: int) -> Change:
    return lambda document: document["features"].pop(number - 1)


def add(part: dict[str, Any]) -> Change:
    return lambda document: document["features"].append(part)


BOW_TIE = [[[[106.70, -6.30], [106.72, -6.28], [106.72, -6.30], [106.70, -6.28], [106.70, -6.30]]]]
FAR_AWAY = [[ring(106.90, -6.30, 106.92, -6.28)]]

ELSEWHERE = feature("36.71.01", "Tangerang", "district", "36.71", (106.70, -6.28, 106.72, -6.26))
AGAIN = feature("36.74.01.1003", "Lagi", "village", "36.74.01", (106.70, -6.32, 106.72, -6.30))

BREAKAGES: list[tuple[str, Change, Kind, int | None]] = [
    ("no collection", member(type="Topology"), Kind.NOT_A_COLLECTION, None),
    ("features no list", member(features={"a": 1}), Kind.NOT_A_COLLECTION, None),
    ("no features", member(features=[]), Kind.EMPTY, None),
    ("too many features", lambda d: d["features"].extend([{}] * 2000), Kind.TOO_LARGE, None),
    (
        "another datum",
        member(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32748"}}),
        Kind.CRS,
        None,
    ),
    ("strange crs", member(crs="somewhere"), Kind.CRS, None),
    ("no feature", lambda d: d["features"].append("Serpong"), Kind.NOT_A_FEATURE, 8),
    ("no properties", lambda d: d["features"][3].pop("properties"), Kind.NOT_A_FEATURE, 4),
    ("no code", properties(4, code=None), Kind.CODE, 4),
    ("code is a number", properties(4, code=3674011001), Kind.CODE, 4),
    ("code without dots", properties(4, code="3674011001"), Kind.CODE, 4),
    ("code with a line end", properties(4, code="36.74.01.1001\n"), Kind.CODE, 4),
    ("code in other digits", properties(4, code="٣٦.٧٤.٠١.١٠٠١"), Kind.CODE, 4),
    ("duplicate code", properties(5, code="36.74.01.1001"), Kind.DUPLICATE, 5),
    (
        "other city",
        add(ELSEWHERE),
        Kind.OTHER_CITY,
        8,
    ),
    ("no name", properties(4, name="  "), Kind.NAME, 4),
    ("name is no text", properties(4, name=["Serua"]), Kind.NAME, 4),
    ("long name", properties(4, name="x" * 101), Kind.NAME, 4),
    ("name with control characters", properties(4, name="Se\x00rua"), Kind.NAME, 4),
    ("no level", properties(4, level=None), Kind.LEVEL, 4),
    ("unknown level", properties(4, level="hamlet"), Kind.LEVEL, 4),
    ("level is a list", properties(4, level=["village"]), Kind.LEVEL, 4),
    ("level unfit for the code", properties(4, level="district"), Kind.LEVEL, 4),
    ("parent of a city", properties(1, parent="36"), Kind.PARENT_UNFIT, 1),
    ("no parent", properties(4, parent=None), Kind.PARENT_MISSING, 4),
    ("parent unfit for the code", properties(4, parent="36.74.02"), Kind.PARENT_UNFIT, 4),
    ("parent not in the file", without(3), Kind.PARENT_MISSING, 5),
    ("no city", without(1), Kind.PARENT_MISSING, None),
    ("no geometry", geometry(4, None), Kind.GEOMETRY_TYPE, 4),
    ("a point", geometry(4, {"type": "Point", "coordinates": [106.7, -6.3]}), Kind.GEOMETRY_TYPE, 4),
    ("empty shape", coordinates(4, []), Kind.GEOMETRY_EMPTY, 4),
    ("empty polygon", coordinates(4, [[]]), Kind.GEOMETRY_EMPTY, 4),
    ("empty ring", coordinates(4, [[[]]]), Kind.GEOMETRY_EMPTY, 4),
    ("coordinates are text", coordinates(4, "POLYGON"), Kind.GEOMETRY_EMPTY, 4),
    ("point is text", point(4, ["106.7", "-6.3"]), Kind.POSITION, 4),
    ("point is true", point(4, [True, False]), Kind.POSITION, 4),
    ("half a point", point(4, [106.7]), Kind.POSITION, 4),
    ("heights", point(4, [106.7, -6.3, 12.5]), Kind.HEIGHT, 4),
    ("not a number", point(4, [math.nan, -6.3]), Kind.NOT_FINITE, 4),
    ("infinite", point(4, [106.7, math.inf]), Kind.NOT_FINITE, 4),
    ("beyond every float", point(4, [10**400, -6.3]), Kind.NOT_FINITE, 4),
    ("swapped", point(4, [-6.3, 106.7]), Kind.SWAPPED, 4),
    ("metres", point(4, [687_000.5, 9_300_000.1]), Kind.OUT_OF_RANGE, 4),
    ("huge", point(4, [1e308, -6.3]), Kind.OUT_OF_RANGE, 4),
    ("in Europe", point(4, [4.9, 52.4]), Kind.OUT_OF_RANGE, 4),
    ("open ring", coordinates(4, [[ring(106.70, -6.32, 106.72, -6.30)[:-1]]]), Kind.OPEN_RING, 4),
    ("two points", coordinates(4, [[[[106.7, -6.3], [106.71, -6.3], [106.7, -6.3]]]]), Kind.SHORT_RING, 4),
    ("one point", coordinates(4, [[[[106.7, -6.3]] * 4]]), Kind.SHORT_RING, 4),
    ("crosses itself", coordinates(4, BOW_TIE), Kind.CROSSING, 4),
    (
        "no ground",
        coordinates(4, [[[[106.70, -6.32], [106.71, -6.32], [106.72, -6.32], [106.70, -6.32]]]]),
        Kind.GEOMETRY_EMPTY,
        4,
    ),
    ("far outside its parent", coordinates(4, FAR_AWAY), Kind.OUTSIDE_PARENT, 4),
    ("reaches beyond its parent", coordinates(4, [[ring(106.68, -6.32, 106.72, -6.30)]]), Kind.OUTSIDE_PARENT, 4),
    ("villages overlap", coordinates(4, [[ring(106.70, -6.32, 106.72, -6.299)]]), Kind.OVERLAP, 5),
    (
        "villages of two districts overlap",
        coordinates(4, [[ring(106.70, -6.32, 106.721, -6.30)]]),
        Kind.OVERLAP,
        6,
    ),
    ("districts overlap", coordinates(2, [[ring(106.70, -6.32, 106.725, -6.28)]]), Kind.OVERLAP, 3),
    (
        "a village twice",
        add(AGAIN),
        Kind.OVERLAP,
        8,
    ),
]
