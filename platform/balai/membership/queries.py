"""Reads about who works here."""

from __future__ import annotations

from django.db.models import QuerySet

from balai.accounts.models import User
from balai.membership.groups import ADMINISTRATORS
from balai.membership.models import Membership


def members() -> QuerySet[User]:
    """Everybody who works (or worked and is paused) in the current city, or on the hub."""
    return User.objects.filter(pk__in=Membership.objects.values("user_id"))


def administrators() -> QuerySet[User]:
    """The active members who look after the city: its administrators and the holders of the emergency key."""
    active = Membership.objects.filter(is_staff=True)
    by_group = active.filter(user__groups__name=ADMINISTRATORS).values("user_id")
    by_key = active.filter(is_superuser=True).values("user_id")
    return User.objects.filter(is_active=True, pk__in=by_group.union(by_key))
