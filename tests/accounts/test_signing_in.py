"""Signing up and in: email or phone, password or one-time code."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from balai.accounts.models import User
from balai.notifications.models import Message
from tenants.current import in_city
from tests.accounts.people import make_resident, messages_in, signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "kata sandi yang panjang"


def sign_up(client: Client, login: str, password: str = "", name: str = "Budi") -> Any:
    return client.post("/akun/signup/", {"name": name, "login": login, "password1": password})


def test_signing_up_with_a_phone_number(client_a: Client, city_a: Any, code_for: Any) -> None:
    response = sign_up(client_a, "0812-3456-7890")
    assert response.headers["Location"] == "/akun/phone/verify/"
    assert signed_in(client_a, city_a) is None
    page = client_a.get("/akun/phone/verify/").content.decode()
    assert "+6281234567890" in page
    response = client_a.post("/akun/phone/verify/", {"code": code_for("+6281234567890", city_a)})
    assert response.headers["Location"] == "/"
    user = User.objects.get()
    assert (user.name, user.phone, user.phone_verified, user.email) == ("Budi", "+6281234567890", True, None)
    assert not user.has_usable_password()
    assert signed_in(client_a, city_a) == user
    (message,) = messages_in(city_a)
    assert message.text.startswith("Tangerang Selatan: ")


def test_signing_up_with_an_email_address(client_a: Client, city_a: Any, code_for: Any) -> None:
    response = sign_up(client_a, "Budi@Example.org", PASSWORD)
    assert response.headers["Location"] == "/akun/confirm-email/"
    assert signed_in(client_a, city_a) is None
    response = client_a.post("/akun/confirm-email/", {"code": code_for("budi@example.org", city_a)})
    assert response.status_code == 302
    user = User.objects.get()
    assert (user.email, user.phone) == ("budi@example.org", None)
    assert user.check_password(PASSWORD)
    assert user.emailaddress_set.get().verified
    assert signed_in(client_a, city_a) == user


@pytest.mark.parametrize("login", ["", "budi", "budi@", "08", "021 5551234", "+1 202 555 0123", "x" * 300])
def test_what_is_neither_is_refused_and_nothing_is_made(client_a: Client, city_a: Any, login: str) -> None:
    response = sign_up(client_a, login, name="Budi Santoso")
    assert response.status_code == 200
    assert response.context["form"].errors["login"]
    assert "Budi Santoso" in response.content.decode()  # What was typed stays.
    assert not User.objects.exists()
    assert not messages_in(city_a)


def test_a_weak_password_is_refused(client_a: Client) -> None:
    response = sign_up(client_a, "budi@example.org", "12345678")
    assert response.context["form"].errors["password1"]
    assert not User.objects.exists()


@pytest.mark.parametrize("written", ["081234567890", "0812 3456 7890", "+62 812-3456-7890", "6281234567890"])
def test_signing_in_with_phone_and_password(client_a: Client, city_a: Any, written: str) -> None:
    user = make_resident(None, "+6281234567890", password=PASSWORD)
    response = client_a.post("/akun/login/", {"login": written, "password": PASSWORD})
    assert response.headers["Location"] == "/"
    assert signed_in(client_a, city_a) == user


def test_signing_in_with_email_and_password(client_a: Client, city_a: Any, resident: User) -> None:
    client_a.post("/akun/login/", {"login": "ANI@example.org", "password": PASSWORD})
    assert signed_in(client_a, city_a) == resident


@pytest.mark.parametrize("form", [{"password": ""}, {"password": "anything", "by_code": "1"}])
@pytest.mark.parametrize(("email", "phone"), [("ani@example.org", None), (None, "+6281234567890")])
def test_signing_in_with_a_code(
    client_a: Client, city_a: Any, code_for: Any, email: str | None, phone: str | None, form: dict[str, str]
) -> None:
    user = make_resident(email, phone)
    response = client_a.post("/akun/login/", {"login": email or "0812 3456 7890", **form})
    assert response.headers["Location"] == "/akun/login/code/confirm/"
    assert client_a.get("/akun/login/code/confirm/").status_code == 200
    client_a.post("/akun/login/code/confirm/", {"code": code_for(email or phone or "", city_a)})
    assert signed_in(client_a, city_a) == user


def test_the_page_for_codes_takes_either(client_a: Client, city_a: Any, code_for: Any, resident: User) -> None:
    assert client_a.get("/akun/login/code/").status_code == 200
    response = client_a.post("/akun/login/code/", {"login": "ani@example.org"})
    assert response.headers["Location"] == "/akun/login/code/confirm/"
    client_a.post("/akun/login/code/confirm/", {"code": code_for("ani@example.org", city_a)})
    assert signed_in(client_a, city_a) == resident


def test_the_next_page_is_kept_but_not_another_site(client_a: Client, resident: User) -> None:
    form = {"login": "ani@example.org", "password": PASSWORD}
    response = client_a.post("/akun/login/?next=/siaran/", {**form, "next": "/siaran/"})
    assert response.headers["Location"] == "/siaran/"
    client_a.post("/akun/logout/")
    response = client_a.post("/akun/login/", {**form, "next": "https://evil.example/"})
    assert response.headers["Location"] == "/"


def test_a_session_of_one_city_is_none_in_another(client_a: Client, city_a: Any, city_b: Any, resident: User) -> None:
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    assert signed_in(client_a, city_a) == resident
    answer = client_a.get("/akun/", headers={"host": city_b.host})
    assert answer.status_code == 302
    assert "/akun/login/" in answer.headers["Location"]
    with in_city(city_b):
        assert client_a.session.is_empty()


def test_a_wrong_password_says_the_same_for_known_and_unknown(client_a: Client, resident: User) -> None:
    texts = []
    for login in ("ani@example.org", "tidak-ada@example.org"):
        response = client_a.post("/akun/login/", {"login": login, "password": "salah"})
        texts.append(str(response.context["form"].errors))
    assert texts[0] == texts[1]


def test_asking_for_a_code_looks_the_same_for_known_and_unknown(city_a: Any, resident: User) -> None:
    pages = []
    for login in ("ani@example.org", "una@example.org"):
        client = Client(headers={"host": city_a.host})
        response = client.post("/akun/login/code/", {"login": login}, follow=True)
        pages.append((response.redirect_chain, response.content.decode().replace(login, "").split("<main")[1]))
        wrong = client.post("/akun/login/code/confirm/", {"code": "000000"})
        assert wrong.status_code == 200
    assert strip_tokens(pages[0]) == strip_tokens(pages[1])
    subjects = {message.address: message.template for message in messages_in(city_a)}
    assert subjects == {
        "ani@example.org": "account/email/login_code",
        "una@example.org": "account/email/unknown_account",
    }


def strip_tokens(page: Any) -> str:
    import re

    return re.sub(r'value="\w{64}"', "", str(page))


@pytest.mark.parametrize(
    ("login", "page"), [("ani@example.org", "/akun/confirm-email/"), ("081234567890", "/akun/phone/verify/")]
)
def test_signing_up_again_tells_only_the_owner(client_a: Client, city_a: Any, login: str, page: str) -> None:
    make_resident("ani@example.org", "+6281234567890")
    response = sign_up(client_a, login)
    assert response.headers["Location"] == page
    assert client_a.get(page).status_code == 200
    assert User.objects.count() == 1
    (message,) = messages_in(city_a)
    assert message.template in ("account/email/account_already_exists", "accounts/account_exists")
    assert client_a.post(page, {"code": "123456"}).status_code == 200
    assert signed_in(client_a, city_a) is None


def test_a_code_dies_after_three_wrong_guesses(client_a: Client, city_a: Any, code_for: Any, resident: User) -> None:
    client_a.post("/akun/login/code/", {"login": "ani@example.org"})
    code = code_for("ani@example.org", city_a)
    wrong = "000000" if code != "000000" else "000001"
    for _guess in range(3):
        client_a.post("/akun/login/code/confirm/", {"code": wrong})
    client_a.post("/akun/login/code/confirm/", {"code": code})
    assert signed_in(client_a, city_a) is None


def test_codes_are_limited_for_an_address_in_all_cities_together(
    city_a: Any, city_b: Any, resident: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balai.accounts.limits.CODES", (4, 3600))
    answers = []
    for number, city in enumerate([city_a, city_b] * 3):
        client = Client(headers={"host": city.host}, REMOTE_ADDR=f"10.0.0.{number}")
        answers.append(client.post("/akun/login/code/", {"login": "ani@example.org"}).status_code)
    assert answers == [302] * 4 + [429] * 2
    assert len(messages_in(city_a)) + len(messages_in(city_b)) == 4


def test_one_place_cannot_use_up_the_codes_of_an_address(city_a: Any, city_b: Any, resident: User) -> None:
    def ask(city: Any, place: str) -> int:
        client = Client(headers={"host": city.host}, REMOTE_ADDR=place)
        return client.post("/akun/login/code/", {"login": "ani@example.org"}).status_code

    stranger = [ask(city, "10.0.0.1") for city in [city_a, city_b] * 4]
    assert stranger.count(302) == 5
    assert ask(city_a, "10.0.0.2") in (302, 200)


def test_resetting_the_password_by_code(client_a: Client, city_a: Any, code_for: Any, resident: User) -> None:
    client_a.post("/akun/password/reset/", {"email": "ani@example.org"})
    client_a.post("/akun/password/reset/confirm/", {"code": code_for("ani@example.org", city_a)})
    response = client_a.post("/akun/password/reset/complete/", {"password1": "sandi yang lain lagi"})
    assert response.status_code == 302
    resident.refresh_from_db()
    assert resident.check_password("sandi yang lain lagi")


def test_whoever_signed_up_with_your_number_does_not_stay_in(
    client_a: Client, client_b: Client, city_a: Any, code_for: Any
) -> None:
    sign_up(client_a, "081234567890", "sandi si penipu")  # …and never enters the code.
    client_b.post("/akun/login/code/", {"login": "081234567890"})
    city_b = city_a.__class__.objects.get(slug="serang")
    client_b.post("/akun/login/code/confirm/", {"code": code_for("+6281234567890", city_b)})
    user = User.objects.get()
    assert signed_in(client_b, city_b) == user
    assert not user.has_usable_password()
    client_a.post("/akun/login/", {"login": "081234567890", "password": "sandi si penipu"})
    assert signed_in(client_a, city_a) is None


def test_a_closed_account_does_not_sign_in(client_a: Client, city_a: Any, resident: User) -> None:
    resident.is_active = False
    resident.save()
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    assert signed_in(client_a, city_a) is None


def test_without_a_gateway_only_email_is_offered(client_a: Client, settings: Any) -> None:
    settings.ACCOUNT_LOGIN_METHODS = {"email"}
    settings.ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
    assert 'type="email"' in client_a.get("/akun/login/").content.decode()
    response = sign_up(client_a, "081234567890")
    assert response.context["form"].errors["login"]


def test_codes_are_not_kept_in_the_outbox(in_city_a: Any) -> None:
    from balai.notifications import actions

    make_resident()
    client = Client(headers={"host": in_city_a.host})
    client.post("/akun/login/code/", {"login": "ani@example.org"})
    from tenants.current import in_city

    with in_city(in_city_a):
        message = Message.objects.get()
        assert message.expires_at is not None
        claimed = actions.claim(message.pk)
        assert claimed is not None
        actions.record_sent(claimed)
        message.refresh_from_db()
        assert message.text == ""
