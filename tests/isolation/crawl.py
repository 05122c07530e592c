"""Walks everything a city offers: each URL and each field of the API, with identifiers of our choosing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

URLCONF = "balai.config.urls_city"


@dataclass(frozen=True)
class Page:
    """A named URL and the names of what it needs."""

    name: str
    needs: tuple[str, ...]

    def path(self, identifiers: dict[str, Any]) -> str | None:
        """The path with these identifiers; None where they do not fit the URL."""
        try:
            return reverse(self.name, urlconf=URLCONF, kwargs={need: identifiers[need] for need in self.needs})
        except NoReverseMatch:
            return None


def pages() -> list[Page]:
    """Every named URL of a city."""
    return sorted(set(_walk(get_resolver(URLCONF), (), ())), key=lambda page: (page.name, page.needs))


def _walk(resolver: URLResolver, namespaces: tuple[str, ...], needs: tuple[str, ...]) -> Iterator[Page]:
    for entry in resolver.url_patterns:
        converters = getattr(entry.pattern, "converters", {})
        regex = getattr(getattr(entry.pattern, "regex", None), "groupindex", {})
        own = (*needs, *(name for name in (*converters, *regex) if name not in needs))
        own = tuple(dict.fromkeys(own))
        if isinstance(entry, URLResolver):
            yield from _walk(entry, (*namespaces, *([entry.namespace] if entry.namespace else [])), own)
        elif isinstance(entry, URLPattern) and entry.name:
            yield Page(":".join((*namespaces, entry.name)), own)


@dataclass(frozen=True)
class Field:
    """A field of a root type, with a document that asks for all it can give."""

    name: str
    document: str
    needs: dict[str, str]
    """GraphQL type by variable."""


def fields(schema: GraphQLSchema, root: str) -> Iterator[Field]:
    """Each field of "query" or "mutation"; a module's own query fields one by one."""
    kind = schema.query_type if root == "query" else schema.mutation_type
    assert kind is not None
    for name, field in kind.fields.items():
        target = get_named_type(field.type)
        if (
            root == "query"
            and not field.args
            and isinstance(target, GraphQLObjectType)
            and target.name.endswith("Query")
        ):
            for inner, inner_field in target.fields.items():
                yield _field(f"{name}.{inner}", inner_field, root, lambda text, name=name: f"{name} {{ {text} }}")  # type: ignore[misc]
        else:
            yield _field(name, field, root, lambda text: text)


def _field(name: str, field: Any, root: str, wrap: Any) -> Field:
    needs = {argument: str(spec.type) for argument, spec in field.args.items()}
    declared = ", ".join(f"${argument}: {kind}" for argument, kind in needs.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in needs)
    own = name.rpartition(".")[2] + (f"({passed})" if passed else "") + _selection(field.type, 4)
    return Field(name, f"{root} Crawl{f'({declared})' if declared else ''} {{ {wrap(own)} }}", needs)


def _selection(kind: Any, depth: int) -> str:
    target = get_named_type(kind)
    if isinstance(target, GraphQLScalarType | GraphQLEnumType):
        return ""
    if isinstance(target, GraphQLUnionType) or depth == 0:
        return " { __typename }"
    inner = [
        name + _selection(field.type, depth - 1)
        for name, field in target.fields.items()
        if not any(isinstance(argument.type, GraphQLNonNull) for argument in field.args.values())
    ]
    return " { " + " ".join(inner or ["__typename"]) + " }"


def value_for(kind: Any, name: str, identifiers: dict[str, Any]) -> Any:
    """A value of an input type: the identifier of this name where there is one, else something that fits."""
    if isinstance(kind, GraphQLNonNull):
        return value_for(kind.of_type, name, identifiers)
    if isinstance(kind, GraphQLList):
        return [value_for(kind.of_type, name.rstrip("s"), identifiers)]
    if isinstance(kind, GraphQLInputObjectType):
        return {key: value_for(field.type, key, identifiers) for key, field in kind.fields.items()}
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    known = {name, {"id": "uuid", "photo": "uuid", "photoId": "uuid", "photoIds": "uuid"}.get(name, name)} & set(
        identifiers
    )
    fits = {"Int": int, "Float": float, "Boolean": bool}.get(kind.name, str)
    if known and (fits is str or isinstance(identifiers[next(iter(known))], fits)):
        return identifiers[sorted(known)[-1]] if fits is not str else str(identifiers[sorted(known)[-1]])
    return {"Int": 5, "Float": 1.0, "Boolean": True}.get(kind.name, "percobaan yang cukup panjang")
