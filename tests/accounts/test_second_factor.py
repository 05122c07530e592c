"""Second factors, and staff who must have one."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, yield_hotp_counters_from_time
from allauth.mfa.totp.internal.auth import hotp_value as hotp
from django.test import Client

from balai.accounts.adapter import MFAAdapter
from balai.accounts.models import User
from balai.membership.models import Membership
from tenants.current import in_city
from tests.accounts.people import make_resident, signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "kata sandi yang panjang"


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp(secret, next(iter(yield_hotp_counters_from_time())))))


@pytest.fixture
def officer(city_a: Any) -> User:
    user = make_resident(password=PASSWORD)
    with in_city(city_a):
        Membership.objects.create(user=user)
    return user


def with_totp(user: User) -> str:
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    return secret


def test_signing_in_asks_for_the_second_factor(client_a: Client, city_a: Any, resident: User) -> None:
    secret = with_totp(resident)
    response = client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    assert response.headers["Location"] == "/akun/2fa/authenticate/"
    assert signed_in(client_a, city_a) is None
    assert client_a.get("/akun/2fa/authenticate/").status_code == 200
    assert client_a.post("/akun/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert signed_in(client_a, city_a) is None
    client_a.post("/akun/2fa/authenticate/", {"code": code_of(secret)})
    assert signed_in(client_a, city_a) == resident


def test_a_code_by_mail_does_not_replace_it(client_a: Client, city_a: Any, resident: User, code_for: Any) -> None:
    with_totp(resident)
    client_a.post("/akun/login/code/", {"login": "ani@example.org"})
    response = client_a.post("/akun/login/code/confirm/", {"code": code_for("ani@example.org", city_a)})
    assert response.headers["Location"] == "/akun/2fa/authenticate/"
    assert signed_in(client_a, city_a) is None


def test_secrets_are_encrypted_at_rest(resident: User) -> None:
    secret = with_totp(resident)
    stored = json.dumps(Authenticator.objects.get(user=resident).data)
    assert secret not in stored
    assert "embedded:" in stored


def test_setting_up_an_authenticator_app(client_a: Client, resident: User) -> None:
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    client_a.post("/akun/reauthenticate/", {"password": PASSWORD})
    page = client_a.get("/akun/2fa/totp/activate/")
    secret = page.context["form"].secret
    response = client_a.post("/akun/2fa/totp/activate/", {"code": code_of(secret)})
    assert response.status_code == 302
    types = set(Authenticator.objects.filter(user=resident).values_list("type", flat=True))
    assert types == {"totp", "recovery_codes"}
    assert client_a.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize("path", ["/", "/akun/", "/akun/email/", "/kantor/", "/no-such-page/"])
def test_staff_without_a_second_factor_are_led_to_one(
    client_a: Client, city_a: Any, officer: User, sign_in: Any, settings: Any, path: str
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    sign_in(client_a, officer, city_a)
    response = client_a.get(path)
    if path == "/akun/email/":  # An unverified address would stand in the way.
        assert response.status_code == 200
    else:
        assert response.headers.get("Location") == "/akun/2fa/"
        assert "Sebagai pegawai" in client_a.get("/akun/2fa/").content.decode()
    assert client_a.post("/akun/logout/").status_code == 302


def test_the_api_tells_staff_what_is_missing(
    client_a: Client, city_a: Any, officer: User, sign_in: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    sign_in(client_a, officer, city_a)
    body = json.dumps({"query": "{ me { id } }"})
    answer = client_a.post("/graphql/", body, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "MFA_REQUIRED"
    with_totp(officer)
    assert client_a.post("/graphql/", body, content_type="application/json").status_code == 200


def test_the_apps_token_is_no_way_around(client_a: Client, city_a: Any, officer: User, settings: Any) -> None:
    answer = client_a.post(
        "/_allauth/app/v1/auth/login",
        json.dumps({"email": "ani@example.org", "password": PASSWORD}),
        content_type="application/json",
    )
    token = answer.json()["meta"]["session_token"]
    client_a.cookies.clear()
    settings.STAFF_MFA_REQUIRED = True
    answer = client_a.post(
        "/graphql/",
        json.dumps({"query": "{ me { id } }"}),
        content_type="application/json",
        headers={"X-Session-Token": token},
    )
    assert answer.status_code == 403


def test_residents_and_staff_of_another_city_are_left_alone(
    client_a: Client, client_b: Client, city_b: Any, officer: User, sign_in: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    sign_in(client_b, officer, city_b)
    assert client_b.get("/akun/").status_code == 200


def test_the_demo_does_not_force_it(client_a: Client, city_a: Any, officer: User, sign_in: Any, settings: Any) -> None:
    assert settings.STAFF_MFA_REQUIRED is False
    sign_in(client_a, officer, city_a)
    assert client_a.get("/akun/").status_code == 200


def test_passkeys_belong_to_the_hubs_domain_where_that_works(city_a: Any, city_b: Any, settings: Any) -> None:
    def owner(city: Any) -> str:
        with in_city(city):
            return MFAAdapter().get_public_key_credential_rp_entity()["id"]

    assert (owner(city_a), owner(city_b)) == ("tangerang-selatan.localhost", "serang.localhost")
    settings.HUB_HOST = "balai.example"
    for city, host in ((city_a, "tangsel.balai.example"), (city_b, "serangkota.example")):
        city.domains.update(domain=host)
        city.__dict__.pop("host", None)
    assert (owner(city_a), owner(city_b)) == ("balai.example", "serangkota.example")


def test_the_passkey_page_offers_a_challenge(client_a: Client, city_a: Any, resident: User) -> None:
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    client_a.post("/akun/reauthenticate/", {"password": PASSWORD})
    page = client_a.get("/akun/2fa/webauthn/add/")
    options = page.context["js_data"]["creation_options"]["publicKey"]
    assert options["rp"] == {"id": "tangerang-selatan.localhost", "name": "Tangerang Selatan"}
    assert len(base64.urlsafe_b64decode(options["challenge"] + "==")) >= 16
    assert client_a.get("/akun/2fa/webauthn/login/", headers={"accept": "application/json"}).status_code == 200
