"""Measuring on the ground: metres between coordinates, and a flat plane in metres for one city's shapes."""

import math
from decimal import Decimal
from numbers import Real
from typing import TypeVar

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

Shape = TypeVar("Shape", bound=BaseGeometry)

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth in metres (IUGG)."""
METRES_PER_DEGREE = math.pi * EARTH_RADIUS_M / 180
"""Length of one degree of latitude in metres on that sphere."""


class BadCoordinates(ValueError):
    """A latitude or longitude that is not a number on the Earth. The message may be shown to people."""


def checked(lat: object, lon: object) -> tuple[float, float]:
    """Latitude and longitude as plain floats in degrees, WGS 84.

    Raises BadCoordinates for anything that is not a real number on the Earth: text, NaN, infinity, 1e308, True.
    """
    numbers: list[float] = []
    for value, limit in ((lat, 90), (lon, 180)):
        # float() accepts text and True, so the type is asked first.
        if isinstance(value, bool) or not isinstance(value, Real | Decimal):
            raise BadCoordinates(_("Latitude and longitude must be numbers."))
        try:
            number = float(value)
        except (OverflowError, ValueError) as error:
            raise BadCoordinates(_("Latitude and longitude must be numbers.")) from error
        if not -limit <= number <= limit:  # also false for NaN
            raise BadCoordinates(_("Latitude must be between -90 and 90, and longitude between -180 and 180 degrees."))
        numbers.append(number)
    return numbers[0], numbers[1]


def distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Metres between two points given in degrees (WGS 84), along the great circle.

    The haversine formula on a sphere: within 0.6 % of the true ellipsoid anywhere, and exact to the millimetre for
    points that are close together, where the plain law of cosines loses its digits.
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_chord = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half_chord)))


class Plane:
    """A flat map in metres around one latitude, good for the size of a city.

    Degrees of longitude are shorter than those of latitude, so areas, buffers and distances of shapes are taken here.
    Over 50 km near the equator the error stays below 0.1 %.
    """

    def __init__(self, lat: float) -> None:
        self.scale = np.array([METRES_PER_DEGREE * math.cos(math.radians(lat)), METRES_PER_DEGREE])

    def flat(self, shape: Shape) -> Shape:
        """The shape in metres."""
        return shapely.transform(shape, lambda points: points * self.scale)

    def round(self, shape: Shape) -> Shape:
        """The shape back in degrees."""
        return shapely.transform(shape, lambda points: points / self.scale)
