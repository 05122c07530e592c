"""The gallery of what has come true."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from balai.casework.models import CHANGES
from balai.casework.shown import pair_card
from balai.portal.views import OperationView


class Gallery(OperationView):
    """Before and after, the newest first."""

    document = "gallery"
    template_name = "laksa/gallery.html"
    kept_until = CHANGES

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"after": request.GET.get("setelah") or None}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        found, here = data["laksa"]["gallery"], reverse("laksa:gallery")
        info = found["pageInfo"]
        return {
            "pairs": [
                pair_card(node["pair"], node["title"], reverse("laksa:aspiration", args=[node["pair"]["number"]]))
                for node in found["nodes"]
            ],
            "next_url": f"{here}?setelah={info['endCursor']}" if info["hasNextPage"] else "",
            "first_url": here if self.request.GET.get("setelah") else "",
        }
