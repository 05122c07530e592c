"""Boundaries for maps."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from balai.geography import queries
from balai.geography.codes import Level

MAX_AGE_S = 300


def _etag(request: HttpRequest, level: str) -> str | None:
    return quote_etag(queries.boundaries_etag(level)) if level in Level.values else None


# Public and without secrets, so compressing it gives nothing away.
@gzip_page
@require_safe
@cache_control(public=True, max_age=MAX_AGE_S)
@condition(etag_func=_etag)
def boundaries(request: HttpRequest, level: str) -> HttpResponse:
    """The areas of one level as GeoJSON, drawn lightly."""
    if level not in Level.values:
        raise Http404(f"no level {level}")
    return HttpResponse(queries.boundaries_geojson(level), content_type="application/geo+json")
