"""Pages of a list by the values of the last row instead of a number: page 1,000 costs what page 1 costs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime

from balai.casework.models import Case, CaseQuerySet

FAR = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Order:
    """An order by one moment that is never NULL, then by id; `field` is a column or annotation."""

    field: str
    descending: bool

    def by(self, backwards: bool = False) -> tuple[str, str]:
        sign = "-" if self.descending != backwards else ""
        return f"{sign}{self.field}", f"{sign}id"


ORDERS = {
    "": Order("received_at", True),
    "lama": Order("received_at", False),
    "tenggat": Order("due_order", False),
}


@dataclass
class Slice:
    """One page: its rows, and the cursors of its neighbours ("" where there is none)."""

    rows: list[Case]
    previous: str
    following: str


def slice_of(cases: CaseQuerySet, order: Order, *, size: int, after: str = "", before: str = "") -> Slice:
    """The rows after (or before) a cursor, in one statement. A cursor that is none is passed over."""
    if order.field == "due_order":
        cases = cases.annotate(due_order=Coalesce(F("next_deadline_at"), FAR))
    backwards = bool(before) and not after
    cursor = _parsed(before if backwards else after)
    if cursor is not None:
        moment, pk = cursor
        step = "lt" if order.descending != backwards else "gt"
        beyond = Q(**{f"{order.field}__{step}": moment}) | Q(**{order.field: moment, f"id__{step}": pk})
        # The first condition alone is what the index is walked by.
        cases = cases.filter(Q(**{f"{order.field}__{step}e": moment}) & beyond)
    rows: list[Any] = list(cases.order_by(*order.by(backwards))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_previous = more if backwards else cursor is not None
    has_following = cursor is not None if backwards else more
    return Slice(
        rows=rows,
        previous=_cursor(rows[0], order) if rows and has_previous else "",
        following=_cursor(rows[-1], order) if rows and has_following else "",
    )


def _cursor(row: Any, order: Order) -> str:
    moment: datetime.datetime = getattr(row, order.field)
    return f"{moment.astimezone(datetime.UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}~{row.pk}"


def _parsed(text: str) -> tuple[datetime.datetime, int] | None:
    moment, _tilde, pk = text.partition("~")
    try:
        parsed = parse_datetime(moment)
    except ValueError:
        return None
    if parsed is None or parsed.tzinfo is None or not pk.isascii() or not pk.isdecimal() or len(pk) > 18:
        return None
    return parsed, int(pk)
