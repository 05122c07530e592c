"""The endpoint /graphql/ of every city: GraphQL over HTTP, one operation per request.

- POST with `application/json`: `{"query" | "id", "variables", "operationName"}`.
- GET with `?query=` or `?id=`: queries only.

A caller is nobody, or a browser with the session cookie, or an app with allauth's `X-Session-Token`. Cookies are sent
by browsers whoever wrote the page, so a mutation with one must also prove that our own page sent it.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from graphql.language import OperationType

from balai.graphql import trusted
from balai.graphql.documents import Document, InvalidDocument, documents
from balai.graphql.errors import RequestError, masked
from balai.graphql.execution import DEFAULT_LIMITS, execute, schema
from balai.graphql.limits import MAX_BODY_BYTES
from balai.graphql.scalars import dump

SHARED_VARIABLES_BYTES = 1024
"""Longer variables are not worth a place in the shared cache."""


@csrf_exempt  # Forgery is checked below, where it is known whether the operation writes.
def endpoint(request: HttpRequest) -> HttpResponseBase:
    """Answers one GraphQL request; every outcome, faults of ours included, is a JSON document."""
    try:
        return _answer(request)
    except InvalidDocument as error:
        shown = [{**item.formatted, "extensions": {"code": error.code}} for item in error.errors]
        return _json({"errors": shown}, status=error.status)
    except RequestError as error:
        body = {"errors": [{"message": str(error), "extensions": {"code": error.code, **error.extensions}}]}
        response = _json(body, status=error.status)
        if error.status == 405:
            response["Allow"] = "GET, HEAD, POST"
        return response
    except Exception as error:
        return _json({"errors": [masked(error).formatted]}, status=500)


def _answer(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        asked = _from_body(request)
    elif request.method in ("GET", "HEAD"):
        asked = _from_query(request)
    else:
        raise RequestError(_("Use GET or POST."), "METHOD", status=405)
    variables = asked.get("variables") or {}
    name = asked.get("operationName")
    if not isinstance(variables, dict):
        raise RequestError(_("“%(name)s” must be an object.") % {"name": "variables"})
    if name is not None and not isinstance(name, str):
        raise RequestError(_("“%(name)s” must be a text.") % {"name": "operationName"})
    _refuse_nul(variables)
    known, shipped = _document(asked)
    operation = known.operation(name)
    _refuse_ended_session(request)
    if operation.type is OperationType.MUTATION and _forged(request):
        raise RequestError(
            _("This request does not come from a page of this site. Reload the page and try again."),
            "FORGERY",
            status=403,
        )

    key = ""
    if (
        shipped is not None
        and shipped.cache_seconds
        and operation.type is OperationType.QUERY
        and not operation.shape.personal
        and _is_anonymous(request)
    ):
        key = _cache_key(request, shipped, variables)
    body = cache.get(key) if key else None
    if body is None:
        result = execute(
            known,
            variables,
            request,
            operation_name=name,
            limits=None if shipped else DEFAULT_LIMITS,
            queries_only=request.method != "POST",
        )
        payload: dict[str, Any] = {"data": result.data}
        if result.errors:
            payload = {"errors": [error.formatted for error in result.errors], "data": result.data}
            if result.data is None and all(error.path is None for error in result.errors):
                return _json({"errors": payload["errors"]}, status=400)
        body = dump(payload)
        if key and not result.errors:
            assert shipped is not None
            cache.set(key, body, shipped.cache_seconds)
        elif key:
            key = ""
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    if not key or shipped is None:
        response["Cache-Control"] = "private, no-store"
        return response
    response["Cache-Control"] = f"public, max-age={shipped.cache_seconds}"
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response["ETag"] = etag
    patch_vary_headers(response, ("Cookie", "Accept-Language", "X-Session-Token"))
    return get_conditional_response(request, etag=etag, response=response) or response


def _from_body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type not in ("application/json", "application/graphql-response+json"):
        raise RequestError(_("Send JSON: Content-Type must be application/json."), "MEDIA_TYPE", status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        raise RequestError(_("The request is too long."), "TOO_LARGE", status=413)
    try:
        body = request.read(MAX_BODY_BYTES + 1)
    except (RequestDataTooBig, RawPostDataException, UnreadablePostError):
        raise RequestError(_("The request could not be read.")) from None
    if len(body) > MAX_BODY_BYTES:
        raise RequestError(_("The request is too long."), "TOO_LARGE", status=413)
    return _object(body)


def _from_query(request: HttpRequest) -> dict[str, Any]:
    asked: dict[str, Any] = {
        name: request.GET[name] for name in ("query", "id", "operationName") if request.GET.get(name)
    }
    if request.GET.get("variables"):
        asked["variables"] = _object(request.GET["variables"].encode("utf-8", "replace"))
    return asked


def _object(text: bytes) -> dict[str, Any]:
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestError(_("This is not valid JSON: %(reason)s") % {"reason": error}) from None
    if isinstance(read, list):
        raise RequestError(_("Send one operation per request; batches are not accepted."), "BATCH")
    if not isinstance(read, dict):
        raise RequestError(_("Send a JSON object."))
    return read


def _document(asked: dict[str, Any]) -> tuple[Document, trusted.TrustedDocument | None]:
    digest, text = asked.get("id"), asked.get("query")
    for name, value in (("id", digest), ("query", text)):
        if value is not None and not isinstance(value, str):
            raise RequestError(_("“%(name)s” must be a text.") % {"name": name})
    if digest:
        try:
            shipped = trusted.by_hash(digest)
        except trusted.UnknownDocument:
            raise RequestError(_("No trusted document has this id."), "UNKNOWN_DOCUMENT", status=404) from None
        return documents.get(schema(), shipped.text, bounded=False), shipped
    if not text or not text.strip():
        raise RequestError(_("Send a document in “query”, or the id of a trusted one in “id”."))
    if "\0" in text:
        raise RequestError(_("Text must not contain the NUL character."))
    return documents.get(schema(), text), None


def _refuse_nul(variables: dict[str, Any]) -> None:
    """PostgreSQL cannot hold the character, so a query with it would fail late and as a fault of ours."""
    waiting: list[Any] = [variables]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.keys()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and "\0" in value:
            raise RequestError(_("Text must not contain the NUL character."))


def _refuse_ended_session(request: HttpRequest) -> None:
    """Raises RequestError for an app's session token that is not valid here."""
    # Signed in by accounts.middleware.
    if request.headers.get("X-Session-Token") and not request.user.is_authenticated:
        raise RequestError(_("Your session has ended. Sign in again."), "UNAUTHENTICATED", status=401)


def _is_anonymous(request: HttpRequest) -> bool:
    if request.headers.get("X-Session-Token"):
        return False
    return settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated


def _forged(request: HttpRequest) -> bool:
    """Whether a mutation may have been sent by a page of another site on behalf of a signed-in visitor.

    Such a page can neither set a header of its own nor send JSON without asking first, and it cannot choose `Origin`.
    """
    if request.headers.get("X-Session-Token") or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin != f"{request.scheme}://{request.get_host()}" and origin not in settings.CSRF_TRUSTED_ORIGINS
    return not (request.headers.get("X-Requested-With") or request.headers.get("X-CSRFToken"))


def _cache_key(request: HttpRequest, document: trusted.TrustedDocument, variables: dict[str, Any]) -> str:
    """Names an answer within the city (the cache itself is kept per city); empty when it is not worth keeping.

    What the city has switched on is part of it, so that a switch acts at once.
    """
    written = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)
    if len(written) > SHARED_VARIABLES_BYTES:
        return ""
    city = request.tenant  # type: ignore[attr-defined]
    setting = dump([get_language(), city.name, city.theme, sorted(city.options_by_module.items())])
    return "graphql:" + hashlib.sha256(b"\0".join([document.hash.encode(), written, setting])).hexdigest()


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(dump(body), status=status, content_type="application/json; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
