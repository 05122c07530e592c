"""From the rows of a file to assets of this city that are fit to store, or everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import Point, mapping

from balai.agencies.models import Agency, Unit
from balai.assets.faults import MAX_FAULTS, AssetFaults, Fault
from balai.assets.files import DECIMALS, Record, Table, fault_of
from balai.assets.models import CODE, Asset, AssetKind, State, tidy_code
from balai.geography import queries as geography
from balai.geography.codes import Level
from balai.geography.lookup import AreaIndex
from balai.geography.shapes import INDONESIA

MAX_NAME, MAX_UTILITY, MAX_FACT = 120, 80, 200
REPORT_EVERY = 1_000
"""Rows between two signs of progress."""
STATES = {
    State.IN_SERVICE: ("", "in_service", "in service", "aktif", "berfungsi"),
    State.OUT_OF_SERVICE: ("out_of_service", "out of service", "tidak aktif", "nonaktif", "tidak berfungsi"),
}
_STATE = {word: state for state, words in STATES.items() for word in words}
_CODE = re.compile(rf"{CODE}\Z")


class _Wrong(Exception):
    """A value that cannot stand."""


@dataclass
class Register:
    """What the values of a file refer to in this city, read once."""

    kind: AssetKind | None
    """The kind of every row of the file; None: each row names its own."""
    kinds: dict[str, AssetKind] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    units: dict[tuple[int, str], Unit] = field(default_factory=dict)
    areas: AreaIndex = field(default_factory=geography.area_index)

    def __post_init__(self) -> None:
        for kind in AssetKind.objects.filter(active=True):
            self.kinds |= {kind.slug: kind, kind.name.casefold(): kind}
        for agency in Agency.objects.filter(active=True):
            self.agencies |= {name.casefold(): agency for name in (agency.slug, agency.short_name, agency.name)}
        for unit in Unit.objects.filter(active=True):
            self.units[unit.agency_id, unit.name.casefold()] = unit


def check(table: Table, kind: AssetKind | None, report: Callable[[int], None] = lambda checked: None) -> list[Asset]:
    """The assets of the file, not saved, ordered by kind and code. `report` is told how many rows are checked.

    Raises AssetFaults with everything that is wrong, row by row.
    """
    register = Register(kind)
    assets: list[Asset] = []
    faults: list[Fault] = []
    seen: dict[tuple[int, str], int] = {}
    for number, record in enumerate(table.records, start=1):
        if number % REPORT_EVERY == 0:
            report(number)
        asset, found = _asset(record, register)
        if asset is not None:
            key = (asset.kind_id, asset.code)
            if key in seen:
                found.append(_("The code occurs before, in row %(row)s.") % {"row": seen[key]})
            seen.setdefault(key, record.row)
        if asset is not None and not found:
            assets.append(asset)
        faults += [fault_of(record, message) for message in found]
        if len(faults) >= MAX_FAULTS:
            faults[MAX_FAULTS:] = [Fault(_("There are more faults; only the first are listed."))]
            break
    if faults:
        raise AssetFaults(faults)
    # Always in one order, so that two imports at once wait for each other instead of for ever.
    return sorted(assets, key=lambda asset: (asset.kind_id, asset.code))


def _asset(record: Record, register: Register) -> tuple[Asset | None, list[str]]:
    """The asset of a row (None where its kind or code is unusable), and all that is wrong with it."""
    if record.fault:
        return None, [record.fault]
    wrong: list[str] = []
    values = record.values

    def tried(check: Callable[[], None]) -> None:
        try:
            check()
        except _Wrong as fault:
            wrong.append(str(fault))

    asset = Asset(attributes=record.facts)
    tried(lambda: _kind(asset, values, register))
    tried(lambda: _code(asset, values))
    tried(lambda: _texts(asset, values, record.facts))
    tried(lambda: _owner(asset, values, register))
    tried(lambda: _state(asset, values))
    tried(lambda: _place(asset, record, register))
    return (asset if asset.kind_id and asset.code else None), wrong


def _kind(asset: Asset, values: dict[str, str], register: Register) -> None:
    named = values.get("kind", "")
    kind = register.kinds.get(named.casefold()) if named else register.kind
    if kind is None and not named:
        raise _Wrong(_("It does not say of which kind it is."))
    if kind is None:
        raise _Wrong(_("There is no kind “%(kind)s” in use.") % {"kind": named[:40]})
    if register.kind is not None and kind.pk != register.kind.pk:
        details = {"kind": kind.name, "chosen": register.kind.name}
        raise _Wrong(_("It is of the kind “%(kind)s”, but the file is said to hold “%(chosen)s”.") % details)
    asset.kind = kind


def _code(asset: Asset, values: dict[str, str]) -> None:
    code = tidy_code(values.get("code", ""))
    if not code:
        raise _Wrong(_("The code is missing."))
    if not _CODE.match(code):
        raise _Wrong(_("The code has other characters than letters, digits, spaces and . / _ -, or more than 40."))
    asset.code = code


def _texts(asset: Asset, values: dict[str, str], facts: dict[str, str]) -> None:
    limits = {"name": MAX_NAME, "utility": MAX_UTILITY}
    for name, limit in limits.items():
        text = values.get(name, "")
        if len(text) > limit or not text.isprintable():
            details = {"title": name, "limit": limit}
            raise _Wrong(_("“%(title)s” is longer than %(limit)s characters or not plain text.") % details)
        setattr(asset, name, text)
    for title, text in facts.items():
        if len(text) > MAX_FACT or not text.isprintable():
            details = {"title": title, "limit": MAX_FACT}
            raise _Wrong(_("“%(title)s” is longer than %(limit)s characters or not plain text.") % details)


def _owner(asset: Asset, values: dict[str, str], register: Register) -> None:
    agency, unit = values.get("agency", ""), values.get("unit", "")
    if agency and values.get("utility"):
        raise _Wrong(_("An asset belongs to an agency or to an owner outside the city, not to both."))
    if agency:
        asset.agency = register.agencies.get(agency.casefold())
        if asset.agency is None:
            raise _Wrong(_("There is no agency “%(agency)s” in use.") % {"agency": agency[:60]})
    if unit:
        if asset.agency is None:
            raise _Wrong(_("A unit belongs to an agency: name the agency too."))
        asset.unit = register.units.get((asset.agency.pk, unit.casefold()))
        if asset.unit is None:
            details = {"agency": asset.agency.short_name, "unit": unit[:60]}
            raise _Wrong(_("%(agency)s has no unit “%(unit)s” in use.") % details)


def _state(asset: Asset, values: dict[str, str]) -> None:
    word = values.get("state", "").casefold()
    if word not in _STATE:
        raise _Wrong(_("The state must be “aktif” or “tidak aktif”."))
    asset.state = _STATE[word]


def _place(asset: Asset, record: Record, register: Register) -> None:
    geometry = record.geometry
    if geometry is None:
        geometry = Point(_degrees(record.values, "lon"), _degrees(record.values, "lat"))
    west, south, east, north = INDONESIA
    w, s, e, n = geometry.bounds
    if not (west <= w and e <= east and south <= s and n <= north):
        if west <= s and n <= east and south <= w and e <= north:
            raise _Wrong(_("Latitude and longitude are swapped."))
        raise _Wrong(_("It is not in Indonesia. Are the coordinates in degrees (WGS 84)?"))
    if geometry.geom_type == "Point":
        point = geometry
    else:
        geometry = shapely.set_precision(geometry, 10**-DECIMALS)
        asset.geometry = {"type": geometry.geom_type, "coordinates": mapping(geometry)["coordinates"]}
        # In the middle of a line, surely inside an area.
        lines = geometry.geom_type.endswith("LineString")
        longest = max(shapely.get_parts(geometry), key=lambda part: part.length)
        point = longest.interpolate(0.5, normalized=True) if lines else geometry.representative_point()
    lon, lat = point.coords[0]
    area = register.areas.find(lat, lon)
    if area is None:
        raise _Wrong(_("It does not lie in this city."))
    asset.lat, asset.lon = round(lat, DECIMALS), round(lon, DECIMALS)
    asset.village_id = area.id if area.level == Level.VILLAGE else None


def _degrees(values: dict[str, str], name: str) -> float:
    text = values.get(name, "")
    if not text:
        raise _Wrong(_("“%(title)s” is missing.") % {"title": name})
    try:
        # The decimal sign of a spreadsheet in Indonesian is the comma.
        number = float(text.replace(",", ".")) if re.fullmatch(r"[+-]?\d{1,3}([.,]\d{1,20})?", text) else None
    except ValueError:
        number = None
    if number is None:
        details = {"title": name, "text": text[:30]}
        raise _Wrong(_("“%(title)s” is no number of degrees: %(text)s.") % details)
    return number
