"""Who makes a request, as the casework sees it: a person with an account, or a guest with the codes they hold.

The portal keeps a guest's codes in a signed cookie of their browser, as digests, so that the device that sent a report
opens it without typing; an app sends the code in the header `X-Tracking-Code`. Neither ever stands in an address.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from balai.accounts.limits import bucket_of, client_address
from balai.accounts.middleware import GUEST_HEADER, TOKEN_HEADER
from balai.accounts.models import User
from balai.attachments.queries import signed_in
from balai.casework import tracking
from balai.casework.guests import Guest

COOKIE = "laporan_tamu"
SALT = "balai.casework.visitors"
REMEMBERED = 20
"""Reports that a browser remembers: the newest."""
REMEMBERED_SECONDS = 365 * 24 * 3600
CODE_HEADER = "X-Tracking-Code"
SHORTEST_KEY, LONGEST_KEY = 32, 100


def person_of(request: HttpRequest) -> User | Guest:
    """The signed-in person, else the guest."""
    return signed_in(request.user) or guest_of(request)


def guest_of(request: HttpRequest) -> Guest:
    """The visitor as a guest, with every code that the request carries."""
    if TOKEN_HEADER in request.headers:
        # One request, one identity: a token that opens nothing does not fall back to what the browser holds.
        return Guest(bucket=bucket_of(client_address(request)))
    digests = set(_remembered(request))
    code = tracking.parse(request.headers.get(CODE_HEADER, ""))
    if code is not None:
        digests |= tracking.digests(code)
    return Guest(session_key(request), frozenset(digests), bucket_of(client_address(request)))


def session_key(request: HttpRequest) -> str:
    """What a guest's photos are kept under: the browser's session, or the key that an app sends; "" for neither."""
    key = request.headers.get(GUEST_HEADER, "")
    if SHORTEST_KEY <= len(key) <= LONGEST_KEY and key.isprintable():
        return f"app:{key}"
    session = getattr(request, "session", None)
    return (session.session_key if session is not None else "") or ""


def remember(request: HttpRequest, response: HttpResponseBase, code: str) -> None:
    """Lets this browser open the report with this code from now on."""
    digest = tracking.digest(code)
    kept = [*(known for known in _remembered(request) if known != digest), digest][-REMEMBERED:]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=SALT, compress=True),
        max_age=REMEMBERED_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponseBase) -> None:
    """Takes every report out of this browser's memory."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _remembered(request: HttpRequest) -> list[str]:
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED_SECONDS)
    except signing.BadSignature:
        return []
    return [str(digest) for digest in kept][:REMEMBERED]
