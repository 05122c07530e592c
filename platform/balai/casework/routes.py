"""In which order to go to several places: short enough for a day's work, found at once.

Nearest neighbour first, then 2-opt: a stretch is turned around wherever that makes the way shorter, until none is left.
For at most MAX_STOPS stops. Distances are as the crow flies.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from balai.geography.distance import distance

MAX_STOPS = 30
ROUNDS = 50
"""More than any order of MAX_STOPS has needed; an end is certain anyway, since every turn makes the way shorter."""
Point = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""


def order_of(start: Point, stops: Sequence[Point]) -> list[int]:
    """The stops' positions in the order in which to go to them from `start`, without coming back.

    Raises ValueError for more than MAX_STOPS.
    """
    if len(stops) > MAX_STOPS:
        raise ValueError(f"a route has at most {MAX_STOPS} stops")
    points = [start, *stops]
    between = [[distance(*one, *other) for other in points] for one in points]
    way, left = [0], set(range(1, len(points)))
    while left:
        here = between[way[-1]]
        way.append(min(left, key=lambda stop: (here[stop], stop)))
        left.discard(way[-1])
    for _round in range(ROUNDS):
        if not _shortened(way, between):
            break
    return [stop - 1 for stop in way[1:]]


def length_of(start: Point, stops: Sequence[Point]) -> float:
    """Metres from `start` through the stops as they come."""
    points = [start, *stops]
    return sum(distance(*one, *other) for one, other in pairwise(points))


def _shortened(way: list[int], between: list[list[float]]) -> bool:
    """Turns stretches around wherever that makes the way shorter; whether any did."""
    found = False
    for i in range(1, len(way) - 1):
        for j in range(i + 1, len(way)):
            before = between[way[i - 1]][way[i]] + (between[way[j]][way[j + 1]] if j + 1 < len(way) else 0)
            after = between[way[i - 1]][way[j]] + (between[way[i]][way[j + 1]] if j + 1 < len(way) else 0)
            if after < before - 1e-6:
                way[i : j + 1] = reversed(way[i : j + 1])
                found = True
    return found
