"""Lists in pages: a connection with an opaque keyset cursor, over dicts or model rows.

    ReportPage = connection(ReportCard)

    class Query(graphene.ObjectType):
        reports = ConnectionField(ReportPage, status=graphene.String())

        @staticmethod
        def resolve_reports(root, info, first=None, after=None, status=None):
            return page(queries.reports(status), order=("-created_at", "-id"), first=first, after=after)

A keyset page costs the same however far someone has scrolled, and neither skips nor repeats a row when new ones arrive.
"""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Callable, Sequence
from typing import Any

import graphene
import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from balai.graphql.errors import UserError
from balai.graphql.fields import sized

DEFAULT_PAGE = 20
MAX_PAGE = 50
MAX_COUNTED = 1_000
"""A list is counted up to here, so that counting does not grow with what the city has long dealt with."""


class PageInfo(graphene.ObjectType):
    """Where a page ends. Give `endCursor` as `after` to get the next one."""

    has_next_page = graphene.Boolean(required=True)
    end_cursor = graphene.String()


def _total_count(root: dict[str, Any], _info: Any) -> int:
    return min(int(root["counted"]()), MAX_COUNTED)


def _more(root: dict[str, Any], _info: Any) -> bool:
    return int(root["counted"]()) > MAX_COUNTED


@functools.cache
def connection(node: type[graphene.ObjectType], name: str = "") -> type[graphene.ObjectType]:
    """The connection type of a node type, `<Node>Page` unless named: `nodes`, `pageInfo`, `totalCount`, `more`.

    The last two share a COUNT of their own, which runs only when one was asked for and stops beyond MAX_COUNTED.
    """
    fields = {
        "__doc__": f"A page of {node._meta.name}.",
        "nodes": sized(graphene.List(graphene.NonNull(node), required=True), MAX_PAGE),
        "page_info": graphene.Field(PageInfo, required=True),
        "total_count": graphene.Int(
            required=True, description=f"All of them, not only this page; counted up to {MAX_COUNTED:,}."
        ),
        "more": graphene.Boolean(required=True, description="Whether there are more than `totalCount` says."),
        "resolve_total_count": staticmethod(_total_count),
        "resolve_more": staticmethod(_more),
    }
    return type(name or f"{node._meta.name}Page", (graphene.ObjectType,), fields)


class ConnectionField(graphene.Field):
    """A field that answers a connection: adds the arguments `first` (at most 50) and `after`."""

    def __init__(self, page_type: Any, **kwargs: Any) -> None:
        kwargs.setdefault("required", True)
        super().__init__(
            page_type,
            first=graphene.Int(default_value=DEFAULT_PAGE, description=f"How many, at most {MAX_PAGE}."),
            after=graphene.String(description="The endCursor of the page before."),
            **kwargs,
        )


def page(
    rows: QuerySet[Any, Any],
    *,
    order: Sequence[str],
    first: int | None = None,
    after: str | None = None,
    row: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """One page of the queryset (model rows or `.values(…)` dicts) in the given order.

    `order` names columns that are never NULL, with "-" for descending, and must end in a unique one; a `.values(…)`
    queryset has to select them. `row` turns each row into the node. One SQL statement, and a second one only when
    `totalCount` or `more` is asked for. Raises UserError for a bad `first` or `after`.
    """
    size = DEFAULT_PAGE if first is None else first
    if not 1 <= size <= MAX_PAGE:
        raise UserError(_("“first” must be between 1 and %(max)d.") % {"max": MAX_PAGE}, "BAD_REQUEST")
    counted = rows
    keyed = rows.order_by(*order)
    if after:
        keyed = keyed.filter(_beyond(order, _read_cursor(rows, order, after)))
    found = list(keyed[: size + 1])
    shown = found[:size]
    return {
        "nodes": [row(item) for item in shown] if row else shown,
        "page_info": {
            "has_next_page": len(found) > size,
            "end_cursor": _write_cursor(shown[-1], order) if shown else None,
        },
        "counted": functools.cache(lambda: counted.order_by()[: MAX_COUNTED + 1].count()),
    }


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after the given key: (a, b) > (x, y), written so that an index on the first column still serves."""
    name, value = order[0].removeprefix("-"), values[0]
    strictly = "lt" if order[0].startswith("-") else "gt"
    if len(order) == 1:
        return Q((f"{name}__{strictly}", value))
    rest = _beyond(order[1:], values[1:])
    return Q((f"{name}__{strictly}e", value)) & (Q((f"{name}__{strictly}", value)) | rest)


def _write_cursor(item: Any, order: Sequence[str]) -> str:
    names = [name.removeprefix("-") for name in order]
    values = [item[name] if isinstance(item, dict) else getattr(item, name) for name in names]
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).rstrip(b"=").decode()


def _read_cursor(rows: QuerySet[Any, Any], order: Sequence[str], cursor: str) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            raise ValueError
        read = [_column(rows, name).to_python(value) for name, value in zip(order, values, strict=True)]
        if None in read:
            raise ValueError
    except (ValueError, TypeError, OverflowError, binascii.Error, ValidationError) as error:
        raise UserError(_("“after” is not a cursor of this list."), "BAD_CURSOR") from error
    return read


def _column(rows: QuerySet[Any, Any], name: str) -> Any:
    """The model field or the annotation's output field behind a name of the order."""
    name = name.removeprefix("-")
    try:
        return rows.model._meta.get_field("id" if name == "pk" else name)
    except FieldDoesNotExist:
        return rows.query.annotations[name].output_field
