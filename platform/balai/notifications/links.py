"""Links in messages: /n/<token>/ names a message and nothing else, and stops working after LINK_LIFE.

The token is the message's random key with a signature, so that neither a guess nor a look into the database makes one.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import uuid

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from balai.notifications.models import Message

LINK_LIFE = datetime.timedelta(days=30)
SIGNATURE_BYTES = 9
SALT = "balai.notifications.links"


def token_of(key: uuid.UUID) -> str:
    """The token of a message's key: 34 characters that are safe in an address."""
    return _text(key.bytes + _signature(key))


def key_of(token: str) -> uuid.UUID | None:
    """The key that a token names; None for anything that was not made here."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)) if token.isascii() else b""
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + SIGNATURE_BYTES:
        return None
    key = uuid.UUID(bytes=raw[:16])
    return key if constant_time_compare(raw[16:], _signature(key)) and token_of(key) == token else None


def link_path(key: uuid.UUID) -> str:
    """The path that leads to what the message is about."""
    return f"/n/{token_of(key)}/"


def stop_path(key: uuid.UUID) -> str:
    """The path where the person stops messages of this kind."""
    return f"/n/{token_of(key)}/berhenti/"


def has_expired(message: Message) -> bool:
    """Whether the message's link no longer leads to its subject."""
    return timezone.now() >= (message.sent_at or message.created_at) + LINK_LIFE


def _signature(key: uuid.UUID) -> bytes:
    return salted_hmac(SALT, key.hex, algorithm="sha256").digest()[:SIGNATURE_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
