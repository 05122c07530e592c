"""City B cannot read, write or guess city A's data through the API and the portal's pages.

Each row asks city B for something of city A and for something that is nowhere; the two answers must be the same, byte
for byte but for the number that was asked for. That every page and field is tried out is seen to by test_crawl.py.
"""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from tenants.current import in_city

pytestmark = pytest.mark.django_db

NOWHERE = 987654321


@pytest.fixture
def note(city_a: Any) -> int:
    from tests.dummy_module.models import Note

    with in_city(city_a):
        # Far from the numbers of the other city, so that nothing there has the same one by chance.
        return int(Note.objects.create(pk=700_000, text="of city A alone").pk)


def post(client: Any, query: str, variables: dict[str, Any], **headers: str) -> tuple[int, bytes]:
    body = orjson.dumps({"query": query, "variables": variables})
    response = client.post("/graphql/", body, content_type="application/json", headers=headers)
    return response.status_code, response.content


READS = {
    "API field": lambda client, number: post(client, "query($n:Int!){dummy{note(id:$n){text}}}", {"n": number}),
    "page": lambda client, number: _page(client, f"/dummy/{number}/"),
    "staff screen": lambda client, number: _page(client, f"/kantor/dummy/notes/edit/{number}/"),
}


def _page(client: Any, path: str) -> tuple[int, bytes]:
    response = client.get(path)
    # What is random in every page: tokens and nonces.
    text = re.sub(rb'(csrfmiddlewaretoken" value|nonce|csrfToken"?[:=])[^>}]*', b"", response.content)
    return response.status_code, text


@pytest.mark.parametrize("row", READS)
def test_another_citys_row_looks_like_none(client_b: Any, city_b: Any, note: int, row: str, sign_in: Any) -> None:
    from balai.accounts.models import User
    from balai.membership.models import Membership

    # Even for the administrator of city B.
    user = User.objects.create_user("admin.b@example.id", "rahasia-sekali", name="Admin B")
    with in_city(city_b):
        Membership.objects.create(user=user, is_staff=True, is_superuser=True)
    sign_in(client_b, user, city_b)
    status, body = READS[row](client_b, note)
    absent_status, absent = READS[row](client_b, NOWHERE)
    assert b"of city A" not in body
    assert (status, body.replace(str(note).encode(), b"#")) == (
        absent_status,
        absent.replace(str(NOWHERE).encode(), b"#"),
    )


def test_staff_of_one_city_are_visitors_in_another(city_a: Any, city_b: Any, note: int, sign_in: Any) -> None:
    from django.test import Client

    from balai.accounts.models import User
    from balai.membership.models import Membership

    user = User.objects.create_user("admin.b@example.id", "rahasia-sekali", name="Admin B")
    with in_city(city_b):
        Membership.objects.create(user=user, is_staff=True, is_superuser=True)
    client = Client(headers={"host": city_a.host})
    sign_in(client, user, city_a)
    assert post(client, "{me{isStaff}}", {})[1] == b'{"data":{"me":{"isStaff":false}}}'
    assert client.get(f"/kantor/dummy/notes/edit/{note}/").status_code in (302, 403, 404)
    assert client.post(f"/kantor/dummy/notes/delete/{note}/").status_code in (302, 403, 404)
    from tests.dummy_module.models import Note

    with in_city(city_a):
        assert Note.objects.filter(pk=note).exists()


def test_a_session_of_one_city_is_none_in_another(client_a: Any, city_a: Any, city_b: Any, sign_in: Any) -> None:
    from django.conf import settings
    from django.test import Client

    from balai.accounts.models import User

    sign_in(client_a, User.objects.create_user("w@example.id", "rahasia-sekali", name="Wati"), city_a)
    assert post(client_a, "{me{name}}", {})[1] == b'{"data":{"me":{"name":"Wati"}}}'
    thief = Client(headers={"host": city_b.host})
    thief.cookies[settings.SESSION_COOKIE_NAME] = client_a.cookies[settings.SESSION_COOKIE_NAME].value
    assert post(thief, "{me{name}}", {})[1] == b'{"data":{"me":null}}'


def test_one_key_makes_one_thing_in_each_city(client_a: Any, client_b: Any) -> None:
    """The same idempotency key in two cities: neither city answers with the other's row."""
    query = "mutation($k:UUID,$t:String!){dummyAddNote(text:$t,key:$k){note{text} errors{code}}}"
    key = "6f6f6f6f-0000-4000-8000-000000000001"
    assert b"from A" in post(client_a, query, {"k": key, "t": "from A"})[1]
    assert b"from B" in post(client_b, query, {"k": key, "t": "from B"})[1]


def test_a_cursor_of_one_city_tells_nothing_in_another(client_a: Any, client_b: Any, note: int) -> None:
    query = "query($a:String){dummy{notes(first:1,after:$a){nodes{text} pageInfo{endCursor}}}}"
    cursor = orjson.loads(post(client_a, query, {"a": None})[1])["data"]["dummy"]["notes"]["pageInfo"]["endCursor"]
    assert b"of city A" not in post(client_b, query, {"a": cursor})[1]


def test_an_account_signs_notes_only_where_it_is(client_b: Any, city_a: Any, city_b: Any, sign_in: Any) -> None:
    from balai.accounts.models import User
    from tests.dummy_module.models import Note

    sign_in(client_b, User.objects.create_user("w@example.id", "rahasia-sekali", name="Wati"), city_b)
    query = 'mutation{dummySignNote(text:"hi"){errors{code}}}'
    assert post(client_b, query, {}, **{"x-requested-with": "test"})[0] == 200
    for city, count in ((city_a, 0), (city_b, 1)):
        with in_city(city):
            assert Note.objects.count() == count
