"""The demo's register of assets passes its own import in every demo city, and reports point at it."""

from __future__ import annotations

import pytest

from apps.siaran.demo.assets import KINDS, asset_of, make_assets
from balai.agencies.models import Agency
from balai.assets.models import Asset
from balai.geography.demo import fill_demo
from balai.geography.models import Area
from tenants.current import in_city
from tenants.models import City

pytestmark = pytest.mark.django_db


def test_a_few_dozen_in_each_city(city_a: City, city_b: City) -> None:
    for city in (city_a, city_b):
        with in_city(city):
            fill_demo(city)
            for slug in ("dishub", "dpu", "disperkim"):
                Agency.objects.create(slug=slug, name=slug, short_name=slug)
            make_assets(city)
            make_assets(city)
            assert 60 < Asset.objects.count() < 200
            assert Asset.objects.filter(utility="PLN").exists()
            assert {slug for slug, *_rest in KINDS} == set(Asset.objects.values_list("kind__slug", flat=True))
            village = Area.objects.filter(level="village", pk__in=Asset.objects.values("village")).order_by("code")[0]
            assert asset_of("lampu-jalan", village).startswith("lampu:PJU-")
            assert asset_of("sampah", village) == ""
