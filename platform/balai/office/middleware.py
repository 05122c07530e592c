"""What is different about requests to the back office."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from csp.constants import NONCE, SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.http import urlencode

OFFICE = "/kantor/"
# Open to visitors: the login page (which leads to the portal's), the icons and the texts of the scripts.
OPEN = (f"{OFFICE}sprite/", f"{OFFICE}jsi18n/", f"{OFFICE}logout/")

# Wagtail's editors write style elements and attributes while they run. Scripts stay as strict as in the portal.
POLICY = {
    "style-src": [SELF, UNSAFE_INLINE],
    "script-src": [SELF, NONCE],
}

_nonce: ContextVar[Any] = ContextVar("office_nonce", default="")


def script_nonce() -> str:
    """The nonce of the request in progress, for widgets that are rendered without it; empty outside the office."""
    return str(_nonce.get())


class OfficeMiddleware:
    """Lets staff in, in their language and with a content security policy that Wagtail's editors can live with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(OFFICE):
            return self.get_response(request)
        if not request.path.startswith(OPEN):
            if not request.user.is_authenticated or request.path == f"{OFFICE}login/":
                # Only the portal's sign-in knows one-time codes, second factors and the lock-out against guessing.
                return redirect(f"{sign_in_url()}?{urlencode({'next': next_path(request)})}")
            if not request.user.has_perm("wagtailadmin.access_admin"):
                # Not Wagtail's answer, a redirect to the sign-in: for someone signed in that leads round in a circle.
                return render(request, "office/no_access.html", status=403)
        token = _nonce.set(request.csp_nonce)  # type: ignore[attr-defined]
        try:
            with translation.override(language_of(request)):
                response = self.get_response(request)
                response._csp_replace = POLICY  # type: ignore[attr-defined]
                return response
        finally:
            _nonce.reset(token)


def sign_in_url() -> str:
    try:
        return reverse("account_login")
    except NoReverseMatch:
        return "/akun/login/"


def next_path(request: HttpRequest) -> str:
    """Where to go after signing in: the page asked for, or the welcome page."""
    return OFFICE if request.path == f"{OFFICE}login/" else request.get_full_path()


def language_of(request: HttpRequest) -> str:
    """The language of the person's Wagtail profile, else the one the portal found.

    Wagtail's Indonesian texts are filed under "id-id"; "id" alone would show them in English.
    """
    profile = getattr(request.user, "wagtail_userprofile", None)
    language = (profile.preferred_language if profile else "") or translation.get_language() or "id"
    return "id-id" if language == "id" else language
