"""Entries stay in the schema where the act happened."""

from __future__ import annotations

from typing import Any

import pytest

from balai.accounts.models import User
from balai.audit.actions import record
from balai.audit.models import Entry
from tenants.current import in_city

pytestmark = pytest.mark.django_db


def test_an_act_is_recorded_where_it_happened(city_a: Any, city_b: Any) -> None:
    user = User.objects.create_user("ani@example.org", name="Ani")
    with in_city(city_a):
        record("test.done", user, actor=user, number=3)
        record("test.said", "by name")
        first, second = Entry.objects.order_by("pk")
        assert (first.verb, first.target, first.actor, first.details) == (
            "test.done",
            f"accounts.user:{user.pk}",
            user,
            {"number": 3},
        )
        assert (second.target, second.actor) == ("by name", None)
    with in_city(city_b):
        assert not Entry.objects.exists()
    assert not Entry.objects.exists()
