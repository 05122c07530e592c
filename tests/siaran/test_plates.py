"""QR plates of assets: what they lead to, who prints them, and how many fit a sheet."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from qrcode.constants import ERROR_CORRECT_Q  # type: ignore[import-untyped]
from qrcode.main import QRCode  # type: ignore[import-untyped]

from apps.siaran.plates_office import PER_SHEET, picture, report_address
from balai.assets.models import Asset, AssetKind, State
from tenants.current import in_city
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
PLATES = "/kantor/siaran/plates/"
SHEET_STATEMENTS = 2
RIGHTS = ("assets.view_asset", "assets.change_asset")


@pytest.fixture
def kind(a: World) -> AssetKind:
    return AssetKind.objects.create(slug="lampu", name="Lampu jalan", icon="lamp")


@pytest.fixture
def client(a: World) -> Client:
    return signed_in(a.city, staff(a.city, *RIGHTS, name="Ratna"))


def lamp(a: World, kind: AssetKind, code: str, **fields: Any) -> Asset:
    return Asset.objects.create(kind=kind, code=code, agency=a.dishub, **a.inside, **fields)


def test_a_plate_leads_to_the_report_form_with_the_asset(a: World, kind: AssetKind, client: Client) -> None:
    asset = lamp(a, kind, "PJU-0001")
    address = report_address(asset)
    assert address == f"{a.city.url}/siaran/lapor/?aset=lampu%3APJU-0001"
    page = html.unescape(client.get(PLATES, {"aset": "lampu:PJU-0001"}).content.decode())
    assert picture(address) in page
    assert "PJU-0001" in page
    with in_city(a.city):
        form = Client(headers={"host": a.city.host}).get(address.removeprefix(a.city.url))
    assert "PJU-0001" in form.content.decode()


def test_the_picture_draws_the_code_of_its_address(a: World, kind: AssetKind) -> None:
    """Its squares, read from the path, are those of the address as the library encodes it apart from any picture: with
    a quarter to spare and a margin of four. That phones read such a code is left to the standard and the library."""
    for number in range(3):
        address = report_address(lamp(a, kind, f"PJU-{number:04}"))
        code = QRCode(error_correction=ERROR_CORRECT_Q, border=4)
        code.add_data(address)
        wanted = {(x, y) for y, row in enumerate(code.get_matrix()) for x, dark in enumerate(row) if dark}
        drawn = re.findall(r"M(\d+),(\d+)H(\d+)V(\d+)H\1z", picture(address))
        assert {(int(x), int(y)) for x, y, _right, _below in drawn} == wanted
        assert all(int(right) == int(x) + 1 and int(below) == int(y) + 1 for x, y, right, below in drawn)
    assert "<script" not in picture("https://x.test/<script>")


def test_the_assets_page_leads_to_its_plate_and_to_a_file(a: World, kind: AssetKind, client: Client) -> None:
    asset = lamp(a, kind, "PJU 1/2")
    page = html.unescape(client.get(f"/kantor/assets/edit/{asset.pk}/").content.decode())
    assert f"{PLATES}?aset=lampu%3APJU+1%2F2" in page
    file = client.get(f"{PLATES}picture/", {"aset": asset.reference})
    assert file["Content-Type"] == "image/svg+xml"
    assert file["Content-Disposition"] == 'attachment; filename="lampu%3APJU%201%2F2.svg"'
    assert file.content.decode() == picture(report_address(asset))


def test_a_sheet_is_bounded_and_the_next_one_goes_on(a: World, kind: AssetKind, client: Client) -> None:
    for number in range(PER_SHEET + 2):
        lamp(a, kind, f"PJU-{number:04}")
    lamp(a, kind, "PJU-0000X", state=State.OUT_OF_SERVICE)
    first = html.unescape(client.get(PLATES, {"jenis": "lampu"}).content.decode())
    assert first.count("<svg xmlns") + first.count('xmlns="http://www.w3.org/2000/svg"><path') >= PER_SHEET
    assert "PJU-0000X" not in first
    assert f"<strong>PJU-{PER_SHEET:04}</strong>" not in first
    assert f"dari=PJU-{PER_SHEET:04}" in first
    second = html.unescape(client.get(PLATES, {"jenis": "lampu", "dari": f"pju-{PER_SHEET:04}"}).content.decode())
    assert second.count("<strong>PJU-") == 2


def test_only_who_sees_assets_and_only_those_of_the_city(a: World, b: World, kind: AssetKind, client: Client) -> None:
    with in_city(b.city):
        theirs = AssetKind.objects.create(slug="pompa", name="Pompa", icon="pump")
        Asset.objects.create(kind=theirs, code="P-1", **b.inside)
    for query in ({"aset": "pompa:P-1"}, {"aset": "\0x"}, {"aset": "x" * 500}):
        assert client.get(PLATES, query).status_code == 404
        assert client.get(f"{PLATES}picture/", query).status_code == 404
    assert client.get(PLATES, {"jenis": "lampu\0", "dari": "\0"}).status_code == 200
    assert client.get(f"{PLATES}picture/").status_code == 404
    assert "P-1" not in client.get(PLATES, {"jenis": "pompa"}).content.decode()
    stranger = signed_in(a.city, staff(a.city, name="Tamu"))
    assert stranger.get(PLATES).status_code == 403
    assert stranger.get(f"{PLATES}picture/", {"aset": "lampu:PJU-0001"}).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_a_sheet_costs_the_same(a: World, kind: AssetKind, client: Client, statements: Any, count: int) -> None:
    for number in range(count):
        lamp(a, kind, f"PJU-{number:04}")
    client.get(PLATES, {"jenis": "lampu"})
    with statements() as seen:
        client.get(PLATES, {"jenis": "lampu"})
    assert len([sql for sql in seen if '"assets_' in sql]) == SHEET_STATEMENTS
