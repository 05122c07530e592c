"""Session keys that nobody was given, and what caches may keep of somebody's pages."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from balai.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "key",
    ['"abc\\000defabcdef"', "abcdefgh\0", "a" * 41, "a" * 4000, "../../aaaaaaaaaa", "a b c d e f g"],
)
@pytest.mark.parametrize("path", ["/akun/", "/akun/login/"])
def test_an_odd_session_key_is_nobodys(client_a: Client, path: str, key: str) -> None:
    raw = key if key.startswith('"') else f'"{key}"'
    response = client_a.get(path, HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}={raw}")
    assert response.status_code in (200, 302)


@pytest.mark.filterwarnings("error::django.core.cache.backends.base.CacheKeyWarning")
@pytest.mark.parametrize("key", ["a" * 3000, "abc\0defgh", "bukan kunci sesi"])
def test_an_odd_session_token_is_nobodys(client_a: Client, key: str) -> None:
    assert client_a.get("/_allauth/app/v1/auth/session", headers={"X-Session-Token": key}).status_code == 410
    assert client_a.get("/akun/", headers={"X-Session-Token": key}).status_code == 302


@pytest.mark.parametrize(
    "path", ["/akun/", "/akun/email/", "/akun/sessions/", "/akun/2fa/", "/akun/password/change/", "/kantor/", "/tidak/"]
)
def test_no_cache_keeps_a_signed_in_persons_page(client_a: Client, resident: User, path: str) -> None:
    client_a.force_login(resident, "balai.membership.backends.SignInBackend")
    assert "no-store" in client_a.get(path).headers["Cache-Control"]


def test_no_cache_keeps_a_page_with_somebodys_address(client_a: Client) -> None:
    for path in ("/akun/login/", "/akun/signup/", "/akun/password/reset/"):
        assert "no-store" in client_a.get(path).headers["Cache-Control"]


@pytest.mark.parametrize("path", ["auth/login", "auth/signup", "auth/code/request"])
def test_json_nested_too_deeply_is_the_senders_fault(client_a: Client, path: str) -> None:
    response = client_a.post(f"/_allauth/app/v1/{path}", "[" * 30_000, content_type="application/json")
    assert response.status_code == 400
