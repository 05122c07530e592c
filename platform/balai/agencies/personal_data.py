"""What a city knows of a person's posts and absences."""

from __future__ import annotations

from typing import Any

from balai.accounts.models import User
from balai.agencies.models import Absence, Post


def export(user: User) -> dict[str, Any]:
    """The posts that the person holds or held, and the days away."""
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
        ],
        "absences": [
            {
                "since": absence.since.isoformat(),
                "until": absence.until.isoformat() if absence.until else None,
                "reason": absence.reason,
            }
            for absence in Absence.objects.filter(user=user).order_by("since", "pk")
        ],
    }


def erase(user: User) -> None:
    """Removes the posts and absences, and the person as anyone's deputy.

    What was done in a post stays in the timelines, by role and agency.
    """
    Post.objects.filter(user=user).delete()
    Absence.objects.filter(user=user).delete()
    for absence in Absence.objects.filter(deputy=user):
        absence.deputy = None
        absence.save(update_fields=["deputy"])
