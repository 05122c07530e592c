"""The API's answers as the theme's components want them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from balai.casework.lifecycle import Phase
from balai.casework.shown import due_day, exactly, photos, place_of, timeline, when
from tenants.current import current_city

TITLE = 90


def case_card(node: dict[str, Any], page: str = "siaran:case") -> dict[str, Any]:
    """A CaseCard for components/case_card.html."""
    return {
        "title": Truncator(node["excerpt"]).chars(TITLE),
        "url": reverse(page, args=[node["number"]]),
        "state": node["status"].lower(),
        "state_label": node["statusName"],
        "late": node["late"],
        "due": due_day(node),
        "weight": node["weight"],
        "number": node["number"],
        "category": node["category"]["name"],
        "place": place_of(node["place"]),
        "when": when(node["receivedAt"]),
        "photo_url": node["thumbnail"],
        "accepted": node["accepted"],
        "mark": _("your unit") if node.get("ownUnit") else "",
    }


def report_page(node: dict[str, Any]) -> dict[str, Any]:
    """A CaseDetail for the pages of one report."""
    place = node["place"]
    position = f"{place['lat']},{place['lon']}" if place["lat"] is not None else ""
    return {
        **node,
        "state": node["status"].lower(),
        "place_name": place_of(place),
        "landmark": place["landmark"],
        "position": position,
        "received": exactly(node["receivedAt"]),
        "due": due_day(node),
        # What was closed without work is not called done.
        "finalName": node["stateName"] if node["status"] == "DONE" else str(Phase.DONE.label),
        "address": current_city().url + reverse("siaran:case", args=[node["number"]]),
        "before": photos(node["photos"], _("Photo of the report")),
        "after": photos(node["resultPhotos"], _("Photo of the result")),
        "edited": exactly(node["editedAt"]) if node["editedAt"] else "",
        "duplicates": [duplicate(each) for each in node["merged"]],
        "task_photos": photos(node["taskOf"]["photos"], _("Photo of the report")) if node["taskOf"] else [],
        "entries": timeline(node["timeline"]),
    }


def duplicate(node: dict[str, Any]) -> dict[str, Any]:
    """A CaseDuplicate: what another resident said of the same thing."""
    title = _("Photo of the report")
    return {**node, "received": exactly(node["receivedAt"]), "photos": photos(node["photos"], title)}
