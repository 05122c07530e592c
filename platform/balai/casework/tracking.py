"""The tracking code by which a guest opens their own report: `7K4M-9QXR-2HWT`.

Twelve characters of Crockford's base 32, 60 random bits: no O that could be a 0, no I or L that could be a 1, read in
capitals or not. It is a key, unlike a case's number, so only a keyed digest of it is stored: whoever reads the database
opens nothing with it.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from tenants.current import current_city

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4
MISREAD = str.maketrans("OIL", "011")
"""What people type for the digits that they read."""


def new_code() -> str:
    """A random code in groups of four."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def code_for(seed: str) -> str:
    """The code that belongs to this seed and to no other: sending a report again answers with the same code, though it
    is stored nowhere. The seed must be unguessable by itself (a client's key of a report)."""
    seed = f"{current_city().schema_name}|{seed}"
    number = int.from_bytes(_keyed("balai.casework.tracking.code", seed, settings.SECRET_KEY)[:8])
    return _grouped("".join(ALPHABET[(number >> 5 * place) & 31] for place in range(LENGTH)))


def parse(text: str) -> str | None:
    """The code in what someone typed: without its groups, in small letters, with O for 0; None if it is none."""
    plain = re.sub(r"[\s\-.]", "", text[:60]).upper().translate(MISREAD)
    if len(plain) != LENGTH or not set(plain) <= set(ALPHABET):
        return None
    return _grouped(plain)


def digest(code: str) -> str:
    """What is stored of a code (as `parse` gives it) with its case: 64 hex digits. The same in every city, so that the
    code goes along with a case that is handed over."""
    return _keyed("balai.casework.tracking.digest", code, settings.SECRET_KEY).hex()


def digests(code: str) -> frozenset[str]:
    """Every digest that may be stored of a code: those of earlier secret keys open too, while they are kept."""
    keys = (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))
    return frozenset(_keyed("balai.casework.tracking.digest", code, key).hex() for key in keys)


def _keyed(salt: str, text: str, secret: str) -> bytes:
    return salted_hmac(salt, text, secret=secret, algorithm="sha256").digest()


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + GROUP] for start in range(0, LENGTH, GROUP))
