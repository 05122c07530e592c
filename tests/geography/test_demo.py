"""The demo's boundaries: light, valid, marked approximate, never in the way of official ones."""

import json
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from shapely import union_all
from shapely.geometry import shape

from balai.geography import queries
from balai.geography.actions import import_boundaries
from balai.geography.boundaries import read
from balai.geography.codes import Level
from balai.geography.demo import demo_city_codes, fill_demo, make_demo_boundaries
from balai.geography.models import Area, BoundarySet
from tenants.current import in_city
from tenants.models import City
from tests.geography.conftest import REAL_FILES, real_file, small_city

EXPECTED = {"36.71": (13, 104), "36.73": (6, 67), "36.74": (7, 54)}


@pytest.mark.parametrize("code", EXPECTED)
def test_sound_and_light(code: str) -> None:
    document = make_demo_boundaries(code)
    found = read(document, city_code=code)
    assert found.notes == ()
    assert (len(found.level(Level.DISTRICT)), len(found.level(Level.VILLAGE))) == EXPECTED[code]
    assert len(json.dumps(document)) < 60_000
    villages = [feature.geometry for feature in found.level(Level.VILLAGE)]
    whole = union_all(villages)
    # No overlap: the parts are as large as the whole; and the city is the whole.
    assert sum(village.area for village in villages) == pytest.approx(whole.area, rel=1e-4)
    [city] = found.level(Level.CITY)
    assert city.geometry.symmetric_difference(whole).area / whole.area < 1e-4
    for district in found.level(Level.DISTRICT):
        parts = [feature.geometry for feature in found.level(Level.VILLAGE) if feature.parent == district.code]
        assert district.geometry.symmetric_difference(union_all(parts)).area / district.geometry.area < 1e-4


def test_neighbours_meet_without_overlap() -> None:
    cities = {
        code: shape(
            next(f for f in make_demo_boundaries(code)["features"] if f["properties"]["code"] == code)["geometry"]
        )
        for code in demo_city_codes()
    }
    assert sorted(cities) == sorted(EXPECTED)
    for one, other in combinations(cities.values(), 2):
        assert one.intersection(other).area / one.area < 1e-4
    assert cities["36.71"].distance(cities["36.74"]) < 1e-4


@pytest.mark.parametrize("slug", REAL_FILES)
def test_about_right(slug: str) -> None:
    """Names, codes and districts are the real ones, and most of the ground is in its right village."""
    code = REAL_FILES[slug][0]
    real = {f["properties"]["code"]: f for f in json.loads(real_file(slug))["features"]}
    demo = {f["properties"]["code"]: f for f in make_demo_boundaries(code)["features"]}
    assert {key: f["properties"] for key, f in real.items()} == {key: f["properties"] for key, f in demo.items()}
    right: Counter[str] = Counter()
    for key, feature in real.items():
        if feature["properties"]["level"] == "village":
            ground = shape(feature["geometry"]).buffer(0)
            right["right"] += ground.intersection(shape(demo[key]["geometry"])).area
            right["all"] += ground.area
    assert right["right"] / right["all"] > 0.68


def test_unknown_city() -> None:
    with pytest.raises(LookupError, match=r"36\.71"):
        make_demo_boundaries("31.71")


def test_fill(city_a: City) -> None:
    result = fill_demo(city_a)
    assert result is not None
    assert result.created == 62
    with in_city(city_a):
        newest = queries.boundary_set()
        assert newest is not None
        assert newest.approximate
        assert newest.source.startswith("Demo Balai")
    assert fill_demo(city_a) is None
    with in_city(city_a):
        assert (Area.objects.count(), BoundarySet.objects.count()) == (62, 1)


def test_never_replaces_official_boundaries(city_a: City) -> None:
    with in_city(city_a):
        import_boundaries(document=small_city(), source="BIG")
    assert fill_demo(city_a) is None
    with in_city(city_a):
        assert Area.objects.active().count() == 7


def test_official_boundaries_replace_the_demo(city_a: City) -> None:
    fill_demo(city_a)
    with in_city(city_a):
        keys = dict(Area.objects.values_list("code", "pk"))
        result = import_boundaries(document=real_file("tangerang-selatan"), source="Kemendagri")
        assert (result.created, result.updated, result.retired) == (0, 62, 0)
        assert dict(Area.objects.values_list("code", "pk")) == keys
        assert not queries.boundary_set().approximate  # type: ignore[union-attr]


def test_a_city_that_is_not_in_the_demo(city_a: City) -> None:
    city_a.code = "31.71"
    assert fill_demo(city_a) is None


def test_known_places_in_the_demo(city_a: City, city_b: City) -> None:
    places: list[tuple[City, float, float, Any]] = [
        (city_a, -6.343, 106.739, "Pamulang"),
        (city_b, -6.1149, 106.1503, "Serang"),
    ]
    for city, lat, lon, district in places:
        fill_demo(city)
        with in_city(city):
            found = queries.locate(lat, lon)
            assert found.district is not None
            assert found.district.name == district
