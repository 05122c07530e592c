"""Encrypts single values at rest with the keys of settings.FIELD_KEYS ("name:secret", the newest first).

A stored value names its key ("name:token"), so that older keys stay readable while new values use the newest: to
rotate, put a new key in front, and drop the old one once nothing stored names it any more.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


class UnknownKey(ValueError):
    """The value was encrypted with a key that FIELD_KEYS no longer holds, or is damaged."""


@lru_cache(maxsize=16)
def _cipher(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"balai field encryption").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _keys() -> dict[str, str]:
    pairs = (entry.partition(":") for entry in settings.FIELD_KEYS)
    return {name: secret for name, _colon, secret in pairs}


def encrypt(text: str) -> str:
    """The text under the newest key."""
    name, secret = next(iter(_keys().items()))
    return f"{name}:{_cipher(secret).encrypt(text.encode()).decode()}"


def decrypt(stored: str) -> str:
    """The text of what `encrypt` returned. Raises UnknownKey."""
    name, _colon, token = stored.partition(":")
    secret = _keys().get(name)
    if secret is None:
        raise UnknownKey(f"no key {name!r} in FIELD_KEYS")
    try:
        return _cipher(secret).decrypt(token.encode()).decode()
    except InvalidToken as fault:
        raise UnknownKey(f"key {name!r} does not open the value") from fault


class EncryptedTextField(models.TextField):
    """A text that the database only sees encrypted. It cannot be searched; "" and None are stored as they are."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it cannot be compared")
        return super().get_lookup(lookup_name)
