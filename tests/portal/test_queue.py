"""Forms that a phone sends after it was without a network: what it is told, and by which session."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from balai.accounts.models import User
from balai.casework.models import Case
from tenants.current import in_city
from tenants.models import City

pytestmark = pytest.mark.django_db

SignIn = Callable[[Client, User, City], None]
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def dewi(db: None) -> User:
    return User.objects.create_user("dewi@example.org", name="Dewi")


def token_of(client: Client) -> dict[str, Any]:
    answer = client.get("/antrean/tanda/")
    assert "no-store" in answer["Cache-Control"]
    found: dict[str, Any] = answer.json()
    return found


def test_the_token_of_a_session_opens_a_form_whose_own_token_is_stale(
    city_a: City, sign_in: SignIn, dewi: User
) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST=city_a.host)
    sign_in(client, dewi, city_a)
    stale = client.post("/siaran/lapor/", {"csrfmiddlewaretoken": "x" * 64}, **JSON)
    assert stale.status_code == 403
    token = token_of(client)["token"]
    fresh = client.post("/siaran/lapor/", {"csrfmiddlewaretoken": token, "description": "x"}, **JSON)
    assert fresh.status_code == 422
    errors = fresh.json()["errors"]
    assert {"category", "description", "photos"} <= {error["field"] for error in errors}
    assert all(error["message"] and error["code"] == error["code"].upper() for error in errors)
    with in_city(city_a):
        assert not Case.objects.exists()


def test_a_mark_tells_accounts_apart_and_nothing_else(
    city_a: City, client_a: Client, sign_in: SignIn, dewi: User
) -> None:
    assert token_of(client_a)["account"] == ""
    sign_in(client_a, dewi, city_a)
    mark = token_of(client_a)["account"]
    page = client_a.get("/").content.decode()
    assert re.search(r'data-account="(\w*)"', page)[1] == mark  # type: ignore[index]
    assert len(mark) == 20
    assert str(dewi.pk) != mark
    other = User.objects.create_user("other@example.org")
    sign_in(client_a, other, city_a)
    assert token_of(client_a)["account"] not in ("", mark)


def test_without_a_session_it_is_told_so_and_nothing_happens(city_a: City, client_a: Client) -> None:
    path = reverse("siaran:finish", args=["3674-000-000-000"], urlconf="balai.config.urls_city")
    answer = client_a.post(path, {"words": "Lampu jalan sudah diganti baru."}, **JSON)
    assert (answer.status_code, answer.json()) == (401, {"errors": []})
    with in_city(city_a):
        assert not Case.objects.exists()


def test_a_report_that_is_not_there_is_refused_with_words(
    city_a: City, client_a: Client, sign_in: SignIn, dewi: User
) -> None:
    sign_in(client_a, dewi, city_a)
    answer = client_a.post(
        reverse("siaran:message", args=["TS-XXXX-XXXX"], urlconf="balai.config.urls_city"), {"words": "Halo"}, **JSON
    )
    assert answer.status_code == 404
    [error] = answer.json()["errors"]
    assert error["message"]


def test_the_page_of_what_waits_is_the_same_for_everybody(client_a: Client) -> None:
    page = client_a.get("/antrean/")
    assert page.status_code == 200
    assert "public" in page["Cache-Control"]
    worker = client_a.get("/sw.js").content.decode()
    shell = json.loads(worker.splitlines()[0].removeprefix("self.balai = ").removesuffix(";"))
    assert shell["pages"] == ["/antrean/"]
    assert any("queue" in name for name in shell["shell"])
