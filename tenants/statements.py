"""SELECTs that Django writes once.

To build a query and to write its SQL takes Django longer than PostgreSQL takes to answer it. What is asked with every
report is therefore written once per process, with gaps for the values:

    RECENT = Statement(lambda: Case.objects.filter(reporter=Given("reporter"), received_at__gt=Given("since")))
    RECENT.objects(reporter=7, since=yesterday)

Table names are not qualified, so that the same SQL asks whichever city is current.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import BooleanField, Expression, F, Func, QuerySet

from tenants.connection import connection

Model = TypeVar("Model", bound=models.Model)


class Given(Expression):
    """A gap in a statement. It is filled in as it is: a value that psycopg knows, without the field's conversion."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=models.Field())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


def among(column: str, name: str) -> Func:
    """The condition that the column is one of the values of the gap, a list. `__in` has a gap for each of them."""
    return Func(F(column), Given(name), template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


class Statement(Generic[Model]):
    """What `build` asks for, written when it is first asked."""

    def __init__(self, build: Callable[[], QuerySet[Model, Any]]) -> None:
        self.build = build

    @cached_property
    def _written(self) -> tuple[type[Model], str, tuple[Any, ...]]:
        queryset = self.build()
        sql, params = queryset.query.sql_with_params()
        return queryset.model, sql, tuple(params)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows as PostgreSQL gives them, for a `build` with values_list. Raises KeyError for a gap not filled."""
        _model, sql, params = self._written
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled(params, given))
            return list(cursor.fetchall())

    def objects(self, **given: Any) -> list[Model]:
        """The objects, with the annotations of `build` as attributes. Raises KeyError for a gap not filled."""
        model, sql, params = self._written
        return list(model._default_manager.raw(sql, _filled(params, given)))


def _filled(params: tuple[Any, ...], given: dict[str, Any]) -> list[Any]:
    return [given[param.name] if isinstance(param, Given) else param for param in params]
