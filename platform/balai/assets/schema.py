"""What the API tells of assets: public facts only."""

from __future__ import annotations

from typing import Any

import graphene

from balai.assets import queries
from balai.assets.models import Asset as AssetRow
from balai.assets.models import AssetKind as AssetKindRow
from balai.assets.models import State
from balai.graphql import register_error, sized

register_error(queries.UnknownAsset, "NOT_FOUND")


class AssetKind(graphene.ObjectType):
    """What sort of thing it is."""

    slug = graphene.ID(required=True)
    name = graphene.String(required=True)
    icon = graphene.String(required=True, description="A name of the icon sprite.")


class Asset(graphene.ObjectType):
    """A thing of the city, or of a utility in it, that a report can point at."""

    reference = graphene.ID(required=True, description="Names it in the city, for example “lampu:PJU-0123”.")
    code = graphene.String(required=True, description="What is written on it.")
    name = graphene.String(required=True)
    kind = graphene.Field(AssetKind, required=True)
    owner = graphene.String(required=True, description="The agency or the utility that it belongs to.")
    lat = graphene.Float(required=True, description="Degrees, WGS 84.")
    lon = graphene.Float(required=True)
    village = graphene.String(description="Name of the kelurahan.")
    district = graphene.String(description="Name of the kecamatan.")
    in_service = graphene.Boolean(required=True)
    distance_m = graphene.Int(description="Metres from where one asked; null where nobody asked from a place.")


def asset_node(asset: AssetRow) -> dict[str, Any]:
    """An Asset."""
    village = asset.village
    distance = getattr(asset, "distance_m", None)
    return {
        "reference": asset.reference,
        "code": asset.code,
        "name": asset.name,
        "kind": kind_node(asset.kind),
        "owner": asset.owner,
        "lat": asset.lat,
        "lon": asset.lon,
        "village": village.name if village else None,
        "district": village.parent.name if village and village.parent else None,
        "in_service": asset.state == State.IN_SERVICE,
        "distance_m": None if distance is None else round(distance),
    }


def asset_of(info: Any, code: str) -> AssetRow:
    """The asset with this code, read once per request. Raises UnknownAsset."""
    found: AssetRow = info.context.once(f"asset:{code}", lambda: queries.by_code(code))
    return found


def kind_node(kind: AssetKindRow) -> dict[str, Any]:
    """An AssetKind."""
    return {"slug": kind.slug, "name": kind.name, "icon": kind.icon}


class Query(graphene.ObjectType):
    assets_near = sized(
        graphene.List(
            graphene.NonNull(Asset),
            required=True,
            lat=graphene.Float(required=True),
            lon=graphene.Float(required=True),
            metres=graphene.Float(default_value=100.0, description="At most 500."),
            kind=graphene.ID(description="Slug of a kind."),
            description="Assets in service around a place, nearest first.",
        ),
        queries.MAX_NEAR,
    )
    asset = graphene.Field(
        Asset,
        required=True,
        code=graphene.ID(
            required=True, description="As written on it; with its kind where several share it: “lampu:PJU-0123”."
        ),
        description="One asset. NOT_FOUND where there is none, or several.",
    )

    @staticmethod
    def resolve_assets_near(
        _root: Any, _info: Any, lat: float, lon: float, metres: float, kind: str | None = None
    ) -> list[dict[str, Any]]:
        return [asset_node(asset) for asset in queries.near(lat, lon, metres, kind or "")]

    @staticmethod
    def resolve_asset(_root: Any, info: Any, code: str) -> dict[str, Any]:
        return asset_node(asset_of(info, code))
