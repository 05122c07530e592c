"""The demo lives what the suite can do: every state occurs, and some reports are red."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from apps.siaran import demo
from apps.siaran.demo import stories
from balai.casework.models import Case
from balai.geography.demo import fill_demo
from balai.membership.demo import demo_accounts
from tenants.current import in_city

pytestmark = pytest.mark.django_db


def test_a_demo_city_has_reports_in_every_state(city_a: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "SHOWN", 6)
    with in_city(city_a):
        fill_demo(city_a)
        demo_accounts(city_a)
        demo.fill(city_a)
        found = Counter(Case.objects.values_list("status", flat=True))
        assert found.total() > 200
        print(found)
