"""Reading boundary files: the sound ones pass, every fault is found and named."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.geography import boundaries, shapes
from balai.geography.boundaries import read
from balai.geography.codes import Level, level_of, parent_of
from balai.geography.faults import MAX_FAULTS, BoundaryFaults, Kind
from tests.geography.breakages import BOW_TIE, BREAKAGES, Change, coordinates
from tests.geography.conftest import REAL_FILES, real_file, small_city


def broken(change: Change) -> bytes:
    document = small_city()
    change(document)
    return json.dumps(document).encode()


def faults_of(document: Any, city_code: str = "36.74", **options: Any) -> tuple[Any, ...]:
    with pytest.raises(BoundaryFaults) as caught:
        read(document, city_code=city_code, **options)
    return caught.value.faults


def test_sound_file(collection: dict[str, Any]) -> None:
    found = read(json.dumps(collection), city_code="36.74")
    assert [feature.code for feature in found.features] == [f["properties"]["code"] for f in collection["features"]]
    assert [len(found.level(level)) for level in Level] == [1, 2, 4]
    assert found.notes == ()


def test_accepts_what_means_the_same(collection: dict[str, Any]) -> None:
    """A byte order mark, single Polygons, WGS 84 named outright, features in any order."""
    for part in collection["features"]:
        part["geometry"] = {"type": "Polygon", "coordinates": part["geometry"]["coordinates"][0]}
    collection["features"].reverse()
    collection["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    found = read(b"\xef\xbb\xbf" + json.dumps(collection).encode(), city_code="36.74")
    assert [feature.level for feature in found.features] == ["city", *["district"] * 2, *["village"] * 4]


@pytest.mark.parametrize("slug", REAL_FILES)
def test_real_file(slug: str) -> None:
    code, districts, villages = REAL_FILES[slug]
    found = read(real_file(slug), city_code=code)
    assert [len(found.level(level)) for level in Level] == [1, districts, villages]
    # One village of Serang touches itself in a point; nothing else is worth a note.
    assert [(note.kind, note.name) for note in found.notes] == (
        [(Kind.CROSSING, "Banjarsari")] if slug == "serang" else []
    )


@pytest.mark.parametrize("slug", REAL_FILES)
def test_real_file_broken(slug: str) -> None:
    """The tolerances that let the real data pass are not so wide that a displaced village slips through."""
    code, districts, _villages = REAL_FILES[slug]
    document = json.loads(real_file(slug))
    victim = document["features"][1 + districts]
    other = document["features"][-1]
    victim["geometry"], other["geometry"] = other["geometry"], victim["geometry"]
    faults = faults_of(document, code)
    assert {fault.code for fault in faults} == {victim["properties"]["code"], other["properties"]["code"]}
    assert {fault.kind for fault in faults} == {Kind.OUTSIDE_PARENT}


@pytest.mark.parametrize(
    ("change", "kind", "number"), [row[1:] for row in BREAKAGES], ids=[row[0] for row in BREAKAGES]
)
def test_fault(change: Change, kind: Kind, number: int | None) -> None:
    faults = faults_of(broken(change))
    listed = [(fault.kind, fault.number) for fault in faults]
    assert (kind, number) in listed
    for fault in faults:
        assert fault.message
        assert "%(" not in fault.message
        if fault.number is not None:
            assert str(fault).startswith(("Fitur", "Feature"))


@pytest.mark.parametrize(
    "document",
    [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b'{"type": ' + b"9" * 5000 + b"}", "POLYGON((0 0))", b"\x00"],
    ids=["empty", "cut off", "not UTF-8", "nested", "number of 5000 digits", "WKT", "NUL"],
)
def test_not_json(document: bytes | str) -> None:
    [fault] = faults_of(document)
    assert fault.kind in (Kind.NOT_JSON, Kind.NOT_A_COLLECTION)
    assert fault.number is None


@pytest.mark.parametrize("document", [b"null", b"[]", b"12", b'"x"', b'{"type":"FeatureCollection"}'])
def test_other_json(document: bytes) -> None:
    assert [fault.kind for fault in faults_of(document)] == [Kind.NOT_A_COLLECTION]


def test_size_limits(monkeypatch: pytest.MonkeyPatch, collection: dict[str, Any]) -> None:
    monkeypatch.setattr(boundaries, "MAX_VERTICES", 34)
    assert [fault.kind for fault in faults_of(collection)] == [Kind.TOO_LARGE]
    monkeypatch.setattr(boundaries, "MAX_VERTICES", 35)
    assert read(collection, city_code="36.74")
    monkeypatch.setattr(boundaries, "MAX_BYTES", 1000)
    assert [fault.kind for fault in faults_of(collection)] == [Kind.TOO_LARGE]
    assert shapes.MAX_VERTICES > 0


def test_every_fault_is_listed_in_the_order_of_the_file(collection: dict[str, Any]) -> None:
    collection["features"][6]["properties"]["name"] = ""
    collection["features"][6]["geometry"] = None
    collection["features"][3]["properties"]["level"] = "city"
    collection["features"][4]["geometry"]["coordinates"][0][0][0] = [0, 0]
    assert [(fault.number, fault.kind) for fault in faults_of(collection)] == [
        (4, Kind.LEVEL),
        (5, Kind.OUT_OF_RANGE),
        (7, Kind.NAME),
        (7, Kind.GEOMETRY_TYPE),
    ]


def test_the_list_of_faults_is_bounded(collection: dict[str, Any]) -> None:
    collection["features"] += [None] * 1500
    faults = faults_of(collection)
    assert len(faults) == MAX_FAULTS + 1
    assert Kind.MANY in {fault.kind for fault in faults}


def test_repair_is_offered_and_never_silent() -> None:
    bow_tie = [[106.701, -6.319], [106.719, -6.301], [106.719, -6.319], [106.701, -6.301], [106.701, -6.319]]
    document = broken(coordinates(4, [[bow_tie]]))
    [fault] = faults_of(document)
    assert fault.kind == Kind.CROSSING
    assert "106.71" in fault.message  # where
    assert "2" in fault.message  # parts it would have
    found = read(document, city_code="36.74", repair=True)
    assert (Kind.CROSSING, 4) in [(note.kind, note.number) for note in found.notes]
    assert found.features[3].geometry.is_valid
    assert len(found.features[3].geometry.geoms) == 2


def test_repair_mends_no_other_fault() -> None:
    """The bow-tie of the breakages lies in the square to the north: mended, it overlaps the village there."""
    faults = faults_of(broken(coordinates(4, BOW_TIE)), repair=True)
    assert [(fault.kind, fault.number) for fault in faults] == [(Kind.OVERLAP, 5)]


def test_outline_that_touches_itself_is_stored_and_noted() -> None:
    """Two triangles that meet in a point: odd, but it encloses the same ground however it is read."""
    touching = [
        [106.70, -6.32],
        [106.72, -6.32],
        [106.71, -6.31],
        [106.72, -6.30],
        [106.70, -6.30],
        [106.71, -6.31],
        [106.70, -6.32],
    ]
    found = read(broken(coordinates(4, [[touching]])), city_code="36.74")
    assert (Kind.CROSSING, 4) in [(note.kind, note.number) for note in found.notes]
    assert found.features[3].geometry.is_valid
    assert len(found.features[3].geometry.geoms) == 2


def test_missing_village_is_noted(collection: dict[str, Any]) -> None:
    del collection["features"][4]
    found = read(collection, city_code="36.74")
    assert [(note.kind, note.code) for note in found.notes] == [(Kind.HOLE, "36.74.01")]


@given(st.from_regex(r"\A[0-9]{2}\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?\Z"))
def test_codes(code: str) -> None:
    assert level_of(code) == list(Level)[code.count(".") - 1]
    parent = parent_of(code)
    assert parent is None or code.startswith(f"{parent}.")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_anything_in_any_place_is_a_fault_or_no_harm(data: st.DataObject) -> None:
    """Fuzz: put rubbish anywhere in a sound file. The answer is boundaries or faults, never another exception."""
    document = small_city()
    rubbish = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )
    place: Any = document
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.integers(0, 3)) == 0:
            place[key] = data.draw(rubbish)
            break
        place = place[key]
    with suppress(BoundaryFaults):
        assert read(json.dumps(document), city_code="36.74").features
