"""From a point to its kelurahan; what is outside; what is cached, and for whom."""

import json
import math
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from balai.geography import queries
from balai.geography.actions import import_boundaries
from balai.geography.codes import Level
from balai.geography.demo import fill_demo, make_demo_boundaries
from balai.geography.distance import METRES_PER_DEGREE, BadCoordinates
from balai.geography.lookup import GAP_M
from balai.geography.models import Area, BoundarySet
from balai.geography.queries import locate
from tenants.current import NoCity, in_city
from tenants.models import City
from tests.geography.conftest import real_file, small_city
from tests.geography.test_distance import HOSTILE

BALAI_KOTA_TANGERANG = (-6.1702, 106.6403)
ALUN_ALUN_SERANG = (-6.1149, 106.1503)
PAMULANG = (-6.343, 106.739)


@pytest.fixture
def real_a(in_city_a: City) -> City:
    import_boundaries(document=real_file("tangerang-selatan"), source="Kemendagri")
    return in_city_a


@pytest.fixture
def small_a(in_city_a: City) -> City:
    import_boundaries(document=small_city(), source="test")
    return in_city_a


@pytest.fixture
def both(city_a: City, city_b: City) -> tuple[City, City]:
    fill_demo(city_a)
    fill_demo(city_b)
    return city_a, city_b


def names(lat: float, lon: float) -> tuple[str | None, str | None, str | None]:
    found = locate(lat, lon)
    village, district, city = (area and area.name for area in (found.village, found.district, found.city))
    return village, district, city


@pytest.mark.parametrize(
    ("slug", "code", "point", "expected"),
    [
        ("tangerang", "36.71", BALAI_KOTA_TANGERANG, ("Sukaasih", "Tangerang", "Kota Tangerang")),
        ("serang", "36.73", ALUN_ALUN_SERANG, ("Kota Baru", "Serang", "Kota Serang")),
        ("tangerang-selatan", "36.74", PAMULANG, ("Pamulang Barat", "Pamulang", "Kota Tangerang Selatan")),
    ],
)
def test_known_places(
    city_a: City, slug: str, code: str, point: tuple[float, float], expected: tuple[str, str, str]
) -> None:
    city_a.code = code
    with in_city(city_a):
        import_boundaries(document=real_file(slug), source="Kemendagri")
        assert names(*point) == expected


def test_every_village_finds_itself_and_its_district(real_a: City) -> None:
    for area in Area.objects.filter(level=Level.VILLAGE).select_related("parent__parent"):
        found = locate(area.lat, area.lon)
        assert found.village is not None
        assert found.village.id == area.pk
        assert found.district is not None
        assert found.district.id == area.parent_id
        assert found.city is not None
        assert found.city.code == "36.74"
        assert not found.outside


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lat=st.floats(-6.37, -6.22), lon=st.floats(106.62, 106.79))
def test_any_point_agrees_with_the_shapes(real_a: City, lat: float, lon: float) -> None:
    """The tree says what a slow look at every stored shape says."""
    point = Point(lon, lat)
    index = queries.area_index()
    pairs = zip(index._leaves, index._shapes, strict=True)
    holds = sorted(leaf.code for leaf, outline in pairs if outline.covers(point))
    found = locate(lat, lon)
    if holds:
        assert found.village is not None
        assert found.village.code == holds[0]
    elif found.village is not None:
        outline = index._shapes[index._leaves.index(found.village)]
        assert outline.distance(point) * METRES_PER_DEGREE <= GAP_M


class TestBorders:
    def test_a_point_on_a_border_has_one_answer(self, small_a: City) -> None:
        """The lowest code of those that share it: between two, three and four areas."""
        assert names(-6.30, 106.71)[0] == "Barat Daya"
        assert names(-6.31, 106.72)[0] == "Barat Daya"
        assert names(-6.29, 106.72)[0] == "Barat Laut"
        assert names(-6.30, 106.72)[0] == "Barat Daya"
        assert names(-6.32, 106.74)[0] == "Tenggara"  # a corner of the city is in it

    def test_the_answer_does_not_depend_on_the_order_of_the_file(self, in_city_a: City) -> None:
        document = small_city()
        document["features"].reverse()
        import_boundaries(document=document, source="test")
        assert names(-6.30, 106.72)[0] == "Barat Daya"

    def test_slivers_and_the_width_of_a_street(self, small_a: City) -> None:
        metre = 1 / METRES_PER_DEGREE
        assert names(-6.28 + 14 * metre, 106.71)[0] == "Barat Laut"
        assert locate(-6.28 + 16 * metre, 106.71).outside

    def test_only_districts_were_imported(self, in_city_a: City) -> None:
        document = small_city()
        del document["features"][3:]
        import_boundaries(document=document, source="test")
        assert names(-6.29, 106.71) == (None, "Barat", "Kota Kecil")


class TestOutside:
    def test_names_the_neighbour_that_is_a_tenant(self, both: tuple[City, City]) -> None:
        city_a, city_b = both
        with in_city(city_a):
            found = locate(*ALUN_ALUN_SERANG)
            assert found.outside
            assert found.neighbour == city_b
            assert (found.village, found.district, found.city) == (None, None, None)
            assert locate(-6.9, 107.6).neighbour is None  # Bandung
        with in_city(city_b):
            assert locate(*PAMULANG).neighbour == city_a
            assert not locate(*ALUN_ALUN_SERANG).outside

    def test_a_suspended_city_is_no_neighbour(self, both: tuple[City, City]) -> None:
        city_a, city_b = both
        City.objects.filter(pk=city_b.pk).update(state=City.State.SUSPENDED)
        with in_city(city_a):
            assert locate(*ALUN_ALUN_SERANG).neighbour is None

    def test_without_boundaries(self, in_city_a: City) -> None:
        found = locate(*PAMULANG)
        assert found.outside
        assert found.neighbour is None
        assert queries.areas() == []

    def test_on_the_hub(self, db: None) -> None:
        with pytest.raises(NoCity):
            locate(*PAMULANG)


@pytest.mark.parametrize(("lat", "lon"), HOSTILE)
def test_hostile_input(small_a: City, lat: Any, lon: Any) -> None:
    with pytest.raises(BadCoordinates):
        locate(lat, lon)


def test_extremes_that_are_places(small_a: City) -> None:
    for lat, lon in ((90, 180), (-90, -180), (0, 0), (5e-324, -5e-324), (-0.0, math.ulp(0))):
        assert locate(lat, lon).outside


class TestIsolation:
    def test_the_tree_of_one_city_never_answers_in_another(self, both: tuple[City, City]) -> None:
        city_a, city_b = both
        for _turn in range(3):
            with in_city(city_a):
                assert locate(*PAMULANG).city.name == "Kota Tangerang Selatan"  # type: ignore[union-attr]
                assert queries.area_by_code("36.73.01") is None
                assert {area.code[:5] for area in queries.areas()} == {"36.74"}
                assert b"36.73" not in queries.boundaries_geojson("village")
            with in_city(city_b):
                assert locate(*PAMULANG).city is None
                assert locate(*ALUN_ALUN_SERANG).city.name == "Kota Serang"  # type: ignore[union-attr]
                assert queries.area_by_code("36.74.01") is None
                assert {area.code[:5] for area in queries.areas()} == {"36.73"}

    def test_same_keys_in_two_cities(self, city_a: City, city_b: City) -> None:
        """Rows of two cities may have the same keys, which no cache may take for the same areas."""
        for city in (city_a, city_b):
            with in_city(city), connection.cursor() as cursor:
                for table in ("geography_area", "geography_boundaryset"):
                    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 900000)", [table])
                import_boundaries(document=make_demo_boundaries(city.code), source="demo", approximate=True)
        for city in (city_a, city_b, city_a):
            with in_city(city):
                assert Area.objects.get(pk=900001).code == city.code
                assert {area.code[:5] for area in queries.areas()} == {city.code}
                body = json.loads(queries.boundaries_geojson(Level.DISTRICT))
                assert {part["id"][:5] for part in body["features"]} == {city.code}

    def test_an_import_in_one_city_leaves_the_other_alone(self, both: tuple[City, City]) -> None:
        city_a, city_b = both
        with in_city(city_b):
            before = list(Area.objects.values()), BoundarySet.objects.count()
        with in_city(city_a):
            import_boundaries(document=small_city(), source="x")
        with in_city(city_b):
            assert (list(Area.objects.values()), BoundarySet.objects.count()) == before


class TestCaching:
    def test_a_new_import_answers_at_once(self, small_a: City) -> None:
        assert names(-6.31, 106.71)[0] == "Barat Daya"
        document = small_city()
        document["features"][3]["properties"]["name"] = "Baru"
        import_boundaries(document=document, source="again")
        assert names(-6.31, 106.71)[0] == "Baru"

    def test_queries_in_a_transaction(self, small_a: City, django_assert_num_queries: Any) -> None:
        """One for the version; three more outside (version, the outlines on the first time, the neighbour)."""
        locate(-6.31, 106.71)
        with django_assert_num_queries(1):
            locate(-6.31, 106.71)
        locate(-6.9, 107.6)
        with django_assert_num_queries(2):
            locate(-6.9, 107.6)
        with django_assert_num_queries(1):
            queries.areas(Level.VILLAGE, "36.74.01")

    def test_no_queries_once_warm(
        self, both: tuple[City, City], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        """Outside a transaction, as in a page of the portal: nothing is asked for some seconds."""
        monkeypatch.setattr(queries, "_in_transaction", lambda: False)
        for city, place in zip(both, (PAMULANG, ALUN_ALUN_SERANG), strict=True):
            with in_city(city):
                locate(*place)
        for city, place in zip(both * 20, (PAMULANG, ALUN_ALUN_SERANG) * 20, strict=True):
            with in_city(city), django_assert_num_queries(0):
                assert not locate(*place).outside
                assert queries.areas(Level.DISTRICT)

    def test_other_processes_follow_within_seconds(self, small_a: City, monkeypatch: pytest.MonkeyPatch) -> None:
        """An import elsewhere is not announced; the version is asked again after RECHECK_S."""
        clock = [1000.0]
        monkeypatch.setattr(queries, "_in_transaction", lambda: False)
        monkeypatch.setattr(queries.time, "monotonic", lambda: clock[0])
        queries.forget_boundaries(small_a.schema_name)
        assert names(-6.31, 106.71)[0] == "Barat Daya"
        Area.objects.filter(code="36.74.01.1001").update(name="Baru")
        BoundarySet.objects.create(source="elsewhere", checksum="")
        clock[0] += queries.RECHECK_S - 0.1
        assert names(-6.31, 106.71)[0] == "Barat Daya"
        clock[0] += 0.2
        assert names(-6.31, 106.71)[0] == "Baru"

    def test_a_rolled_back_import_is_forgotten(self, small_a: City) -> None:
        document = small_city()
        document["features"][3]["properties"]["name"] = "Baru"
        sid = transaction.savepoint()
        import_boundaries(document=document, source="again")
        assert names(-6.31, 106.71)[0] == "Baru"
        transaction.savepoint_rollback(sid)
        assert names(-6.31, 106.71)[0] == "Barat Daya"

    def test_few_trees_are_kept(self, both: tuple[City, City], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries._indexes, "size", 1)
        for city in both * 2:
            with in_city(city):
                assert queries.areas(Level.CITY)[0].code == city.code
        assert len(queries._indexes._held) == 1


def test_areas(small_a: City) -> None:
    assert [area.name for area in queries.areas(Level.DISTRICT)] == ["Barat", "Timur"]
    assert [area.name for area in queries.areas("village", "36.74.02")] == ["Tenggara", "Timur Laut"]
    assert [area.name for area in queries.areas(parent="36.74")] == ["Barat", "Timur"]
    assert len(queries.areas()) == 7
    assert queries.areas("hamlet") == []
    assert queries.area_counts() == {Level.CITY: 1, Level.DISTRICT: 2, Level.VILLAGE: 4}
    village = queries.area_by_code("36.74.01.1002")
    assert village is not None
    assert village.parent is not None
    assert (village.name, village.parent.name) == ("Barat Laut", "Barat")
    assert queries.area_by_code("' OR 1=1 --") is None


def test_retired_areas_are_not_found(small_a: City) -> None:
    document = small_city()
    del document["features"][6]
    import_boundaries(document=document, source="again")
    assert queries.area_by_code("36.74.02.1002") is None
    assert locate(-6.29, 106.73).outside
    assert Area.objects.active().count() == 6


def test_map_of_districts_is_drawn_from_their_villages(real_a: City) -> None:
    """The district outlines of the real file are 500 m off; what is drawn is what decides."""
    layer = json.loads(queries.boundaries_geojson(Level.DISTRICT))
    assert len(layer["features"]) == 7
    by_code = {part["id"]: shape(part["geometry"]) for part in layer["features"]}
    for area in Area.objects.filter(level=Level.VILLAGE).select_related("parent"):
        assert by_code[area.parent.code].buffer(0.0003).covers(shape(area.geometry))  # type: ignore[union-attr]
