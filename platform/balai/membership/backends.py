"""Who may do what: rights of this schema's active members only."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend


class MembershipBackend(ModelBackend):
    """Django's permission checks over this schema's memberships; the caches on the user are kept per schema.

    Passwords are checked by allauth's backend, which knows email, phone and the lock-out.
    """

    def authenticate(self, request: object, **credentials: object) -> None:  # type: ignore[override]
        return None

    def _get_permissions(self, user_obj: Any, obj: Any, from_name: str) -> set[str]:
        # A paused membership keeps its groups, but they count for nothing.
        if not user_obj.is_active or user_obj.is_anonymous or not user_obj.is_staff:
            return set()
        return super()._get_permissions(user_obj, obj, from_name)  # type: ignore[misc]


class SignInBackend(AuthenticationBackend):
    """allauth's, for signing in only: as a ModelBackend it would give rights of its own beside the memberships'."""

    def _get_permissions(self, user_obj: Any, obj: Any, from_name: str) -> set[str]:
        return set()
