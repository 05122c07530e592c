"""Importing assets: all of a file or nothing, every fault by its row."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from balai.assets import actions, checking, files
from balai.assets.actions import abandoned_imports, receive_file, work_on
from balai.assets.models import Asset, AssetImport, AssetKind
from balai.audit.models import Entry
from tenants.current import in_city
from tenants.models import City
from tests.casework.world import World

pytestmark = pytest.mark.django_db
Step = AssetImport.Step


@pytest.fixture
def world(in_city_a: City) -> World:
    world = World(in_city_a)
    AssetKind.objects.create(slug="lampu", name="Lampu jalan", icon="lamp")
    AssetKind.objects.create(slug="jembatan", name="Jembatan", order=1)
    return world


def run(content: str | bytes | dict[str, Any], kind: str = "", name: str = "aset.csv") -> AssetImport:
    if isinstance(content, dict):
        content = json.dumps(content)
    raw = content.encode() if isinstance(content, str) else content
    chosen = AssetKind.objects.get(slug=kind) if kind else None
    return work_on(receive_file(content=raw, file_name=name, kind=chosen).pk)


def messages(done: AssetImport) -> list[tuple[int | None, str]]:
    return [(fault["row"], fault["message"]) for fault in done.faults]


GOOD = """kode;jenis;nama;lintang;bujur;OPD;unit;pemilik;status;daya
pju-001;lampu;Depan SDN;-6,31;106,71;Dishub;UPT Penerangan Jalan;;aktif;90 W
PJU-002;lampu;;-6,31;106,712;;;PLN;tidak aktif;
JBT 1;Jembatan;Jembatan Kali;-6,305;106,705;dishub;;;;
"""


def test_a_spreadsheet_with_semicolons_and_commas(world: World) -> None:
    done = run("\ufeff" + GOOD)
    assert (done.step, done.total, done.created, done.updated, done.faults) == (Step.DONE, 3, 3, 0, [])
    first, second, third = Asset.objects.order_by("kind__order", "code")
    assert (first.code, first.name, first.agency, first.unit) == ("PJU-001", "Depan SDN", world.dishub, world.lamps)
    assert (first.lat, first.lon, first.village.name) == (-6.31, 106.71, "Barat Daya")  # type: ignore[union-attr]
    assert first.attributes == {"daya": "90 W"}
    assert (second.utility, second.state, second.owner) == ("PLN", "out_of_service", "PLN")
    assert (third.reference, third.agency) == ("jembatan:JBT 1", world.dishub)
    assert AssetImport.objects.get().content is None
    assert Entry.objects.get(verb="assets.imported").details["created"] == 3


def test_importing_again_renews_and_leaves_what_the_file_does_not_have(world: World) -> None:
    run(GOOD)
    ids = set(Asset.objects.values_list("pk", flat=True))
    again = run("code,lat,lon\nPJU-001,-6.311,106.711\nPJU-003,-6.31,106.71\n", kind="lampu")
    assert (again.step, again.created, again.updated) == (Step.DONE, 1, 1)
    moved = Asset.objects.get(code="PJU-001")
    assert moved.pk in ids
    assert (moved.lat, moved.name, moved.agency, moved.attributes) == (
        -6.311,
        "Depan SDN",
        world.dishub,
        {"daya": "90 W"},
    )
    assert Asset.objects.count() == 4
    # An owner in the file replaces the other kind of owner.
    run("kode,lat,lon,pemilik\nPJU-001,-6.311,106.711,PLN\n", kind="lampu")
    moved.refresh_from_db()
    assert (moved.agency, moved.unit, moved.utility) == (None, None, "PLN")


WRONG = [
    ("X!,-6.31,106.71,,,,", "huruf"),
    (",-6.31,106.71,,,,", "Kode"),
    ("A,,106.71,,,,", "lat"),
    ("A,abc,106.71,,,,", "abc"),
    ("A,1e5,106.71,,,,", "1e5"),
    ("A,nan,106.71,,,,", "nan"),
    ("A,106.71,-6.31,,,,", "tertukar"),
    ("A,51.5,0.1,,,,", "Indonesia"),
    ("A,-6.9,107.6,,,,", "kota ini"),
    ("A,-6.31,106.71,Dinas Hantu,,,", "Dinas Hantu"),
    ("A,-6.31,106.71,Dishub,Bidang Hantu,,", "Bidang Hantu"),
    ("A,-6.31,106.71,,UPT Penerangan Jalan,,", "perangkat daerah"),
    ("A,-6.31,106.71,Dishub,,PLN,", "keduanya"),
    ("A,-6.31,106.71,,,,rusak", "aktif"),
    (f"A,-6.31,106.71,,,{'P' * 81},", "80"),
    ("A,-6.31,106.71,,,,,x", "judul"),
]


@pytest.mark.parametrize(("row", "says"), WRONG)
def test_a_fault_is_named_by_row_and_nothing_is_written(world: World, row: str, says: str) -> None:
    done = run(f"kode,lat,lon,opd,unit,pemilik,status\nB,-6.31,106.71,,,,\n{row}\n", kind="lampu")
    assert done.step == Step.REFUSED
    assert [number for number, _message in messages(done)] == [3]
    assert says in messages(done)[0][1]
    assert not Asset.objects.exists()
    assert not Entry.objects.filter(verb="assets.imported").exists()


def test_all_faults_are_named_at_once(world: World) -> None:
    done = run("kode,lat,lon,jenis\nA,x,y,hantu\nA,-6.31,106.71,lampu\na,-6.31,106.71,lampu\n")
    assert [row for row, _message in messages(done)] == [2, 2, 4]
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"\xff\xfe\x00",
        b"PK\x03\x04",
        b"kode\n",
        b"kode,lat\nA,1\n",
        b"lat,lon\n1,1\n",
        b"kode,code,lat,lon\nA,A,1,1\n",
        b"kode,,lat,lon\n",
        b'kode,lat,lon\n"' + b"x" * 200_000,
        b"{",
        b"[]",
        b"{}",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection", "features": {}}',
        b"[" * 100_000,
    ],
)
def test_files_that_are_none(world: World, content: bytes) -> None:
    done = run(content, kind="lampu")
    assert done.step == Step.REFUSED
    assert messages(done)[0][0] is None
    assert not Asset.objects.exists()


def test_limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ROWS", 2)
    table = "kode,lat,lon\n" + "".join(f"A{n},-6.31,106.71\n" for n in range(3))
    assert "2" in messages(run(table, kind="lampu"))[0][1]
    assert run("\n".join(table.splitlines()[:3]), kind="lampu").step == Step.DONE
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    assert run(table, kind="lampu").step == Step.REFUSED
    monkeypatch.undo()
    monkeypatch.setattr(checking, "MAX_FAULTS", 2)
    done = run("kode,lat,lon\n" + "".join(f"A{n},x,106.71\n" for n in range(9)), kind="lampu")
    assert len(done.faults) == 3
    assert Asset.objects.count() == 2


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"kode": "A", "jenis": "jembatan", **properties}}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


LINE = {"type": "LineString", "coordinates": [[106.701, -6.31], [106.711, -6.31], [106.711, -6.305]]}
PARK = {"type": "Polygon", "coordinates": [[[106.71, -6.31], [106.715, -6.31], [106.71, -6.305], [106.71, -6.31]]]}


def test_geojson_points_lines_and_areas(world: World) -> None:
    point = {"type": "Point", "coordinates": [106.71, -6.31]}
    done = run(
        collection(feature(point, lebar=2.5), feature(LINE, kode="B"), feature(PARK, kode="C", ada=True, x=None)),
        name="aset.geojson",
    )
    assert (done.step, done.created) == (Step.DONE, 3)
    a, b, c = Asset.objects.order_by("code")
    assert (a.geometry, a.attributes, a.lon) == (None, {"lebar": "2.5"}, 106.71)
    assert b.geometry["type"] == "LineString"
    assert (b.lat, round(b.lon, 4)) == (-6.31, 106.7085)  # half-way along, on the line
    assert c.geometry["type"] == "Polygon"
    assert 106.71 <= c.lon <= 106.715
    assert c.attributes == {"ada": "True"}


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        5,
        {"type": "Feature"},
        feature(None),
        feature({"type": "Point"}),
        feature({"type": "Point", "coordinates": []}),
        feature({"type": "Point", "coordinates": ["a", "b"]}),
        feature({"type": "Point", "coordinates": [[1, 2], [3, 4]]}),
        feature({"type": "Point", "coordinates": [106.71, -6.31, 5]}),
        feature({"type": "Point", "coordinates": [-6.31, 106.71]}),
        feature({"type": "Point", "coordinates": [1e400, 1]}),
        feature({"type": "LineString", "coordinates": [[106.71, -6.31]]}),
        feature({"type": "LineString", "coordinates": [[106.71, -6.31], [106.711, -6.31]] * 1_001}),
        feature({"type": "GeometryCollection", "geometries": []}),
        feature(
            {
                "type": "Polygon",
                "coordinates": [[[106.71, -6.31], [106.72, -6.3], [106.72, -6.31], [106.71, -6.3], [106.71, -6.31]]],
            }
        ),
        feature(LINE, nama={"id": 1}),
        feature(LINE, **{"k" * 41: "x"}),
        feature(LINE, **{f"k{n}": "x" for n in range(50)}),
        feature(LINE, jenis="hantu"),
        feature(LINE, kode="\u202e"),
    ],
)
def test_hostile_features(world: World, wrong: Any) -> None:
    done = run(collection(feature(LINE, kode="B"), wrong))
    assert done.step == Step.REFUSED
    assert {row for row, _message in messages(done)} == {2}
    assert not Asset.objects.exists()


def test_progress_is_seen_while_rows_are_checked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "REPORT_EVERY", 2)
    seen: list[tuple[str, int, int]] = []
    real = checking._asset

    def watch(*args: Any) -> Any:
        seen.append(AssetImport.objects.values_list("step", "checked", "total").get())
        return real(*args)

    monkeypatch.setattr(checking, "_asset", watch)
    run("kode,lat,lon\n" + "".join(f"A{n},-6.31,106.71\n" for n in range(5)), kind="lampu")
    assert seen == [("checking", 0, 5), ("checking", 2, 5), ("checking", 2, 5), ("checking", 4, 5), ("checking", 4, 5)]


def test_an_import_that_nobody_works_on_is_taken_up_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = receive_file(content=GOOD.encode(), file_name="a.csv")
    assert abandoned_imports() == []  # it may be in the queue
    AssetImport.objects.update(started_at=timezone.now() - datetime.timedelta(minutes=1))
    assert abandoned_imports() == [lost.pk]

    def killed(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(actions, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            work_on(lost.pk)
    assert not Asset.objects.exists()
    assert work_on(lost.pk).step == Step.WRITING  # somebody is at it, as far as one can see
    assert abandoned_imports() == []
    AssetImport.objects.update(seen_at=timezone.now() - actions.STALE - datetime.timedelta(seconds=1))
    assert abandoned_imports() == [lost.pk]
    assert work_on(lost.pk).step == Step.DONE
    assert Asset.objects.count() == 3
    assert work_on(lost.pk).created == 3
    assert Asset.objects.count() == 3
    assert Entry.objects.filter(verb="assets.imported").count() == 1


def test_a_file_that_kills_its_workers_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = receive_file(content=GOOD.encode(), file_name="a.csv")
    AssetImport.objects.update(attempts=actions.MAX_ATTEMPTS)
    assert work_on(lost.pk).step == Step.REFUSED
    assert not Asset.objects.exists()


def test_the_command(world: World, city_b: City, tmp_path: Path) -> None:
    path = tmp_path / "lampu.csv"
    path.write_text(GOOD)
    out = io.StringIO()
    call_command("assets", world.city.slug, str(path), stdout=out)
    assert "3 baru" in out.getvalue()
    path.write_text("kode,lat,lon\nA,x,1\n")
    with pytest.raises(CommandError, match="Baris 2"):
        call_command("assets", world.city.slug, str(path), "--kind", "lampu")
    for arguments in (
        ["nowhere", str(path)],
        [world.city.slug, "/nowhere"],
        [world.city.slug, str(path), "--kind", "x"],
    ):
        with pytest.raises(CommandError):
            call_command("assets", *arguments)
    assert Asset.objects.count() == 3
    with in_city(city_b):
        assert not Asset.objects.exists()


def test_statements_do_not_grow_with_the_rows(world: World, statements: Any) -> None:
    run("kode,lat,lon\nWARM,-6.31,106.71\n", kind="lampu")
    counts = []
    for many in (1, 300):
        rows = "".join(f"A{n},-6.31,106.71\n" for n in range(many))
        received = receive_file(content=f"kode,lat,lon\n{rows}".encode(), file_name="a", kind=AssetKind.objects.first())
        with statements() as seen:
            work_on(received.pk)
        counts.append(len(seen))
    assert counts[0] == counts[1]
