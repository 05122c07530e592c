"""A small made-up city for the faults, and the real files where they lie beside the checkout."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REAL = Path(__file__).resolve().parents[3] / "shared/data/boundaries"
REAL_FILES = {
    "tangerang": ("36.71", 13, 104),
    "serang": ("36.73", 6, 67),
    "tangerang-selatan": ("36.74", 7, 54),
}


def real_file(slug: str) -> bytes:
    """The real boundaries of a city; skips the test, loudly, where they are not beside the checkout."""
    path = REAL / f"{slug}.geojson"
    if not path.is_file():
        pytest.skip(f"NOT TESTED: the real boundaries ({path.name}) are not beside this checkout")
    return path.read_bytes()


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(
    code: str, name: str, level: str, parent: str | None, box: tuple[float, float, float, float]
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "level": level, "parent": parent},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring(*box)]]},
    }


def small_city() -> dict[str, Any]:
    """A square city of 0.04° with two districts side by side, each of two villages one above the other.

    Features: 0 the city, 1 and 2 the districts (west, east), 3 to 6 the villages (south-west, north-west, …).
    """
    w, m, e, s, c, n = 106.70, 106.72, 106.74, -6.32, -6.30, -6.28
    return {
        "type": "FeatureCollection",
        "features": [
            feature("36.74", "Kota Kecil", "city", None, (w, s, e, n)),
            feature("36.74.01", "Barat", "district", "36.74", (w, s, m, n)),
            feature("36.74.02", "Timur", "district", "36.74", (m, s, e, n)),
            feature("36.74.01.1001", "Barat Daya", "village", "36.74.01", (w, s, m, c)),
            feature("36.74.01.1002", "Barat Laut", "village", "36.74.01", (w, c, m, n)),
            feature("36.74.02.1001", "Tenggara", "village", "36.74.02", (m, s, e, c)),
            feature("36.74.02.1002", "Timur Laut", "village", "36.74.02", (m, c, e, n)),
        ],
    }


@pytest.fixture
def collection() -> dict[str, Any]:
    """A sound file that a test may break."""
    return small_city()


@pytest.fixture
def committed_city(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """City A for what needs real commits (threads); afterwards it is without boundaries again."""
    from django.db import connection

    from balai.audit.models import Entry
    from balai.geography.models import Area, BoundarySet
    from balai.geography.queries import forget_boundaries
    from tenants.current import in_city
    from tenants.models import City

    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        city = City.objects.get(slug="tangerang-selatan")
        try:
            yield city
        finally:
            with in_city(city):
                for level in ("village", "district", "city"):
                    Area.objects.filter(level=level).delete()
                BoundarySet.objects.all().delete()
                Entry.objects.all().delete()
            City.objects.filter(pk=city.pk).update(outline=None)
            forget_boundaries(city.schema_name)
            connection.set_schema_to_public()
