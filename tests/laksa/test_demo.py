"""The demo's aspiration box where there is none. What is in it: tests/browser/check_demo.py."""

from __future__ import annotations

import pytest

from apps.laksa import demo
from balai.casework.models import Case
from balai.geography.demo import fill_demo
from balai.membership.demo import demo_accounts
from tenants.current import in_city
from tenants.models import Activation, City

pytestmark = pytest.mark.django_db


def test_a_city_without_it_gets_nothing(city_b: City) -> None:
    Activation.objects.filter(city=city_b, module="laksa").delete()
    city_b.__dict__.pop("options_by_module", None)
    with in_city(City.objects.get(pk=city_b.pk)) as _:
        fill_demo(city_b)
        demo_accounts(city_b)
        demo.fill(City.objects.get(pk=city_b.pk))
        assert not Case.objects.exists()
