"""Points in PostgreSQL's own ``point`` type, and asking for what lies within so many metres.

No PostGIS: a GiST index over a stored generated point finds the candidates in a box, the exact distance decides.
A model takes part so::

    lat = models.FloatField()
    lon = models.FloatField()
    point = point_column()

    class Meta:
        indexes = [GistIndex(fields=["point"], name="case_point")]

and is asked with ``within(Case.objects.all(), lat, lon, 50)``.
"""

import math
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, GeneratedField, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from balai.geography.distance import EARTH_RADIUS_M, METRES_PER_DEGREE, checked

MAX_METRES = 500_000.0

Row = TypeVar("Row", bound=Model)
if TYPE_CHECKING:  # Django's own classes take no parameters when the program runs
    _Field = models.Field[Any, Any]
    _Lookup = models.Lookup[Any]
else:
    _Field, _Lookup = models.Field, models.Lookup


class Point(NamedTuple):
    """A place in degrees, WGS 84. Longitude first, as in the database and in GeoJSON."""

    lon: float
    lat: float


class PointField(_Field):
    """A column of type ``point``; Python sees :class:`Point`. Its one search is ``__in_box=(w, s, e, n)``."""

    description = "Point (longitude, latitude)"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "point"

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> Point | None:
        if value is None:
            return None
        lon, lat = value.strip("()").split(",")
        return Point(float(lon), float(lat))

    def get_prep_value(self, value: tuple[float, float] | str | None) -> str | None:
        return value if value is None or isinstance(value, str) else f"({value[0]!r},{value[1]!r})"


@PointField.register_lookup
class InBox(_Lookup):
    """``point <@ box``: in the rectangle (west, south, east, north), its edge included. Uses a GiST index."""

    lookup_name = "in_box"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        west, south, east, north = self.rhs
        return f"{column} <@ box(point(%s, %s), point(%s, %s))", [*params, west, south, east, north]


class Metres(Func):
    """The distance in metres from a point column to a place: the same formula as ``distance.distance``."""

    output_field = models.FloatField()

    def __init__(self, column: str, lat: float, lon: float, **extra: Any) -> None:
        super().__init__(F(column), **extra)
        self.lat, self.lon = lat, lon

    def as_sql(  # type: ignore[override]  # it has one form, so the options of a template mean nothing here
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        half_chord = (
            f"power(sin(radians(({column})[1] - %s::float8) / 2), 2) + cos(radians(%s::float8))"
            f" * cos(radians(({column})[1])) * power(sin(radians(({column})[0] - %s::float8) / 2), 2)"
        )
        values = [*params, self.lat, self.lat, *params, *params, self.lon]
        return f"2 * {EARTH_RADIUS_M}::float8 * asin(sqrt(least(1, {half_chord})))", values


class Degrees(Func):
    """How far a point column lies from a place in degrees, by which a GiST index gives the nearest first."""

    output_field = models.FloatField()

    def __init__(self, column: str, lat: float, lon: float, **extra: Any) -> None:
        super().__init__(F(column), **extra)
        self.lat, self.lon = lat, lon

    def as_sql(  # type: ignore[override]  # it has one form, as Metres
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} <-> point(%s, %s)", [*params, self.lon, self.lat]


def point_column(lat: str = "lat", lon: str = "lon") -> GeneratedField:
    """A stored generated ``point`` of two float columns of the same table; NULL where one of them is NULL."""
    return GeneratedField(
        expression=Func(F(lon), F(lat), function="point"), output_field=PointField(null=True), db_persist=True
    )


def within(queryset: QuerySet[Row], lat: float, lon: float, metres: float, *, column: str = "point") -> QuerySet[Row]:
    """The rows whose point lies at most ``metres`` from the place, each with its ``distance_m``. Not ordered.

    ``column`` may follow relations (``case__point``). Raises BadCoordinates for a place that is none on the Earth and
    ValueError for a distance that is not between 0 and 500 km.
    """
    lat, lon = checked(lat, lon)
    if not 0 <= metres <= MAX_METRES:  # false for NaN too
        raise ValueError(f"distance must be between 0 and {MAX_METRES:.0f} metres")
    return (
        queryset.filter(**{f"{column}__in_box": box_around(lat, lon, metres)})
        .annotate(distance_m=Metres(column, lat, lon))
        .filter(distance_m__lte=metres)
    )


def box_around(lat: float, lon: float, metres: float) -> tuple[float, float, float, float]:
    """The rectangle (west, south, east, north) around a circle: a hair more, so that rounding never loses a row on its
    edge; Metres decides."""
    reach = metres / METRES_PER_DEGREE * 1.001 + 1e-9
    widest = reach / max(math.cos(math.radians(min(90.0, abs(lat) + reach))), 1e-6)
    return max(-180.0, lon - widest), lat - reach, min(180.0, lon + widest), lat + reach
