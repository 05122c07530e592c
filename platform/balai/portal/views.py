"""Pages of the portal that are no module's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose security token was missing or stale."""
    return render(request, "403_csrf.html", status=403)
