"""manage.py member"""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from balai.accounts.models import User
from balai.membership.groups import OPERATORS
from balai.membership.models import Membership
from tenants.current import in_city

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("member", *arguments, stdout=out)
    return out.getvalue()


def test_it_makes_a_member(prepared: None, city_a: Any, city_b: Any) -> None:
    run("serang", "ani@example.org", "--name", "Ani", "--group", OPERATORS, "--emergency-key")
    user = User.objects.get()
    with in_city(city_b):
        assert Membership.objects.get(user=user).is_superuser
        assert [group.name for group in user.groups.all()] == [OPERATORS]
    with in_city(city_a):
        assert not Membership.objects.exists()
    run("serang", "ani@example.org")  # Again: nothing is lost.
    with in_city(city_b):
        assert user.groups.count() == 1


def test_it_makes_an_operator_of_the_hub(prepared: None) -> None:
    run("public", "hub@example.org", "--name", "Hub", "--emergency-key")
    assert User.objects.get().is_superuser


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-city", "ani@example.org", "--name", "Ani"),
        ("serang", "ani@example.org"),
        ("serang", "0812", "--name", "Ani"),
        ("serang", "ani@example.org", "--name", "Ani", "--group", "no such group"),
    ],
)
def test_mistakes_are_one_clear_line(prepared: None, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    assert "\n" not in str(refusal.value)
    assert not User.objects.exists()
