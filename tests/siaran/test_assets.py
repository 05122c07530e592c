"""Assets for residents: pointing at one in a report, its page, and finding it by its code."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from balai.assets.models import Asset, AssetKind
from balai.casework.models import Case
from tenants.actions import activate
from tenants.current import in_city
from tests.casework.world import World

pytestmark = pytest.mark.django_db
PAGE_STATEMENTS = 3


@pytest.fixture
def lamp(a: World) -> Asset:
    with in_city(a.city):
        kind = AssetKind.objects.create(slug="lampu", name="Lampu jalan", icon="lamp")
        return Asset.objects.create(kind=kind, code="PJU/01 A", agency=a.dishub, **a.inside)


@pytest.fixture
def resident(a: World, client_a: Client, sign_in: Any) -> Client:
    sign_in(client_a, a.warga, a.city)
    return client_a


def values(**changes: Any) -> dict[str, Any]:
    return {"category": "lampu", "description": "Lampu ini padam sejak kemarin malam.", **changes}


@pytest.fixture(autouse=True)
def without_photos(a: World) -> None:
    activate(a.city, "siaran", {"photos_required": 0})


def test_the_plate_leads_to_a_filled_form_and_the_code_is_place_enough(a: World, lamp: Asset, resident: Client) -> None:
    page = resident.get("/siaran/lapor/?aset=lampu:PJU/01 A")
    assert 'value="lampu:PJU/01 A"' in page.text
    answer = resident.post("/siaran/lapor/", values(asset="pju/01  a"))
    assert answer.status_code == 303, answer.text
    with in_city(a.city):
        case = Case.objects.get()
        assert (case.asset, case.lat) == (lamp, lamp.lat)
    assert "PJU/01 A" in resident.get(answer.headers["Location"].replace("terkirim/", "")).text


def test_a_wrong_code_comes_back_with_what_was_typed(a: World, lamp: Asset, resident: Client) -> None:
    for code in ("PJU-404", "<b>x</b>", "x" * 300):
        page = resident.post("/siaran/lapor/", values(asset=code, **a.inside))
        assert page.status_code == 422
        assert "Lampu ini padam" in page.text
        assert "<b>x</b>" not in page.text
    with in_city(a.city):
        assert not Case.objects.exists()


def test_what_is_near_the_pin_is_offered(a: World, lamp: Asset, client_a: Client, client_b: Client) -> None:
    place = f"lat={a.inside['lat']}&lon={a.inside['lon']}"
    found = client_a.get(f"/siaran/tempat/?{place}").json()
    assert found["assets"] == [{"value": "lampu:PJU/01 A", "label": "Lampu jalan PJU/01 A, 0 m"}]
    assert "assets" not in client_b.get(f"/siaran/tempat/?{place}").json()


def page_of(client: Client, path: str = "/siaran/aset/lampu:PJU/01%20A/") -> Any:
    return client.get(path)


def test_its_page_shows_what_everyone_may_see(a: World, lamp: Asset, client_a: Client, client_b: Client) -> None:
    with in_city(a.city):
        shown = a.report(asset="PJU/01 A", description="Yang ini boleh dilihat semua orang.")
        secret = a.report(asset="PJU/01 A", description="Yang ini hanya untuk petugas.")
        Case.objects.filter(pk=secret.pk).update(visibility="secret")
        other = a.report(description="Yang ini tentang hal lain sama sekali.")
    page = page_of(client_a).text
    assert "Lampu jalan PJU/01 A" in page
    assert "Dinas Perhubungan" in page
    assert page.count(shown.number) >= 2  # open, and in the history
    assert secret.number not in page
    assert other.number not in page
    assert "aset=lampu%3APJU/01%20A" in page
    assert page_of(client_b).status_code == 404
    assert page_of(client_a, "/siaran/aset/lampu:TIDAK-ADA/").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_its_page_costs_the_same(a: World, lamp: Asset, client_a: Client, statements: Any, many: int) -> None:
    with in_city(a.city):
        numbers = [a.report(asset="PJU/01 A").number for _number in range(many)]
    page_of(client_a)
    with statements() as seen:
        page = page_of(client_a).text
    assert all(number in page for number in numbers)
    mine = [statement for statement in seen if "assets_asset" in statement or "casework_case" in statement]
    assert len(mine) == PAGE_STATEMENTS


def test_finding_by_the_code(a: World, lamp: Asset, client_a: Client) -> None:
    assert client_a.get("/siaran/aset/").status_code == 200
    found = client_a.get("/siaran/aset/", {"kode": " pju/01 a "})
    assert found.headers["Location"] == "/siaran/aset/lampu:PJU/01%20A/"
    missing = client_a.get("/siaran/aset/", {"kode": "<i>"})
    assert missing.status_code == 404
    assert "<i>" not in missing.text.replace("</i>", "").split("<main")[1].split("kode")[1]
    with in_city(a.city):
        bridge = AssetKind.objects.create(slug="jembatan", name="Jembatan", order=2)
        Asset.objects.create(kind=bridge, code="PJU/01 A", **a.inside)
    several = client_a.get("/siaran/aset/", {"kode": "PJU/01 A"})
    assert several.status_code == 404
    assert "/siaran/aset/jembatan:PJU/01%20A/" in several.text
