"""Importing boundaries: all or nothing, rows that keep their key, the public outline."""

import json
import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from shapely import union_all
from shapely.geometry import Point, shape

from balai.audit.models import Entry
from balai.geography import queries
from balai.geography.actions import import_boundaries
from balai.geography.codes import Level
from balai.geography.faults import BoundaryFaults
from balai.geography.models import Area, BoundarySet
from tenants.current import NoCity, in_city
from tenants.models import City
from tests.geography.breakages import BREAKAGES, Change
from tests.geography.conftest import REAL_FILES, feature, real_file, small_city


def everything() -> tuple[Any, ...]:
    """All that an import writes, for comparing."""
    return (
        list(Area.objects.order_by("pk").values()),
        list(BoundarySet.objects.order_by("pk").values()),
        list(City.objects.order_by("pk").values("pk", "outline")),
        Entry.objects.count(),
    )


@pytest.mark.parametrize("slug", REAL_FILES)
def test_real_file(city_a: City, slug: str) -> None:
    """The three real files: 118, 74 and 62 features."""
    code, districts, villages = REAL_FILES[slug]
    City.objects.filter(pk=city_a.pk).update(code=code)
    city_a.code = code
    document = real_file(slug)
    with in_city(city_a):
        result = import_boundaries(document=document, source="Kemendagri")
        assert result.levels == {Level.CITY: 1, Level.DISTRICT: districts, Level.VILLAGE: villages}
        assert result.created == Area.objects.count() == 1 + districts + villages
        for stored, raw in zip(
            Area.objects.order_by("code"),
            sorted(json.loads(document)["features"], key=lambda f: f["properties"]["code"]),
            strict=True,
        ):
            parent = stored.parent.code if stored.parent else None
            values = {"code": stored.code, "name": stored.name, "level": stored.level, "parent": parent}
            assert values == raw["properties"]
            ground, drawn = shape(raw["geometry"]).buffer(0), shape(stored.geometry)
            assert drawn.is_valid
            assert drawn.equals(ground)
            assert (stored.min_lon, stored.min_lat, stored.max_lon, stored.max_lat) == pytest.approx(ground.bounds)
            assert drawn.contains(Point(stored.lon, stored.lat))


def test_import_again_keeps_keys_and_retires_what_vanished(in_city_a: City, collection: dict[str, Any]) -> None:
    import_boundaries(document=collection, source="first")
    keys = dict(Area.objects.values_list("code", "pk"))
    second = small_city()
    del second["features"][6]
    second["features"][3]["properties"]["name"] = "Nama Baru"
    second["features"].append(
        feature("36.74.02.1009", "Pemekaran", "village", "36.74.02", (106.72, -6.30, 106.74, -6.28))
    )
    result = import_boundaries(document=second, source="second")
    assert (result.created, result.updated, result.retired) == (1, 6, 1)
    assert {code: pk for code, pk in Area.objects.values_list("code", "pk") if code in keys} == keys
    assert Area.objects.get(code="36.74.01.1001").name == "Nama Baru"
    gone = Area.objects.get(code="36.74.02.1002")
    assert not gone.active
    assert gone.parent.code == "36.74.02"
    assert gone.boundary_set.source == "first"
    village = queries.locate(-6.29, 106.73).village
    assert village is not None
    assert village.name == "Pemekaran"
    # What comes back, comes back as the same row.
    third = import_boundaries(document=collection, source="third")
    assert (third.created, third.updated, third.retired) == (0, 7, 1)
    assert Area.objects.get(code="36.74.02.1002").pk == gone.pk
    assert BoundarySet.objects.count() == 3


@pytest.mark.parametrize("change", [row[1] for row in BREAKAGES], ids=[row[0] for row in BREAKAGES])
def test_a_fault_changes_nothing(in_city_a: City, collection: dict[str, Any], change: Change) -> None:
    import_boundaries(document=collection, source="before")
    before = everything()
    document = small_city()
    change(document)
    with pytest.raises(BoundaryFaults) as caught:
        import_boundaries(document=json.dumps(document), source="after")
    assert caught.value.faults
    assert everything() == before


def test_a_crash_half_way_changes_nothing(
    in_city_a: City, collection: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import_boundaries(document=collection, source="before")
    before = everything()

    def crash(*args: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("balai.geography.actions._publish_outline", crash)
    with pytest.raises(RuntimeError, match="power cut"), transaction.atomic():
        import_boundaries(document=collection, source="after")
    assert everything() == before
    assert queries.locate(-6.29, 106.73).village is not None


def test_file_of_another_city(in_city_a: City) -> None:
    with pytest.raises(BoundaryFaults) as caught:
        import_boundaries(document=real_file("serang"), source="oops")
    assert len({fault.number for fault in caught.value.faults if fault.number}) == 74
    assert not Area.objects.exists()


def test_city_without_a_code(city_a: City, collection: dict[str, Any]) -> None:
    city_a.code = ""
    with in_city(city_a), pytest.raises(BoundaryFaults):
        import_boundaries(document=collection, source="x")


def test_on_the_hub(db: None, collection: dict[str, Any]) -> None:
    with pytest.raises(NoCity):
        import_boundaries(document=collection, source="x")


def test_number_of_queries(in_city_a: City, collection: dict[str, Any], django_assert_num_queries: Any) -> None:
    """As many for seven areas as for a hundred."""
    import_boundaries(document=collection, source="x")
    with django_assert_num_queries(11):
        import_boundaries(document=collection, source="x")
    with django_assert_num_queries(11):
        import_boundaries(document=real_file("tangerang-selatan"), source="x")


def test_outline_and_audit(in_city_a: City, collection: dict[str, Any]) -> None:
    result = import_boundaries(document=collection, source="BIG 2025")
    outline = City.objects.get(pk=in_city_a.pk).outline
    assert shape(outline).equals_exact(shape(collection["features"][0]["geometry"]), 1e-5, normalize=True)
    assert outline["version"] == str(result.boundary_set.version)
    entry = Entry.objects.latest("pk")
    assert entry.verb == "boundaries.imported"
    assert entry.details["areas"] == 7


def test_real_outline_is_light(in_city_a: City) -> None:
    import_boundaries(document=real_file("tangerang-selatan"), source="x")
    outline = City.objects.get(pk=in_city_a.pk).outline
    assert len(json.dumps(outline)) < 12_000
    whole = union_all([shape(area.geometry) for area in Area.objects.filter(level=Level.VILLAGE)])
    assert shape(outline).symmetric_difference(whole).area / whole.area < 0.01


@pytest.mark.parametrize(
    "values",
    [
        {"code": "36.74.99", "level": "village"},
        {"code": "3674", "level": "city", "parent": None},
        {"code": "36.74.99", "level": "district", "parent": None},
        {"code": "36.99", "level": "city"},
        {"code": "36.74.99", "level": "district", "min_lat": 5.0},
        {"code": "36.74.01", "level": "district"},
    ],
)
def test_the_database_guards_the_rows_too(in_city_a: City, collection: dict[str, Any], values: dict[str, Any]) -> None:
    result = import_boundaries(document=collection, source="x")
    row = {
        "name": "x",
        "parent": Area.objects.get(code="36.74"),
        "geometry": {},
        "boundary_set": result.boundary_set,
        **dict.fromkeys(("min_lat", "min_lon", "max_lat", "max_lon", "lat", "lon"), 0.0),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(**row | values)


def test_two_imports_at_once(committed_city: City, collection: dict[str, Any]) -> None:
    """The second waits for the first; the end is one of the two files, not a mixture."""
    other = small_city()
    del other["features"][6]
    errors: list[Exception] = []

    def run(document: dict[str, Any]) -> None:
        try:
            with in_city(committed_city):
                import_boundaries(document=document, source=str(len(document["features"])))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(document,)) for document in (collection, other) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with in_city(committed_city):
        assert BoundarySet.objects.count() == 6
        newest = BoundarySet.objects.latest()
        active = Area.objects.active()
        assert {area.boundary_set_id for area in active} == {newest.pk}
        assert str(active.count()) == newest.source


class TestCommand:
    def test_imports(self, city_a: City, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
        file = tmp_path / "batas.geojson"
        file.write_text(json.dumps(small_city()))
        call_command("boundaries", city_a.slug, str(file))
        assert "Kota Tangerang Selatan: 1 Kota, 2 Kecamatan, 4 Kelurahan (7 baru" in capsys.readouterr().out
        with in_city(city_a):
            assert queries.boundary_set().source == "batas.geojson"  # type: ignore[union-attr]

    def test_lists_every_fault_and_changes_nothing(self, city_a: City, tmp_path: Any) -> None:
        document = small_city()
        document["features"][3]["properties"]["level"] = "city"
        document["features"][5]["geometry"] = None
        file = tmp_path / "batas.geojson"
        file.write_text(json.dumps(document))
        with pytest.raises(CommandError) as caught:
            call_command("boundaries", city_a.slug, str(file))
        assert caught.value.returncode == 1
        assert len(str(caught.value).splitlines()) == 3
        assert "36.74.02.1001 Tenggara" in str(caught.value)
        with in_city(city_a):
            assert not Area.objects.exists()

    def test_unknown_city_or_file(self, city_a: City, tmp_path: Any) -> None:
        with pytest.raises(CommandError, match="serang, tangerang-selatan"):
            call_command("boundaries", "public", "x.geojson")
        with pytest.raises(CommandError, match=r"nowhere\.geojson"):
            call_command("boundaries", city_a.slug, str(tmp_path / "nowhere.geojson"))
        with pytest.raises(CommandError, match=str(tmp_path)):
            call_command("boundaries", city_a.slug, str(tmp_path))
