"""Django's cache in Valkey, with the clients kept.

Django makes a client anew for every look into the cache, which costs more than the look itself (RedisCacheClient.
get_client); a client is safe to share between threads, its connections come from a pool.
"""

from __future__ import annotations

from typing import Any

from django.core.cache.backends import redis


class KeptClients(redis.RedisCacheClient):
    """The client of the one server that there is."""

    _kept: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept


class ValkeyCache(redis.RedisCache):
    """Django's RedisCache over KeptClients."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._class = KeptClients
