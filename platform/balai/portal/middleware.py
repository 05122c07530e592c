"""What stands before everything else: health checks, and a header that every page carries."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse

from tenants.connection import connection

GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


class HealthMiddleware:
    """Answers /healthz (the process lives) and /readyz (database and cache answer) at any host.

    A load balancer asks by address, not by a city's name, and must get an answer when the list of hosts cannot be read:
    so this stands before the middleware that finds the city.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        if request.path == "/readyz":
            states = {"database": _database(), "cache": _cache()}
            status = 200 if all(state == "ok" for state in states.values()) else 503
            return JsonResponse(states, status=status, headers={"Cache-Control": "no-store"})
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


def _database() -> str:
    try:
        connection.set_schema_to_public()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        return type(error).__name__
    return "ok"


def _cache() -> str:
    try:
        cache.set("readyz", "ok", 10)
        return "ok" if cache.get("readyz") == "ok" else "forgets"
    except Exception as error:
        return type(error).__name__
