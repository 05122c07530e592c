from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenants.models import City
    from tests.casework.world import World


@pytest.fixture
def a(city_a: City) -> Iterator[World]:
    """Runs the test inside city A with its agencies, people and categories."""
    from tenants.current import in_city
    from tests.casework.world import World

    world = World(city_a)
    with in_city(city_a):
        yield world


@pytest.fixture
def b(city_b: City) -> World:
    """City B with agencies, people and categories of its own. Enter it with in_city(b.city)."""
    from tests.casework.world import World

    return World(city_b)


@pytest.fixture(autouse=True)
def _no_submission_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balai.casework.intake.MAX_PER_HOUR", 1000)
    monkeypatch.setattr("balai.casework.intake.MAX_PER_DAY", 1000)
