"""Members of two cities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.accounts.conftest import code_for as code_for


@pytest.fixture(autouse=True)
def _cheap_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def prepared(city_a: Any, city_b: Any) -> None:
    """Both cities with their default groups."""
    from balai.membership.actions import prepare_city

    prepare_city(city_a)
    prepare_city(city_b)


@pytest.fixture
def member(prepared: None) -> Callable[..., Any]:
    """member(city, email, *group names, key=False): a member of the city."""
    from django.contrib.auth.models import Group

    from balai.membership import actions
    from tenants.current import in_city

    def member(city: Any, email: str, *groups: str, name: str = "Ani", key: bool = False) -> Any:
        with in_city(city):
            found = list(Group.objects.filter(name__in=groups))
            assert len(found) == len(groups)
            user = actions.add_member(actor=None, identifier=email, name=name, groups=found, invite=False)
            if key:
                actions.set_emergency_key(actor=None, user=user, given=True)
        return user

    return member
