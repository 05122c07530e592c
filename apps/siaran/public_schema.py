"""What the public sees of the city's reports, in the API: lists, the map, the areas."""

from __future__ import annotations

import datetime
from typing import Any

import graphene
from django.utils.translation import gettext as _

from apps.siaran.queries import MODULE
from balai.casework import clusters
from balai.casework import queries as cases
from balai.casework.card_schema import POINT_COLUMNS, CaseCard, CaseStatus, StatusCount, card, card_rows, point
from balai.casework.categories import category_branch
from balai.casework.gallery_schema import CasePairPage, pair_page
from balai.casework.lifecycle import Phase
from balai.casework.map_schema import AreaCount, CaseMap, CaseOrder
from balai.casework.models import CaseQuerySet
from balai.casework.performance import performance
from balai.casework.performance_schema import CasePerformance, performance_node
from balai.casework.periods import Period
from balai.geography import queries as geography
from balai.geography.codes import Level
from balai.geography.distance import checked
from balai.graphql import ConnectionField, Date, UserError, connection, page, sized

NEWEST = ("-received_at", "-id")
ORDERS = {
    "newest": NEWEST,
    "most_supported": ("-weight", *NEWEST),
    "longest_waiting": ("received_at", "id"),
    "nearest": ("distance_m", "-id"),
}
MAX_AREAS = 600
CaseCardPage = connection(CaseCard)
FILTERS = {
    "category": graphene.ID(description="Slug; of a group: with all that is in it."),
    "district": graphene.ID(description="Kemendagri code of a kecamatan or kelurahan."),
    "since": Date(description="Received on this day of the city or later."),
    "until": Date(description="Received on this day of the city or earlier."),
    "late": graphene.Boolean(description="Only those with the red mark."),
}
TEXT = {"text": graphene.String(description="Words of the report or its place, or a report's number.")}


def filled(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters that were given."""
    return {name: value for name, value in filters.items() if value}


def public(status: Phase | None, filters: dict[str, Any]) -> CaseQuerySet:
    """The reports that everyone may see, filtered."""
    return cases.public_cases(MODULE, phase=status, **filled(filters))


class PublicQuery:
    """Fields of the module's Query."""

    reports = ConnectionField(
        CaseCardPage,
        status=CaseStatus(),
        **FILTERS,
        **TEXT,
        order=CaseOrder(default_value="newest"),
        lat=graphene.Float(description="Where from, in degrees (WGS 84), for the order NEAREST. Kept nowhere."),
        lon=graphene.Float(),
        description="The reports that everyone may see.",
    )
    counts = sized(
        graphene.List(
            graphene.NonNull(StatusCount), required=True, **FILTERS, **TEXT, description="How many stand where."
        ),
        3,
    )
    map_reports = graphene.Field(
        CaseMap,
        required=True,
        west=graphene.Float(required=True),
        south=graphene.Float(required=True),
        east=graphene.Float(required=True),
        north=graphene.Float(required=True),
        zoom=graphene.Int(description="Of the map (0 to 22). Without it, only single reports are answered."),
        status=CaseStatus(),
        **FILTERS,
        description="The reports in a rectangle (degrees, WGS 84). Clusters count exactly; of single ones the newest "
        f"{cases.MAX_ON_MAP}.",
    )
    area_counts = sized(
        graphene.List(
            graphene.NonNull(AreaCount),
            required=True,
            status=CaseStatus(),
            **FILTERS,
            description="The reports by kelurahan, every kelurahan named, by kecamatan and name.",
        ),
        MAX_AREAS,
    )

    performance = graphene.Field(
        CasePerformance,
        required=True,
        since=Date(required=True, description="First day; at most five years before the last."),
        until=Date(required=True, description="Last day."),
        category=FILTERS["category"],
        description="How the agencies have dealt with the reports received in a period.",
    )

    gallery = ConnectionField(
        CasePairPage,
        category=FILTERS["category"],
        district=FILTERS["district"],
        description="Finished reports with a photo before and one after the work, the last finished first.",
    )

    @staticmethod
    def resolve_gallery(_root: Any, _info: Any, first: int, after: str | None = None, **filters: Any) -> Any:
        return pair_page(public(None, filters), first, after)

    @staticmethod
    def resolve_performance(
        _root: Any, _info: Any, since: datetime.date, until: datetime.date, category: str | None = None
    ) -> dict[str, Any]:
        if since > until:
            raise UserError(_("The period ends before it begins."), "BAD_REQUEST")
        chosen = category_branch(MODULE, category) if category else None
        return performance_node(performance(MODULE, Period(since, until), categories=chosen))

    @staticmethod
    def resolve_reports(
        _root: Any,
        _info: Any,
        first: int,
        after: str | None = None,
        status: Phase | None = None,
        order: str = "newest",
        lat: float | None = None,
        lon: float | None = None,
        **filters: Any,
    ) -> dict[str, Any]:
        order = getattr(order, "value", order)
        found = public(status, filters)
        if order == "longest_waiting":
            found = found.open()
        if order == "nearest":
            if lat is None or lon is None:
                raise UserError(_("The order NEAREST needs lat and lon."), "BAD_REQUEST")
            rows = card_rows(cases.nearest(found, lat, lon), "distance_m")
            return page(rows, order=ORDERS[order], first=first, after=after, row=card)
        return page(card_rows(found), order=ORDERS[order], first=first, after=after, row=card)

    @staticmethod
    def resolve_counts(_root: Any, _info: Any, **filters: Any) -> list[dict[str, Any]]:
        counts = cases.counts_by_phase(public(None, filters))
        return [
            {
                "status": status,
                "name": status.label,
                "count": min(count, cases.MAX_COUNTED),
                "more": count > cases.MAX_COUNTED,
            }
            for status, count in counts.items()
        ]

    @staticmethod
    def resolve_map_reports(
        _root: Any,
        _info: Any,
        west: float,
        south: float,
        east: float,
        north: float,
        zoom: int | None = None,
        status: Phase | None = None,
        **filters: Any,
    ) -> dict[str, Any]:
        (south, west), (north, east) = checked(south, west), checked(north, east)
        box = (west, south, east, north)
        if zoom is not None and zoom <= max(clusters.RESOLUTIONS):
            grouped = clusters.clusters(MODULE, box, zoom, phase=status, **filled(filters))
            if sum(cluster.count for cluster in grouped) > clusters.FEW:
                return {"clusters": grouped, "points": [], "more": len(grouped) == clusters.MAX_CLUSTERS}
        rows = clusters.points(clusters.in_view(public(status, filters), box), cases.MAX_ON_MAP, *POINT_COLUMNS)
        return {
            "clusters": [],
            "points": [point(row) for row in rows[: cases.MAX_ON_MAP]],
            "more": len(rows) > cases.MAX_ON_MAP,
        }

    @staticmethod
    def resolve_area_counts(
        _root: Any, _info: Any, status: Phase | None = None, **filters: Any
    ) -> list[dict[str, Any]]:
        found = {row.village_id: row for row in clusters.counts_by_village(MODULE, phase=status, **filled(filters))}
        bounds = clusters.steps([row.count for row in found.values()])
        areas = [
            {
                "code": area.code,
                "name": area.name,
                "district": area.parent.name if area.parent else "",
                "count": row.count if row else 0,
                "open": row.open if row else 0,
                "late": row.late if row else 0,
                "step": clusters.step_of(row.count, bounds) if row else 0,
            }
            for area in geography.areas(Level.VILLAGE)
            for row in [found.get(area.id)]
        ]
        return sorted(areas, key=lambda area: (area["district"], area["name"]))[:MAX_AREAS]
