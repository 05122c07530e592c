"""Google and Facebook are offered where the city has configured them, with the city's own client."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from balai.membership.models import SignInProvider
from tenants.current import in_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def google_in_a(city_a: Any) -> None:
    with in_city(city_a):
        SignInProvider.objects.create(provider="google", client_id="client-of-a", secret="rahasia")


def test_nothing_is_offered_by_default(client_a: Client) -> None:
    page = client_a.get("/akun/login/").content.decode()
    assert "Google" not in page
    assert "Facebook" not in page


def test_it_is_offered_in_that_city_only(client_a: Client, client_b: Client, google_in_a: None) -> None:
    assert "Google" in client_a.get("/akun/login/").content.decode()
    assert "Google" in client_a.get("/akun/signup/").content.decode()
    assert "Google" not in client_b.get("/akun/login/").content.decode()
    assert client_b.post("/akun/google/login/").status_code == 404


def test_the_citys_own_client_is_used(client_a: Client, google_in_a: None) -> None:
    response = client_a.post("/akun/google/login/")
    address = urlsplit(response.headers["Location"])
    asked = parse_qs(address.query)
    assert address.hostname == "accounts.google.com"
    assert asked["client_id"] == ["client-of-a"]
    assert asked["redirect_uri"] == ["http://tangerang-selatan.localhost/akun/google/login/callback/"]


def test_switched_off_it_is_gone(client_a: Client, city_a: Any, google_in_a: None) -> None:
    with in_city(city_a):
        SignInProvider.objects.update(active=False)
    assert "Google" not in client_a.get("/akun/login/").content.decode()
