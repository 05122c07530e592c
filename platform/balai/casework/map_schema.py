"""The API's types of many cases at once: on a map, by area."""

from __future__ import annotations

import graphene

from balai.casework import queries
from balai.casework.card_schema import CasePoint
from balai.casework.clusters import MAX_CLUSTERS
from balai.graphql import sized


class CaseOrder(graphene.Enum):
    """The order of a list of reports."""

    NEWEST = "newest"
    MOST_SUPPORTED = "most_supported"
    LONGEST_WAITING = "longest_waiting"
    NEAREST = "nearest"

    @property
    def description(self) -> str:
        return {
            "newest": "The newest first.",
            "most_supported": "Those with the most residents behind them first.",
            "longest_waiting": "Open ones only, the oldest first.",
            "nearest": "The nearest to `lat` and `lon` first: the 100 nearest within 5 km.",
        }.get(str(getattr(self, "value", "")), "The order of a list of reports.")


class CaseCluster(graphene.ObjectType):
    """Reports that lie so close together that the map shows their number."""

    lat = graphene.Float(required=True, description="Their middle, in degrees, WGS 84.")
    lon = graphene.Float(required=True)
    count = graphene.Int(required=True)
    late = graphene.Int(required=True, description="How many of them have the red mark.")


class CaseMap(graphene.ObjectType):
    """The cases in a part of the map: one by one where they are few, else by number."""

    points = sized(graphene.List(graphene.NonNull(CasePoint), required=True), queries.MAX_ON_MAP)
    clusters = sized(graphene.List(graphene.NonNull(CaseCluster), required=True), MAX_CLUSTERS)
    more = graphene.Boolean(required=True, description="Whether there are more than could be shown: zoom in.")


class AreaCount(graphene.ObjectType):
    """How many reports a kelurahan has."""

    code = graphene.ID(required=True, description="Kemendagri code.")
    name = graphene.String(required=True)
    district = graphene.String(required=True, description="Name of its kecamatan.")
    count = graphene.Int(required=True)
    open = graphene.Int(required=True)
    late = graphene.Int(required=True)
    step = graphene.Int(required=True, description="Of the map's colours: 0 for none, then 1 (few) to 5 (many).")
