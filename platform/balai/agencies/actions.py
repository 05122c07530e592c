"""Writes about posts: giving one to a person, ending it."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from balai.accounts.models import User
from balai.agencies.models import Agency, Post, Role, Unit
from balai.audit.actions import record


@transaction.atomic
def appoint(
    *,
    user: User,
    role: Role | str,
    agency: Agency | None = None,
    unit: Unit | None = None,
    since: datetime.date | None = None,
    actor: User | None = None,
) -> Post:
    """Gives the person a post from `since` (default: today). Raises ValidationError with a message per field."""
    post = Post(user=user, role=role, agency=agency, unit=unit, since=since or timezone.localdate())
    post.full_clean()
    post.save()
    record(
        "agencies.appointed", post, actor=actor, user=user.pk, role=str(role), agency=agency.slug if agency else None
    )
    return post


@transaction.atomic
def end_post(*, post: Post, until: datetime.date | None = None, actor: User | None = None) -> Post:
    """Ends the post with the day `until` (default: yesterday, so that it holds no more from now on).

    A post that began after that day never held and is removed.
    """
    post.until = until or timezone.localdate() - datetime.timedelta(days=1)
    record("agencies.post_ended", post, actor=actor, user=post.user_id, role=post.role, until=post.until.isoformat())
    if post.until < post.since:
        post.delete()
    else:
        post.save(update_fields=["until"])
    return post
