"""What a city has set is held in memory, never too long, and each city has its own."""

from __future__ import annotations

import itertools
from contextlib import nullcontext
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tenants.current import in_city
from tenants.held import Held, Version, one_look
from tenants.models import City

pytestmark = pytest.mark.django_db


def test_it_is_loaded_once_and_again_after_a_change(city_a: City) -> None:
    numbers = itertools.count(1)
    held = Held("tests.once", lambda: next(numbers))
    with in_city(city_a):
        assert [held.get(), held.get()] == [1, 1]
        held.changed()
        assert [held.get(), held.get()] == [2, 2]


def test_each_city_has_its_own(city_a: City, city_b: City) -> None:
    held = Held("tests.cities", lambda: connection.schema_name)
    for city in (city_a, city_b, city_a):
        with in_city(city):
            assert held.get() == city.schema_name
    with in_city(city_b):
        held.changed()
    with in_city(city_a), CaptureQueriesContext(connection) as seen:
        assert held.get() == city_a.schema_name
    assert len(seen) == 0


def test_a_request_looks_once_for_all_versions(city_a: City, city_b: City, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Version("tests.first"), Version("tests.second")
    for city in (city_a, city_b):
        with in_city(city):
            known = (first.now(), second.now())
    looks: list[str] = []

    class Counting:
        """The real cache, which notes where it is looked into."""

        def get_many(self, keys: list[str]) -> dict[str, str]:
            looks.append(str(connection.schema_name))
            return dict(cache.get_many(keys))

        def __getattr__(self, name: str) -> Any:
            looks.append(name)
            return getattr(cache, name)

    monkeypatch.setattr("tenants.held.cache", Counting())
    with one_look():
        with in_city(city_b):
            assert (first.now(), second.now(), first.now()) == (*known, known[0])
        with in_city(city_a):
            assert first.now() != known[0]
    assert looks == [city_b.schema_name, city_a.schema_name]


def test_what_a_request_changes_it_sees(city_a: City) -> None:
    version = Version("tests.own")
    with in_city(city_a):
        with one_look():
            before = version.now()
            version.changed()
            changed = version.now()
            assert changed != before
        assert version.now() == changed


@pytest.mark.parametrize("in_a_request", [True, False])
def test_what_was_rolled_back_is_not_held(city_a: City, in_a_request: bool) -> None:
    value = ["before"]
    held = Held("tests.rolled_back", lambda: value[0])
    with in_city(city_a), one_look() if in_a_request else nullcontext():
        assert held.get() == "before"
        with transaction.atomic():
            value[0] = "written"
            held.changed()
            assert held.get() == "written"
            value[0] = "not looked for again"
            assert held.get() == "written"
            transaction.set_rollback(True)
        value[0] = "before"
        assert held.get() == "before"
