"""A portal page is one GraphQL document and one template.

    class ReportPage(OperationView):
        document = "report"                  # operations/report.graphql beside this file
        template_name = "siaran/report.html"
        required = ("siaran.report",)        # null there is a 404

        def get_variables(self, request, number):
            return {"number": number}

The template gets the answer as `data`. The document runs in process against the schema that the API serves, for the
same user and city: what a page can show, an app can show too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import BadRequest, ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views import View
from graphql import ExecutionResult, GraphQLError

from balai.graphql import trusted
from balai.graphql.documents import Document, documents
from balai.graphql.errors import original
from balai.graphql.execution import execute, schema
from balai.portal import theming
from balai.portal.queue import OFFLINE_HEADER, account_mark
from tenants.held import Version

KEPT_SECONDS = 30
"""A page for all is kept for so long at most, should the word of a change be lost; "2 minutes ago" is off by that."""


class SignInNeeded(Exception):
    """The operation is only for someone who is signed in; the page leads to the sign-in."""


def shipped_document(name: str, beside: type) -> Document:
    """The trusted document, parsed. A name without "/" is looked for in the app of the class `beside`."""
    if "/" not in name:
        config = apps.get_containing_app_config(beside.__module__)
        if config is None:
            raise ImproperlyConfigured(f"{beside.__module__} is in no installed app: write the document as label/name")
        name = f"{config.label}/{name}"
    return documents.get(schema(), trusted.by_name(name).text, bounded=False)


def run(document: Document, variables: Mapping[str, Any], request: HttpRequest) -> ExecutionResult:
    """Runs one of the suite's own documents for the request."""
    return execute(document, variables, request, limits=None)


def raise_for(error: GraphQLError) -> None:
    """Raises what gives the right page: sign-in, 403, 404, 400, or the unexpected error itself."""
    code = (error.extensions or {}).get("code")
    if code == "UNAUTHENTICATED":
        raise SignInNeeded
    if code == "FORBIDDEN":
        raise PermissionDenied(error.message)
    if code in ("NOT_FOUND", "MODULE_OFF"):
        raise Http404(error.message)
    if code != "INTERNAL":
        raise BadRequest(error.message)
    # It has been logged with its number already; here it becomes the 500 page (and a traceback in tests).
    raise original(error)


def value_at(data: Mapping[str, Any] | None, path: str) -> Any:
    """The value at a dotted path of an answer; None where anything on the way is null."""
    found: Any = data
    for step in path.split("."):
        if found is None:
            return None
        found = found[step]
    return found


class OperationView(View):
    """Shows a template with the answer of a GraphQL document; see the top of this file.

    `partial_template_name` is shown instead when htmx asks for a part of the page.
    """

    document: ClassVar[str]
    template_name: ClassVar[str]
    partial_template_name: ClassVar[str] = ""
    login_required: ClassVar[bool] = False
    required: ClassVar[tuple[str, ...]] = ()
    kept_until: ClassVar[Version | None] = None
    """For a page that is the same for every visitor without a session: what it shows. It is made once, and again when
    that has changed. Not for a page with a form that is sent by POST."""
    kept_offline: ClassVar[bool] = False
    """Whether the phone of the account that the page was shown to may keep it for reading without a network."""

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """The document's variables. By default the arguments of the URL."""
        return kwargs

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the template gets beside `data`."""
        return {}

    def handle_errors(self, errors: list[GraphQLError]) -> None:
        """Raises what shows the right page. Override it where a part of the answer is enough."""
        for error in errors:
            raise_for(error)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.login_required and not request.user.is_authenticated:
            return self.to_sign_in()
        try:
            return super().dispatch(request, *args, **kwargs)
        except SignInNeeded:
            return self.to_sign_in()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        key = self.key_for_all()
        kept = cache.get(key) if key else None
        if kept is not None:
            return HttpResponse(kept)
        page = self.show(self.answer(**kwargs))
        if key and page.status_code == 200:
            cache.set(key, page.content, KEPT_SECONDS)
        return page

    def key_for_all(self) -> str:
        """Under which the page is kept in the city's cache; empty where it may be another one for this visitor.

        An address with filters is not kept: there are as many of them as somebody cares to think of, and the cache
        would be full.
        """
        request = self.request
        somebody = set(request.COOKIES) - {settings.LANGUAGE_COOKIE_NAME} or "X-Session-Token" in request.headers
        if self.kept_until is None or somebody or request.GET or getattr(request, "htmx", False):
            return ""
        city = request.tenant  # type: ignore[attr-defined]
        setting = [city.name, city.theme, sorted(city.options_by_module.items())]
        versions = [self.kept_until.now(), theming.CHOSEN.version.now()]
        parts = [request.scheme, request.get_host(), request.path, get_language(), versions, setting]
        return "page:" + hashlib.sha256(repr(parts).encode()).hexdigest()

    def answer(self, **kwargs: Any) -> dict[str, Any]:
        """Runs the document and returns its data."""
        document = shipped_document(self.document, type(self))
        result = run(document, self.get_variables(self.request, **kwargs), self.request)
        if result.errors:
            self.handle_errors(result.errors)
        data: dict[str, Any] = result.data or {}
        for path in self.required:
            if value_at(data, path) is None:
                raise Http404(f"{path} is null")
        return data

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        """The page, or the part of it that htmx asked for."""
        part = bool(self.partial_template_name and getattr(self.request, "htmx", False))
        name = self.partial_template_name if part else self.template_name
        response = render(self.request, name, {"data": data, **self.get_context(data), **context}, status=status)
        if self.partial_template_name:
            patch_vary_headers(response, ("HX-Request",))
        if self.request.user.is_authenticated:
            # A phone is often shared: the next person must not find this page with the back button.
            response["Cache-Control"] = "private, no-store"
            if self.kept_offline and status == 200:
                response[OFFLINE_HEADER] = account_mark(self.request.user)
        return response

    def to_sign_in(self) -> HttpResponseBase:
        """The sign-in page, which leads back here; after a POST to the page that the form was on."""
        return redirect_to_login(self.request.get_full_path(), resolve_url(settings.LOGIN_URL))
