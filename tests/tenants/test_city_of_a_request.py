"""Which city answers, in which language, with which modules."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from tenants.actions import activate, change_state, deactivate
from tenants.current import current_city, in_city
from tenants.middleware import city_of_host
from tenants.models import Activation, City
from tenants.modules import active_modules, is_active, module_options

pytestmark = pytest.mark.django_db


def test_each_host_leads_to_its_own_city(city_a: City, city_b: City) -> None:
    assert city_of_host("tangerang-selatan.localhost") == city_a
    assert city_of_host("serang.localhost") == city_b
    assert city_of_host("localhost").is_hub  # type: ignore[union-attr]
    assert city_of_host("elsewhere.example") is None


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "serang.localhost.evil.example", "xn--serang.localhost", "a" * 300]
)
def test_an_unknown_host_gets_no_page(db: None, host: str) -> None:
    response = Client(headers={"host": host}).get("/")
    assert response.status_code in (400, 404)
    assert b"<html" not in response.content


def test_a_known_host_is_found_without_a_query(city_a: City, django_assert_num_queries: Any) -> None:
    city_of_host(city_a.host)
    with django_assert_num_queries(0):
        city = city_of_host(city_a.host)
        assert city is not None
        assert city.options_by_module
        assert city.url == "http://tangerang-selatan.localhost:8000"


def test_a_suspended_city_is_gone_at_once_and_back_at_once(city_a: City, client_a: Client) -> None:
    assert client_a.get("/robots.txt").status_code == 200
    change_state(city_a, City.State.SUSPENDED)
    assert client_a.get("/robots.txt").status_code == 404
    change_state(city_a, City.State.ACTIVE)
    assert client_a.get("/robots.txt").status_code == 200


def test_switching_a_module_acts_at_once_and_in_this_city_only(city_a: City, city_b: City) -> None:
    assert city_of_host(city_a.host).options_by_module.keys() >= {"siaran"}  # type: ignore[union-attr]
    deactivate(city_a, "siaran")
    assert "siaran" not in city_of_host(city_a.host).options_by_module  # type: ignore[union-attr]
    with in_city(city_a):
        assert not is_active("siaran")
    with in_city(city_b):
        assert "siaran" in active_modules()
    activate(city_a, "siaran")
    assert "siaran" in city_of_host(city_a.host).options_by_module  # type: ignore[union-attr]


def test_switching_on_keeps_the_options_that_were_set(city_a: City) -> None:
    activate(city_a, "dummy", {"longest_note": 80})
    deactivate(city_a, "dummy")
    activate(city_a, "dummy")
    with in_city(city_a):
        assert module_options("dummy").longest_note == 80


def test_wrong_options_are_refused_and_nothing_changes(city_a: City) -> None:
    before = list(Activation.objects.order_by("pk").values())
    with pytest.raises(ValueError, match="longest_note"):
        activate(city_a, "dummy", {"longest_note": "many"})
    with pytest.raises(LookupError):
        activate(city_a, "no-such-module")
    assert list(Activation.objects.order_by("pk").values()) == before


def test_the_connection_is_back_on_the_hub_after_a_request(client_a: Client) -> None:
    client_a.get("/robots.txt")
    assert connection.schema_name == "public"


def test_a_cached_value_stays_in_its_city(city_a: City, city_b: City) -> None:
    with in_city(city_a):
        cache.set("secret", "A")
    with in_city(city_b):
        assert cache.get("secret") is None
        cache.set("secret", "B")
    with in_city(city_a):
        assert cache.get("secret") == "A"
    assert cache.get("secret") is None


def test_every_cache_keys_by_city() -> None:
    from django.conf import settings

    assert {alias["KEY_FUNCTION"] for alias in settings.CACHES.values()} == {"django_tenants.cache.make_key"}


def test_an_uploaded_file_stays_in_its_city(city_a: City, city_b: City) -> None:
    with in_city(city_a):
        name = default_storage.save("note.txt", ContentFile(b"A"))
        assert f"/{city_a.schema_name}/" in default_storage.path(name)
    with in_city(city_b):
        assert not default_storage.exists(name)
    with in_city(city_a):
        default_storage.delete(name)


def test_in_city_returns_to_the_former_city(city_a: City, city_b: City) -> None:
    with in_city(city_a):
        with in_city(city_b):
            assert current_city() == city_b
        assert current_city() == city_a


@pytest.mark.parametrize(
    ("cookie", "accept", "path", "language"),
    [
        ("", "en", "/", "id"),
        ("en", "", "/", "en"),
        ("xx", "", "/", "id"),
        ("", "en", "/graphql/", "en"),
        ("id", "en", "/graphql/", "id"),
    ],
)
def test_the_language_is_the_visitors_choice_else_the_citys(
    client_a: Client, cookie: str, accept: str, path: str, language: str
) -> None:
    if cookie:
        client_a.cookies["django_language"] = cookie
    response = client_a.get(path, headers={"accept-language": accept} if accept else {})
    assert response["Content-Language"] == language
