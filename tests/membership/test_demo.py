"""The demonstration's accounts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from balai.accounts.models import User
from balai.membership.demo import ROLES, demo_accounts
from tenants.current import in_city
from tenants.models import HUB_SCHEMA, City
from tests.accounts.people import signed_in

pytestmark = pytest.mark.django_db


def test_there_is_one_for_each_role_and_they_sign_in(city_a: Any, city_b: Any) -> None:
    accounts = demo_accounts(city_a)
    assert demo_accounts(city_a) == accounts  # Repeatable.
    demo_accounts(city_b)
    assert {account["role"] for account in accounts} == set(ROLES)
    assert User.objects.count() == 2 * len(ROLES)
    for account in accounts:
        client = Client(headers={"host": city_a.host})
        client.post("/akun/login/", {"login": account["email"], "password": account["password"]})
        user = signed_in(client, city_a)
        assert user is not None
        with in_city(city_a):
            assert user.is_staff == (account["role"] != "resident")
        office = account["role"] not in ("resident", "officer")
        assert client.get("/kantor/").status_code == (200 if office else 403)
    assert accounts[1]["email"] == "operator@tangerang-selatan.example"


def test_the_hub_has_an_operator() -> None:
    (account,) = demo_accounts(City.objects.get(schema_name=HUB_SCHEMA))
    assert account["email"] == "hub@balai.example"
    assert User.objects.get(email=account["email"]).is_superuser


def test_a_real_installation_gets_none(city_a: Any, settings: Any) -> None:
    settings.EMBEDDED = False
    with pytest.raises(RuntimeError):
        demo_accounts(city_a)
    assert not User.objects.exists()
