"""The app's session tokens."""

from __future__ import annotations

from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.contrib.sessions.backends.base import SessionBase


class SessionTokens(SessionTokenStrategy):
    """A session's key as the app's token; looked up in one statement where allauth's strategy takes two."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """The session of this token; None where there is none or it has ended."""
        return sessionkit.lookup_session(session_token)
