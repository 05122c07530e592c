"""Joins the `schema.py` of every service and module into one schema.

A service's (balai.*) Query and Mutation fields stand at the root. A module's Query becomes the field of its label,
which is null in a city that has the module off; its Mutation fields stand at the root too, each name beginning with
the label, and are refused where the module is off. Nothing is swallowed: a fault in a `schema.py` stops the start.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import graphene
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.translation import gettext as _
from graphene.types.schema import TypeMap
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLField, GraphQLSchema
from graphql.type import assert_valid_schema

from balai.graphql import DateTime, UserError
from balai.modules import CityModule, modules
from tenants.modules import is_active

# Types that a library brings under a name of ours (graphene-django's models, say) are replaced by ours.
SUBSTITUTES: dict[Any, Any] = {graphene.DateTime: DateTime}


class StrictTypeMap(TypeMap):
    """Refuses two types of one name; graphene would silently take the first for both."""

    def add_type(self, graphene_type: Any) -> Any:
        substitute = SUBSTITUTES.get(graphene_type) if isinstance(graphene_type, type) else None
        found = super().add_type(substitute or graphene_type)
        own = getattr(found, "graphene_type", None)
        asked = substitute or graphene_type
        if own is not None and isinstance(asked, type) and own is not asked:
            raise ImproperlyConfigured(
                f"two GraphQL types are named {own._meta.name}: {_where(own)} and {_where(asked)}; rename one"
            )
        return found


class JoinedSchema(graphene.Schema):
    """graphene's Schema over a strict type map, with our marks copied onto the executable fields."""

    def __init__(self, query: Any, mutation: Any = None) -> None:
        self.query, self.mutation, self.subscription = query, mutation, None
        type_map = StrictTypeMap(query, mutation)
        self.graphql_schema = GraphQLSchema(type_map.query, type_map.mutation)
        for graphql_type in self.graphql_schema.type_map.values():
            graphene_type = getattr(graphql_type, "graphene_type", None)
            if graphene_type is None or not hasattr(graphql_type, "fields"):
                continue
            for name, field in graphene_type._meta.fields.items():
                if marks := getattr(field, "balai", None):
                    graphql_type.fields[field.name or to_camel_case(name)].extensions.update(marks)
        assert_valid_schema(self.graphql_schema)


def join(cards: Iterable[CityModule] | None = None) -> JoinedSchema:
    """The schema of the services and of these modules (default: all that are installed)."""
    chosen = list(modules().values() if cards is None else cards)
    # Descriptions come from the modules' cards; the SDL is English whatever the process speaks.
    with translation.override("en"):
        query, mutation = _Root("Query"), _Root("Mutation")
        for service in service_parts():
            query.add_service(service)
            mutation.add_service(service)
        guarded: dict[str, str] = {}
        for card in chosen:
            part = card.part("schema")
            if part is None:
                continue
            if not (hasattr(part, "Query") or hasattr(part, "Mutation")):
                raise ImproperlyConfigured(f"{part.__name__} has neither a Query nor a Mutation")
            if hasattr(part, "Query"):
                query.add(card.label, _namespace(card, part.Query), card.name)
            if hasattr(part, "Mutation"):
                for name, field in part.Mutation._meta.fields.items():
                    shown = field.name or to_camel_case(name)
                    rest = shown.removeprefix(to_camel_case(card.label))
                    if rest == shown or not rest[:1].isupper():
                        raise ImproperlyConfigured(
                            f"{part.__name__}: the mutation {shown} must begin with the module's label ({card.label})"
                        )
                    mutation.add(name, field, card.name)
                    guarded[shown] = card.label
        schema = JoinedSchema(query.build(), mutation.build())
    if schema.graphql_schema.mutation_type:
        for name, label in guarded.items():
            _guard(schema.graphql_schema.mutation_type.fields[name], label)
    return schema


def service_parts() -> Iterator[ModuleType]:
    """The `schema.py` of each installed app of the kernel, in the order of the settings."""
    for config in apps.get_app_configs():
        if (
            config.name.startswith("balai.")
            and not isinstance(config, CityModule)
            and find_spec(f"{config.name}.schema")
        ):
            yield import_module(f"{config.name}.schema")


class _Root:
    """Collects the fields of a root type and says who clashes with whom."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.fields: dict[str, Any] = {}
        self.owners: dict[str, str] = {}
        self.bases: list[Any] = []

    def add(self, name: str, field: Any, owner: str) -> None:
        if name in self.owners:
            raise ImproperlyConfigured(f"{owner} and {self.owners[name]} both have {self.name}.{name}")
        self.fields[name] = field
        self.owners[name] = owner

    def add_service(self, part: ModuleType) -> None:
        base = getattr(part, self.name, None)
        if base is None:
            return
        for name in base._meta.fields:
            if name in self.owners:
                raise ImproperlyConfigured(f"{part.__name__} and {self.owners[name]} both have {self.name}.{name}")
            self.owners[name] = part.__name__
        # Inherited, not copied: the resolvers are methods of the class.
        self.bases.append(base)

    def build(self) -> Any:
        if not self.owners:
            return None
        return type(self.name, (*self.bases, graphene.ObjectType), self.fields)


def _namespace(card: CityModule, query: Any) -> graphene.Field:
    name = to_camel_case("_" + card.label).strip("_")
    own = type(f"{name[:1].upper()}{name[1:]}Query", (query,), {"__doc__": str(card.summary)})

    def resolve(_root: Any, _info: Any) -> dict[str, Any] | None:
        return {} if is_active(card.label) else None

    description = f"{card.verbose_name}; null where the city has the module off."
    return graphene.Field(own, resolver=resolve, description=description)


def _guard(field: GraphQLField, label: str) -> None:
    inner: Callable[..., Any] | None = field.resolve
    assert inner is not None

    @functools.wraps(inner)
    def resolve(root: Any, info: Any, **arguments: Any) -> Any:
        if not is_active(label):
            raise UserError(_("This service is not offered in this city."), "MODULE_OFF", module=label)
        return inner(root, info, **arguments)

    field.resolve = resolve


def _where(graphene_type: Any) -> str:
    return f"{graphene_type.__module__}.{graphene_type.__qualname__}"
