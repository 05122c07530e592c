"""Taking a file of assets apart: CSV as spreadsheets write it, or GeoJSON. Pure: no database, no judgement of values.

``read`` answers with one Record per row; what the values mean is checked in ``checking``.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from balai.assets.faults import AssetFaults, Fault, refuse

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000
"""Of one file. The street lamps of a city of 1.5 million people are about 40,000; more rows come in a second file."""
MAX_COLUMNS = 40
MAX_POINTS = 2_000
"""Vertices of one line or area."""
DECIMALS = 7
COLUMNS = {
    "code": ("code", "kode"),
    "name": ("name", "nama"),
    "kind": ("kind", "jenis"),
    "lat": ("lat", "latitude", "lintang"),
    "lon": ("lon", "lng", "long", "longitude", "bujur"),
    "agency": ("agency", "opd", "dinas"),
    "unit": ("unit",),
    "utility": ("owner", "pemilik"),
    "state": ("state", "status"),
}
"""The columns with a meaning, by what they may be called. Every other one is a further fact about the asset."""
_MEANING = {title: column for column, titles in COLUMNS.items() for title in titles}
SHAPES = ("Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


@dataclass(slots=True)
class Record:
    """One row as it came. `row` counts like the spreadsheet (the titles are row 1) or the list of features (from 1)."""

    row: int
    values: dict[str, str]
    """By the names of COLUMNS."""
    facts: dict[str, str]
    """The other columns, by their titles; empty ones left out."""
    geometry: BaseGeometry | None = None
    """The shape of a GeoJSON feature; None for CSV."""
    fault: str = ""
    """Why the feature cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that could be read: which columns it has, and its rows."""

    columns: frozenset[str]
    records: list[Record]


def read(content: bytes) -> Table:
    """The rows of a CSV or GeoJSON file. Raises AssetFaults where it is none, too large, or lacks a column."""
    if len(content) > MAX_BYTES:
        raise refuse(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1_000_000})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(_("The file is not text in UTF-8. Save it as “CSV UTF-8” or GeoJSON.")) from error
    if not text.strip():
        raise refuse(_("The file is empty."))
    table = _from_geojson(text) if text.lstrip().startswith(("{", "[")) else _from_csv(text)
    if not table.records:
        raise refuse(_("The file has no rows."))
    if "code" not in table.columns:
        raise refuse(_("The file has no column “%(title)s”.") % {"title": "kode"})
    return table


def _too_many() -> AssetFaults:
    return refuse(_("The file has more than %(limit)s rows. Please split it.") % {"limit": MAX_ROWS})


# -- CSV ---------------------------------------------------------------------------------------------------------------


def _from_csv(text: str) -> Table:
    first = text.lstrip().split("\n", 1)[0]
    # A spreadsheet in Indonesian separates by semicolons, since the comma is the decimal sign.
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter)
        titles = _titles(next(reader))
        records: list[Record] = []
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(records) == MAX_ROWS:
                raise _too_many()
            records.append(_record(number, titles, cells))
    except csv.Error as error:
        raise refuse(_("The file is not a table that can be read: %(why)s.") % {"why": error}) from error
    missing = {"lat": "lat", "lon": "lon"}.keys() - {_MEANING.get(title) for title in titles}
    if missing:
        raise refuse(_("The file has no column “%(title)s”.") % {"title": min(missing)})
    return Table(_columns(titles), records)


def _record(number: int, titles: list[str], cells: list[str]) -> Record:
    if any(cell.strip() for cell in cells[len(titles) :]):
        fault = _("The row has more cells than there are titles. Is a separator within a text?")
        return Record(number, {}, {}, fault=fault)
    pairs = dict(zip(titles, (cell.strip() for cell in cells), strict=False))
    return Record(number, *_sorted_out(pairs))


def _titles(cells: list[str]) -> list[str]:
    titles = [re.sub(r"\s+", " ", cell).strip().lower() for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    if len(titles) > MAX_COLUMNS:
        raise refuse(_("The file has more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
    seen: dict[str, str] = {}
    for title in titles:
        if not title or len(title) > 40 or not title.isprintable():
            raise refuse(_("The title of a column is missing, longer than 40 characters or not plain text."))
        meaning = _MEANING.get(title, title)
        if meaning in seen:
            details = {"first": seen[meaning], "second": title}
            raise refuse(_("Two columns say the same: “%(first)s” and “%(second)s”.") % details)
        seen[meaning] = title
    return titles


def _columns(titles: list[str]) -> frozenset[str]:
    known = {_MEANING[title] for title in titles if title in _MEANING}
    return frozenset(known | ({"attributes"} if len(known) < len(titles) else set()))


def _sorted_out(pairs: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    values = {_MEANING[title]: text for title, text in pairs.items() if title in _MEANING}
    return values, {title: text for title, text in pairs.items() if title not in _MEANING and text}


# -- GeoJSON -----------------------------------------------------------------------------------------------------------


def _from_geojson(text: str) -> Table:
    try:
        collection = json.loads(text)
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise refuse(_("The file is not JSON: line %(line)s, column %(column)s.") % where) from error
    except (RecursionError, ValueError) as error:  # nested a thousandfold, or a number of thousands of digits
        raise refuse(_("The file is not JSON that can be read.")) from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        raise refuse(_("The file is not a GeoJSON FeatureCollection."))
    if len(features) > MAX_ROWS:
        raise _too_many()
    records = [_feature(number, raw) for number, raw in enumerate(features, start=1)]
    titles = {title for record in records for title in (*record.values, *record.facts)}
    known = {title for title in titles if title in COLUMNS}
    return Table(frozenset(known | ({"attributes"} if titles - known else set())), records)


def _feature(number: int, raw: Any) -> Record:
    properties = raw.get("properties") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or raw.get("type") != "Feature" or not isinstance(properties, dict):
        return Record(number, {}, {}, fault=_("This is not a GeoJSON Feature with properties."))
    if len(properties) > MAX_COLUMNS:
        fault = _("It has more than %(limit)s properties.") % {"limit": MAX_COLUMNS}
        return Record(number, {}, {}, fault=fault)
    pairs: dict[str, str] = {}
    for title, value in properties.items():
        title = str(title).strip().lower()
        if not title or len(title) > 40 or not title.isprintable():
            return Record(number, {}, {}, fault=_("The name of a property is longer than 40 characters or not text."))
        if isinstance(value, dict | list):
            return Record(number, {}, {}, fault=_("The property “%(title)s” is no plain text.") % {"title": title})
        pairs[title] = "" if value is None else str(value).strip()
    record = Record(number, *_sorted_out(pairs))
    try:
        record.geometry = _shape(raw.get("geometry"))
    except ValueError as error:
        record.fault = str(error)
    return record


def _shape(raw: Any) -> BaseGeometry:
    """The feature's shape, sound in itself; where it lies is judged later. Raises ValueError with words for people."""
    if not isinstance(raw, dict) or raw.get("type") not in SHAPES:
        raise ValueError(_("The geometry must be a point, a line or a polygon."))
    try:
        found = shape(raw)
    except (TypeError, ValueError, AttributeError, IndexError, KeyError, OverflowError, shapely.GEOSException) as error:
        raise ValueError(_("The geometry cannot be read.")) from error
    if found.is_empty:
        raise ValueError(_("The geometry is empty."))
    if found.has_z:
        raise ValueError(_("Points have a height (a third number). Export the shapes in two dimensions."))
    if shapely.get_num_coordinates(found) > MAX_POINTS:
        raise ValueError(_("The shape has more than %(limit)s points. Simplify it.") % {"limit": MAX_POINTS})
    if not all(math.isfinite(edge) for edge in found.bounds):
        raise ValueError(_("The geometry cannot be read."))
    if not found.is_valid:
        raise ValueError(_("The outline crosses itself."))
    return found


def fault_of(record: Record, message: str) -> Fault:
    """The fault, with the row and the code that people know it by."""
    return Fault(message, record.row, record.values.get("code", "")[:40])
