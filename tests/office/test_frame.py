"""The frame of the back office: who gets in, in which language, what the menu shows, and where screens exist."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from balai.accounts.models import User
from tenants.actions import activate, deactivate
from tenants.current import in_city
from tenants.models import City
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db


def menu_names(response: Any) -> set[str]:
    """The names of every entry of the sidebar, whatever its depth."""
    props = re.search(r'id="wagtail-sidebar-props"[^>]*>(.*?)</script>', response.content.decode(), re.S)
    assert props is not None
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if str(node.get("_type", "")).endswith("MenuItem"):
                found.add(node["_args"][0]["name"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(json.loads(props[1]))
    return found


def test_a_visitor_is_sent_to_the_portals_sign_in(client_a: Client) -> None:
    for path in ("/kantor/", "/kantor/modules/?x=1", "/kantor/no/such/page/"):
        response = client_a.get(path)
        assert response.status_code == 302
        assert "/kantor/login" not in response["Location"]
    assert client_a.get("/kantor/modules/?x=1")["Location"].endswith("next=%2Fkantor%2Fmodules%2F%3Fx%3D1")


def test_wagtails_own_sign_in_is_closed(city_a: City, client_a: Client) -> None:
    """It knows neither one-time codes nor second factors nor the lock-out."""
    user = staff(city_a, password="a-long-password")
    response = client_a.post("/kantor/login/", {"username": user.email, "password": "a-long-password"})
    assert response.status_code == 302
    assert "sessionid" not in client_a.cookies
    assert client_a.get("/kantor/password_reset/").status_code in (302, 404)


def test_a_resident_is_told_that_this_is_for_staff(city_a: City) -> None:
    resident = User.objects.create_user(email="warga@example.id", name="Siti Warga")
    response = signed_in(city_a, resident).get("/kantor/")
    assert response.status_code == 403
    assert "Siti Warga" in response.content.decode()


def test_staff_of_one_city_are_nobody_in_another(city_a: City, city_b: City) -> None:
    user = staff(city_a, emergency_key=True)
    assert signed_in(city_a, user).get("/kantor/").status_code == 200
    assert signed_in(city_b, user).get("/kantor/").status_code == 403
    hub = City.objects.get(schema_name="public")
    assert signed_in(hub, user).get("/kantor/").status_code == 403


def test_the_welcome_page_greets_by_name_in_indonesian(city_a: City) -> None:
    user = staff(city_a, name="Ratna Dewi")
    page = signed_in(city_a, user).get("/kantor/")
    assert page.status_code == 200
    text = page.content.decode()
    assert '<html lang="id-id"' in text
    assert "Ratna" in text
    assert city_a.name in text
    assert f"- {city_a.short_name}</title>" in text


def test_the_menu_of_a_city_has_no_web_builders_entries(city_a: City) -> None:
    names = menu_names(signed_in(city_a, staff(city_a, emergency_key=True)).get("/kantor/"))
    assert names >= {"explorer", "images", "documents", "settings", "modules", "city-profile"}
    assert not names & {"help", "redirects", "snippets", "sites", "locales", "aging-pages", "page-types-usage"}
    assert "cities" not in names


def test_the_menu_follows_the_permissions(city_a: City) -> None:
    names = menu_names(signed_in(city_a, staff(city_a)).get("/kantor/"))
    assert not names & {"explorer", "images", "documents", "reports", "settings", "modules", "dummy-notes"}


def test_the_menu_of_the_hub(db: None) -> None:
    hub = City.objects.get(schema_name="public")
    names = menu_names(signed_in(hub, staff(hub, emergency_key=True)).get("/kantor/"))
    assert not names & {"explorer", "images", "documents", "reports", "modules", "city-profile", "dummy-notes"}


def test_the_policy_lets_no_inline_script_run(city_a: City) -> None:
    response = signed_in(city_a, staff(city_a, emergency_key=True)).get("/kantor/profile/")
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert "unsafe" not in policy["script-src"]
    assert policy["object-src"] == "'none'"
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)([^>]*)>", response.content.decode())
    assert all("nonce=" in attributes for attributes in inline)


def test_the_portals_policy_stays_strict(client_a: Client) -> None:
    assert "unsafe-inline" not in client_a.get("/robots.txt")["Content-Security-Policy"]


class TestScreensOfAModule:
    """With the dummy module's listing of notes, which uses ModelScreen."""

    def test_on_it_is_in_the_menu_and_answers(self, city_a: City) -> None:
        activate(city_a, "dummy")
        client = signed_in(city_a, staff(city_a, emergency_key=True))
        assert "dummy-notes" in menu_names(client.get("/kantor/"))
        assert client.get("/kantor/dummy/notes/").status_code == 200

    def test_off_it_is_nowhere_and_writes_nothing(self, city_a: City, city_b: City) -> None:
        from tests.dummy_module.models import Note

        deactivate(city_a, "dummy")
        client = signed_in(city_a, staff(city_a, emergency_key=True))
        assert "dummy-notes" not in menu_names(client.get("/kantor/"))
        assert client.get("/kantor/dummy/notes/").status_code == 404
        assert client.post("/kantor/dummy/notes/new/", {"text": "Hello"}).status_code == 404
        with in_city(city_a):
            assert not Note.objects.exists()
        # The switch of one city is not the switch of another.
        assert signed_in(city_b, staff(city_b, emergency_key=True)).get("/kantor/dummy/notes/").status_code == 200

    def test_without_permission_it_is_not_shown_and_writes_nothing(self, city_a: City) -> None:
        from tests.dummy_module.models import Note

        client = signed_in(city_a, staff(city_a))
        assert client.post("/kantor/dummy/notes/new/", {"text": "Hello"}).status_code == 302
        with in_city(city_a):
            assert not Note.objects.exists()

    def test_the_hub_has_no_module(self, db: None) -> None:
        hub = City.objects.get(schema_name="public")
        client = signed_in(hub, staff(hub, emergency_key=True))
        assert client.get("/kantor/dummy/notes/").status_code == 404
        assert client.get("/kantor/modules/").status_code == 404
        assert client.get("/kantor/profile/").status_code == 404


def test_every_screen_of_ours_says_where_it_belongs() -> None:
    """A viewset without a scope would show one city's module where it is off, or a city's table on the hub."""
    from django.urls import get_resolver
    from wagtail.admin.viewsets import viewsets

    from balai.office.screens import Screen

    assert get_resolver("balai.config.urls_city").url_patterns
    ours = ("balai.", "tenants", "apps.", "tests.")
    loose = [
        viewset
        for viewset in viewsets.viewsets
        if not isinstance(viewset, Screen)
        and (type(viewset).__module__.startswith(ours) or str(getattr(viewset, "model", "")).startswith(ours))
    ]
    # People are managed in cities and on the hub alike.
    assert [viewset for viewset in loose if viewset.name not in ("wagtailusers_users", "wagtailusers_groups")] == []
