"""Error pages. The 500 page must come up when nothing else does: no request, no session, no database."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

LAST_RESORT = (
    "<!doctype html><html lang=id><meta charset=utf-8><title>500</title>"
    "<p>Ada gangguan di pihak kami. Silakan coba lagi beberapa menit lagi. / "
    "Something is broken on our side. Please try again in a few minutes.</p></html>"
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400"""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404"""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500"""
    try:
        page: str = render_to_string("500.html")
    except Exception:
        logger.exception("the 500 page itself failed")
        page = LAST_RESORT
    return HttpResponse(page, status=500, headers={"Cache-Control": "no-store"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose security token was missing or stale."""
    return render(request, "403_csrf.html", status=403)
