"""Who may do what: rights of this schema's active members only."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from balai.accounts.models import User
from tenants.statements import Given, Statement

SIGNED_IN = Statement(lambda: User.objects.filter(pk=Given("id")))


class MembershipBackend(ModelBackend):
    """Django's permission checks over this schema's memberships; the caches on the user are kept per schema.

    Passwords are checked by allauth's backend, which knows email, phone and the lock-out.
    """

    def authenticate(self, request: object, **credentials: object) -> None:  # type: ignore[override]
        return None

    def get_user(self, user_id: int) -> User | None:
        """Whose session this is; None where the account is gone or no longer active."""
        return next((user for user in SIGNED_IN.objects(id=user_id) if self.user_can_authenticate(user)), None)

    def _get_permissions(self, user_obj: Any, obj: Any, from_name: str) -> set[str]:
        # A paused membership keeps its groups, but they count for nothing.
        if not user_obj.is_active or user_obj.is_anonymous or not user_obj.is_staff:
            return set()
        return super()._get_permissions(user_obj, obj, from_name)  # type: ignore[misc]

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """As Django's, of one's own and of one's groups, but in one statement."""
        if obj is not None or user_obj.is_superuser or hasattr(user_obj, "_perm_cache"):
            return super().get_all_permissions(user_obj, obj)
        if not user_obj.is_active or user_obj.is_anonymous or not user_obj.is_staff:
            return set()
        groups = Group.objects.filter(user=user_obj)
        given = Permission.objects.filter(Q(user=user_obj) | Q(group__in=groups))
        names = given.values_list("content_type__app_label", "codename").order_by()
        user_obj._perm_cache = {f"{label}.{codename}" for label, codename in names}
        return set(user_obj._perm_cache)


class SignInBackend(AuthenticationBackend):
    """allauth's, for signing in only: as a ModelBackend it would give rights of its own beside the memberships'."""

    def get_user(self, user_id: int) -> User | None:
        """As MembershipBackend's, for sessions that this backend began."""
        return MembershipBackend().get_user(user_id)

    def _get_permissions(self, user_obj: Any, obj: Any, from_name: str) -> set[str]:
        return set()
