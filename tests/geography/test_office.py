"""The staff's screen “Batas wilayah”."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from balai.accounts.models import User
from balai.audit.models import Entry
from balai.geography import office
from balai.geography.demo import fill_demo
from balai.geography.models import Area, BoundarySet
from balai.membership.models import Membership, UserGroup
from tenants.current import in_city
from tenants.models import City
from tests.geography.conftest import real_file, small_city

URL = "/kantor/wilayah/"


def staff(city: City, *codenames: str, name: str = "staf") -> User:
    """A member of the city's staff with these permissions, by a group of the city."""
    from django.contrib.auth.models import Group

    user = User.objects.create(email=f"{name}@example.id", name=name)
    with in_city(city):
        Membership.objects.create(user=user, is_staff=True)
        group = Group.objects.create(name=f"{name} di {city.slug}")
        group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
        UserGroup.objects.create(user=user, group=group)
    return user


@pytest.fixture
def planner(client_a: Any, city_a: City, sign_in: Any) -> Any:
    """A client of city A signed in as someone who may import boundaries."""
    sign_in(client_a, staff(city_a, "add_boundaryset", "view_boundaryset"), city_a)
    return client_a


def upload(client: Any, content: bytes, **values: Any) -> Any:
    file = SimpleUploadedFile("batas.geojson", content, content_type="application/geo+json")
    return client.post(URL, {"file": file, "source": "BIG 2025", **values})


def test_without_boundaries(planner: Any) -> None:
    page = planner.get(URL)
    assert page.status_code == 200
    assert "Kota ini belum memiliki batas wilayah" in page.text


def test_says_that_the_demo_is_approximate(planner: Any, city_a: City) -> None:
    fill_demo(city_a)
    page = planner.get(URL)
    assert "Batas wilayah ini hanya perkiraan" in page.text
    assert "Demo Balai" in page.text
    assert "1 Kota, 7 Kecamatan, 54 Kelurahan" in page.text
    picture = re.search(r"<svg.*</svg>", page.text, re.DOTALL)
    assert picture
    assert picture[0].count("<path") == 61
    assert "Bakti Jaya, Setu (36.74.07.1006)" in picture[0]
    assert "style=" not in picture[0]


def test_import(planner: Any, city_a: City) -> None:
    fill_demo(city_a)
    answer = upload(planner, real_file("tangerang-selatan"))
    assert (answer.status_code, answer.headers["Location"]) == (302, URL)
    page = planner.get(URL)
    assert "62 diperbarui" in page.text
    assert "hanya perkiraan" not in page.text
    assert "BIG 2025" in page.text
    assert "Impor sebelumnya" in page.text
    with in_city(city_a):
        assert BoundarySet.objects.latest().source == "BIG 2025"
        assert Entry.objects.latest("pk").actor.email == "staf@example.id"  # type: ignore[union-attr]


def test_faults_are_a_table_and_nothing_changes(planner: Any, city_a: City) -> None:
    fill_demo(city_a)
    document = small_city()
    document["features"][3]["properties"]["name"] = "<script>alert(1)</script>"
    document["features"][3]["properties"]["level"] = "city"
    document["features"][5]["geometry"] = None
    page = upload(planner, json.dumps(document).encode())
    assert page.status_code == 422
    assert "Berkas ini memiliki 2 kesalahan" in page.text
    assert "36.74.02.1001" in page.text
    assert "<script>alert" not in page.text
    assert 'value="BIG 2025"' in page.text  # what was typed is kept
    with in_city(city_a):
        assert BoundarySet.objects.count() == 1
        assert Area.objects.active().count() == 62


def test_notes_of_the_import_are_kept(planner: Any) -> None:
    document = small_city()
    del document["features"][4]
    upload(planner, json.dumps(document).encode())
    assert "Kelurahan hanya menutupi 50 % wilayah ini" in planner.get(URL).text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"\x89PNG", b"null"])
def test_other_files(planner: Any, content: bytes) -> None:
    assert upload(planner, content).status_code == 422
    assert planner.post(URL, {"source": "x"}).status_code == 422


def test_large_file(planner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "MAX_BYTES", 1_000_000)
    page = upload(planner, b" " * 1_000_001)
    assert page.status_code == 422
    assert "lebih besar dari 1 MB" in page.text


class TestRights:
    def test_strangers_and_residents(self, client_a: Any, city_a: City, sign_in: Any) -> None:
        assert client_a.get(URL).status_code == 302
        sign_in(client_a, User.objects.create(email="warga@example.id"), city_a)
        assert client_a.get(URL).status_code in (302, 403)
        assert upload(client_a, json.dumps(small_city()).encode()).status_code in (302, 403)
        with in_city(city_a):
            assert not Area.objects.exists()

    def test_staff_without_the_permission(self, client_a: Any, city_a: City, sign_in: Any) -> None:
        sign_in(client_a, staff(city_a), city_a)
        assert client_a.get(URL).status_code in (302, 403)
        assert "Batas wilayah" not in client_a.get("/kantor/").text

    def test_may_look_but_not_import(self, client_a: Any, city_a: City, sign_in: Any) -> None:
        sign_in(client_a, staff(city_a, "view_boundaryset"), city_a)
        page = client_a.get(URL)
        assert page.status_code == 200
        assert "Periksa dan impor" not in page.text
        assert upload(client_a, json.dumps(small_city()).encode()).status_code in (302, 403)
        with in_city(city_a):
            assert not Area.objects.exists()

    def test_staff_of_another_city(self, client_a: Any, city_a: City, city_b: City, sign_in: Any) -> None:
        sign_in(client_a, staff(city_b, "add_boundaryset", "view_boundaryset"), city_a)
        assert client_a.get(URL).status_code in (302, 403)
        assert upload(client_a, json.dumps(small_city()).encode()).status_code in (302, 403)
        with in_city(city_a):
            assert not Area.objects.exists()

    def test_menu(self, planner: Any) -> None:
        assert "Batas wilayah" in planner.get("/kantor/").text
