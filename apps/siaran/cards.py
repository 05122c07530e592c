"""The API's answers as the theme's components want them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from balai.casework.ladder import day_of_deadline
from balai.casework.lifecycle import Phase
from tenants.current import current_city
from tenants.models import City

TITLE = 90
RECENT = timedelta(days=6)
MARKS = {
    "RECEIVED": ("waiting", ""),
    "ROUTED": ("", "send"),
    "ASSIGNED": ("", "user"),
    "ACCEPTED": ("process", ""),
    "STARTED": ("process", "tools"),
    "FINISHED": ("done", ""),
    "REPLY": ("", "building"),
    "MESSAGE": ("", "message"),
    "NOTE": ("", "lock"),
    "RATED": ("", "star"),
    "FLAGGED": ("", "flag"),
    "VERIFIED": ("", "check"),
    "POSTPONED": ("", "calendar"),
    "RESUMED": ("process", ""),
    "ASKED": ("", "message"),
    "ON_THE_WAY": ("process", "send"),
    "CHECKING": ("process", "check"),
    "APPROVED": ("done", ""),
    "RETURNED": ("process", "tools"),
    "NOT_OURS": ("", "x"),
    "ARCHIVED": ("", "inbox"),
    "REOPENED": ("process", ""),
    "CLASSIFIED": ("", "tag"),
    "EDITED": ("", "edit"),
    "MERGED": ("", "reports"),
    "UNMERGED": ("", "reports"),
    "SUPPORTED": ("", "users"),
    "SPLIT": ("", "list"),
    "TASK_CLOSED": ("", "check"),
    "TRANSFERRED": ("", "send"),
    "ESCALATED": ("late", "chevron-up"),
    "ACKNOWLEDGED": ("", "check"),
    "LATE": ("late", "clock"),
    "WARNED": ("", "clock"),
    "REVEALED": ("", "eye"),
    "PUBLISHED": ("", "check"),
    "ANSWERED": ("", "building"),
    "PLANNED": ("done", "calendar"),
    "DECLINED": ("", "x"),
    "REJECTED": ("", "x"),
    "APPEALED": ("", "message"),
    "APPEAL_DISMISSED": ("", "x"),
    "UPDATED": ("", "message"),
    "ANSWER_DUE": ("", "users"),
}
"""The state and icon of a timeline's entry by its kind."""


def when(iso: str) -> str:
    """A point in time for people: "2 hours ago" within some days, else the date."""
    moment = datetime.fromisoformat(iso)
    if timezone.now() - moment < RECENT:
        return str(naturaltime(moment))
    return date_format(timezone.localtime(moment), "j F Y")


def exactly(iso: str) -> str:
    """A point in time with its day and minute."""
    return date_format(timezone.localtime(datetime.fromisoformat(iso)), "j F Y, H:i")


def place_of(place: dict[str, Any]) -> str:
    """The kelurahan and kecamatan; else the landmark."""
    parts = [place["village"], place["district"]]
    return ", ".join(part for part in parts if part) or place["landmark"]


def due_day(node: dict[str, Any]) -> str:
    """When the city's next step is due; empty where nothing is."""
    return day_of_deadline(datetime.fromisoformat(node["dueAt"])) if node["dueAt"] else ""


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


def photos(nodes: list[dict[str, Any]], alt: str) -> list[dict[str, str]]:
    """CasePhotos for components/gallery.html."""
    return [
        {"url": node["url"], "thumb_url": node["thumbnail"], "alt": f"{alt} {position}"}
        for position, node in enumerate(nodes, start=1)
    ]


def timeline(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """CaseEvents for components/timeline.html. The report's own photos stand above it, not in it."""
    entries = []
    for event in events:
        state, icon = MARKS[event["kind"]]
        title = event["title"]
        if event["rating"]:
            title = _("Rated %(stars)d of 5") % {"stars": event["rating"]}
        entries.append(
            {
                "title": title,
                "when": exactly(event["at"]),
                "iso": event["at"],
                "text": event["words"],
                "by": " · ".join(part for part in (event["by"], _("internal") if event["internal"] else "") if part),
                "state": state,
                "icon": icon,
                "photos": [] if event["kind"] == "RECEIVED" else photos(event["photos"], title),
            }
        )
    return entries


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


def map_settings(city: City, center: str = "", zoom: int = 13) -> dict[str, Any]:
    """What the theme's map components need to know of the city."""
    own = f"{city.lat},{city.lon}" if city.lat is not None else ""
    return {
        "tiles": settings.MAP_TILES_URL,
        "attribution": settings.MAP_ATTRIBUTION,
        "center": center or own,
        "zoom": zoom,
        "boundaries": reverse("geography:boundaries", args=["village"]),
    }
