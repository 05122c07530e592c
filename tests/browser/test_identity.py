"""Signing up by phone and coming back with a passkey, in a real browser with real messages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright")

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PAGES = ["/akun/", "/akun/email/", "/akun/phone/change/", "/akun/2fa/", "/akun/2fa/totp/activate/", "/akun/sessions/"]


def test_a_phone_number_and_a_passkey(visitor: Callable[..., Any], outbox: Callable[[str, str], str]) -> None:
    number = f"81298{time.time_ns() // 1000 % 1000000:06d}"
    resident = visitor("tangerang-selatan")
    page = resident.open("/akun/signup/")
    resident.check_accessibility()
    page.locator("input[name=name]").fill("Wati Suryani")
    page.locator("input[name=login]").fill(f"0{number[:3]}-{number[3:7]}-{number[7:]}")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/akun/phone/verify/**")
    resident.check_accessibility()
    found = re.search(r"kode Anda (\d{6})", outbox(f"%2B62{number}", "kode Anda"))
    assert found
    page.bring_to_front()
    page.locator("input[name=code]").fill(found[1])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r":\d+/$"))
    for path in PAGES:
        resident.open(path)
        resident.check_accessibility()

    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    resident.open("/akun/2fa/webauthn/add/")
    resident.check_accessibility()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile(r"reauthenticate|recovery|webauthn/$"))
    resident.open("/akun/logout/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r":\d+/$"))
    resident.open("/akun/login/")
    resident.check_accessibility()
    page.locator("#passkey_login").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    assert "Wati Suryani" in (resident.open("/akun/").locator("input[name=name]").get_attribute("value") or "")
