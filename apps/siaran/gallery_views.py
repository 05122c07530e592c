"""The gallery of finished work."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apps.siaran.public_views import Filtered, grouped
from balai.casework.shown import pair_card, place_of


class Gallery(Filtered):
    """Before and after, the newest first."""

    document = "gallery"
    template_name = "siaran/gallery.html"
    url_name = "siaran:gallery"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        wanted = super().get_variables(request, **kwargs)
        self.filters = {name: self.filters[name] for name in ("kategori", "wilayah") if name in self.filters}
        return {
            "category": wanted["category"],
            "district": wanted["district"],
            "after": request.GET.get("setelah") or None,
        }

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        found = data["siaran"]["gallery"]
        info = found["pageInfo"]
        return {
            "pairs": [
                pair_card(
                    node,
                    f"{node['category']}, {place_of(node['place'])}",
                    reverse("siaran:case", args=[node["number"]]),
                )
                for node in found["nodes"]
            ],
            "filters": self.filters,
            "areas": grouped(data["areas"]),
            "next_url": self.url(setelah=info["endCursor"]) if info["hasNextPage"] else "",
            "first_url": self.url() if self.request.GET.get("setelah") else "",
        }
