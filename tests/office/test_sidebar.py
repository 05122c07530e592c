"""The menu of the back office is kept for a moment: for the same person with the same rights in the same city."""

from __future__ import annotations

import pytest

from balai.office import sidebar
from tenants.actions import activate, deactivate
from tenants.models import City
from tests.office.test_frame import menu_names
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db


def test_the_second_page_takes_it_as_it_was(city_a: City, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(city_a, staff(city_a, emergency_key=True))
    first = menu_names(client.get("/kantor/"))
    assert "modules" in first
    monkeypatch.setattr(sidebar, "_fresh", None)
    assert menu_names(client.get("/kantor/account/")) == first


def test_each_person_has_their_own(city_a: City) -> None:
    administrator = signed_in(city_a, staff(city_a, emergency_key=True))
    clerk = signed_in(city_a, staff(city_a))
    assert "modules" in menu_names(administrator.get("/kantor/"))
    assert "modules" not in menu_names(clerk.get("/kantor/"))


def test_a_right_or_a_module_shows_at_once(city_a: City) -> None:
    client = signed_in(city_a, staff(city_a, emergency_key=True))
    activate(city_a, "siaran")
    assert "siaran" in {name.split(".")[0] for name in menu_names(client.get("/kantor/"))}
    deactivate(city_a, "siaran")
    assert "siaran" not in {name.split(".")[0] for name in menu_names(client.get("/kantor/"))}


def test_another_city_has_its_own(city_a: City, city_b: City) -> None:
    user = staff(city_a, emergency_key=True)
    assert "modules" in menu_names(signed_in(city_a, user).get("/kantor/"))
    assert signed_in(city_b, user).get("/kantor/").status_code == 403
