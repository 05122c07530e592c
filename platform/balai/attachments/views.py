"""Serving photos and taking uploads of API clients and of the report form's script."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.dateparse import parse_datetime
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balai.accounts.limits import HOUR, bucket_of, client_address, consume
from balai.attachments import actions, queries
from balai.attachments.evidence import Taken, plausible
from balai.attachments.models import Attachment, Size
from balai.attachments.queries import Access, Sender, signed_in
from balai.attachments.uploads import limits_photos

PUBLIC_CACHE_SECONDS = 3600
"""How long a browser may show a public photo after its case was made private."""
GUEST_UPLOADS = (200, HOUR)
"""Photos without an account from one network address, behind which a whole kampung may stand."""
STATUS_OF_CODE = {"too_large": 413, "too_many_uploads": 429, "not_an_image": 415, "svg": 415, "not_a_pdf": 415}


@require_safe
def photo(request: HttpRequest, photo_id: UUID, size: str) -> HttpResponseBase:
    """A photo. 404, with the same page, for an absent and a forbidden one, and for one of another city."""
    found = queries.photo_for(sender_of(request), photo_id) if size in Size.values else None
    if found is None or size not in found[0].sizes or found[0].is_document:
        raise Http404("no such photo")
    return _served(request, *found, size)


@require_safe
def document(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """A PDF, only ever as a download: no browser opens it within the city's site. 404 as with a photo."""
    found = queries.photo_for(sender_of(request), document_id)
    if found is None or not found[0].is_document:
        raise Http404("no such document")
    return _served(request, *found, Size.DOCUMENT)


def _served(request: HttpRequest, attachment: Attachment, access: Access, size: str) -> HttpResponseBase:
    etag = f'"{attachment.sha256[:32]}-{size}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            file = queries.opened(attachment, size)
        except FileNotFoundError as error:
            raise Http404("no such photo") from error
        saved_as = f"{attachment.name or attachment.pk}.pdf" if attachment.is_document else f"{attachment.pk}.jpg"
        response = FileResponse(
            file, as_attachment=attachment.is_document, content_type=attachment.media_type, filename=saved_as
        )
    response.headers["ETag"] = etag
    if access is Access.PUBLIC:
        patch_cache_control(response, public=True, max_age=PUBLIC_CACHE_SECONDS)
    else:
        patch_cache_control(response, private=True, no_store=True)
    # Even opened by itself in a browser, the file is a picture (or a download) and nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@cache
def _visitor() -> Callable[[HttpRequest], Any] | None:
    named = (getattr(config, "photo_visitor", None) for config in apps.get_app_configs())
    found = next(filter(None, named), None)
    return import_string(found) if found else None


def visitor_of(request: HttpRequest) -> Any:
    """Who a visitor without an account is: an app's config names the function that knows (`photo_visitor`), and what
    it returns has a `session_key`."""
    known = _visitor()
    return known(request) if known is not None else None


def sender_of(request: HttpRequest) -> Sender:
    """Whom the browser's session speaks for, or an app's token or key."""
    user = signed_in(request.user)
    if user is not None:
        return Sender(user)
    visitor = visitor_of(request)
    key = visitor.session_key if visitor is not None else request.session.session_key or ""
    return Sender(session_key=key, visitor=visitor)


@require_POST
@limits_photos
def upload(request: HttpRequest) -> HttpResponseBase:
    """`POST /berkas/`, one file in the multipart field `file`: keeps a photo until a report claims it.

    `document=1` says that it is a PDF. `evidence=1` asks that when and where a photo was taken be kept until then, for
    photos of work that is checked; the fields `taken_at` (ISO 8601 with its zone), `lat` and `lon` tell what the file
    itself does not.

    For a browser's session with its CSRF token, an app's `X-Session-Token` (see accounts.middleware), or the
    `X-Guest-Key` of an app without an account.
    """
    return _store(request, sender_of(request))


def _store(request: HttpRequest, sender: Sender) -> JsonResponse:
    if sender.user is None and not sender.session_key:
        return _refused(_("Please sign in to send photos."), "not_signed_in", 401)
    if sender.user is None and not _guest_may_send(request):
        return _refused(_("Many photos have come from here. Please wait an hour, or sign in."), "too_many_uploads", 429)
    file = request.FILES.get("file")
    if file is None:
        return _refused(_("No photo was sent."), "missing", 400)
    try:
        if request.POST.get("document") == "1":
            attachment = actions.store_document(file, owner=sender, name=file.name or "")  # type: ignore[arg-type]
        else:
            attachment = actions.store_photo(file, owner=sender, evidence=_evidence(request))  # type: ignore[arg-type]
    except ValidationError as error:
        code = str(error.code)
        return _refused(error.messages[0], code, STATUS_OF_CODE.get(code, 400))
    return JsonResponse(as_json(attachment), status=201)


def _evidence(request: HttpRequest) -> Taken | None:
    """What the client says of when and where the photo was taken; what cannot be read or be so is left out."""
    if request.POST.get("evidence") != "1":
        return None
    try:
        at = parse_datetime(request.POST.get("taken_at", ""))
    except ValueError:
        at = None
    try:
        lat, lon = float(request.POST.get("lat", "")), float(request.POST.get("lon", ""))
    except ValueError:
        return plausible(at, None, None)
    return plausible(at, lat, lon)


def _guest_may_send(request: HttpRequest) -> bool:
    """Counts an upload of somebody without an account: a new session costs nothing, an address does."""
    bucket = bucket_of(client_address(request))
    return not bucket or consume("address_uploads", GUEST_UPLOADS, bucket)


def as_json(attachment: Attachment) -> dict[str, Any]:
    """What a client is told about a photo or a document."""
    if attachment.is_document:
        return {
            "id": str(attachment.pk),
            "document": queries.document_address(attachment.pk),
            "name": attachment.name,
            "bytes": attachment.bytes,
        }
    return {
        "id": str(attachment.pk),
        "photo": queries.address(attachment.pk),
        "thumbnail": queries.address(attachment.pk, Size.THUMBNAIL),
        "width": attachment.width,
        "height": attachment.height,
    }


def _refused(message: str, code: str, status: int) -> JsonResponse:
    return JsonResponse({"errors": [{"field": "file", "message": message, "code": code}]}, status=status)
