"""What the API tells about the geography of a city. Answered from memory."""

from __future__ import annotations

from typing import Any

import graphene

from balai.geography import queries
from balai.geography.codes import Level
from balai.geography.distance import BadCoordinates
from balai.geography.lookup import AreaRef
from balai.graphql import register_error, sized

register_error(BadCoordinates, "INVALID")

AreaLevel = graphene.Enum.from_enum(
    Level, name="AreaLevel", description=lambda level: str(level.label) if level else "How large an area is."
)


class Area(graphene.ObjectType):
    """The city, a district (kecamatan) or a village (kelurahan) of it."""

    code = graphene.ID(required=True, description="Kemendagri code, for example “36.74.06.1006”.")
    name = graphene.String(required=True)
    level = graphene.Field(AreaLevel, required=True)
    parent = graphene.Field(lambda: Area, description="The area that it lies in; null for the city.")
    lat = graphene.Float(required=True, description="A place that is surely inside, in degrees (WGS 84).")
    lon = graphene.Float(required=True)


class NeighbourCity(graphene.ObjectType):
    """Another city that is at home here too."""

    name = graphene.String(required=True)
    short_name = graphene.String(required=True)
    url = graphene.String(required=True, description="Where its portal is.")


class Location(graphene.ObjectType):
    """Where a point lies."""

    outside = graphene.Boolean(required=True, description="Whether it is not in this city; then all areas are null.")
    village = graphene.Field(Area)
    district = graphene.Field(Area)
    city = graphene.Field(Area)
    neighbour = graphene.Field(NeighbourCity, description="The city that it lies in instead, if that one is here too.")


class Query(graphene.ObjectType):
    areas = sized(
        graphene.List(
            graphene.NonNull(Area),
            required=True,
            level=AreaLevel(),
            parent=graphene.ID(description="Kemendagri code of the area that they lie in directly."),
            description="The areas of the city by name: all, of one level, or directly within one area.",
        ),
        400,
    )
    locate = graphene.Field(
        Location,
        required=True,
        lat=graphene.Float(required=True),
        lon=graphene.Float(required=True),
        description="The kelurahan at a point in degrees (WGS 84), or that it lies outside the city.",
    )

    @staticmethod
    def resolve_areas(_root: Any, _info: Any, level: Level | None = None, parent: str | None = None) -> list[AreaRef]:
        return queries.areas(level, parent)

    @staticmethod
    def resolve_locate(_root: Any, _info: Any, lat: float, lon: float) -> queries.Location:
        return queries.locate(lat, lon)
