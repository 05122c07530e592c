"""Finds the city of a request, its language, and whether it has the module that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import set_urlconf
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from balai.modules import modules
from tenants.connection import connection
from tenants.held import one_look
from tenants.models import HUB_SCHEMA, City, Domain
from tenants.modules import is_active

GetResponse = Callable[[HttpRequest], HttpResponse]

CACHE_SECONDS = 60


def cache_key(host: str) -> str:
    return f"city-of-host:{host}"


def city_of_host(host: str) -> City | None:
    """The city (or hub) that answers at this host, with its active modules; cached for a minute in the hub's schema."""
    connection.set_schema_to_public()
    if len(host) > 253:  # RFC 1035; longer ones cannot be cache keys either
        return None
    key = cache_key(host)
    city: City | None = cache.get(key)
    if city is None:
        # The outline is kilobytes that no page needs; it must not travel from the cache with every request.
        domain = Domain.objects.select_related("tenant").defer("tenant__outline").filter(domain=host).first()
        if domain is None:
            return None
        city = domain.tenant
        assert isinstance(city, City)
        # Read now, so that the cached object needs no query on the next request.
        city.options_by_module  # noqa: B018
        city.host  # noqa: B018
        cache.set(key, city, CACHE_SECONDS)
    return city


class CityMiddleware:
    """Switches to the schema of the city whose host was asked for; an unknown host is answered 404 with no page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            host = request.get_host().rsplit(":", 1)[0].lower().removeprefix("www.")
        except DisallowedHost:
            return HttpResponse(status=400, content="Bad host name", content_type="text/plain")
        city = city_of_host(host)
        if city is None or (not city.is_hub and city.state != City.State.ACTIVE):
            return HttpResponse(
                status=404,
                content="Alamat ini tidak dikenal. / No city answers at this address.\n",
                content_type="text/plain; charset=utf-8",
            )
        request.tenant = city  # type: ignore[attr-defined]
        connection.set_tenant(city)
        request.urlconf = settings.PUBLIC_SCHEMA_URLCONF if city.schema_name == HUB_SCHEMA else settings.ROOT_URLCONF  # type: ignore[attr-defined]
        set_urlconf(request.urlconf)  # type: ignore[attr-defined]
        timezone.activate(city.timezone)
        streaming = False
        try:
            with one_look():
                response = self.get_response(request)
            streaming = response.streaming
            return response
        finally:
            timezone.deactivate()
            # A streamed body is still to be read from this city's schema; the next request sets its own.
            if not streaming:
                connection.set_schema_to_public()


class LanguageMiddleware:
    """Speaks the language that the visitor chose (cookie), else the city's.

    The browser's Accept-Language is heeded by the API only: most phones in Indonesia are set to English by their maker.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        city: City = request.tenant  # type: ignore[attr-defined]
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen in dict(settings.LANGUAGES):
            language = chosen
        elif request.path.startswith(("/graphql/", "/_allauth/")) and "Accept-Language" in request.headers:
            language = get_language_from_request(request)
        else:
            language = city.language
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", str(language))
        patch_vary_headers(response, ("Cookie",))
        return response


class ModuleMiddleware:
    """Answers 404 under the URL of a module that the city has not switched on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        if match is None:
            return
        # A staff screen of a module carries its namespace inside the back office's.
        for namespace in match.namespaces:
            if namespace in modules() and not is_active(namespace):
                raise Http404(f"module {namespace} is off")
