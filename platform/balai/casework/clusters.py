"""Many cases on one map: how many lie in each H3 cell, and in each kelurahan. Exact, by the index case_public_map.

An H3 index holds three bits for every step of refinement, the coarsest first, so the cells within a coarser one share
the bits above: shifting the finer ones out groups by the coarser cell, without a column for every zoom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, BigIntegerField, Count, F, Func, Q

from balai.casework.models import CELL_RESOLUTION, CaseQuerySet
from balai.geography.queries import area_index

FEW = 200
"""So many in view are shown one by one."""
FINEST = 15
"""The resolution that an index has room for."""
MAX_CLUSTERS = 500
WIDE_DEGREES = 0.05
"""A view wider or higher than this (5.5 km) is read from the map's index, a smaller one by the points in it."""
RESOLUTIONS = {9: 4, 10: 5, 11: 6, 12: 7, 13: 7, 14: 8, 15: 9, 16: 9}
"""H3 resolution by the map's zoom: cells at least as wide as a cluster's mark (60 to 150 pixels)."""
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cases of one cell: how many, their middle in degrees, and how many of them are late."""

    lat: float
    lon: float
    count: int
    late: int


def resolution_for(zoom: int) -> int:
    """The H3 resolution for a zoom of the map (0 to 22)."""
    return RESOLUTIONS.get(zoom, RESOLUTIONS[9] if zoom < 9 else CELL_RESOLUTION)


def in_view(cases: CaseQuerySet, west: float, south: float, east: float, north: float) -> CaseQuerySet:
    """Those of the cases that lie in a rectangle in degrees, by whichever index is quicker for its size.

    A view of the whole city has all that lie in it; asking of each where it is would take a fifth of the time.
    """
    if max(east - west, north - south) < WIDE_DEGREES:
        return cases.filter(point__in_box=(west, south, east, north))
    city = area_index().bounds
    if city is not None and west <= city[0] and south <= city[1] and east >= city[2] and north >= city[3]:
        return cases.filter(lat__isnull=False)
    return cases.filter(lat__range=(south, north), lon__range=(west, east))


def clusters(cases: CaseQuerySet, zoom: int) -> list[Cluster]:
    """The cases by cell, the largest first, at most MAX_CLUSTERS. One statement."""
    bits = 3 * (FINEST - resolution_for(zoom))
    cell = Func(F("cell"), template=f"%(expressions)s >> {bits}", output_field=BigIntegerField())
    found = (
        cases.filter(cell__isnull=False)
        .order_by()
        .annotate(coarse=cell)
        .values("coarse")
        .annotate(count=Count("*"), late=Count("late_since"), middle_lat=Avg("lat"), middle_lon=Avg("lon"))
        .order_by("-count", "coarse")
        .values_list("middle_lat", "middle_lon", "count", "late")
    )
    return [Cluster(*row) for row in found[:MAX_CLUSTERS]]


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How many cases a kelurahan has, by its row's id: all of them, those still open, those that are late."""

    village_id: int
    count: int
    open: int
    late: int


def counts_by_village(cases: CaseQuerySet) -> list[AreaCount]:
    """The cases by kelurahan, those with a case only. One statement."""
    found = (
        cases.filter(village__isnull=False)
        .order_by()
        .values("village_id")
        .annotate(count=Count("*"), open=Count("received_at", filter=Q(closed_at=None)), late=Count("late_since"))
        .values_list("village_id", "count", "open", "late")
    )
    return [AreaCount(*row) for row in found]


def steps(counts: Sequence[int]) -> list[int]:
    """The lower bounds of at most LEVELS steps of a map's colours, so that about as many areas are in each."""
    shown = sorted(count for count in counts if count > 0)
    return sorted({shown[len(shown) * level // LEVELS] for level in range(LEVELS)} - {0}) if shown else []


def step_of(count: int, bounds: Sequence[int]) -> int:
    """The step (1, 2, …) of a count; 0 for none."""
    return sum(count >= bound for bound in bounds) if count > 0 else 0


def points(cases: CaseQuerySet, limit: int, *columns: str) -> list[dict[str, Any]]:
    """The newest of the cases that have a place, one by one: at most `limit` and one more."""
    placed = cases.filter(lat__isnull=False).order_by("-received_at", "-id")
    return list(placed.values(*columns)[: limit + 1])
