"""Every account page answers, in Indonesian, without inline scripts or styles."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from balai.accounts.models import User
from tests.accounts.people import make_resident

pytestmark = pytest.mark.django_db

PASSWORD = "kata sandi yang panjang"
VISITOR = [
    "/akun/login/",
    "/akun/signup/",
    "/akun/login/code/",
    "/akun/password/reset/",
    "/akun/inactive/",
]
SIGNED_IN = [
    "/akun/",
    "/akun/hapus/",
    "/akun/salinan/",
    "/akun/email/",
    "/akun/phone/change/",
    "/akun/password/change/",
    "/akun/password/set/",
    "/akun/logout/",
    "/akun/2fa/",
    "/akun/2fa/totp/activate/",
    "/akun/2fa/webauthn/",
    "/akun/2fa/webauthn/add/",
    "/akun/sessions/",
    "/akun/3rdparty/",
]
ENGLISH = re.compile(
    r"\b(the|your|you|please|sign|account|security key|enter|with|cancel|submit|change|email address|code is|sent|"
    r"none|are|this|have|session|active|add|remove|delete|warning|required|current|name)\b",
    re.IGNORECASE,
)


class Reader(HTMLParser):
    """Collects what a person reads or hears, and what the content security policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forbidden: list[str] = []
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and not values.get("src") and values.get("type") != "application/json":
            self.forbidden.append("inline script")
        self.forbidden += [name for name in values if name == "style" or name.startswith("on")]
        if tag in ("script", "style", "noscript"):
            self.skip += 1
        self.words += [str(values[name]) for name in ("placeholder", "aria-label", "title", "alt") if values.get(name)]
        if tag == "input" and values.get("type") == "submit":
            self.words.append(values.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "noscript"):
            self.skip -= 1

    def handle_data(self, data: str) -> None:
        if not self.skip:
            self.words.append(data)


def check(response: Any) -> None:
    assert response.status_code == 200, response
    reader = Reader()
    reader.feed(response.content.decode())
    assert reader.forbidden == []
    text = " ".join(" ".join(reader.words).split()).replace("English: read this page in English", "")
    found = [text[max(0, m.start() - 30) : m.end() + 30] for m in ENGLISH.finditer(text)]
    assert found == []


@pytest.mark.parametrize("path", VISITOR)
def test_pages_for_visitors(client_a: Client, path: str) -> None:
    check(client_a.get(path))


def test_pages_on_the_hub(client_hub: Client, resident: User) -> None:
    for path in ("/akun/login/", "/akun/signup/"):
        check(client_hub.get(path))
    client_hub.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    check(client_hub.get("/akun/"))


@pytest.mark.parametrize("password", [PASSWORD, ""])
def test_pages_for_residents(client_a: Client, city_a: Any, sign_in: Any, password: str) -> None:
    user = make_resident("ani@example.org", "+6281234567890", password=password or None)
    if password:
        client_a.post("/akun/login/", {"login": "ani@example.org", "password": password})
        client_a.post("/akun/reauthenticate/", {"password": password})
    else:
        sign_in(client_a, user, city_a)
    for path in SIGNED_IN:
        response = client_a.get(path)
        if response.status_code == 302:
            assert response.headers["Location"] in ("/akun/password/change/", "/akun/password/set/")
        else:
            check(response)


@pytest.mark.parametrize(
    ("path", "form", "page"),
    [
        ("/akun/login/code/", {"login": "ani@example.org"}, "/akun/login/code/confirm/"),
        ("/akun/password/reset/", {"email": "ani@example.org"}, "/akun/password/reset/confirm/"),
        ("/akun/signup/", {"name": "Budi", "login": "budi@example.org"}, "/akun/confirm-email/"),
        ("/akun/signup/", {"name": "Budi", "login": "081234567890"}, "/akun/phone/verify/"),
    ],
)
def test_pages_that_ask_for_a_code(client_a: Client, resident: User, path: str, form: Any, page: str) -> None:
    assert client_a.post(path, form).headers["Location"] == page
    check(client_a.get(page))


def test_reauthenticating(client_a: Client, resident: User) -> None:
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    response = client_a.get("/akun/hapus/", follow=True)
    check(response)
    assert response.request["PATH_INFO"] == "/akun/reauthenticate/"


def test_mistakes_are_in_indonesian(client_a: Client, resident: User) -> None:
    check(client_a.post("/akun/signup/", {"name": "", "login": "x", "password1": "12345"}))
    check(client_a.post("/akun/login/", {"login": "x", "password": "x"}))
    check(client_a.post("/akun/login/", {"login": "ani@example.org", "password": "x"}))
    client_a.post("/akun/login/code/", {"login": "ani@example.org"})
    check(client_a.post("/akun/login/code/confirm/", {"code": "x"}))


def test_mails_are_in_indonesian(client_a: Client, city_a: Any, resident: User) -> None:
    from tests.accounts.people import messages_in

    for path, form in (
        ("/akun/login/code/", {"login": "ani@example.org"}),
        ("/akun/login/code/", {"login": "una@example.org"}),
        ("/akun/password/reset/", {"email": "ani@example.org"}),
        ("/akun/signup/", {"name": "Budi", "login": "budi@example.org"}),
        ("/akun/signup/", {"name": "Budi", "login": "ani@example.org"}),
    ):
        assert Client(headers={"host": city_a.host}).post(path, form).status_code == 302
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    client_a.post("/akun/reauthenticate/", {"password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": "sandi yang lain lagi"}
    assert client_a.post("/akun/password/change/", new).status_code == 302
    messages = messages_in(city_a)
    assert len({message.template for message in messages}) == 6
    for message in messages:
        words = f"{message.subject} {message.text}".replace("Browser", "")
        assert not ENGLISH.search(words), words
        assert "Serang" not in words
        assert message.subject


def test_english_is_spoken_to_who_chose_it(client_a: Client) -> None:
    client_a.cookies["django_language"] = "en"
    assert "Send me a code instead" in client_a.get("/akun/login/").content.decode()


def test_changing_name_and_language(client_a: Client, city_a: Any, resident: User, sign_in: Any) -> None:
    sign_in(client_a, resident, city_a)
    response = client_a.post("/akun/", {"name": "Ani Wijaya", "language": "en"})
    assert response.headers["Location"] == "/akun/"
    resident.refresh_from_db()
    assert (resident.name, resident.language) == ("Ani Wijaya", "en")
    assert "Your account" in client_a.get("/akun/").content.decode()
    client_a.post("/akun/", {"name": "", "language": "en"})
    resident.refresh_from_db()
    assert resident.name == "Ani Wijaya"


def test_changing_the_phone_number(client_a: Client, city_a: Any, sign_in: Any, code_for: Any) -> None:
    user = make_resident("ani@example.org")
    sign_in(client_a, user, city_a)
    client_a.post("/akun/phone/change/", {"phone": "0812 3456 7890"})
    user.refresh_from_db()
    assert user.phone is None
    client_a.post("/akun/phone/verify/", {"code": code_for("+6281234567890", city_a)})
    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == ("+6281234567890", True)


def test_adding_an_email_address(client_a: Client, city_a: Any, sign_in: Any, code_for: Any) -> None:
    user = make_resident(None, "+6281234567890")
    sign_in(client_a, user, city_a)
    client_a.post("/akun/email/", {"action_add": "", "email": "Ani@Example.org"})
    client_a.post("/akun/confirm-email/", {"code": code_for("ani@example.org", city_a)})
    user.refresh_from_db()
    assert user.email == "ani@example.org"
