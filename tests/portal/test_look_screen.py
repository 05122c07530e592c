"""The screen on which a city changes its look: it tries, saves, refuses, and stays within its city."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from balai.accounts.models import User
from balai.audit.models import Entry
from balai.membership.models import Membership
from balai.portal.models import Theme
from balai.portal.theming import current_look
from tenants.actions import change_city
from tenants.current import in_city
from tenants.models import City
from tests.attachments import pictures

pytestmark = pytest.mark.django_db
ADDRESS = "/kantor/look/"


@pytest.fixture
def admin(city_a: City) -> User:
    user: User = User.objects.create_user(email="admin@example.id", name="Admin")
    with in_city(city_a):
        Membership.objects.create(user=user, is_staff=True, is_superuser=True)
    return user


@pytest.fixture
def office(city_a: City, client_a: Client, admin: User, sign_in: Any) -> Client:
    sign_in(client_a, admin, city_a)
    return client_a


def filled(**values: str) -> dict[str, str]:
    return {"folder": "base", "tagline": "", "primary": "", "accent": "", "font": "", "header_style": ""} | values


def test_saving_changes_the_city_and_leaves_a_trace(
    office: Client, client_b: Client, city_a: City, city_b: City
) -> None:
    sheet_of_b = client_b.get("/tema.css").content
    response = office.post(ADDRESS, filled(folder="serang", primary="#7a1f5c", tagline="Kota kita"))
    assert response.status_code == 302, response.content.decode()[-2000:]
    assert "--primary:#7a1f5c" in office.get("/tema.css").content.decode()
    with in_city(City.objects.get(pk=city_a.pk)):
        look = current_look()
        assert (look.tokens.slug, look.tagline) == ("serang", "Kota kita")
        assert Entry.objects.filter(verb="city.look_changed").count() == 1
    assert client_b.get("/tema.css").content == sheet_of_b
    assert City.objects.get(pk=city_b.pk).theme == city_b.theme


def test_an_uploaded_logo_keeps_nothing_that_the_camera_wrote(office: Client, city_a: City) -> None:
    body = pictures.photo(width=64, height=64)
    assert b"Exif" in body
    logo = SimpleUploadedFile("logo.jpg", body, "image/jpeg")
    assert office.post(ADDRESS, filled() | {"logo": logo}).status_code == 302
    with in_city(city_a), Theme.objects.get().logo.open("rb") as kept:
        clean = kept.read()
    assert clean[:2] == b"\xff\xd8"
    assert b"Exif" not in clean


def test_a_logo_that_is_no_picture_is_refused_and_nothing_is_kept(office: Client, city_a: City) -> None:
    logo = SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml")
    assert office.post(ADDRESS, filled() | {"logo": logo}).status_code != 302
    with in_city(city_a):
        assert not Theme.objects.exclude(logo="").exists()


def test_an_unreadable_colour_is_refused_and_nothing_changes(office: Client, city_a: City) -> None:
    change_city(city_a, theme="tangerang")
    with in_city(city_a):
        Theme.objects.create(primary="#123456", tagline="Before")
    before = office.get("/tema.css").content
    response = office.post(ADDRESS, filled(folder="serang", primary="#ffd84d", tagline="After"))
    page = response.content.decode()
    assert response.status_code == 200
    assert re.search(r"\b1[.,]3\d\b", page), "the ratio is named"
    assert re.search(r"#[0-9a-f]{6}", page)
    assert office.get("/tema.css").content == before
    with in_city(City.objects.get(pk=city_a.pk)):
        assert Theme.objects.values_list("primary", "tagline").get() == ("#123456", "Before")
        assert current_look().tokens.slug == "tangerang"
        assert not Entry.objects.filter(verb="city.look_changed").exists()


def test_a_preview_shows_the_look_and_saves_nothing(office: Client, city_a: City) -> None:
    page = office.post(ADDRESS, filled(folder="serang", primary="#7a1f5c", preview="1")).content.decode()
    [address] = re.findall(r'<iframe[^>]*src="([^"]+)"', page)
    preview = office.get(address.replace("&amp;", "&"))
    assert preview.status_code == 200
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    text = preview.content.decode()
    assert "Sugeng rawuh" in text, "the folder's own template"
    [sheet] = re.findall(r'href="(/tema\.css\?draft=[^"]+)"', text)
    assert "--primary:#7a1f5c" in office.get(sheet).content.decode()
    assert "#7a1f5c" not in office.get("/tema.css").content.decode()
    with in_city(city_a):
        assert not Theme.objects.exists()
    assert "Sugeng rawuh" not in office.get("/").content.decode()


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}preview/"])
def test_only_who_may_change_the_look_gets_there(address: str, client_a: Client, city_a: City, sign_in: Any) -> None:
    assert client_a.get(address).status_code == 302  # to sign in
    staff = User.objects.create_user(email="staff@example.id", name="Staff")
    with in_city(city_a):
        Membership.objects.create(user=staff, is_staff=True)
    sign_in(client_a, staff, city_a)
    assert client_a.get(address).status_code in (302, 403)
    assert client_a.post(ADDRESS, filled(primary="#7a1f5c")).status_code in (302, 403)
    with in_city(city_a):
        assert not Theme.objects.exists()


def test_an_administrator_of_one_city_is_nobody_in_another(
    admin: User, client_b: Client, city_b: City, sign_in: Any
) -> None:
    sign_in(client_b, admin, city_b)
    assert client_b.post(ADDRESS, filled(primary="#7a1f5c")).status_code in (302, 403)
    with in_city(city_b):
        assert not Theme.objects.exists()
