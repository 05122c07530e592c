"""Guessing passwords: locked by account and place, never the owner everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from balai.accounts.models import User
from tests.accounts.people import signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "kata sandi yang panjang"
WRONG = {"login": "ani@example.org", "password": "salah"}
RIGHT = {"login": "ani@example.org", "password": PASSWORD}


def visitor(city: Any, place: str) -> Client:
    return Client(headers={"host": city.host}, REMOTE_ADDR=place)


def guess(city: Any, place: str, times: int = 1) -> Any:
    for _number in range(times):
        response = visitor(city, place).post("/akun/login/", WRONG)
    return response


def test_too_many_wrong_passwords_lock_the_place(city_a: Any, city_b: Any, resident: User, settings: Any) -> None:
    assert guess(city_a, "10.0.0.1", settings.AXES_FAILURE_LIMIT - 1).status_code == 200
    response = guess(city_a, "10.0.0.1")
    assert response.status_code == 429
    assert "Tunggu 15 menit" in response.content.decode()
    client = visitor(city_a, "10.0.0.1")
    assert client.post("/akun/login/", RIGHT).status_code == 429
    assert signed_in(client, city_a) is None
    # …in every city, for the account is the same,
    assert visitor(city_b, "10.0.0.1").post("/akun/login/", RIGHT).status_code == 429
    # …but not the owner, who is elsewhere,
    owner = visitor(city_a, "10.0.0.2")
    owner.post("/akun/login/", RIGHT)
    assert signed_in(owner, city_a) == resident
    # …nor others at the same place (many phones share one address),
    other = visitor(city_a, "10.0.0.1").post("/akun/login/", {**WRONG, "login": "una@example.org"})
    assert other.status_code == 200
    # …nor for ever.
    with time_machine.travel(timezone.now() + settings.AXES_COOLOFF_TIME):
        client.post("/akun/login/", RIGHT)
        assert signed_in(client, city_a) == resident


def test_a_locked_visitor_may_still_use_a_code(city_a: Any, resident: User, settings: Any, code_for: Any) -> None:
    guess(city_a, "10.0.0.1", settings.AXES_FAILURE_LIMIT)
    client = visitor(city_a, "10.0.0.1")
    client.post("/akun/login/code/", {"login": "ani@example.org"})
    client.post("/akun/login/code/confirm/", {"code": code_for("ani@example.org", city_a)})
    assert signed_in(client, city_a) == resident


def test_phone_numbers_are_counted_one_by_one(city_a: Any, settings: Any) -> None:
    for number in range(settings.AXES_FAILURE_LIMIT + 2):
        response = visitor(city_a, "10.0.0.1").post(
            "/akun/login/", {"login": f"08123456780{number}"[:13], "password": "salah"}
        )
        assert response.status_code == 200


def test_guessing_from_many_places_closes_passwords_only(
    city_a: Any, city_b: Any, resident: User, code_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balai.accounts.limits.WRONG_PASSWORDS", (6, 3600))
    for number in range(6):
        guess([city_a, city_b][number % 2], f"10.0.1.{number}")
    client = visitor(city_a, "10.0.0.2")
    assert client.post("/akun/login/", RIGHT).status_code == 200
    assert signed_in(client, city_a) is None
    client.post("/akun/login/code/", {"login": "ani@example.org"})
    client.post("/akun/login/code/confirm/", {"code": code_for("ani@example.org", city_a)})
    assert signed_in(client, city_a) == resident


def test_the_app_is_locked_too(city_a: Any, resident: User, settings: Any) -> None:
    for _number in range(settings.AXES_FAILURE_LIMIT):
        response = visitor(city_a, "10.0.0.1").post(
            "/_allauth/app/v1/auth/login",
            json.dumps({"email": "ani@example.org", "password": "salah"}),
            content_type="application/json",
        )
    assert response.status_code == 429
    assert response.json() == {"status": 429}
