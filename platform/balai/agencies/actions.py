"""Writes about posts: giving one to a person, ending it."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.models import Absence, Agency, Post, Role, Unit
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


def judge_absence(absence: Absence) -> None:
    """Raises ValidationError by field where the absence cannot be.

    The person and the deputy hold posts in one agency (or both in the city as a whole), and nobody is away twice at
    once.
    """
    absence.full_clean()
    places = set(Post.objects.current().filter(user=absence.user_id).values_list("agency_id", flat=True))
    if not places:
        raise ValidationError({"user": _("This person holds no post today.")})
    others = Absence.objects.filter(user=absence.user_id).exclude(pk=absence.pk)
    if absence.until is not None:
        others = others.filter(since__lte=absence.until)
    if others.filter(Q(until=None) | Q(until__gte=absence.since)).exists():
        raise ValidationError({"since": _("This person is away on some of these days already.")})
    if absence.deputy_id is not None:
        shared = Post.objects.current().filter(user=absence.deputy_id).values_list("agency_id", flat=True)
        if not places & set(shared):
            raise ValidationError({"deputy": _("Choose someone with a post in the same agency.")})


@transaction.atomic
def record_absence(*, absence: Absence, actor: User | None = None) -> Absence:
    """Keeps an absence that was made or changed; raises as `judge_absence`. The audit does not repeat the reason."""
    # Two absences of one person at once are judged one after the other.
    list(Post.objects.select_for_update().filter(user=absence.user_id).values_list("pk"))
    judge_absence(absence)
    verb = "agencies.absence_recorded" if absence.pk is None else "agencies.absence_changed"
    absence.save()
    until = absence.until.isoformat() if absence.until else None
    days = {"since": absence.since.isoformat(), "until": until}
    record(verb, absence, actor=actor, user=absence.user_id, deputy=absence.deputy_id, **days)
    return absence


@transaction.atomic
def remove_absence(*, absence: Absence, actor: User | None = None) -> None:
    """Takes back an absence that was recorded by mistake."""
    record("agencies.absence_removed", absence, actor=actor, user=absence.user_id)
    absence.delete()
