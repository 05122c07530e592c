"""The portal's own pages, in a city and on the hub."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from tenants.current import in_city

pytestmark = pytest.mark.django_db

BUILT = (Path(__file__).resolve().parents[2] / "themes/base/static/balai/sw.js").is_file()
needs_front_end = pytest.mark.skipif(not BUILT, reason="THE FRONT END IS NOT BUILT: run npm run build")


@pytest.fixture
def notes(city_a: Any) -> None:
    from tests.dummy_module.models import Note

    with in_city(city_a):
        Note.objects.create(text="The lamp <b>is</b> out")


def text(response: Any) -> str:
    return str(response.content.decode())


# -- home --------------------------------------------------------------------------------------------------------------
def test_home_shows_services_by_category_and_the_modules_sections(client_a: Any, notes: None) -> None:
    page = text(client_a.get("/"))
    assert 'href="/dummy/"' in page
    assert "Notes nearby" in page
    assert "The lamp &lt;b&gt;is&lt;/b&gt; out" in page
    assert "Tangerang Selatan" in page
    assert "Serang" not in page


def test_home_of_one_city_shows_nothing_of_another(client_b: Any, notes: None) -> None:
    assert "The lamp" not in text(client_b.get("/"))


def test_an_anonymous_page_sets_no_cookie(client_a: Any) -> None:
    for path in ("/", "/dummy/", "/luring/"):
        assert not client_a.get(path).cookies, path


@pytest.mark.parametrize("count", [1, 3])
def test_home_has_a_fixed_number_of_statements(client_a: Any, city_a: Any, count: int, statements: Any) -> None:
    from tests.dummy_module.models import Note

    with in_city(city_a):
        Note.objects.bulk_create(Note(text="note") for _ in range(count))
    client_a.get("/")
    with statements() as seen:
        assert client_a.get("/").status_code == 200
    of_dummy = [sql for sql in seen if "dummy_module" in sql or "dummy_note" in sql]
    assert len(of_dummy) == 1, seen


def test_a_section_that_fails_is_left_out(client_a: Any, monkeypatch: Any, caplog: Any) -> None:
    from tests.dummy_module import queries

    def fail(*_args: Any) -> None:
        raise RuntimeError("no notes today")

    monkeypatch.setattr(queries, "notes", fail)
    response = client_a.get("/")
    assert response.status_code == 200
    assert "Notes nearby" not in text(response)
    assert "no notes today" in caplog.text


# -- hub ---------------------------------------------------------------------------------------------------------------
def test_the_hub_lists_the_cities(client_hub: Any, city_a: Any, city_b: Any) -> None:
    page = text(client_hub.get("/"))
    for city in (city_a, city_b):
        assert f'href="{city.url}"' in page
        assert city.short_name in page


def test_the_hub_finds_by_words_of_name_and_province(client_hub: Any, city_a: Any, city_b: Any) -> None:
    assert city_b.url not in text(client_hub.get("/", {"q": "selatan TANGERANG"}))
    assert city_a.url in text(client_hub.get("/", {"q": "selatan TANGERANG"}))
    nothing = client_hub.get("/", {"q": "<script>%_\0" + "x" * 500})
    assert nothing.status_code == 200
    assert "<script>%" not in text(nothing)
    assert city_a.url not in text(nothing)


def test_a_suspended_city_is_not_listed(client_hub: Any, city_b: Any) -> None:
    from tenants.actions import change_state
    from tenants.models import City

    change_state(city_b, City.State.SUSPENDED)
    assert city_b.url not in text(client_hub.get("/"))


def test_the_hub_is_bounded_and_paged(client_hub: Any, statements: Any) -> None:
    from tenants.models import City, Domain

    for number in range(30):
        city = City.objects.create(
            name=f"Kota {number}",
            short_name=f"Kota {number:02}",
            slug=f"k{number}",
            schema_name=f"k{number}",
            state="active",
        )
        Domain.objects.create(tenant=city, domain=f"k{number}.localhost", is_primary=True)
    client_hub.get("/")
    with statements() as seen:
        first = text(client_hub.get("/"))
    assert first.count("city-card") == 24
    assert len([sql for sql in seen if "tenants_city" in sql]) == 2, "one to count, one to list"
    assert text(client_hub.get("/", {"page": "2"})).count("city-card") == 8
    for page in ("0", "-1", "x", "999999999999999999999"):
        assert client_hub.get("/", {"page": page}).status_code == 200


# -- errors ------------------------------------------------------------------------------------------------------------
def test_error_pages(client_a: Any, client_hub: Any) -> None:
    for client in (client_a, client_hub):
        response = client.get("/tidak/ada/")
        assert response.status_code == 404
        assert "<h1>" in text(response)
    assert client_a.get("/dummy/", {"after": "nonsense"}).status_code == 400
    assert client_a.get("/dummy/999999/").status_code == 404


def test_a_form_without_a_token_says_what_to_do(city_a: Any) -> None:
    from django.test import Client

    response = Client(headers={"host": city_a.host}, enforce_csrf_checks=True).post("/dummy/tulis/", {"text": "x"})
    assert response.status_code == 403
    assert "<h1>" in text(response)


def test_the_500_page_needs_no_database(city_a: Any, monkeypatch: Any, statements: Any) -> None:
    from django.test import Client

    from tenants import middleware

    def down(_host: str) -> None:
        raise OperationalError("the database is down")

    monkeypatch.setattr(middleware, "city_of_host", down)
    client = Client(headers={"host": city_a.host}, raise_request_exception=False)
    with statements() as seen:
        response = client.get("/")
    assert response.status_code == 500
    assert "<h1>" in text(response)
    assert seen == []


def test_the_500_page_comes_up_even_without_its_template(rf: Any, monkeypatch: Any) -> None:
    from balai.portal import errors

    def fail(_name: str) -> str:
        raise OSError("disk is gone")

    monkeypatch.setattr(errors, "render_to_string", fail)
    response = errors.server_error(rf.get("/"))
    assert (response.status_code, b"Ada gangguan" in response.content) == (500, True)


def test_an_unexpected_error_of_a_page_is_a_500(city_a: Any, monkeypatch: Any) -> None:
    from django.test import Client

    from tests.dummy_module import queries

    def fail(*_args: Any) -> None:
        raise RuntimeError("the secret is hunter2")

    monkeypatch.setattr(queries, "notes", fail)
    response = Client(headers={"host": city_a.host}, raise_request_exception=False).get("/dummy/")
    assert response.status_code == 500
    assert "hunter2" not in text(response)


# -- health ------------------------------------------------------------------------------------------------------------
def test_health_at_any_host(db: None) -> None:
    from django.test import Client

    for host in ("localhost", "10.1.2.3", "serang.localhost"):
        client = Client(headers={"host": host})
        assert client.get("/healthz").content == b"ok\n"
        assert client.get("/readyz").json() == {"database": "ok", "cache": "ok"}


def test_readiness_says_what_is_missing(client_hub: Any, monkeypatch: Any) -> None:
    from balai.portal import middleware

    def down() -> None:
        raise OperationalError("password is hunter2")

    monkeypatch.setattr(middleware.connection, "cursor", down)
    response = client_hub.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": "OperationalError", "cache": "ok"})
    assert client_hub.get("/healthz").status_code == 200


# -- files for phones and search engines -------------------------------------------------------------------------------
def test_the_manifest_is_the_citys(client_a: Any, client_b: Any) -> None:
    a, b = (json.loads(client.get("/manifest.webmanifest").content) for client in (client_a, client_b))
    assert (a["name"], b["name"]) == ("Kota Tangerang Selatan", "Kota Serang")
    assert a["start_url"] == "/"
    assert re.fullmatch(r"#[0-9a-f]{6}", a["theme_color"])
    assert a["icons"][0]["src"]


@needs_front_end
def test_the_service_worker_knows_this_citys_shell(client_a: Any, client_b: Any) -> None:
    response = client_a.get("/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    first = text(response).splitlines()[0]
    shell = json.loads(first.removeprefix("self.balai = ").removesuffix(";"))
    assert shell["offline"] == "/luring/"
    for path in shell["shell"]:
        assert path.startswith(("/static/", "/tema.css"))
    assert text(client_b.get("/sw.js")).splitlines()[0] != first


def test_the_offline_page_is_the_same_for_everyone(client_a: Any) -> None:
    response = client_a.get("/luring/")
    assert response.status_code == 200
    assert "public" in response.headers["Cache-Control"]


def test_robots_and_sitemap_are_of_the_host(client_a: Any, city_a: Any, city_b: Any) -> None:
    robots = text(client_a.get("/robots.txt"))
    assert "Disallow: /kantor/" in robots
    assert f"Sitemap: http://{city_a.host}/sitemap.xml" in robots
    sitemap = text(client_a.get("/sitemap.xml"))
    assert f"<loc>http://{city_a.host}/dummy/</loc>" in sitemap
    assert city_b.host not in sitemap


# -- language ----------------------------------------------------------------------------------------------------------
def test_switching_the_language(client_a: Any, city_a: Any, sign_in: Any) -> None:
    from balai.accounts.models import User

    user = User.objects.create_user("warga@example.id", "rahasia-sekali", name="Wati")
    sign_in(client_a, user, city_a)
    response = client_a.post("/bahasa/", {"language": "en", "next": "/dummy/?a=1"})
    assert (response.status_code, response.headers["Location"]) == (303, "/dummy/?a=1")
    assert client_a.get("/").headers["Content-Language"] == "en"
    user.refresh_from_db()
    assert user.language == "en"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil"])
def test_the_language_switch_leads_nowhere_else(client_a: Any, target: str) -> None:
    assert client_a.post("/bahasa/", {"language": "en", "next": target}).headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(client_a: Any) -> None:
    response = client_a.post("/bahasa/", {"language": "xx"})
    assert (response.status_code, dict(response.cookies)) == (303, {})
    assert client_a.get("/bahasa/").status_code == 405


def test_headers(client_a: Any) -> None:
    headers = client_a.get("/").headers
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_inline_script_or_style(client_a: Any, client_hub: Any, notes: None) -> None:
    for client, path in ((client_a, "/"), (client_a, "/dummy/tulis/"), (client_hub, "/"), (client_a, "/luring/")):
        page = text(client.get(path))
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page), path
        assert "<style" not in page, path
        assert not re.search(r"\sstyle=|\son[a-z]+=", page), path


def test_the_hub_counts_all_that_were_found(client_hub: Any) -> None:
    from tenants.models import City

    for number in range(30):
        City.objects.create(
            name=f"Kota {number}", short_name="Sama", slug=f"k{number}", schema_name=f"k{number}", state="active"
        )
    client_hub.cookies["django_language"] = "en"
    assert "30 " in text(client_hub.get("/", {"q": "sama"}))


def test_the_super_app_asks_the_hub_for_the_cities(client_hub: Any, client_a: Any, city_a: Any, city_b: Any) -> None:
    answer = client_hub.get("/kota.json").json()
    assert answer["count"] == 2
    assert answer["next"] is None
    assert [city["url"] for city in answer["cities"]] == [city_b.url, city_a.url]
    assert answer["cities"][1]["code"] == "36.74"
    assert [city["name"] for city in client_hub.get("/kota.json", {"q": "selatan"}).json()["cities"]] == [city_a.name]
    assert client_a.get("/kota.json").status_code == 404
