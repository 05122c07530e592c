"""What the tests of signing in share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def resident(db: None) -> Any:
    from tests.accounts.people import make_resident

    return make_resident(password="kata sandi yang panjang")


@pytest.fixture
def code_for() -> Callable[[str, Any], str]:
    """code_for(address, city): the code in the newest message to the address in the city's outbox."""

    from balai.notifications.models import Message
    from tenants.current import in_city

    def code_for(address: str, city: Any) -> str:
        with in_city(city):
            message = Message.objects.filter(address=address).first()
            assert message is not None, f"nothing was sent to {address}"
            assert message.secret
            found = re.search(r"\b(\d{6})\b", message.text)
            assert found, message.text
            return found[1]

    return code_for


@pytest.fixture(autouse=True)
def _cheap_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
