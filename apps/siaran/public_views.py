"""SIARAN's pages that anyone may read: the list, the map, the areas. Every filter is an ordinary link or a GET form."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from apps.siaran.cards import case_card
from balai.casework.models import CHANGES
from balai.casework.shown import ROUNDED, as_place, away, grouped, map_settings
from balai.portal.operation_view import run, shipped_document
from balai.portal.views import OperationView
from tenants.current import current_city

STATUSES = {"menunggu": "WAITING", "proses": "PROCESS", "selesai": "DONE"}
"""The word in a list's address → the API's status."""
WORDS = {status: word for word, status in STATUSES.items()}
ORDERS = {"": "NEWEST", "dukungan": "MOST_SUPPORTED", "terlama": "LONGEST_WAITING", "terdekat": "NEAREST"}
FILTERS = ("status", "kategori", "wilayah", "dari", "sampai", "terlambat", "cari", "urut", "dekat")
LONGEST_SEARCH = 100


def given_filters(request: HttpRequest) -> dict[str, str]:
    """The filters in the address, those that say nothing left out. `kecamatan` is the older name of `wilayah`."""
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH] for name in FILTERS}
    given["wilayah"] = given["wilayah"] or request.GET.get("kecamatan", "").replace("\0", "")[:LONGEST_SEARCH]
    if given["status"] not in STATUSES:
        given["status"] = ""
    if given["urut"] not in ORDERS:
        given["urut"] = ""
    for name in ("dari", "sampai"):
        given[name] = given[name] if as_day(given[name]) else ""
    place = as_place(given["dekat"])
    given["dekat"] = "{:.{n}f},{:.{n}f}".format(*place, n=ROUNDED) if place and given["urut"] == "terdekat" else ""
    if not given["dekat"] and given["urut"] == "terdekat":
        given["urut"] = ""
    return {name: value for name, value in given.items() if value}


def as_day(text: str) -> datetime.date | None:
    """The day that a date field sent; None for anything else."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def as_variables(filters: dict[str, str]) -> dict[str, Any]:
    """The variables that the filters are for a document."""
    return {
        "status": STATUSES.get(filters.get("status", "")),
        "category": filters.get("kategori"),
        "district": filters.get("wilayah"),
        "since": filters.get("dari"),
        "until": filters.get("sampai"),
        "late": bool(filters.get("terlambat")) or None,
    }


class Filtered(OperationView):
    """Base of the pages with filters."""

    url_name = ""
    kept_until = CHANGES

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        self.filters = given_filters(request)
        return as_variables(self.filters)

    def url(self, page: str = "", **changes: str | None) -> str:
        """An address with these filters, some of them changed, from its first page."""
        filters = {name: value for name, value in {**self.filters, **changes}.items() if value}
        return f"{reverse(page or self.url_name)}{'?' + urlencode(filters) if filters else ''}"


class Reports(Filtered):
    """The public list."""

    document = "reports"
    template_name = "siaran/reports.html"
    url_name = "siaran:reports"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_variables(request, **kwargs),
            "text": self.filters.get("cari"),
            "order": ORDERS[self.filters.get("urut", "")],
            **dict(zip(("lat", "lon"), as_place(self.filters.get("dekat", "")) or (), strict=False)),
            "after": request.GET.get("setelah") or None,
        }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        # A position that says more than it has to is left behind at once: addresses are kept and shared.
        if request.GET.get("dekat", "") != given_filters(request).get("dekat", ""):
            self.filters = given_filters(request)
            return redirect(self.url())
        return super().get(request, **kwargs)

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        siaran = data["siaran"]
        info = siaran["reports"]["pageInfo"]
        # The longest waiting are open ones: "done" is no filter of that order.
        waiting = self.filters.get("urut") == "terlama"
        counts = [count for count in siaran["counts"] if not (waiting and count["status"] == "DONE")]
        return {
            "cases": [with_distance(node) for node in siaran["reports"]["nodes"]],
            "filters": self.filters,
            "areas": grouped(data["areas"]),
            "kept": [(name, self.filters.get(name)) for name in ("status", "urut", "dekat")],
            "tabs": [
                {
                    "name": count["name"],
                    "count": count["count"],
                    "more": count["more"],
                    "url": self.url(status=WORDS[count["status"]]),
                    "current": self.filters.get("status") == WORDS[count["status"]],
                }
                for count in counts
            ],
            "orders": [
                {"name": name, "url": self.url(urut=word, dekat=None), "current": self.filters.get("urut", "") == word}
                for word, name in (
                    ("", pgettext("order", "Newest")),
                    ("dukungan", pgettext("order", "Most supported")),
                    ("terlama", pgettext("order", "Longest waiting")),
                )
            ],
            "nearest_url": self.url(urut="terdekat", dekat=None),
            "nearest": self.filters.get("urut") == "terdekat",
            "all_url": self.url(status=None),
            "all_count": sum(count["count"] for count in counts),
            "all_more": any(count["more"] for count in counts),
            "next_url": self.url(setelah=info["endCursor"]) if info["hasNextPage"] else "",
            "first_url": self.url() if self.request.GET.get("setelah") else "",
            "map_url": self.url("siaran:map", urut=None, dekat=None, cari=None),
            "feed_url": self.url("siaran:feed", urut=None, dekat=None),
        }


def with_distance(node: dict[str, Any]) -> dict[str, Any]:
    """The card of a report, with how far it is where the list is about a place."""
    shown = case_card(node)
    if node["distanceM"] is not None:
        shown["away"] = away(node["distanceM"])
    return shown


class Map(Filtered):
    """The reports on a map: one by one and in clusters, or by kelurahan."""

    document = "map"
    template_name = "siaran/map.html"
    url_name = "siaran:map"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        self.by_area = request.GET.get("tampil") == "kelurahan"
        return {**super().get_variables(request, **kwargs), "byArea": self.by_area}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        areas = data["siaran"].get("areaCounts") or []
        points = self.url("siaran:map_points", urut=None, dekat=None, cari=None)
        return {
            "map": map_settings(current_city()),
            "points": f"{points}{'&' if '?' in points else '?'}bbox={{bbox}}&zoom={{zoom}}",
            "filters": self.filters,
            "by_area": self.by_area,
            "views": [
                {"name": _("Each report"), "url": self.url(tampil=None), "current": not self.by_area},
                {"name": _("By kelurahan"), "url": self.url(tampil="kelurahan"), "current": self.by_area},
            ],
            "areas": grouped(data["areas"]),
            "kept": [("tampil", "kelurahan" if self.by_area else "")],
            "counts": [{**area, "url": self.url("siaran:reports", wilayah=area["code"])} for area in areas],
            "legend": legend(areas),
            "list_url": self.url("siaran:reports"),
        }


def legend(areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of the map's colours with the counts that each stands for."""
    steps: dict[int, list[int]] = {}
    for area in areas:
        steps.setdefault(area["step"], []).append(area["count"])
    return [{"step": step, "least": min(counts), "most": max(counts)} for step, counts in sorted(steps.items())]


@require_safe
def map_points(request: HttpRequest) -> JsonResponse:
    """The reports in `bbox` (west,south,east,north in degrees) at `zoom` as GeoJSON, for the map's script.

    Features are single reports, or clusters with a `count`.
    """
    try:
        west, south, east, north = (float(part) for part in request.GET.get("bbox", "").split(","))
        zoom = int(request.GET["zoom"]) if "zoom" in request.GET else None
    except ValueError as error:
        raise BadRequest("bbox") from error
    box = {"west": west, "south": south, "east": east, "north": north, "zoom": zoom}
    document = shipped_document("siaran/map_reports", Map)
    result = run(document, {**box, **as_variables(given_filters(request))}, request)
    if result.errors or result.data is None:
        raise BadRequest("bbox")
    answer = result.data["siaran"]["mapReports"]
    features = [
        feature(
            node,
            title=node["category"],
            url=reverse("siaran:case", args=[node["number"]]),
            state=node["status"].lower(),
            state_label=node["statusName"],
            late=node["late"],
            summary=node["number"],
        )
        for node in answer["points"]
    ]
    features += [feature(node, count=node["count"], late=node["late"]) for node in answer["clusters"]]
    collection = {"type": "FeatureCollection", "features": features, "more": answer["more"]}
    response = JsonResponse(collection, content_type="application/geo+json")
    patch_cache_control(response, public=True, max_age=30)
    return response


def feature(node: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A GeoJSON point at the node's place."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [node["lon"], node["lat"]]},
        "properties": properties,
    }
