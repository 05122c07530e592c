"""City B never sees city A, and nobody of A can act in B.

City A is filled with a marker in every text. Then every URL of city B is opened, and every field of its API asked, with
the identifiers of A's objects: by a visitor, by the people of A, by B's administrator with the emergency key. New pages
and fields are in the table by being in the URLs and in the schema; a new kind of identifier fails the test until it
has a value of A's here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django_tenants.routers import TenantSyncRouter

from balai.accounts.models import User
from balai.agencies.models import Absence
from balai.assets.actions import receive_file
from balai.assets.models import Asset, AssetKind
from balai.casework import actions
from balai.casework.actions.splitting import Order
from balai.membership.models import Membership
from superapp_api.schema import schema
from tenants.current import in_city
from tenants.models import City
from tests.casework.world import World
from tests.isolation import crawl
from tests.staff import staff

pytestmark = pytest.mark.django_db

MARKER = "RAHASIAKOTAA"
GRAPHQL = schema.graphql_schema

# Pages that do something by being opened with GET are none; these leave the city or need a running partner.
ELSEWHERE = {
    "google_login",
    "facebook_login",
    "google_callback",
    "facebook_callback",
    "google_login_by_token",
    "wagtailadmin_error_test",  # Wagtail's own drill: it raises on purpose, for holders of the emergency key only
}
# Icons and texts of the back office, the same for every city and for people who have not signed in yet.
OPEN_OFFICE = {"wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtailadmin_login"}


@dataclass
class Told:
    """City A with its marker, and what A's objects are called."""

    a: World
    b: World
    identifiers: dict[str, Any]
    administrator_of_a: User
    administrator_of_b: User


@pytest.fixture
def told(city_a: City, city_b: City) -> Told:
    administrator_of_a = staff(city_a, emergency_key=True)
    administrator_of_b = staff(city_b, emergency_key=True)
    # B first, so that its objects have the lower numbers and A's numbers lead to nothing there.
    b, a = World(city_b), World(city_a)
    with in_city(city_a):
        for number in range(40):
            Group.objects.create(name=f"{MARKER} {number}")
        a.dishub.name = f"Dinas {MARKER}"
        a.dishub.save()
        kind = AssetKind.objects.create(slug="lampu", name=f"Lampu {MARKER}")
        # Its code is that of a kelurahan, so that "code" means both.
        Asset.objects.create(kind=kind, code=f"{a.city.code}.01.1001", name=MARKER, **a.inside)
        receive_file(content=b"", file_name=f"{MARKER}.csv")
        Absence.objects.create(user=a.andi, deputy=a.budi)
        photo = a.photo(a.warga)
        case = a.report(description=f"{MARKER}: lampu jalan padam sejak kemarin malam.", photo_ids=[photo.pk])
        hidden = a.report(description=f"{MARKER}: laporan tanpa nama yang cukup panjang.", visibility="anonymous")
        actions.assign(case=case, officer=a.andi, actor=a.operator)
        actions.add_note(case=case, actor=a.operator, words=f"{MARKER} catatan")
        actions.reply(case=case, actor=a.operator, words=f"{MARKER} jawaban")
        _aspiration(a)
        identifiers = _identifiers(a, case, hidden, photo)
    return Told(a, b, identifiers, administrator_of_a, administrator_of_b)


def _aspiration(a: World) -> None:
    """An aspiration with all that hangs on it."""
    from apps.laksa import actions as laksa
    from apps.laksa.models import Aspiration, Comment, Rule

    rule = Rule.objects.create(title=f"Aturan {MARKER}", text=MARKER)
    wish = {"title": f"Taman {MARKER}", "text": f"{MARKER}: taman bermain untuk anak-anak.", "topic": "usul"}
    shown, rejected = (laksa.submit_aspiration(author=a.warga, **wish).case for _ in range(2))
    shown = laksa.verify(case=shown, actor=a.room)
    laksa.add_comment(case=shown, author=a.tetangga, text=f"{MARKER} setuju")
    laksa.support(case=shown, person=a.tetangga)
    shown = laksa.dispose(case=shown, orders=[Order(a.dishub, MARKER)], actor=a.room)
    laksa.answer(case=shown, actor=a.operator, words=f"{MARKER}: usulan ini kami tinjau.")
    laksa.reject(case=rejected, actor=a.room, rule=rule, reason=f"{MARKER} iklan")
    Aspiration.objects.filter(case=rejected).update(held=True, held_for="words")
    Aspiration.objects.filter(case=shown).update(sekda_at=shown.received_at, mayor_at=shown.received_at)
    Comment.objects.update(report_count=1)
    laksa.enter_aspiration(clerk=a.room, channel="letter", name=MARKER, **wish)
    laksa.save_draft(user=a.warga, key=uuid4(), content={"title": MARKER})


def _identifiers(a: World, case: Any, hidden: Any, photo: Any) -> dict[str, Any]:
    """By the names that URLs and API arguments use."""
    news = apps.get_app_config("news")
    page = _news_page() if "newspage" in news.models else None
    number = max(case.pk, hidden.pk, a.dishub.pk, Group.objects.order_by("-pk").values_list("pk", flat=True)[0])
    return {
        "number": case.number,
        "uuid": photo.pk,
        "photo_id": photo.pk,
        "size": "full",
        "slug": page.slug if page else "berita",
        "pk": number,
        "id": number,
        "object_id": number,
        "page_id": page.pk if page else number,
        "village": f"{a.city.code}.01.1001",
        "code": f"{a.city.code}.01.1001",
        "level": "village",
        "schema": a.city.schema_name,
        "name": "x.jpg",
        "lat": a.inside["lat"],
        "lon": a.inside["lon"],
        "email": a.warga.email,
    }


def _news_page() -> Any:
    from apps.news import actions as news
    from apps.news.models import NewsPage

    page = NewsPage(title=f"{MARKER} berita", slug="rahasia-kota-a", lead=f"{MARKER} ringkasan")
    news.index_page().add_child(instance=page)
    page.save_revision().publish()
    return page


def _client(city: City, user: User | None = None) -> Client:
    client = Client(headers={"host": city.host})
    if user is not None:
        with in_city(city):
            client.force_login(user, backend="balai.membership.backends.MembershipBackend")
    return client


def _body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")  # type: ignore[no-any-return]


def _known(page: crawl.Page, identifiers: dict[str, Any]) -> dict[str, Any]:
    """A's identifiers where it has them; a plain word or number for what names no object (a view's kind, a step)."""
    number = identifiers["pk"]
    return {need: identifiers.get(need, number) for need in page.needs}


def _paths(identifiers: dict[str, Any]) -> Iterator[tuple[crawl.Page, str]]:
    for page in crawl.pages():
        if page.name.split(":")[-1] in ELSEWHERE:
            continue
        path = page.path(_known(page, identifiers)) or page.path(
            {need: identifiers.get(need, "x") for need in page.needs}
        )
        if path is not None:
            yield page, path


def test_the_walk_reaches_the_city(told: Told) -> None:
    """The positive control: in A itself the same walk meets the marker on many pages, the staff's ones too."""
    visitor, boss = _client(told.a.city), _client(told.a.city, told.administrator_of_a)
    public, office = set(), set()
    for page, path in _paths(told.identifiers):
        if MARKER in _body(visitor.get(path)):
            public.add(page.name)
        if "kantor" in path and MARKER in _body(boss.get(path)):
            office.add(page.name)
    assert {"siaran:case", "siaran:reports"} <= public
    assert len(office) >= 5
    room = _client(told.a.city, told.a.room)
    with in_city(told.a.city):
        Membership.objects.get_or_create(user=told.a.room, defaults={"is_staff": True, "is_superuser": True})
    for path in ("/kantor/laksa/moderation/", "/kantor/laksa/leaders/?jawaban=sudah"):
        assert MARKER in _body(room.get(path))


@pytest.mark.parametrize("who", ["visitor", "resident", "operator_of_a", "administrator_of_a", "administrator_of_b"])
def test_no_page_of_b_shows_anything_of_a(told: Told, who: str) -> None:
    people = {
        "visitor": None,
        "resident": told.a.warga,
        "operator_of_a": told.a.operator,
        "administrator_of_a": told.administrator_of_a,
        "administrator_of_b": told.administrator_of_b,
    }
    client = _client(told.b.city, people[who])
    walked = 0
    for page, path in _paths(told.identifiers):
        response = client.get(path)
        body = _body(response)
        assert response.status_code < 500, f"{page.name} {path}: {response.status_code}"
        assert MARKER not in body, f"{page.name} {path} shows city A"
        if who != "administrator_of_b" and path.startswith("/kantor/") and page.name not in OPEN_OFFICE:
            assert response.status_code in (301, 302, 403, 404, 405), f"{page.name} {path} is open to {who}"
        walked += 1
    assert walked > 120


@pytest.mark.parametrize("who", ["visitor", "operator_of_a", "administrator_of_b"])
@pytest.mark.parametrize("root", ["query", "mutation"])
def test_no_field_of_bs_api_reads_or_writes_a(told: Told, who: str, root: str) -> None:
    people = {"visitor": None, "operator_of_a": told.a.operator, "administrator_of_b": told.administrator_of_b}
    client = _client(told.b.city, people[who])
    before = _rows(told.a.city)
    asked = 0
    for field in crawl.fields(GRAPHQL, root):
        variables = {
            name: crawl.value_for(_input_type(kind), name, told.identifiers) for name, kind in field.needs.items()
        }
        response = client.post(
            "/graphql/",
            json.dumps({"query": field.document, "variables": variables}, default=str),
            content_type="application/json",
            headers={"x-balai-client": "tests"},
        )
        body = _body(response)
        assert response.status_code < 500, f"{field.name}: {body}"
        assert MARKER not in body, f"{field.name} shows city A: {body}"
        asked += 1
    assert asked >= 3
    assert _rows(told.a.city) == before


def test_as_api_knows_the_marker(told: Told) -> None:
    """The positive control for the API."""
    client = _client(told.a.city)
    seen = set()
    for field in crawl.fields(GRAPHQL, "query"):
        variables = {
            name: crawl.value_for(_input_type(kind), name, told.identifiers) for name, kind in field.needs.items()
        }
        response = client.post(
            "/graphql/",
            json.dumps({"query": field.document, "variables": variables}, default=str),
            content_type="application/json",
            headers={"x-balai-client": "tests"},
        )
        if MARKER in _body(response):
            seen.add(field.name)
    assert any(name.startswith("siaran.") for name in seen), seen
    assert "laksa.rules" in seen
    assert "asset" in seen


def _input_type(name: str) -> Any:
    """The input type that a variable's declared type names."""
    from graphql import parse_type, type_from_ast

    return type_from_ast(GRAPHQL, parse_type(name))


def _rows(city: City) -> dict[str, tuple[int, str]]:
    """For each table of the city, how many rows and a digest of all of them."""
    router, found = TenantSyncRouter(), {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if not model._meta.managed or not router.app_in_list(model._meta.app_label, settings.TENANT_APPS):
                continue
            table = f'"{city.schema_name}"."{model._meta.db_table}"'
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t"
            )
            found[model._meta.label] = cursor.fetchone()
    return found


def test_a_photo_of_a_is_absent_in_b_exactly_as_one_that_never_was(told: Told) -> None:
    from balai.attachments.queries import address

    client = _client(told.b.city, told.a.warga)
    answers = []
    for photo in (told.identifiers["uuid"], uuid4()):
        response = client.get(address(photo))
        answers.append((response.status_code, _body(response).replace(str(photo), "ID")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_a_session_of_a_is_no_session_in_b(told: Told) -> None:
    inside = _client(told.a.city, told.a.warga)
    stolen = Client(headers={"host": told.b.city.host})
    stolen.cookies = inside.cookies
    answer = stolen.post(
        "/graphql/",
        json.dumps({"query": "{ me { id } }"}),
        content_type="application/json",
        headers={"x-balai-client": "t"},
    )
    assert answer.json()["data"]["me"] is None


def test_mails_name_their_own_city_only(told: Told) -> None:
    from balai.notifications.models import Message

    with in_city(told.a.city):
        assert Message.objects.count() > 0
    with in_city(told.b.city):
        assert Message.objects.count() == 0
        told.b.report(photo_ids=[])
        for message in Message.objects.all():
            assert "Tangerang Selatan" not in message.subject + message.text + message.html
            assert "tangerang-selatan" not in message.subject + message.text + message.html


def test_a_photo_upload_of_a_cannot_be_claimed_in_b(told: Told) -> None:
    with in_city(told.a.city):
        waiting = told.a.photo(told.a.warga)
    with in_city(told.b.city), pytest.raises(ValidationError) as refusal:
        told.b.report(user=told.a.warga, photo_ids=[waiting.pk])
    assert "photos" in refusal.value.message_dict
    with in_city(told.a.city):
        waiting.refresh_from_db()
        assert waiting.claimed_at is None
