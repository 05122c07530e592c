"""What a city knows of a person's rights in it."""

from __future__ import annotations

from typing import Any

from balai.membership.models import Membership, UserGroup, UserPermission


def export(user: Any) -> dict[str, Any]:
    """Whether the person works here, and in which groups."""
    member = Membership.objects.filter(user_id=user.pk).first()
    return {
        "member_since": member.since.isoformat() if member else None,
        "groups": list(UserGroup.objects.filter(user_id=user.pk).values_list("group__name", flat=True)),
    }


def erase(user: Any) -> None:
    """Takes every right away."""
    for model in (UserGroup, UserPermission, Membership):
        model.objects.filter(user_id=user.pk).delete()
