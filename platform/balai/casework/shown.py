"""A case as the pages for residents show it: what the theme's components want of the API's answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from balai.casework.ladder import day_of_deadline
from balai.geography.distance import BadCoordinates, checked
from tenants.models import City

ROUNDED = 3
"""Decimals of a visitor's position in an address, about 100 m: enough for an order, too little for a house."""
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
    "CONCLUDED": ("done", "check"),
    "REJECTED": ("", "x"),
    "APPEALED": ("", "message"),
    "APPEAL_DISMISSED": ("", "x"),
    "UPDATED": ("", "message"),
    "ANSWER_DUE": ("", "users"),
    "TO_SEKDA": ("", "users"),
    "TO_MAYOR": ("", "users"),
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


def grouped(areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The kecamatan, each with its kelurahan."""
    villages: dict[str, list[dict[str, Any]]] = {}
    for area in areas:
        if area["level"] == "VILLAGE":
            villages.setdefault((area["parent"] or {"code": ""})["code"], []).append(area)
    return [{**area, "villages": villages.get(area["code"], [])} for area in areas if area["level"] == "DISTRICT"]


def as_place(text: str) -> tuple[float, float] | None:
    """The latitude and longitude of "lat,lon", rounded; None for anything else."""
    try:
        lat, lon = (round(float(part), ROUNDED) for part in text.split(","))
        return checked(lat, lon)
    except (ValueError, BadCoordinates):
        return None


def away(metres: int) -> str:
    """How far something is, not more exactly than the place is known from which it is measured."""
    if metres < 1_000:
        return _("about %(metres)d m away") % {"metres": max(100, round(metres, -2))}
    return _("about %(kilometres)s km away") % {"kilometres": number_format(metres / 1000, 1)}


def pair_card(pair: dict[str, Any], title: str, url: str) -> dict[str, Any]:
    """A CasePair of the API for components/pair_card.html."""
    return {**pair, "title": title, "url": url, "done": when(pair["doneAt"])}
