"""What a city has set, held in memory: values that are read with every request and changed once a month."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.cache import cache
from django.db import transaction
from django_tenants.utils import schema_context

from tenants.connection import connection
from tenants.current import current_city

Value = TypeVar("Value")

MAX_CITIES = 512
"""Cities whose value one process holds; the least recently asked for is dropped first."""
HELD_SECONDS = 60.0
"""How long a value is believed at most, should the word of a change be lost."""


_keys: set[str] = set()
_seen: ContextVar[dict[str, dict[str, str]] | None] = ContextVar("seen", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within it the versions of a city are looked up once, all together: what a request has begun with, it ends with,
    but for what it changes itself."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


class Version:
    """The word of a change: a text per city that is another one after `changed()`. It lies in the cache, for all
    processes alike."""

    def __init__(self, name: str) -> None:
        self.key = f"held:{name}"
        _keys.add(self.key)

    def now(self) -> str:
        """The current city's version: one look into the cache (see one_look) and no SQL."""
        seen = _seen.get()
        if seen is None:
            return self._version(cache.get(self.key))
        schema = str(connection.schema_name)
        if schema not in seen:
            seen[schema] = cache.get_many(list(_keys))
        version = seen[schema][self.key] = self._version(seen[schema].get(self.key))
        return version

    def _version(self, version: str | None) -> str:
        if version is None:
            version = secrets.token_hex(8)
            if not cache.add(self.key, version):
                version = cache.get(self.key, version)
        return str(version)

    def changed(self) -> None:
        """Makes the current city's version another one: now, so that this transaction sees what it wrote, and once
        more when it has committed, for those who read the old state in between."""
        schema = connection.schema_name

        renew = _Renewal(self.key, str(schema))
        renew()
        transaction.on_commit(renew)

    def is_changing(self) -> bool:
        """Whether the open transaction has changed it: what is read then may yet be rolled back."""
        renewal = _Renewal(self.key, str(connection.schema_name))
        return any(renewal == function for _savepoints, function, _robust in connection.run_on_commit)


@dataclass(frozen=True, slots=True)
class _Renewal:
    """Gives a version another text. Found again among what the transaction does when it commits."""

    key: str
    schema: str

    def __call__(self) -> None:
        version = secrets.token_hex(8)
        with schema_context(self.schema):
            cache.set(self.key, version)
        seen = _seen.get()
        if seen is not None and self.schema in seen:
            seen[self.schema][self.key] = version


class Held(Generic[Value]):
    """A value of each city, loaded once per process and again after `changed()`.

    Asking costs one look into the cache and no SQL. The value is shared by all who ask: it must not be changed.
    """

    def __init__(self, name: str, load: Callable[[], Value]) -> None:
        self.version, self.load = Version(name), load
        self._held: OrderedDict[str, tuple[tuple[str, bool], Value, float]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self) -> Value:
        """The current city's value. Raises NoCity on the hub."""
        schema = current_city().schema_name
        # What a transaction reads of its own change is its alone, and nobody's after a rollback.
        version = self.version.now(), self.version.is_changing()
        held = self._held.get(schema)
        now = time.monotonic()
        if held is not None and held[0] == version and now < held[2]:
            return held[1]
        value = self.load()
        with self._lock:
            self._held[schema] = (version, value, now + HELD_SECONDS)
            self._held.move_to_end(schema)
            while len(self._held) > MAX_CITIES:
                self._held.popitem(last=False)
        return value

    def changed(self) -> None:
        """Makes every process load the current city's value anew."""
        self.version.changed()
