"""The page of one thing of the city, and finding it by the code on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.siaran.cards import case_card
from balai.assets import queries as assets
from balai.casework.shown import map_settings
from balai.portal.views import OperationView
from tenants.current import current_city

NEAR_METRES = 60
OFFERED = 6


def asset_url(reference: str) -> str:
    """The address of an asset's page."""
    return reverse("siaran:asset", args=[reference])


def near_for_form(lat: float, lon: float) -> list[dict[str, str]]:
    """What stands near a pin, for the buttons of the report form: at most six, nearest first."""
    found = assets.near(lat, lon, NEAR_METRES)[:OFFERED]
    text = _("%(asset)s, %(metres)d m")
    return [
        {
            "value": asset.reference,
            "label": text % {"asset": asset, "metres": round(asset.distance_m)},  # type: ignore[attr-defined]
        }
        for asset in found
    ]


class AssetPage(OperationView):
    """What it is, its open reports and its earlier ones. The plate on it leads here or straight to the form."""

    document = "asset"
    template_name = "siaran/asset.html"
    required = ("asset",)

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"code": kwargs["asset"], "after": request.GET.get("setelah") or None}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        asset, history = data["asset"], data["siaran"]["history"]
        info = history["pageInfo"]
        url = asset_url(asset["reference"])
        return {
            "asset": asset,
            "open_cases": [case_card(node) for node in data["siaran"]["open"]["nodes"]],
            "cases": [case_card(node) for node in history["nodes"]],
            "next_url": f"{url}?{urlencode({'setelah': info['endCursor']})}" if info["hasNextPage"] else "",
            "report_url": f"{reverse('siaran:report')}?aset={quote(asset['reference'])}",
            "place": ", ".join(part for part in (asset["village"], asset["district"]) if part),
            "map": map_settings(current_city(), f"{asset['lat']},{asset['lon']}", 17),
            "points": f"{reverse('siaran:map_points')}?bbox={{bbox}}",
        }


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Leads from a code that someone typed to the asset's page, or says that there is none (or several)."""
    typed = request.GET.get("kode", "")[:90].strip()
    message = ""
    references: tuple[str, ...] = ()
    if typed:
        try:
            return HttpResponseRedirect(asset_url(assets.by_code(typed).reference))
        except assets.UnknownAsset as unknown:
            message, references = str(unknown), unknown.references
    choices = [(reference, asset_url(reference)) for reference in references]
    context = {"typed": typed, "message": message, "choices": choices}
    return render(request, "siaran/find_asset.html", context, status=404 if typed else 200)
