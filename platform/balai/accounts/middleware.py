"""Sessions of the app, what caches may keep, and the second factor that staff must have."""

from __future__ import annotations

from collections.abc import Callable

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponse]

TOKEN_HEADER = "X-Session-Token"  # noqa: S105
GUEST_HEADER = "X-Guest-Key"
"""Chosen by an app once for each guest, at least 32 characters: what they upload waits under it."""
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class SessionTokenMiddleware:
    """Signs the mobile app in by its session token (allauth headless), in the city the token was given out in.

    Browsers do not add the header by themselves, so such a request needs no CSRF token. A cookie in the same request is
    ignored: one request, one identity. The token's session is not the request's: an app has no cookies to be answered.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request.headers.get(TOKEN_HEADER)
        # allauth's own API reads the header itself.
        if token and not request.path.startswith("/_allauth/"):
            known = authenticate_by_x_session_token(token) if token.isprintable() and len(token) <= 200 else None
            request.user = known[0] if known and known[0].is_active else AnonymousUser()
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        elif GUEST_HEADER in request.headers:
            # An app without an account. Whoever can set the header is no page of another site.
            request.user = AnonymousUser()
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """allauth's API takes JSON that is nested too deeply to be read for a fault of ours."""
        if isinstance(fault, RecursionError) and request.path.startswith("/_allauth/"):
            return JsonResponse({"status": 400}, status=400)
        return None


class PersonalPagesMiddleware:
    """Forbids keeping what was answered to somebody: phones are shared, and a proxy in front may keep pages.

    A view that set `Cache-Control` knows better. allauth's pages (addresses, sessions, codes, secrets) do not.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        somebody = settings.SESSION_COOKIE_NAME in request.COOKIES or TOKEN_HEADER in request.headers
        if somebody or request.path.startswith(("/akun/", "/_allauth/")):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class StaffMFAMiddleware:
    """Leads staff without a second factor to set one up; nothing else is open to them (settings.STAFF_MFA_REQUIRED).

    A request of the API gets 403 with the code MFA_REQUIRED.
    """

    open_names = (
        "account_logout",
        "account_email",
        "account_email_verification_sent",
        "account_reauthenticate",
        "set_language",
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Here and not in process_view: middleware further in answers by itself, the back office's for one.
        return self._refusal(request) or self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if not settings.STAFF_MFA_REQUIRED or not request.user.is_authenticated or not request.user.is_staff:
            return None
        if is_mfa_enabled(request.user, SECOND_FACTORS) or self._is_open(request):
            return None
        if request.path.startswith("/graphql/") or not request.accepts("text/html"):
            message = _("Staff need a second factor. Set one up first.")
            return JsonResponse({"errors": [{"message": message, "extensions": {"code": "MFA_REQUIRED"}}]}, status=403)
        messages.warning(request, _("As staff you need a second factor: an authenticator app or a passkey."))
        return HttpResponseRedirect(reverse("mfa_index"))

    def _is_open(self, request: HttpRequest) -> bool:
        try:
            name = resolve(request.path_info).view_name
        except Resolver404:
            return False
        return name.startswith(("mfa_", "headless:")) or name in self.open_names
