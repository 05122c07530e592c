"""Serves the pictures of pages: only the sizes that pages show, only those of the city that was asked."""

from __future__ import annotations

import mimetypes
import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tenants.current import current_city

SECONDS = 30 * 24 * 3600


@require_safe
def picture(request: HttpRequest, schema: str, name: str) -> HttpResponseBase:
    """/media/<schema>/images/<name>. A web server in front may serve the same folder (docs/operators.md)."""
    path = f"images/{name}"
    plain = re.fullmatch(r"\w[\w.-]*", name)
    if schema != current_city().schema_name or not plain or not default_storage.exists(path):
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    # Wagtail gives a changed picture another name, so a kept one is never stale.
    headers = {"Cache-Control": f"public, max-age={SECONDS}, immutable", "X-Content-Type-Options": "nosniff"}
    return FileResponse(default_storage.open(path), content_type=kind, headers=headers)
