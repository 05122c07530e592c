"""Feeds and open data: RSS, CSV, GeoJSON, and the read side of Open311 GeoReport v2. For anyone, cached shortly."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.syndication.views import Feed
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.dateparse import parse_datetime
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.siaran import queries
from apps.siaran.figures_csv import cell, figure_columns
from apps.siaran.public_views import as_day, as_variables, given_filters
from apps.siaran.queries import MODULE
from balai.attachments.queries import address
from balai.casework import numbers
from balai.casework import queries as cases
from balai.casework.lifecycle import OPEN, Status
from balai.casework.models import CaseQuerySet, Visibility
from balai.casework.open_data import FIELDS, LONGEST_DAYS, newest_entry, rows
from balai.casework.periods import today, zone
from balai.casework.shown import place_of
from tenants.current import current_city, in_city

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CACHE_SECONDS = 300
IN_A_FEED = 50
IN_A_PAGE = 200
USUAL_DAYS = 90
View = Callable[..., HttpResponseBase]


def cached(view: View) -> View:
    """Answers "not modified" while nothing has happened to any case of the city; else the view, for a short cache."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        what = f"{newest_entry()} {today()} {get_language()} {request.get_full_path()}"
        etag = f'"{hashlib.sha256(what.encode()).hexdigest()[:32]}"'
        unchanged = get_conditional_response(request, etag=etag)
        response: HttpResponseBase = unchanged if unchanged is not None else view(request, *args, **kwargs)
        response["ETag"] = etag
        patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return answer


def chosen(request: HttpRequest) -> tuple[CaseQuerySet, dict[str, str]]:
    """The cases that the filters in the address ask for (see public_views), and those filters.

    At most LONGEST_DAYS up to the last day; without a first day the last USUAL_DAYS.
    """
    filters = given_filters(request)
    last = as_day(filters.get("sampai", "")) or today()
    usual = last - datetime.timedelta(days=USUAL_DAYS) if last.year > 1900 else last
    first = as_day(filters.get("dari", "")) or usual
    if (last - first).days > LONGEST_DAYS:
        first = last - datetime.timedelta(days=LONGEST_DAYS)
    filters |= {"dari": first.isoformat(), "sampai": last.isoformat()}
    wanted = as_variables(filters)
    found = cases.public_cases(
        MODULE,
        phase=(wanted["status"] or "").lower() or None,
        category=wanted["category"],
        district=wanted["district"],
        since=first,
        until=last,
        late=bool(wanted["late"]),
    )
    return found, filters


def days_of(year: int) -> dict[str, datetime.date]:
    """The filters for a calendar year."""
    return {"dari": datetime.date(year, 1, 1), "sampai": datetime.date(year, 12, 31)}


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What open data there is, what its columns mean, and under which licence."""
    year = today().year
    years = [{"year": year - back, "query": urlencode({"waktu": "tahun", **days_of(year - back)})} for back in range(3)]
    files = [
        {
            "year": year - back,
            "query": urlencode(days_of(year - back)),
        }
        for back in range(3)
    ]
    context = {"fields": FIELDS, "files": files, "licence": LICENCE, "figures": figure_columns(), "years": years}
    return render(request, "siaran/open_data.html", context)


@require_safe
@cached
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The reports as CSV (RFC 4180, UTF-8)."""
    found, filters = chosen(request)
    name = f"laporan-{current_city().slug}-{filters['dari']}-{filters['sampai']}.csv"
    return _stream(_csv_lines(found), "text/csv; charset=utf-8", name)


@require_safe
@cached
def as_geojson(request: HttpRequest) -> StreamingHttpResponse:
    """The reports as a GeoJSON FeatureCollection (RFC 7946); those without a place have a null geometry."""
    found, filters = chosen(request)
    name = f"laporan-{current_city().slug}-{filters['dari']}-{filters['sampai']}.geojson"
    return _stream(_features(found), "application/geo+json", name)


def _stream(lines: Iterator[str], content_type: str, name: str) -> StreamingHttpResponse:
    city = current_city()

    def inside() -> Iterator[bytes]:
        # Read after the view has returned: the city is named again.
        with in_city(city):
            for line in lines:
                yield line.encode()

    response = StreamingHttpResponse(inside(), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Link"] = f'<{LICENCE}>; rel="license"'
    return response


class _Line:
    """A file for csv.writer that holds the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _csv_lines(found: CaseQuerySet) -> Iterator[str]:
    line = _Line()
    writer = csv.writer(line)
    writer.writerow([field.name for field in FIELDS])
    yield line.text
    for row in rows(found, zone()):
        writer.writerow([cell(value) for value in row.values()])
        yield line.text


def _features(found: CaseQuerySet) -> Iterator[str]:
    yield '{"type":"FeatureCollection","license":' + json.dumps(LICENCE) + ',"features":['
    comma = ""
    for row in rows(found, zone()):
        lat, lon = row.pop("lat"), row.pop("lon")
        geometry = {"type": "Point", "coordinates": [lon, lat]} if lat is not None else None
        feature = {"type": "Feature", "id": row["number"], "geometry": geometry, "properties": row}
        yield comma + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        comma = ",\n"
    yield "]}"


# -- RSS -------------------------------------------------------------------------------------------------------------


class Reports(Feed):
    """The newest reports that fit the filters; with status=selesai those finished last."""

    feed_type = Rss201rev2Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return cast("HttpResponse", cached(super().__call__)(request, *args, **kwargs))

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, str]:
        return given_filters(request)

    def title(self, _filters: dict[str, str]) -> str:
        return _("Reports in %(city)s") % {"city": current_city().name}

    def link(self, filters: dict[str, str]) -> str:
        return f"{reverse('siaran:reports')}{'?' + urlencode(filters) if filters else ''}"

    def description(self, _filters: dict[str, str]) -> str:
        return _("What people have reported, and what became of it.")

    def items(self, filters: dict[str, str]) -> list[dict[str, Any]]:
        wanted = as_variables(filters)
        phase = (wanted.pop("status") or "").lower() or None
        days = {name: as_day(wanted[name]) if wanted[name] else None for name in ("since", "until")}
        words = filters.get("cari", "")
        found = cases.public_cases(MODULE, phase=phase, text=words, **{**wanted, **days, "late": bool(wanted["late"])})
        order = "-done_at" if phase == "done" else "-received_at"
        if phase == "done":
            found = found.filter(done_at__isnull=False)
        return list(
            found.order_by(order, "-pk").values(
                *("number", "status", "received_at", "done_at", "category__name", "landmark"),
                *("village__name", "village__parent__name"),
            )[:IN_A_FEED]
        )

    def item_title(self, item: dict[str, Any]) -> str:
        return f"{item['category__name']}, {self._place(item)}"

    def item_description(self, item: dict[str, Any]) -> str:
        return f"{item['number']}: {Status(item['status']).label}"

    def item_link(self, item: dict[str, Any]) -> str:
        return reverse("siaran:case", args=[item["number"]])

    def item_pubdate(self, item: dict[str, Any]) -> datetime.datetime:
        moment: datetime.datetime = item["done_at"] or item["received_at"]
        return moment

    def item_categories(self, item: dict[str, Any]) -> list[str]:
        return [item["category__name"]]

    def _place(self, item: dict[str, Any]) -> str:
        names = {"village": item["village__name"], "district": item["village__parent__name"]}
        return place_of({**names, "landmark": item["landmark"]})


# -- Open311 GeoReport v2: https://wiki.open311.org/GeoReport_v2/ -----------------------------------------------------


@require_safe
@cached
def services(request: HttpRequest) -> JsonResponse:
    """GET services.json: what can be reported."""
    return JsonResponse(
        [
            {
                "service_code": category.slug,
                "service_name": category.name,
                "description": category.help,
                "metadata": False,
                "type": "realtime",
                "keywords": "",
                "group": group or "",
            }
            for category, group in queries.choices()
        ],
        safe=False,
    )


@require_safe
@cached
def requests(request: HttpRequest) -> JsonResponse:
    """GET requests.json: reports by number, category, time and status; the newest first, `page` by `page`.

    Without times the last 90 days, as the standard says.
    """
    found = cases.public_cases(MODULE)
    ids = [number for number in request.GET.get("service_request_id", "")[:2_000].split(",") if number]
    if ids:
        parsed = [numbers.parse(number, cases.number_prefix()) for number in ids[:IN_A_PAGE]]
        found = found.filter(number__in=[number for number in parsed if number])
    else:
        until = _moment(request, "end_date") or timezone.now()
        since = _moment(request, "start_date") or until - datetime.timedelta(days=USUAL_DAYS)
        if until - since > datetime.timedelta(days=LONGEST_DAYS):
            since = until - datetime.timedelta(days=LONGEST_DAYS)
        found = found.filter(received_at__range=(since, until))
        if code := request.GET.get("service_code", "").replace("\0", "")[:50]:
            found = found.filter(category__slug=code)
    match request.GET.get("status", ""):
        case "open":
            found = found.filter(closed_at=None)
        case "closed":
            found = found.filter(closed_at__isnull=False)
    page = request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and 1 <= len(page) <= 4 else 1
    start = (max(number, 1) - 1) * IN_A_PAGE
    shown = found.order_by("-received_at", "-pk").values(*_OPEN311)[start : start + IN_A_PAGE]
    return JsonResponse([_service_request(row) for row in shown], safe=False)


@require_safe
@cached
def one_request(request: HttpRequest, number: str) -> JsonResponse:
    """GET requests/<id>.json: one report, in a list as the standard wants it."""
    parsed = numbers.parse(number, cases.number_prefix())
    row = cases.public_cases(MODULE).filter(number=parsed).values(*_OPEN311).first() if parsed else None
    if row is None:
        raise Http404(_("There is no such report."))
    return JsonResponse([_service_request(row)], safe=False)


def _moment(request: HttpRequest, name: str) -> datetime.datetime | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        moment = parse_datetime(text.replace(" ", "+"))  # an unescaped + of an offset
    except ValueError:
        moment = None
    if moment is None or not 1900 < moment.year < 9000:
        raise BadRequest(_("Write times like 2026-08-17T10:00:00+07:00."))
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=zone())


_OPEN311 = (
    *("number", "status", "visibility", "description", "received_at", "done_at", "closed_at", "last_update_at"),
    *("done_due_at", "category__slug", "category__name", "agency__name", "landmark", "village__name"),
    *("village__parent__name", "village__code", "lat", "lon", "cover_id"),
)


def _service_request(row: dict[str, Any]) -> dict[str, Any]:
    names = [row["landmark"], row["village__name"], row["village__parent__name"]]
    changed = row["closed_at"] or row["last_update_at"] or row["received_at"]
    # What an anonymous reporter photographed may give them away.
    cover = row["cover_id"] if row["visibility"] == Visibility.PUBLIC else None
    return {
        "service_request_id": row["number"],
        "status": "open" if row["status"] in OPEN else "closed",
        "status_notes": str(Status(row["status"]).label),
        "service_name": row["category__name"],
        "service_code": row["category__slug"],
        "description": row["description"],
        "agency_responsible": row["agency__name"] or "",
        "service_notice": "",
        "requested_datetime": _iso(row["received_at"]),
        "updated_datetime": _iso(changed),
        "expected_datetime": _iso(row["done_due_at"]),
        "address": ", ".join(name for name in names if name),
        "address_id": row["village__code"] or "",
        "zipcode": "",
        "lat": row["lat"],
        "long": row["lon"],
        "media_url": current_city().url + address(cover) if cover else "",
    }


def _iso(moment: datetime.datetime | None) -> str | None:
    return moment.astimezone(zone()).isoformat(timespec="seconds") if moment else None
