"""Many cases on one map: how many lie in each H3 cell, and in each kelurahan.

An H3 index holds three bits for every step of refinement, the coarsest first, so the cells within a coarser one share
the bits above: shifting the finer ones out groups by the coarser cell, without a column for every zoom.

A whole city is read from the kept numbers (CellCount), whose cost is the city's size; a small view and a period from
the cases themselves, by the index case_public_map.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Avg, BigIntegerField, Count, F, Func, Q, QuerySet, Sum

from balai.casework import lifecycle
from balai.casework.models import CELL_RESOLUTION, KEPT_RESOLUTION, CaseQuerySet, CellCount
from balai.casework.queries import narrowed, public_cases
from balai.geography.queries import area_index

FEW = 200
"""So many in view are shown one by one."""
FINEST = 15
"""The resolution that an index has room for."""
MAX_CLUSTERS = 500
MAX_CELLS = 50_000
"""More than a city has that are built upon: 5,000 km²."""
WIDE_DEGREES = 0.05
"""A view wider or higher than this (5.5 km) is read by cells, a smaller one by the points in it."""
RESOLUTIONS = {9: 4, 10: 5, 11: 6, 12: 7, 13: 7, 14: 8, 15: 9, 16: 9}
"""H3 resolution by the map's zoom: cells at least as wide as a cluster's mark (60 to 150 pixels)."""
LEVELS = 5
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS 84."""


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


def in_view(cases: CaseQuerySet, box: Box) -> CaseQuerySet:
    """Those of the cases that lie in the box, by whichever index is quicker for its size.

    A view of the whole city has all that lie in it; asking of each where it is would take a fifth of the time.
    """
    west, south, east, north = box
    if not _is_wide(box):
        return cases.filter(point__in_box=box)
    city = area_index().bounds
    if city is not None and west <= city[0] and south <= city[1] and east >= city[2] and north >= city[3]:
        return cases.filter(lat__isnull=False)
    return cases.filter(lat__range=(south, north), lon__range=(west, east))


def _is_wide(box: Box) -> bool:
    west, south, east, north = box
    return max(east - west, north - south) >= WIDE_DEGREES


def clusters(module: str, box: Box, zoom: int, **filters: Any) -> list[Cluster]:
    """What lies in the box by cell, the largest first, at most MAX_CLUSTERS. One statement.

    The filters are those of `public_cases`. In a wide view a cell of KEPT_RESOLUTION is in it as a whole or not at all.
    """
    kept = kept_counts(module, **filters) if _is_wide(box) and resolution_for(zoom) <= KEPT_RESOLUTION else None
    if kept is None:
        return _clusters_of(in_view(public_cases(module, **filters), box), zoom)
    return _kept_clusters(kept, box, zoom, late=bool(filters.get("late")))


def kept_counts(
    module: str,
    *,
    phase: lifecycle.Phase | str | None = None,
    category: str | None = None,
    district: str | None = None,
    late: bool = False,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    text: str = "",
) -> QuerySet[CellCount] | None:
    """The kept numbers with the filters of `public_cases`; None for a period or words: they know neither."""
    if since or until or text:
        return None
    rows = CellCount.objects.filter(module=module)
    if not category:
        rows = rows.filter(category=None)
    if late:
        rows = rows.exclude(late=0)
    return narrowed(rows, module, phase=phase, category=category, district=district)


def _kept_clusters(rows: QuerySet[Any], box: Box, zoom: int, *, late: bool) -> list[Cluster]:
    west, south, east, north = box
    cells = (
        rows.filter(cell__isnull=False)
        .order_by()
        .values("cell")
        .annotate(all=Sum("count"), red=Sum("late"), sum_lat=Sum("lat"), sum_lon=Sum("lon"))
        .filter(all__gt=0)
        .annotate(middle_lat=F("sum_lat") / F("all"), middle_lon=F("sum_lon") / F("all"))
        .filter(middle_lat__range=(south, north), middle_lon__range=(west, east))
        .values_list("cell", "all", "red", "middle_lat", "middle_lon")
    )
    shift = 3 * (KEPT_RESOLUTION - resolution_for(zoom))
    found: dict[int, list[float]] = defaultdict(lambda: [0, 0, 0.0, 0.0])
    row: Any
    for row in cells[:MAX_CELLS]:
        cell, count, red, lat, lon = row
        weight = red if late else count
        for place, value in enumerate((weight, red, weight * lat, weight * lon)):
            found[cell >> shift][place] += value
    grouped = [
        Cluster(lat / count, lon / count, int(count), int(red)) for count, red, lat, lon in found.values() if count
    ]
    return sorted(grouped, key=lambda cluster: -cluster.count)[:MAX_CLUSTERS]


def _clusters_of(cases: CaseQuerySet, zoom: int) -> list[Cluster]:
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


def counts_by_village(module: str, **filters: Any) -> list[AreaCount]:
    """What a module has by kelurahan, those with a case only, filtered as `public_cases`. One statement."""
    kept = kept_counts(module, **filters)
    if kept is not None:
        of_all = "late" if filters.get("late") else "count"
        numbers: tuple[Aggregate, ...] = (
            Sum(of_all),
            Sum(of_all, filter=Q(status__in=lifecycle.OPEN), default=0),
            Sum("late"),
        )
        rows: QuerySet[Any] = kept
    else:
        numbers = (Count("*"), Count("received_at", filter=Q(closed_at=None)), Count("late_since"))
        rows = public_cases(module, **filters)
    found = (
        rows.filter(village__isnull=False)
        .order_by()
        .values("village_id")
        .annotate(**dict(zip(("all", "open", "red"), numbers, strict=True)))
        .filter(all__gt=0)
        .values_list("village_id", "all", "open", "red")
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
