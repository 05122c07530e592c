"""Where sessions are kept: Django's, behind a cache, asked only for keys that it could have given out."""

from __future__ import annotations

from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS

LONGEST_KEY = 40
"""As many characters as the session table holds."""


class SessionStore(cached_db.SessionStore):
    """A key from a cookie or an app's header is the visitor's own text: one with a NUL would fail in PostgreSQL, and a
    long one end up whole in the log, by the cache's warning. Such a key is nobody's session."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key) and 8 <= len(key or "") <= LONGEST_KEY and set(key or "") <= set(VALID_KEY_CHARS)

    def exists(self, session_key: str | None) -> bool:
        return session_key is not None and self._validate_session_key(session_key) and bool(super().exists(session_key))
