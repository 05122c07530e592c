"""The outbox page and the SMS gateway of the embedded mode."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from balai.sandbox import actions
from balai.sandbox.actions import store
from balai.sandbox.models import Outgoing

pytestmark = pytest.mark.django_db


def keep(number: int = 1, **values: Any) -> None:
    store(
        **{
            "kind": "mail",
            "sender": "Serang <a@b.example>",
            "address": f"orang{number}@example.org",
            "subject": f"Perihal {number}",
            "text": "Isi",
            "reference": f"<{number}@x>",
            **values,
        }
    )


def post(client: Client, token: str = "a token", **body: Any) -> Any:
    values = {"id": "kota_serang.1", "to": "+628121111111", "text": "Kode 123456", "sender": "Serang", **body}
    return client.post(
        "/kotak-keluar/sms/",
        json.dumps({k: v for k, v in values.items() if v is not None}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.SMS_GATEWAY_TOKEN = "a token"


def test_the_newest_message_comes_first_and_pages_are_short(client_hub: Client) -> None:
    for number in range(25):
        keep(number)
    page = client_hub.get("/kotak-keluar/")
    assert page.status_code == 200
    text = page.content.decode()
    assert text.index("Perihal 24") < text.index("Perihal 5")
    assert "Perihal 4<" not in text
    assert "Perihal 4<" in client_hub.get("/kotak-keluar/?page=2").content.decode()


def test_messages_are_found_by_address(client_hub: Client) -> None:
    keep(1)
    keep(2)
    text = client_hub.get("/kotak-keluar/?alamat=orang2").content.decode()
    assert "Perihal 2" in text
    assert "Perihal 1" not in text


def test_html_is_shown_as_text(client_hub: Client) -> None:
    keep(subject="<script>alert(1)</script>", text="<img src=x>", html="<script>alert(2)</script>")
    text = client_hub.get("/kotak-keluar/").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x>" not in text
    assert "&lt;script&gt;alert(2)" in text


def test_nobody_reads_it_outside_the_embedded_mode(client_hub: Client, settings: Any) -> None:
    keep()
    settings.EMBEDDED = False
    assert client_hub.get("/kotak-keluar/").status_code == 404
    assert post(client_hub).status_code == 404
    assert Outgoing.objects.count() == 1


def test_a_city_has_no_such_page(client_a: Client) -> None:
    assert client_a.get("/kotak-keluar/").status_code == 404


def test_the_gateway_takes_an_sms_once(client_hub: Client) -> None:
    assert post(client_hub).status_code == 202
    assert post(client_hub).status_code == 200
    (message,) = Outgoing.objects.all()
    assert (message.kind, message.address, message.text) == ("sms", "+628121111111", "Kode 123456")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"token": "guessed"}, 401),
        ({"to": "0812"}, 422),
        ({"text": ""}, 422),
        ({"id": None}, 400),
    ],
)
def test_the_gateway_refuses(client_hub: Client, wrong: dict[str, Any], status: int) -> None:
    assert post(client_hub, **wrong).status_code == status
    assert not Outgoing.objects.exists()


def test_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "KEPT", 3)
    for number in range(5):
        keep(number)
    assert list(Outgoing.objects.values_list("subject", flat=True)) == ["Perihal 4", "Perihal 3", "Perihal 2"]


def test_a_nul_in_the_search_is_passed_over(client: Client, db: None) -> None:
    keep()
    response = client.get("/kotak-keluar/?alamat=orang%00", headers={"host": "localhost"})
    assert response.status_code == 200
    assert "orang1@example.org" in response.text
