"""The geography in the API, and the boundaries that maps draw."""

import gzip
import json
from typing import Any

import pytest

from balai.geography.actions import import_boundaries
from balai.geography.demo import fill_demo
from tenants.current import in_city
from tenants.models import City
from tests.geography.conftest import small_city


@pytest.fixture
def filled(city_a: City, city_b: City) -> None:
    with in_city(city_a):
        import_boundaries(document=small_city(), source="test")
    fill_demo(city_b)


def ask(client: Any, document: str, **variables: Any) -> Any:
    response = client.post("/graphql/", {"query": document, "variables": variables}, content_type="application/json")
    return response.json()


AREAS = """query ($level: AreaLevel, $parent: ID) {
    areas(level: $level, parent: $parent) { code name level parent { name } }
}"""
LOCATE = """query ($lat: Float!, $lon: Float!) {
    locate(lat: $lat, lon: $lon) {
        outside village { code name lat lon parent { code } } district { name } city { name level }
        neighbour { name shortName url }
    }
}"""


class TestApi:
    def test_areas(self, filled: None, client_a: Any) -> None:
        found = ask(client_a, AREAS, level="DISTRICT")["data"]["areas"]
        assert found == [
            {"code": "36.74.01", "name": "Barat", "level": "DISTRICT", "parent": {"name": "Kota Kecil"}},
            {"code": "36.74.02", "name": "Timur", "level": "DISTRICT", "parent": {"name": "Kota Kecil"}},
        ]
        villages = ask(client_a, AREAS, level="VILLAGE", parent="36.74.02")["data"]["areas"]
        assert [area["name"] for area in villages] == ["Tenggara", "Timur Laut"]
        assert len(ask(client_a, AREAS)["data"]["areas"]) == 7

    def test_locate(self, filled: None, client_a: Any) -> None:
        found = ask(client_a, LOCATE, lat=-6.31, lon=106.71)["data"]["locate"]
        assert found["village"]["name"] == "Barat Daya"
        assert found["village"]["parent"] == {"code": "36.74.01"}
        assert found["district"] == {"name": "Barat"}
        assert found["city"] == {"name": "Kota Kecil", "level": "CITY"}
        assert found["outside"] is False
        assert found["neighbour"] is None

    def test_outside(self, filled: None, client_a: Any, city_b: City) -> None:
        found = ask(client_a, LOCATE, lat=-6.1149, lon=106.1503)["data"]["locate"]
        assert found["outside"] is True
        assert found["village"] is found["district"] is found["city"] is None
        assert found["neighbour"] == {"name": "Kota Serang", "shortName": "Serang", "url": city_b.url}

    @pytest.mark.parametrize(("lat", "lon"), [(1e308, 106.7), (-6.3, 181), ("-6.3", 106.7), (None, 1), (True, 1)])
    def test_hostile(self, filled: None, client_a: Any, lat: Any, lon: Any) -> None:
        answer = ask(client_a, LOCATE, lat=lat, lon=lon)
        assert answer["errors"][0]["extensions"]["code"] in ("INVALID", "BAD_REQUEST")
        assert not answer.get("data")

    def test_a_parent_of_another_city(self, filled: None, client_a: Any) -> None:
        assert ask(client_a, AREAS, parent="36.73.01")["data"]["areas"] == []


class TestLayer:
    def test_geojson(self, filled: None, client_a: Any) -> None:
        response = client_a.get("/wilayah/village.geojson")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/geo+json"
        assert "public" in response.headers["Cache-Control"]
        body = json.loads(response.content)
        assert [part["id"] for part in body["features"]] == [
            "36.74.01.1001",
            "36.74.01.1002",
            "36.74.02.1001",
            "36.74.02.1002",
        ]
        assert body["features"][0]["properties"] == {
            "code": "36.74.01.1001",
            "name": "Barat Daya",
            "parent": "36.74.01",
        }

    def test_each_city_its_own(self, filled: None, client_a: Any, client_b: Any) -> None:
        for client, code in ((client_a, "36.74"), (client_b, "36.73"), (client_a, "36.74")):
            for level in ("city", "district", "village"):
                body = client.get(f"/wilayah/{level}.geojson").json()
                assert {part["id"][:5] for part in body["features"]} == {code}

    def test_etag(self, filled: None, client_a: Any, client_b: Any, city_a: City) -> None:
        first = client_a.get("/wilayah/district.geojson")
        tag = {"if-none-match": first.headers["ETag"]}
        again = client_a.get("/wilayah/district.geojson", headers=tag)
        assert (again.status_code, again.content) == (304, b"")
        assert client_a.get("/wilayah/village.geojson", headers=tag).status_code == 200
        assert client_b.get("/wilayah/district.geojson", headers=tag).status_code == 200
        with in_city(city_a):
            import_boundaries(document=small_city(), source="again")
        assert client_a.get("/wilayah/district.geojson", headers=tag).status_code == 200

    def test_gzip(self, filled: None, client_b: Any) -> None:
        plain = client_b.get("/wilayah/village.geojson")
        packed = client_b.get("/wilayah/village.geojson", headers={"accept-encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert len(packed.content) < len(plain.content) / 3

    def test_unknown_level(self, filled: None, client_a: Any, client_hub: Any) -> None:
        assert client_a.get("/wilayah/hamlet.geojson").status_code == 404
        assert client_a.post("/wilayah/village.geojson").status_code == 405
        assert client_hub.get("/wilayah/village.geojson").status_code == 404

    def test_without_boundaries(self, client_a: Any) -> None:
        assert client_a.get("/wilayah/village.geojson").json() == {"type": "FeatureCollection", "features": []}
