"""The mobile app: allauth headless with session tokens, on every city and on the hub."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from balai.accounts.models import User
from balai.accounts.tasks import clear_sessions
from tenants.current import in_city
from tests.accounts.people import make_resident

pytestmark = pytest.mark.django_db

PASSWORD = "kata sandi yang panjang"
ME = {"query": "{ me { id name email phone isStaff language } }"}


def call(client: Client, path: str, body: Any = None, token: str = "", method: str = "post") -> Any:
    headers = {"X-Session-Token": token} if token else {}
    sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(f"/_allauth/app/v1/{path}", headers=headers, **sent)


def graphql(client: Client, body: Any, token: str = "") -> Any:
    headers = {"X-Session-Token": token} if token else {}
    return client.post("/graphql/", json.dumps(body), content_type="application/json", headers=headers).json()


@pytest.fixture
def token(client_a: Client, resident: User) -> str:
    answer = call(client_a, "auth/login", {"email": "ani@example.org", "password": PASSWORD}).json()
    client_a.cookies.clear()
    return str(answer["meta"]["session_token"])


def test_signing_in_with_a_password(client_a: Client, token: str, resident: User) -> None:
    assert graphql(client_a, ME)["data"] == {"me": None}
    assert graphql(client_a, ME, token)["data"]["me"] == {
        "id": str(resident.pk),
        "name": "Ani",
        "email": "ani@example.org",
        "phone": None,
        "isStaff": False,
        "language": "",
    }


def test_a_token_of_one_city_opens_no_other(client_b: Client, client_hub: Client, token: str) -> None:
    assert graphql(client_b, ME, token)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert call(client_b, "auth/session", token=token, method="get").status_code in (401, 410)
    assert call(client_hub, "auth/session", token=token, method="get").status_code in (401, 410)


def test_signing_up_by_phone(client_a: Client, city_a: Any, code_for: Any) -> None:
    answer = call(client_a, "auth/signup", {"name": "Budi", "phone": "+6281234567890"})
    assert answer.status_code == 401
    token = answer.json()["meta"]["session_token"]
    pending = [flow for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]
    assert pending[0]["id"] == "verify_phone"
    done = call(client_a, "auth/phone/verify", {"code": code_for("+6281234567890", city_a)}, token)
    assert done.status_code == 200
    assert done.json()["data"]["user"]["display"] == "Budi"
    assert User.objects.get().phone_verified


@pytest.mark.parametrize("body", [{"name": "Budi"}, {"email": "budi@example.org"}, {"name": "Budi", "phone": "0812"}])
def test_an_incomplete_sign_up_is_refused(client_a: Client, body: dict[str, str]) -> None:
    assert call(client_a, "auth/signup", body).status_code == 400
    assert not User.objects.exists()


def test_signing_in_by_code(client_a: Client, city_a: Any, code_for: Any, resident: User) -> None:
    answer = call(client_a, "auth/code/request", {"email": "ani@example.org"})
    token = answer.json()["meta"]["session_token"]
    done = call(client_a, "auth/code/confirm", {"code": code_for("ani@example.org", city_a)}, token)
    assert done.status_code == 200


def test_codes_by_the_app_are_limited(city_a: Any, resident: User) -> None:
    answers = []
    for city_visit in range(7):
        client = Client(headers={"host": city_a.host})
        path = "auth/code/request"
        answers.append(call(client, path, {"email": "ani@example.org"}).status_code)
        assert city_visit < 7
    assert answers[:3] == [401] * 3
    assert set(answers[3:]) <= {400, 429}


def test_the_profile_is_changed(client_a: Client, token: str, resident: User) -> None:
    change = {"query": 'mutation { updateMe(name: " Ani  Wijaya ", language: "en") { errors { field } me { name } } }'}
    assert graphql(client_a, change, token)["data"]["updateMe"] == {"errors": [], "me": {"name": "Ani Wijaya"}}
    resident.refresh_from_db()
    assert (resident.name, resident.language) == ("Ani Wijaya", "en")


@pytest.mark.parametrize("arguments", ['name: ""', f'name: "{"x" * 200}"', 'language: "xx"'])
def test_a_wrong_profile_is_refused(client_a: Client, token: str, resident: User, arguments: str) -> None:
    answer = graphql(client_a, {"query": f"mutation {{ updateMe({arguments}) {{ errors {{ field }} }} }}"}, token)
    assert answer["data"]["updateMe"]["errors"][0]["field"] in ("name", "language")
    resident.refresh_from_db()
    assert (resident.name, resident.language) == ("Ani", "")


def test_nobody_changes_nothing(client_a: Client) -> None:
    answer = graphql(client_a, {"query": 'mutation { updateMe(name: "X") { errors { field } } }'})
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_signing_out_ends_the_token(client_a: Client, token: str) -> None:
    call(client_a, "auth/session", token=token, method="delete")
    assert graphql(client_a, ME, token)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_phone_number_signs_in_at_the_hub(client_hub: Client) -> None:
    make_resident(None, "+6281234567890", password=PASSWORD)
    answer = call(client_hub, "auth/login", {"phone": "+6281234567890", "password": PASSWORD})
    assert answer.status_code == 200


def test_ended_sessions_are_forgotten(client_a: Client, city_a: Any, resident: User, token: str) -> None:
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    with in_city(city_a):
        assert clear_sessions() == 0
        Session.objects.update(expire_date=timezone.now())
        assert clear_sessions() == 1
        assert not UserSession.objects.exists()


def test_a_token_costs_its_session_and_its_account(client_a: Client, token: str, statements: Any) -> None:
    graphql(client_a, ME, token)
    with statements() as seen:
        assert graphql(client_a, ME, token)["data"]["me"]["name"] == "Ani"
    # The session is in the cache after the first call.
    assert len(seen) == 1
