"""Scalars of the API. Use these, not graphene's, for points in time and free-form JSON."""

from __future__ import annotations

import datetime
from typing import Any

import graphene
import orjson
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from graphql import GraphQLError, Undefined
from graphql.language import ast

UUID = graphene.UUID
Date = graphene.Date

MAX_JSON_DEPTH = 12
MAX_JSON_BYTES = 64 * 1024


class DateTime(graphene.Scalar):
    """A point in time, ISO 8601 with an offset; answered in the city's time zone ("2026-08-17T10:00:00+07:00")."""

    @staticmethod
    def serialize(value: Any) -> str:
        if not isinstance(value, datetime.datetime):
            raise GraphQLError(f"DateTime cannot represent {value!r}")
        # A zone-less value is read as the city's, as everywhere else.
        aware = value if timezone.is_aware(value) else timezone.make_aware(value)
        return timezone.localtime(aware).isoformat()

    @staticmethod
    def parse_value(value: Any) -> datetime.datetime:
        try:
            parsed = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            parsed = None
        if parsed is None or timezone.is_naive(parsed):
            raise GraphQLError("DateTime must be ISO 8601 with an offset, like 2026-08-17T10:00:00+07:00")
        return parsed

    @classmethod
    def parse_literal(cls, node: ast.ValueNode, _variables: Any = None) -> datetime.datetime:
        return cls.parse_value(node.value if isinstance(node, ast.StringValueNode) else None)


class JSON(graphene.Scalar):
    """Free-form JSON, GeoJSON for example. As input at most 12 levels deep and 64 KiB."""

    @staticmethod
    def serialize(value: Any) -> Any:
        if not isinstance(value, dict | list | str | int | float | bool):
            raise GraphQLError(f"JSON cannot represent {type(value).__name__}")
        return value

    @staticmethod
    def parse_value(value: Any) -> Any:
        if _too_deep(value, MAX_JSON_DEPTH):
            raise GraphQLError(f"JSON must not be nested deeper than {MAX_JSON_DEPTH} levels")
        if len(dump(value)) > MAX_JSON_BYTES:
            raise GraphQLError(f"JSON must not be longer than {MAX_JSON_BYTES // 1024} KiB")
        return value

    @classmethod
    def parse_literal(cls, node: ast.ValueNode, variables: dict[str, Any] | None = None) -> Any:
        return cls.parse_value(_literal(node, variables or {}, 0))


def dump(value: Any) -> bytes:
    """JSON bytes; lazily translated texts are written in the current language. Raises TypeError for anything else."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _too_deep(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if levels == 0:
        return True
    return any(_too_deep(item, levels - 1) for item in (value.values() if isinstance(value, dict) else value))


def _literal(node: ast.ValueNode, variables: dict[str, Any], depth: int) -> Any:
    if depth > MAX_JSON_DEPTH:
        raise GraphQLError(f"JSON must not be nested deeper than {MAX_JSON_DEPTH} levels")
    match node:
        case ast.StringValueNode() | ast.BooleanValueNode():
            return node.value
        case ast.IntValueNode():
            return int(node.value[:20])
        case ast.FloatValueNode():
            return float(node.value)
        case ast.NullValueNode():
            return None
        case ast.ListValueNode():
            return [_literal(item, variables, depth + 1) for item in node.values]
        case ast.ObjectValueNode():
            return {field.name.value: _literal(field.value, variables, depth + 1) for field in node.fields}
        case ast.VariableNode():
            return variables.get(node.name.value)
        case _:
            return Undefined
