"""How the areas of one file lie to one another: children within parents, neighbours side by side.

No real file is perfect, so the tolerances below come from measuring the public data of Tangerang, Serang and
Tangerang Selatan (Kemendagri's polygons, 254 areas). There, villages are drawn at about 5 m, and cities and districts
are generalised to about 500 m, so that

* the farthest point of a child lies up to 552 m beyond its parent, and the child with the least of its ground within
  its parent has 54 % (Cempaka Putih, 0.6 km²);
* two districts overlap by up to 8.4 % of the smaller, two villages by up to 0.41 %, in slivers 6 m wide.

Each limit is about twice that or more. A village drawn into the wrong district, or pasted twice, is far beyond them.
"""

from dataclasses import dataclass

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from balai.geography.codes import Level
from balai.geography.distance import Plane
from balai.geography.faults import Fault, Findings, Kind

PARENT_REACH_M = 1_000
"""No part of an area lies farther than this beyond its parent, in metres."""
PARENT_SHARE = 0.4
"""At least this share of an area's ground lies within its parent."""
OVERLAP_SHARE = {Level.CITY: 0.0, Level.DISTRICT: 0.18, Level.VILLAGE: 0.02}
"""Two areas of one level overlap by at most this share of the smaller."""
COVERED_SHARE = 0.9
"""Where villages cover less than this share of a district, residents there cannot be located; it is noted."""


@dataclass
class Feature:
    """One area of the file with a sound code and shape. ``number`` is its place in the file, the first is 1."""

    number: int
    code: str
    name: str
    level: Level
    parent: str | None
    geometry: MultiPolygon


def judge(features: list[Feature], found: Findings) -> None:
    """Add to ``found`` what is wrong between areas. Features without a usable shape are not among them."""
    if not features:
        return
    plane = Plane(features[0].geometry.bounds[1])
    flat = {feature.code: plane.flat(feature.geometry) for feature in features}
    _check_children(features, flat, found)
    for level in (Level.DISTRICT, Level.VILLAGE):
        _check_overlaps([feature for feature in features if feature.level == level], flat, found)
    _note_gaps(features, flat, found)


def _fault(feature: Feature, kind: Kind, message: str) -> Fault:
    return Fault(kind, message, feature.number, feature.code, feature.name)


def _check_children(features: list[Feature], flat: dict[str, shapely.MultiPolygon], found: Findings) -> None:
    reach: dict[str, BaseGeometry] = {}
    for feature in features:
        parent = flat.get(feature.parent or "")
        if parent is None or feature.parent is None or found.full:
            continue
        if feature.parent not in reach:
            reach[feature.parent] = parent.buffer(PARENT_REACH_M, quad_segs=8)
            shapely.prepare(reach[feature.parent])
        shape = flat[feature.code]
        share = shape.intersection(parent).area / shape.area
        if share < PARENT_SHARE:
            message = _("Only %(share).0f %% of it lies within its parent %(parent)s; at least %(least).0f %% must.")
            details = {"share": share * 100, "parent": feature.parent, "least": PARENT_SHARE * 100}
            found.faults.append(_fault(feature, Kind.OUTSIDE_PARENT, message % details))
        elif not reach[feature.parent].covers(shape):
            message = _("It reaches more than %(reach)s m beyond its parent %(parent)s.")
            details = {"reach": PARENT_REACH_M, "parent": feature.parent}
            found.faults.append(_fault(feature, Kind.OUTSIDE_PARENT, message % details))


def _check_overlaps(features: list[Feature], flat: dict[str, shapely.MultiPolygon], found: Findings) -> None:
    if len(features) < 2:
        return
    shapes = [flat[feature.code] for feature in features]
    for left, right in shapely.STRtree(shapes).query(shapes, predicate="intersects").T:
        if left >= right or found.full:
            continue
        smaller = min(shapes[left].area, shapes[right].area)
        share = shapes[left].intersection(shapes[right]).area / smaller
        limit = OVERLAP_SHARE[features[left].level]
        if share > limit:
            message = _("It overlaps %(code)s %(name)s by %(share).1f %% of the smaller; at most %(limit).0f %% may.")
            other = features[left]
            details = {"code": other.code, "name": other.name, "share": share * 100, "limit": limit * 100}
            found.faults.append(_fault(features[right], Kind.OVERLAP, message % details))


def _note_gaps(features: list[Feature], flat: dict[str, shapely.MultiPolygon], found: Findings) -> None:
    """Note districts with ground that no village covers, neither its own nor, along a generalised border, another's."""
    villages = shapely.union_all([flat[feature.code] for feature in features if feature.level == Level.VILLAGE])
    for feature in features:
        if feature.level == Level.DISTRICT:
            share = villages.intersection(flat[feature.code]).area / flat[feature.code].area
            if share < COVERED_SHARE:
                message = _("Villages cover only %.0f %% of it; places in the rest cannot be located.")
                found.notes.append(_fault(feature, Kind.HOLE, message % (share * 100)))
