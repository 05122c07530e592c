"""Pages of the portal that are no module's, and the two views that modules build theirs with."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from graphql import GraphQLError

from balai.accounts.models import User
from balai.graphql.trusted import HOME
from balai.portal import queries
from balai.portal.operation_form_view import OperationFormView
from balai.portal.operation_view import OperationView
from tenants.modules import active_modules

__all__ = ["OperationFormView", "OperationView"]

CITIES_PER_PAGE = 24
LONGEST_SEARCH = 60


class Home(OperationView):
    """A city's home page: its services, and a section of each module that has one."""

    document = HOME
    template_name = "portal/home.html"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"signedIn": request.user.is_authenticated}

    def handle_errors(self, errors: list[GraphQLError]) -> None:
        """A section that fails is left out (its error has been logged); the city's own part must be there."""
        for error in errors:
            if error.path and error.path[0] == "city":
                super().handle_errors([error])

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"categories": data["city"]["categories"], "sections": list(self.sections(data))}

    def sections(self, data: dict[str, Any]) -> Any:
        for label, card in active_modules().items():
            if card.operation("home") is None or data.get(label) is None:
                continue
            section = render_to_string(f"{label}/home.html", {"data": data[label]}, self.request)
            if section.strip():
                yield section


@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """The hub's page: which cities are here."""
    query, page = _cities(request)
    context = {"cities": queries.city_cards(page.object_list), "page": page, "query": query}
    return render(request, "portal/hub.html", context)


@require_safe
def cities_json(request: HttpRequest) -> HttpResponse:
    """/kota.json of the hub: the same list for the super-app, which asks it where to go."""
    _query, page = _cities(request)
    response = JsonResponse(
        {
            "cities": queries.city_cards(page.object_list),
            "count": page.paginator.count,
            "next": page.next_page_number() if page.has_next() else None,
        }
    )
    patch_cache_control(response, public=True, max_age=300)
    return response


def _cities(request: HttpRequest) -> tuple[str, Page[Any]]:
    query = request.GET.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    return query, Paginator(queries.cities(query), CITIES_PER_PAGE).get_page(request.GET.get("page"))


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows without a network. The same for everybody."""
    response = render(request, "offline.html")
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits on this phone for a network. The page is the same for everybody; the phone fills it."""
    response = render(request, "portal/queue.html")
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """/manifest.webmanifest: the city as an app on the phone's home screen."""
    response = HttpResponse(
        json.dumps(queries.manifest(), ensure_ascii=False), content_type="application/manifest+json"
    )
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """/sw.js, at the root so that it serves every page: the bundle behind a line that names this city's shell."""
    text = f"self.balai = {json.dumps(queries.shell())};\n" + queries.static_text("balai/sw.js")
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """/robots.txt"""
    closed = [
        "/kantor/",
        "/akun/",
        "/_allauth/",
        "/graphql/",
        "/berkas/",
        "/dokumen/",
        "/bahasa/",
        "/kotak-masuk/",
        "/n/",
    ]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=86400)
    return response


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """/sitemap.xml of this host: the home page, the services, and what the modules name in their `sitemap.py`."""
    addresses = [
        {"location": request.build_absolute_uri(path), "changed": changed} for path, changed in queries.addresses()
    ]
    response = render(request, "portal/sitemap.xml", {"addresses": addresses}, content_type="application/xml")
    patch_cache_control(response, public=True, max_age=3600)
    return response


@csrf_exempt  # Nothing but the language changes, and without a token in every header the pages need no cookie.
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switches the language: a cookie for this host, and the account's own setting for mails."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target, status=303)
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES) or not check_for_language(chosen):
        return response
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
