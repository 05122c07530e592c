"""The order of a route, against every order there is."""

from __future__ import annotations

import itertools
import random

import pytest

from balai.casework.routes import MAX_STOPS, length_of, order_of

HERE = (-6.30, 106.70)


def places(seed: int, count: int) -> list[tuple[float, float]]:
    draw = random.Random(seed)
    return [(-6.35 + draw.random() / 10, 106.65 + draw.random() / 10) for _ in range(count)]


@pytest.mark.parametrize("seed", range(20))
def test_a_route_is_close_to_the_shortest_there_is(seed: int) -> None:
    stops = places(seed, 7)
    order = order_of(HERE, stops)
    assert sorted(order) == list(range(7))
    best = min(length_of(HERE, way) for way in itertools.permutations(stops))
    assert length_of(HERE, [stops[position] for position in order]) <= 1.15 * best


def test_stops_on_a_line_are_passed_in_their_order() -> None:
    line = [(-6.30, 106.70 + step / 100) for step in (5, 1, 4, 2, 3)]
    assert order_of(HERE, line) == [1, 3, 4, 2, 0]


def test_none_one_the_same_place_twice_and_too_many() -> None:
    assert order_of(HERE, []) == []
    assert order_of(HERE, [HERE, HERE]) == [0, 1]
    assert sorted(order_of(HERE, places(1, MAX_STOPS))) == list(range(MAX_STOPS))
    with pytest.raises(ValueError, match="at most"):
        order_of(HERE, places(1, MAX_STOPS + 1))
