"""The endpoint: who may call it how, what it answers, what it keeps."""

from __future__ import annotations

import logging
from typing import Any

import orjson
import pytest

from tests.graphql.conftest import ask

pytestmark = pytest.mark.django_db

ADD = 'mutation { dummyAddNote(text: "hello") { note { text } errors { code } } }'


def code(response: Any) -> str:
    return str(orjson.loads(response.content)["errors"][0]["extensions"]["code"])


def test_a_query_by_post_and_by_get(client_a: Any) -> None:
    expected = {"data": {"city": {"shortName": "Tangerang Selatan", "code": "36.74"}}}
    response = ask(client_a, "{ city { shortName code } }")
    assert response.read == expected
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert client_a.get("/graphql/", {"query": "{ city { shortName code } }"}).json() == expected


def test_each_city_answers_for_itself(client_a: Any, client_b: Any) -> None:
    assert ask(client_a, "{city{code}}").read["data"] == {"city": {"code": "36.74"}}
    assert ask(client_b, "{city{code}}").read["data"] == {"city": {"code": "36.73"}}


def test_the_hub_has_no_endpoint(client_hub: Any) -> None:
    assert client_hub.post("/graphql/", b"{}", content_type="application/json").status_code == 404


def test_times_carry_the_citys_zone(client_a: Any) -> None:
    response = ask(client_a, '{dummy{at(value:"2026-08-17T03:00:00Z")}}')
    assert response.read["data"] == {"dummy": {"at": "2026-08-17T10:00:00+07:00"}}
    zoneless = ask(client_a, "query($at:DateTime!){dummy{at(value:$at)}}", {"at": "2026-08-17T03:00:00"})
    assert (zoneless.status_code, code(zoneless)) == (400, "BAD_REQUEST")


def test_an_unexpected_error_is_logged_under_its_number_and_masked(client_a: Any, caplog: Any) -> None:
    with caplog.at_level(logging.ERROR, "balai.graphql.errors"):
        response = ask(client_a, "{ city { code } dummy { broken } }")
    assert response.status_code == 200
    assert response.read["data"] == {"city": {"code": "36.74"}, "dummy": {"broken": None}}
    error = response.read["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "hunter2" not in response.content.decode()
    assert error["extensions"]["id"] in caplog.text
    assert "hunter2" in caplog.text


def test_mistakes_are_data(client_a: Any, city_a: Any) -> None:
    query = "mutation($t:String!){dummyAddNote(text:$t){note{id} errors{field message code}}}"
    assert ask(client_a, query, {"t": " "}).read["data"]["dummyAddNote"] == {
        "note": None,
        "errors": [{"field": "text", "message": "Write something.", "code": "REQUIRED"}],
    }
    assert ask(client_a, query, {"t": "quarrel"}).read["data"]["dummyAddNote"]["errors"] == [
        {"field": None, "message": "Please be kind.", "code": "QUARREL"}
    ]


def test_absent_and_signed_out_have_codes(client_a: Any) -> None:
    assert code(ask(client_a, "{dummy{note(id:1){id}}}")) == "NOT_FOUND"
    assert code(ask(client_a, 'mutation{dummySignNote(text:"x"){errors{code}}}')) == "UNAUTHENTICATED"


# -- who calls ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def signed_in(client_a: Any, city_a: Any, person: Any, sign_in: Any) -> Any:
    sign_in(client_a, person, city_a)
    return client_a


SIGN = 'mutation { dummySignNote(text: "mine") { note { author { name } } errors { code } } }'


def test_a_cookie_alone_cannot_write(signed_in: Any, city_a: Any) -> None:
    assert code(ask(signed_in, SIGN)) == "FORGERY"
    assert ask(signed_in, SIGN).status_code == 403
    assert code(ask(signed_in, SIGN, headers={"origin": "https://evil.example"})) == "FORGERY"
    assert code(ask(signed_in, SIGN, headers={"origin": "null", "x-requested-with": "x"})) == "FORGERY"
    from tenants.current import in_city
    from tests.dummy_module.models import Note

    with in_city(city_a):
        assert not Note.objects.exists()


def test_our_own_page_can_write(signed_in: Any, city_a: Any) -> None:
    mine = {"dummySignNote": {"note": {"author": {"name": "Wati Warga"}}, "errors": []}}
    assert ask(signed_in, SIGN, headers={"origin": f"http://{city_a.host}"}).read["data"] == mine
    assert ask(signed_in, SIGN, headers={"x-requested-with": "balai"}).read["data"] == mine


def session_token(person: Any, city: Any) -> str:
    """A token as allauth's headless API gives it to an app."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    from tenants.current import in_city

    with in_city(city):
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "balai.membership.backends.MembershipBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        return str(session.session_key)


def test_an_app_writes_with_its_token_and_gets_no_cookie(client_a: Any, city_a: Any, person: Any) -> None:
    response = ask(client_a, SIGN, headers={"x-session-token": session_token(person, city_a)})
    assert response.read["data"]["dummySignNote"]["note"] == {"author": {"name": "Wati Warga"}}
    assert not response.cookies


@pytest.mark.parametrize("token", ["nonsense", "x" * 500, "a\u00e4"])
def test_a_bad_token_is_said_so(client_a: Any, token: str) -> None:
    response = ask(client_a, "{city{code}}", headers={"x-session-token": token})
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")


def test_a_token_of_one_city_is_nothing_in_another(client_b: Any, city_a: Any, person: Any) -> None:
    response = ask(client_b, "{city{code}}", headers={"x-session-token": session_token(person, city_a)})
    assert response.status_code == 401


def test_introspection_is_for_developers_and_staff(
    client_a: Any, settings: Any, city_a: Any, person: Any, sign_in: Any
) -> None:
    query = "{ __schema { queryType { name } } }"
    assert ask(client_a, query).read["data"] == {"__schema": {"queryType": {"name": "Query"}}}
    settings.GRAPHQL_INTROSPECTION = False
    assert code(ask(client_a, query)) == "INTROSPECTION_OFF"
    assert ask(client_a, "{ __typename city { __typename } }").status_code == 200
    sign_in(client_a, person, city_a)
    assert code(ask(client_a, query)) == "INTROSPECTION_OFF"
    from balai.membership.models import Membership
    from tenants.current import in_city

    with in_city(city_a):
        Membership.objects.create(user=person)
    assert ask(client_a, query).status_code == 200


# -- trusted documents and the shared cache ----------------------------------------------------------------------------
def digest(name: str) -> str:
    from balai.graphql import trusted

    return trusted.by_name(name).hash


def test_a_trusted_document_is_asked_for_by_its_hash(client_a: Any, city_a: Any, add_notes: Any) -> None:
    (number,) = add_notes(city_a, "one")
    asked = {"id": digest("dummy/note"), "variables": orjson.dumps({"id": number}).decode()}
    assert client_a.get("/graphql/", asked).json() == {"data": {"dummy": {"note": {"id": str(number), "text": "one"}}}}
    posted = ask(client_a, body={"id": digest("dummy/note")}, variables={"id": number})
    assert posted.read["data"]["dummy"]["note"]["text"] == "one"


def test_an_anonymous_trusted_answer_is_shared_within_the_city(
    client_a: Any, client_b: Any, city_a: Any, city_b: Any, add_notes: Any, django_assert_num_queries: Any
) -> None:
    add_notes(city_a, "of A")
    add_notes(city_b, "of B")
    asked = {"id": digest("dummy/notes")}
    first = client_a.get("/graphql/", asked)
    assert first.headers["Cache-Control"] == "public, max-age=30"
    add_notes(city_a, "newer")
    with django_assert_num_queries(0):
        again = client_a.get("/graphql/", asked)
    assert again.content == first.content
    assert [node["text"] for node in client_b.get("/graphql/", asked).json()["data"]["dummy"]["notes"]["nodes"]] == [
        "of B"
    ]
    unchanged = client_a.get("/graphql/", asked, headers={"if-none-match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_a_signed_in_answer_is_not_shared(signed_in: Any, city_a: Any, person: Any) -> None:
    from django.test import Client

    asked = {"id": digest("dummy/notes")}
    assert signed_in.get("/graphql/", asked).headers["Cache-Control"] == "private, no-store"
    token = session_token(person, city_a)
    app = Client(headers={"host": city_a.host}).get("/graphql/", asked, headers={"x-session-token": token})
    assert app.headers["Cache-Control"] == "private, no-store"


def test_a_personal_field_is_never_shared(client_a: Any, city_a: Any, add_notes: Any) -> None:
    """operations/authors.graphql says "# cache: 30" by mistake."""
    asked = {"id": digest("dummy/authors")}
    assert client_a.get("/graphql/", asked).headers["Cache-Control"] == "private, no-store"
    assert client_a.get("/graphql/", asked).json()["data"]["dummy"]["notes"]["nodes"] == []
    add_notes(city_a, "new")
    assert len(client_a.get("/graphql/", asked).json()["data"]["dummy"]["notes"]["nodes"]) == 1


def test_an_ad_hoc_document_is_never_shared(client_a: Any) -> None:
    response = client_a.get("/graphql/", {"query": "{city{name}}"})
    assert response.headers["Cache-Control"] == "private, no-store"


def test_switching_a_module_off_reaches_shared_answers_at_once(client_a: Any, city_a: Any, add_notes: Any) -> None:
    from tenants.actions import deactivate

    add_notes(city_a, "kept in the cache")
    asked = {"id": digest("dummy/notes")}
    assert client_a.get("/graphql/", asked).json()["data"]["dummy"]
    deactivate(city_a, "dummy")
    assert client_a.get("/graphql/", asked).json()["data"] == {"dummy": None}


def test_answers_are_shared_per_language(client_a: Any, city_a: Any, rf: Any) -> None:
    from django.utils import translation

    from balai.graphql import trusted
    from balai.graphql.http import _cache_key

    request = rf.get("/")
    request.tenant = city_a
    keys = set()
    for language in ("id", "en"):
        with translation.override(language):
            keys.add(_cache_key(request, trusted.by_name("portal/city"), {}))
    assert len(keys) == 2
