"""What the API tells about the city itself."""

from __future__ import annotations

from typing import Any

import graphene

from balai.graphql import sized
from balai.modules import CityModule
from balai.portal.queries import services_by_category
from balai.portal.theming import Look, current_look
from tenants.models import City as CityRow
from tenants.modules import active_modules, module_name


class Module(graphene.ObjectType):
    """A module that the city has switched on."""

    label = graphene.ID(required=True, description="Also the name of its field at the root of the schema.")
    name = graphene.String(required=True)
    summary = graphene.String(required=True)
    icon = graphene.String(required=True, description="A name of the icon sprite.")

    @staticmethod
    def resolve_name(card: CityModule, _info: Any) -> Any:
        return module_name(card.label)


class Service(graphene.ObjectType):
    """One tile of the city's portal."""

    module = graphene.ID(required=True)
    name = graphene.String(required=True)
    summary = graphene.String(required=True)
    icon = graphene.String(required=True)
    url = graphene.String(required=True, description="Path of its page on the city's host.")


class ServiceCategory(graphene.ObjectType):
    """Services of one kind; categories without a service are left out."""

    slug = graphene.ID(required=True)
    name = graphene.String(required=True)
    services = sized(graphene.List(graphene.NonNull(Service), required=True), 8)


class Theme(graphene.ObjectType):
    """The look of the city's portal."""

    slug = graphene.String(required=True)
    tagline = graphene.String(required=True)
    primary = graphene.String(required=True, description="Main colour, like “#0b6b4c”; white text is readable on it.")
    accent = graphene.String(required=True)
    logo_url = graphene.String(required=True, description="Address of the logo, on the city's host; may be empty.")

    @staticmethod
    def resolve_slug(look: Look, _info: Any) -> str:
        return look.tokens.slug

    @staticmethod
    def resolve_accent(look: Look, _info: Any) -> str:
        return look.tokens.accent


class City(graphene.ObjectType):
    """The city whose address was asked."""

    name = graphene.String(required=True, description="Official name, for example “Kota Tangerang Selatan”.")
    short_name = graphene.String(required=True)
    code = graphene.String(required=True, description="Kemendagri code, for example “36.74”; may be empty.")
    province = graphene.String(required=True)
    timezone = graphene.String(required=True, description="IANA name, for example “Asia/Jakarta”.")
    language = graphene.String(required=True)
    url = graphene.String(required=True)
    theme = graphene.Field(Theme, required=True)
    modules = sized(graphene.List(graphene.NonNull(Module), required=True), 40)
    categories = sized(graphene.List(graphene.NonNull(ServiceCategory), required=True), 16)

    @staticmethod
    def resolve_theme(_city: CityRow, _info: Any) -> Look:
        return current_look()

    @staticmethod
    def resolve_modules(_city: CityRow, _info: Any) -> list[CityModule]:
        return list(active_modules().values())

    @staticmethod
    def resolve_categories(_city: CityRow, _info: Any) -> list[dict[str, Any]]:
        return services_by_category()


class Query(graphene.ObjectType):
    city = graphene.Field(City, required=True)

    @staticmethod
    def resolve_city(_root: Any, info: Any) -> CityRow:
        city: CityRow = info.context.city
        return city
