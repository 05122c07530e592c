"""What a city knows of a person's posts."""

from __future__ import annotations

from typing import Any

from balai.accounts.models import User
from balai.agencies.models import Post


def export(user: User) -> dict[str, Any]:
    """The posts that the person holds or held."""
    posts = Post.objects.filter(user=user).select_related("agency", "unit").order_by("since", "pk")
    return {
        "posts": [
            {
                "role": post.role,
                "agency": post.agency.name if post.agency else None,
                "unit": post.unit.name if post.unit else None,
                "since": post.since.isoformat(),
                "until": post.until.isoformat() if post.until else None,
            }
            for post in posts
        ]
    }


def erase(user: User) -> None:
    """Removes the posts. What was done in them stays in the timelines, by role and agency."""
    Post.objects.filter(user=user).delete()
