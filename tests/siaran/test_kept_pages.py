"""A page that is the same for everyone is made once, until something happens to a case."""

from __future__ import annotations

from typing import Any

import pytest

from balai.casework import actions
from balai.portal.models import Theme
from tenants.current import in_city
from tests.casework.world import World
from tests.siaran.test_pages import browse, text  # noqa: F401

pytestmark = pytest.mark.django_db
LIST = "/siaran/laporan/"


def test_made_once_and_anew_when_a_case_changes(a: World, browse: Any, statements: Any) -> None:  # noqa: F811
    case = a.report()
    page = text(browse().get(LIST))
    assert case.number in page
    with statements() as seen:
        assert text(browse().get(LIST)) == page
    assert seen == []
    second = a.report()
    assert second.number in text(browse().get(LIST))
    actions.accept(case=case, actor=a.andi)
    assert "state--process" in text(browse().get(LIST)).replace("tag--process", "state--process")


def test_every_address_language_and_look_has_its_own(a: World, browse: Any) -> None:  # noqa: F811
    a.report()
    page = text(browse().get(LIST))
    assert text(browse().get(f"{LIST}?status=selesai")) != page
    english = browse()
    english.cookies["django_language"] = "en"
    assert "Reports of the city" in text(english.get(LIST))
    assert "Reports of the city" not in text(browse().get(LIST))
    Theme.objects.create(tagline="Kota kita")
    assert text(browse().get(LIST)) != page


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "messages"])
def test_somebody_with_a_cookie_gets_a_page_of_their_own(
    a: World,
    browse: Any,  # noqa: F811
    statements: Any,
    cookie: str,
) -> None:
    browse().get(LIST)
    client = browse()
    client.cookies[cookie] = "x" * 32
    with statements() as seen:
        assert client.get(LIST).status_code == 200
    assert seen


def test_a_signed_in_persons_page_is_never_kept(a: World, browse: Any) -> None:  # noqa: F811
    a.report()
    client = browse(a.warga)
    assert "no-store" in client.get(LIST)["Cache-Control"]
    assert "/akun/keluar" not in text(browse().get(LIST))
    assert a.warga.name not in text(browse().get(LIST))


def test_another_city_has_its_own(a: World, b: World, browse: Any, client_b: Any) -> None:  # noqa: F811
    with in_city(a.city):
        number = a.report().number
        assert number in text(browse().get(LIST))
    assert number not in text(client_b.get(LIST))


def test_addresses_that_anyone_can_think_of_are_not_kept(a: World, browse: Any, statements: Any) -> None:  # noqa: F811
    for query in ("cari=lampu", "x=1", "setelah=abc"):
        browse().get(f"{LIST}?{query}")
        with statements() as seen:
            browse().get(f"{LIST}?{query}")
        assert seen, query


def test_an_error_is_not_kept(a: World, browse: Any) -> None:  # noqa: F811
    assert browse().get(f"{LIST}0000-000-000-000/").status_code == 404
    assert browse().get("/siaran/peta.geojson?bbox=x").status_code == 400
