"""Limits against guessing that hold for the whole installation.

An account is shared by all cities, so a guesser who is stopped in one must not go on in the next: these counters are
kept once, in the hub's part of the cache. Two rules follow from "a stranger must not lock a resident out":
what closes soon is keyed by account *and* network address, and what is keyed by account alone is generous and closes
only one way in (passwords, or codes), never both.
"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django_tenants.utils import schema_context

from tenants.models import HUB_SCHEMA

HOUR = 3600
CODES_PER_PLACE = (5, HOUR)
"""One-time codes to one address asked for from one network address."""
CODES = (15, HOUR)
"""One-time codes to one address, whoever asks: three guesses each are 45 an hour in a million."""
WRONG_PASSWORDS = (100, HOUR)
"""Wrong passwords of one account from everywhere; then only codes and passkeys open it for a while."""
UNKNOWN_NUMBER = (1, 24 * HOUR)
"""Messages to a number without an account: it costs, and tells nothing new the second time."""


def _key(name: str, *parts: str) -> str:
    # Hashed: addresses are personal data and have no business in the cache's memory.
    return f"limit:{name}:{hashlib.sha256('|'.join(parts).encode()).hexdigest()}"


def consume(name: str, limit: tuple[int, int], *parts: str) -> bool:
    """Counts one use of the limit (number, seconds) for these parts; False when it is used up."""
    number, seconds = limit
    with schema_context(HUB_SCHEMA):
        key = _key(name, *parts)
        cache.add(key, 0, seconds)
        try:
            return bool(cache.incr(key) <= number)
        except ValueError:  # It expired between the two.
            return True


def used_up(name: str, limit: tuple[int, int], *parts: str) -> bool:
    """Whether nothing is left, without counting."""
    with schema_context(HUB_SCHEMA):
        return bool(cache.get(_key(name, *parts), 0) >= limit[0])


def client_address(request: HttpRequest) -> str:
    """The visitor's network address, as allauth and axes see it; "" for a request that came over no network."""
    return get_client_ip(request) or ""


def bucket_of(address: str) -> str:
    """A keyed digest of a network address, to count by; of an IPv6 address only of the half that is its subscriber's.
    "" for none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False).network_address
    return salted_hmac("balai.accounts.limits.bucket", str(found), algorithm="sha256").hexdigest()


def axes_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """What a failed sign-in is counted under: the address or number that was tried."""
    values: dict[str, Any] = credentials or {}
    return str(values.get("email") or values.get("phone") or values.get("username") or "").lower()[:255]


def axes_words(username: str, ip_address: str, user_agent: str, path_info: str, request: HttpRequest) -> str:
    """How axes names an attempt in the log: without personal data."""
    return f"a sign-in at {path_info}"
