"""An attribute of an object that has one value per schema.

The account of a person is shared by all cities, what the person may do is not: whatever Django or Wagtail keeps on the
user object about rights must be forgotten when the schema changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tenants.connection import connection


class PerSchema:
    """Descriptor. `missing(instance)` computes the value that was not set; without it the attribute is absent."""

    def __init__(self, missing: Callable[[Any], Any] | None = None) -> None:
        self.missing = missing

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def _values(self, instance: Any) -> dict[tuple[str | None, str], Any]:
        values: dict[tuple[str | None, str], Any] = instance.__dict__.setdefault("_per_schema", {})
        return values

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        values, key = self._values(instance), (connection.schema_name, self.name)
        if key not in values:
            if self.missing is None:
                raise AttributeError(self.name)
            values[key] = self.missing(instance)
        return values[key]

    def __set__(self, instance: Any, value: Any) -> None:
        self._values(instance)[connection.schema_name, self.name] = value

    def __delete__(self, instance: Any) -> None:
        try:
            del self._values(instance)[connection.schema_name, self.name]
        except KeyError:
            raise AttributeError(self.name) from None
