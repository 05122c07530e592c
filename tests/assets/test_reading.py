"""Finding assets: near a place, by the code on them, and through the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from balai.assets import queries
from balai.assets.models import Asset, AssetKind
from tenants.current import in_city
from tenants.models import City
from tests.casework.world import World

pytestmark = pytest.mark.django_db
NEAR_STATEMENTS = 1


@pytest.fixture
def world(in_city_a: City) -> World:
    return World(in_city_a)


@pytest.fixture
def lamp(world: World) -> AssetKind:
    return AssetKind.objects.create(slug="lampu", name="Lampu jalan", icon="lamp")


def make(kind: AssetKind, code: str, metres: float = 0, **fields: Any) -> Asset:
    values = {"lat": -6.31 + metres / 111_195, "lon": 106.71} | fields
    return Asset.objects.create(kind=kind, code=code, **values)


def test_near_is_ordered_bounded_and_in_service(world: World, lamp: AssetKind) -> None:
    make(lamp, "FAR", 90)
    make(lamp, "NEXT", 20)
    make(lamp, "HERE", 1)
    make(lamp, "GONE", 5, state="out_of_service")
    make(lamp, "BEYOND", 110)
    make(AssetKind.objects.create(slug="lama", name="Lama", active=False), "OLD", 2)
    assert [asset.code for asset in queries.near(-6.31, 106.71, 100)] == ["HERE", "NEXT", "FAR"]
    assert queries.near(-6.31, 106.71, 100, kind="pompa") == []
    for number in range(30):
        make(lamp, f"N{number}", number)
    assert len(queries.near(-6.31, 106.71, 1e9)) == queries.MAX_NEAR


@pytest.mark.parametrize("many", [1, 3])
def test_near_is_one_statement(world: World, lamp: AssetKind, statements: Any, many: int) -> None:
    for number in range(many):
        make(lamp, f"A{number}", number, agency=world.dishub)
    with statements() as seen:
        found = queries.near(-6.31, 106.71, 100)
        assert [asset.owner for asset in found] == ["Dinas Perhubungan"] * many
    assert len(seen) == NEAR_STATEMENTS


def test_near_uses_the_index(world: World, lamp: AssetKind) -> None:
    from django.db import connection

    rows = [Asset(kind=lamp, code=f"A{n}", lat=-6.3 - n * 1e-5, lon=106.7 + n * 1e-5) for n in range(3_000)]
    Asset.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE assets_asset")
    from balai.geography.fields import within

    plan = within(Asset.objects.in_service(), -6.31, 106.71, 50).explain()
    assert "asset_point" in plan


def test_by_code(world: World, lamp: AssetKind) -> None:
    bridge = AssetKind.objects.create(slug="jembatan", name="Jembatan", order=1)
    lamp_1, bridge_1 = make(lamp, "001"), make(bridge, "001")
    old, new = make(lamp, "X 2", state="out_of_service"), make(bridge, "X 2")
    assert queries.by_code(" jembatan:001 ") == bridge_1
    assert queries.by_code("LAMPU:001") == lamp_1
    assert queries.by_code("x  2") == new
    assert queries.by_code("lampu:x 2") == old
    with pytest.raises(queries.UnknownAsset) as refused:
        queries.by_code("001")
    assert refused.value.references == ("lampu:001", "jembatan:001")
    for text in ("", " ", ":", "lampu:", "999", "pompa:001", "\0", "x" * 5_000, "'; --", "\u202e"):
        with pytest.raises(queries.UnknownAsset):
            queries.by_code(text)


def ask(client: Client, query: str, **variables: Any) -> dict[str, Any]:
    response = client.post(
        "/graphql/",
        json.dumps({"query": query, "variables": variables}),
        content_type="application/json",
        headers={"x-balai-client": "tests"},
    )
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


ASSET = (
    "query($code: ID!) { asset(code: $code) { reference code name owner inService village district kind { name } } }"
)
NEAR = "query($lat: Float!, $lon: Float!) { assetsNear(lat: $lat, lon: $lon) { reference distanceM } }"


def test_the_api_tells_public_facts(world: World, lamp: AssetKind, client_a: Client, client_b: Client) -> None:
    village = world.report().village
    make(lamp, "PJU-1", 7, agency=world.dishub, village=village, attributes={"rahasia": "1"})
    found = ask(client_a, ASSET, code="pju-1")["data"]["asset"]
    assert found == {
        "reference": "lampu:PJU-1",
        "code": "PJU-1",
        "name": "",
        "owner": "Dinas Perhubungan",
        "inService": True,
        "village": "Barat Daya",
        "district": "Barat",
        "kind": {"name": "Lampu jalan"},
    }
    near = ask(client_a, NEAR, lat=-6.31, lon=106.71)["data"]["assetsNear"]
    assert near == [{"reference": "lampu:PJU-1", "distanceM": 7}]
    assert ask(client_a, ASSET, code="none")["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert ask(client_a, NEAR, lat=91, lon=0)["errors"][0]["extensions"]["code"] == "INVALID"
    # The other city knows nothing of it.
    assert ask(client_b, ASSET, code="pju-1")["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert ask(client_b, NEAR, lat=-6.31, lon=106.71)["data"]["assetsNear"] == []
    with in_city(City.objects.get(slug="serang")):
        assert not Asset.objects.exists()
