"""The register of assets in the back office."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from balai.assets import office
from balai.assets.models import Asset, AssetImport, AssetKind
from balai.audit.models import Entry
from balai.membership.actions import prepare_city
from tenants.current import in_city
from tenants.models import City
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
EVERYTHING = [f"assets.{act}_{model}" for act in ("add", "change", "view") for model in ("asset", "assetkind")]
IMPORTS = "/kantor/asset-imports/"
LIST_STATEMENTS = 9
GOOD = "kode,lat,lon,opd\nPJU-1,-6.31,106.71,Dishub\nPJU-2,-6.312,106.71,\n"


@pytest.fixture
def world(city_a: City) -> World:
    world = World(city_a)
    with in_city(city_a):
        AssetKind.objects.create(slug="lampu", name="Lampu jalan", icon="lamp")
    return world


@pytest.fixture
def client(city_a: City) -> Client:
    return signed_in(city_a, staff(city_a, *EVERYTHING, "assets.add_assetimport", name="Ratna"))


def upload(client: Client, content: str, kind: Any = "") -> Any:
    file = SimpleUploadedFile("lampu.csv", content.encode(), content_type="text/csv")
    return client.post(IMPORTS, {"file": file, "kind": kind})


def test_a_small_file_is_imported_at_once(world: World, client: Client) -> None:
    with in_city(world.city):
        kind = AssetKind.objects.get().pk
    answer = upload(client, GOOD, kind)
    assert answer.status_code == 302
    assert "2 aset baru" in client.get(answer.headers["Location"]).text
    assert "lampu.csv" in client.get(IMPORTS).text
    page = client.get("/kantor/assets/").text
    assert "PJU-1" in page
    assert "Dinas Perhubungan" in page
    with in_city(world.city):
        assert Entry.objects.get(verb="assets.file_received").actor.name == "Ratna"  # type: ignore[union-attr]


def test_faults_are_a_table(world: World, client: Client) -> None:
    answer = upload(client, GOOD.replace("-6.312", "<script>"))
    page = client.get(answer.headers["Location"]).text
    assert "&lt;script&gt;" in page
    assert "<script>," not in page
    assert "Tidak ada yang diimpor" in page
    with in_city(world.city):
        assert not Asset.objects.exists()


def test_a_large_file_goes_to_the_background(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[int] = []
    monkeypatch.setattr(office, "AT_ONCE", 10)
    monkeypatch.setattr(office, "queue", lambda task, pk: queued.append(pk))
    with in_city(world.city):
        kind = AssetKind.objects.get().pk
    answer = upload(client, GOOD, kind)
    page = client.get(answer.headers["Location"])
    assert 'http-equiv="refresh"' in page.text
    with in_city(world.city):
        assert not Asset.objects.exists()
        assert AssetImport.objects.get().pk == queued[0]
        from balai.assets.tasks import import_file

        assert import_file(queued[0]) == "done"
        assert Asset.objects.count() == 2
    assert 'http-equiv="refresh"' not in client.get(answer.headers["Location"]).text


def test_nothing_or_too_much_is_refused(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.post(IMPORTS, {}).status_code == 422
    monkeypatch.setattr(office, "MAX_BYTES", 10)
    assert upload(client, GOOD).status_code == 422
    assert upload(client, GOOD, "99").status_code == 422
    with in_city(world.city):
        assert not AssetImport.objects.exists()


def test_one_asset_by_hand(world: World, client: Client) -> None:
    with in_city(world.city):
        kind = AssetKind.objects.get().pk
    values = {"kind": kind, "code": "pju-9", "lat": "-6.31", "lon": "106.71", "state": "in_service", "utility": "PLN"}
    assert client.post("/kantor/assets/new/", values).status_code == 302
    with in_city(world.city):
        asset = Asset.objects.get()
        assert (asset.code, asset.village.name) == ("PJU-9", "Barat Daya")  # type: ignore[union-attr]
    for wrong in (
        {"code": "pju-9"},
        {"code": "a?"},
        {"lat": "-7", "code": "B"},
        {"lat": "900", "code": "B"},
        {"agency": world.dishub.pk, "code": "B"},
        {"unit": world.lamps.pk, "utility": "", "code": "B"},
    ):
        assert client.post("/kantor/assets/new/", values | wrong).status_code == 200
    edited = values | {"lat": "-6.29", "name": "Pindah"}
    assert client.post(f"/kantor/assets/edit/{asset.pk}/", edited).status_code == 302
    with in_city(world.city):
        asset = Asset.objects.get()
        assert (asset.name, asset.village.name) == ("Pindah", "Barat Laut")  # type: ignore[union-attr]
        assert Entry.objects.filter(verb="assets.changed").count() == 1


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same(world: World, client: Client, django_assert_num_queries: Any, many: int) -> None:
    with in_city(world.city):
        kind = AssetKind.objects.get()
        for number in range(many):
            Asset.objects.create(kind=kind, code=f"A{number}", lat=-6.31, lon=106.71, agency=world.dishub)
    client.get("/kantor/assets/")
    with django_assert_num_queries(LIST_STATEMENTS):
        assert client.get("/kantor/assets/").status_code == 200
    for query in ("?kind=1", "?state=in_service", "?agency=1", "?q=A1", "?kind=x&state=y&agency=z"):
        assert client.get(f"/kantor/assets/{query}").status_code == 200


def test_rights(world: World, city_b: City) -> None:
    prepare_city(world.city)
    looking = signed_in(world.city, staff(world.city, "assets.view_asset"))
    assert looking.get("/kantor/assets/").status_code == 200
    assert looking.get("/kantor/assets/new/").status_code == 302
    assert looking.get(IMPORTS).status_code == 403
    assert upload(looking, GOOD).status_code == 403
    stranger = signed_in(world.city, staff(city_b, *EVERYTHING, "assets.add_assetimport"))
    assert stranger.get(IMPORTS).status_code in (302, 403)
    assert upload(stranger, GOOD).status_code in (302, 403)
    with in_city(world.city):
        assert not AssetImport.objects.exists()
