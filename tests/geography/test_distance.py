"""Metres on the ground, in Python and in PostgreSQL, and points found through the index."""

import math
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.postgres.indexes import GistIndex
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from balai.geography.distance import METRES_PER_DEGREE, BadCoordinates, checked, distance
from balai.geography.fields import Point, point_column, within

BALAI_KOTA = (-6.1702, 106.6403)
lats = st.floats(-89, 89)
lons = st.floats(-180, 180)


def test_known_distances() -> None:
    assert distance(0, 0, 1, 0) == pytest.approx(METRES_PER_DEGREE)
    assert distance(0, 0, 0, 180) == pytest.approx(math.pi * 6_371_008.8)
    # Jakarta's Monas to Bandung's Gedung Sate, about 118 km.
    assert distance(-6.1754, 106.8272, -6.9025, 107.6188) == pytest.approx(119_000, rel=0.02)
    # A step of a millionth of a degree keeps its digits.
    assert distance(-6.3, 106.7, -6.300001, 106.7) == pytest.approx(0.1112, rel=1e-3)


@given(lats, lons, lats, lons)
def test_distance_is_symmetric_and_bounded(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    there = distance(lat1, lon1, lat2, lon2)
    assert 0 <= there <= math.pi * 6_371_008.9
    assert there == pytest.approx(distance(lat2, lon2, lat1, lon1), abs=1e-3)


HOSTILE = [
    (math.nan, 106.7),
    (-6.3, math.inf),
    (-math.inf, 106.7),
    (1e308, 106.7),
    (-6.3, -1e308),
    (10**400, 106.7),
    (90.0001, 106.7),
    (-6.3, 180.1),
    ("-6.3", "106.7"),
    ("-6.3'; DROP TABLE geography_area; --", 106.7),
    (None, 106.7),
    (True, False),
    ([-6.3], 106.7),
    (Decimal("NaN"), 106.7),
    (Decimal("sNaN"), 106.7),
    (complex(1, 1), 106.7),
    (b"-6.3", 106.7),
]


@pytest.mark.parametrize(("lat", "lon"), HOSTILE)
def test_hostile_coordinates(lat: Any, lon: Any) -> None:
    with pytest.raises(BadCoordinates, match=r"\w"):
        checked(lat, lon)


def test_other_numbers_are_fine() -> None:
    assert checked(Decimal("-6.5"), 106) == (-6.5, 106.0)


@pytest.fixture
def places(in_city_a: Any) -> Any:
    """A table with 20,000 points on a grid of about 11 m, as casework has one with cases."""
    with isolate_apps("balai.geography"):

        class Place(models.Model):
            lat = models.FloatField(null=True)
            lon = models.FloatField(null=True)
            point = point_column()

            class Meta:
                app_label = "geography"
                indexes = [GistIndex(fields=["point"], name="place_point")]

        with connection.schema_editor() as editor:
            editor.create_model(Place)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO geography_place (lat, lon)"
                " SELECT -6.30 + (n / 200) * 0.0001, 106.70 + mod(n, 200) * 0.0001 FROM generate_series(0, 19999) n"
            )
            cursor.execute("ANALYZE geography_place")
        yield Place


def test_point_column(places: Any) -> None:
    row = places.objects.create(lat=-6.123456789012345, lon=106.987654321098765)
    row.refresh_from_db()
    assert row.point == Point(106.987654321098765, -6.123456789012345)
    assert places.objects.create(lat=-6.0).point is None


@pytest.mark.parametrize("metres", [0, 1, 50, 300, 2500])
def test_within_finds_exactly_what_is_near(places: Any, metres: float) -> None:
    lat, lon = -6.29503, 106.71007
    found = {row.pk: row.distance_m for row in within(places.objects.all(), lat, lon, metres)}
    every = {row.pk: distance(lat, lon, row.lat, row.lon) for row in places.objects.all()}
    assert found.keys() == {pk for pk, away in every.items() if away <= metres}
    for pk, away in found.items():
        assert away == pytest.approx(every[pk], abs=1e-3)


def test_within_keeps_the_edge(places: Any) -> None:
    there = places.objects.first()
    away = distance(-6.295, 106.705, there.lat, there.lon)
    assert there in within(places.objects.all(), -6.295, 106.705, away * 1.000001)
    assert there not in within(places.objects.all(), -6.295, 106.705, away * 0.999999)


def test_within_uses_the_index(places: Any) -> None:
    plan = within(places.objects.all(), -6.295, 106.705, 50).explain(analyze=True)
    assert "place_point" in plan
    assert "Seq Scan" not in plan


def test_within_at_the_ends_of_the_earth(places: Any) -> None:
    pole = places.objects.create(lat=89.9999, lon=-170)
    assert pole in within(places.objects.all(), 90, 10, 50)
    west = places.objects.create(lat=0, lon=-180)
    assert west in within(places.objects.all(), 0, -179.9999, 50)


@pytest.mark.parametrize("metres", [-1, math.nan, math.inf, 600_000])
def test_within_refuses_odd_distances(places: Any, metres: float) -> None:
    with pytest.raises(ValueError, match="metres"):
        within(places.objects.all(), -6.3, 106.7, metres)


def test_within_refuses_odd_places(places: Any) -> None:
    with pytest.raises(BadCoordinates):
        within(places.objects.all(), math.nan, 106.7, 50)
