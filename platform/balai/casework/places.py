"""Where a case is: from a phone's position, a pin, or a kelurahan with a landmark, to a checked place in the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import h3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from balai.assets import queries as assets
from balai.assets.models import Asset
from balai.casework.errors import OutsideCity
from balai.casework.models import CELL_RESOLUTION, PlaceSource
from balai.casework.wording import tidy
from balai.geography import queries as geography
from balai.geography.codes import Level
from balai.geography.distance import BadCoordinates, distance
from balai.geography.lookup import AreaRef
from tenants.current import current_city

MAX_LANDMARK = 200
MIN_LANDMARK = 3
ASSET_REACH_M = 300
"""So far from the place of a report its asset may stand: a phone's position is off by 100 m among houses."""
DECIMALS = 6
"""About a tenth of a metre: more would only say that a machine wrote it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the city. `lat` and `lon` are degrees (WGS 84) or None where only the kelurahan is known."""

    village: AreaRef | None
    landmark: str
    source: PlaceSource | Literal[""]
    lat: float | None = None
    lon: float | None = None

    @property
    def cell(self) -> int | None:
        """The H3 cell at CELL_RESOLUTION; None where only the kelurahan is known."""
        if self.lat is None or self.lon is None:
            return None
        # A cell's first bit is always 0, so it fits PostgreSQL's signed bigint.
        return h3.str_to_int(h3.latlng_to_cell(self.lat, self.lon, CELL_RESOLUTION))


def place_of(
    *,
    lat: float | None = None,
    lon: float | None = None,
    by_gps: bool = False,
    village: str = "",
    landmark: str = "",
    asset: Asset | None = None,
    needed: bool = True,
) -> Place:
    """The place that someone gave. Coordinates decide; without them a kelurahan's code and a landmark are needed.

    The place of the asset that someone points at is enough as well. Where none is `needed`, none or a kelurahan alone
    will do. Raises OutsideCity, or ValidationError for the
    fields place, village, landmark and asset.
    """
    landmark = tidy(landmark)
    if len(landmark) > MAX_LANDMARK:
        message = _("The landmark has %(count)d characters; at most %(limit)d are possible.")
        raise _wrong("landmark", message % {"count": len(landmark), "limit": MAX_LANDMARK}, "too_long")
    if lat is not None or lon is not None:
        place = _by_coordinates(lat, lon, by_gps, landmark)
        if asset is not None:
            _check_distance(place, asset)
        return place
    if asset is not None and not village:
        location = geography.locate(asset.lat, asset.lon)
        return Place(location.village, landmark, PlaceSource.ASSET, asset.lat, asset.lon)
    if not village and not needed:
        return Place(None, landmark, "")
    if not village:
        raise _wrong(
            "place",
            _("Say where it is: by your position, a pin on the map, or the kelurahan and a landmark."),
            "missing",
        )
    area = geography.area_by_code(village)
    if area is None or area.level != Level.VILLAGE:
        raise _wrong("village", _("Choose a kelurahan of this city."), "unknown_village")
    if needed and len(landmark) < MIN_LANDMARK:
        message = _("Name a landmark, so that the officer finds the place: a street, a school, a shop.")
        raise _wrong("landmark", message, "missing")
    return Place(area, landmark, PlaceSource.AREA)


def asset_of(code: str) -> Asset | None:
    """The asset with the code that someone gave; None where none was given. Raises ValidationError (asset)."""
    if not code.strip():
        return None
    try:
        return assets.by_code(code)
    except assets.UnknownAsset as error:
        raise _wrong("asset", str(error), "unknown_asset") from error


def _check_distance(place: Place, asset: Asset) -> None:
    """A wrong code is noticed by where it would be. A line or an area is not: its point may be far from either end."""
    assert place.lat is not None
    assert place.lon is not None
    metres = distance(place.lat, place.lon, asset.lat, asset.lon)
    if metres > ASSET_REACH_M and asset.is_point:
        message = _("%(asset)s is %(metres)d m away from the place that you gave. Please check its code or the place.")
        raise _wrong("asset", message % {"asset": str(asset), "metres": round(metres)}, "far_away")


def _by_coordinates(lat: float | None, lon: float | None, by_gps: bool, landmark: str) -> Place:
    try:
        location = geography.locate(lat, lon)  # type: ignore[arg-type]
    except BadCoordinates as error:
        raise _wrong("place", str(error), "bad_coordinates") from error
    if location.outside:
        raise _outside(location.neighbour)
    assert lat is not None
    assert lon is not None
    source = PlaceSource.GPS if by_gps else PlaceSource.PIN
    return Place(location.village, landmark, source, round(lat, DECIMALS), round(lon, DECIMALS))


def _outside(neighbour: object | None) -> OutsideCity:
    here = current_city()
    if neighbour is not None:
        values = {"city": here.name, "neighbour": neighbour.name, "url": neighbour.url}  # type: ignore[attr-defined]
        text = _("This place is not in %(city)s but in %(neighbour)s. Please report it there: %(url)s")
        return OutsideCity(text % values, neighbour)
    if not geography.areas():
        return OutsideCity(_("%(city)s has not drawn its boundaries yet.") % {"city": here.name}, None)
    text = _("This place is not in %(city)s. Only places within the city can be reported here.")
    return OutsideCity(text % {"city": here.name}, None)


def _wrong(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: [ValidationError(message, code=code)]})
