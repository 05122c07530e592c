"""Reads of the portal: the services of a city by category, the cities of the hub, what a phone may keep."""

from __future__ import annotations

import datetime
import functools
import hashlib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import get_language

from balai.modules import modules
from balai.portal.categories import CATEGORIES
from balai.portal.theming import city_logo_url, current_look
from tenants.models import HUB_SCHEMA, City, Domain
from tenants.modules import active_modules

MOST_ADDRESSES = 50_000
"""The sitemap protocol's own limit for one file."""

Address = tuple[str, datetime.date | None]


def services_by_category() -> list[dict[str, Any]]:
    """The services of the current city's modules that have pages: `slug`, `name`, `services` per category."""
    found: dict[str, list[dict[str, Any]]] = {slug: [] for slug in CATEGORIES}
    for card in active_modules().values():
        if not card.has_pages:
            continue
        for service in card.services:
            if service.category not in found:
                raise ImproperlyConfigured(f"{card.label}: unknown category {service.category!r}")
            found[service.category].append(
                {
                    "module": card.label,
                    "name": service.name,
                    "summary": service.summary,
                    "icon": service.icon,
                    "url": reverse(service.url_name),
                }
            )
    return [
        {"slug": slug, "name": CATEGORIES[slug], "services": services} for slug, services in found.items() if services
    ]


def ways() -> dict[str, str]:
    """The main ways through the portal that the active modules offer, say `report_url`; the first to name one wins."""
    found: dict[str, str] = {}
    for card in active_modules().values():
        for name, url_name in card.ways.items() if card.has_pages else ():
            found.setdefault(name, reverse(url_name))
    return found


def cities(search: str = "") -> QuerySet[City]:
    """The active cities whose names or province have every word of the search, by short name.

    Each comes with its `primary_host` and the labels of its `active` modules.
    """
    rows = City.objects.filter(state=City.State.ACTIVE).exclude(schema_name=HUB_SCHEMA)
    for word in search.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(short_name__icontains=word) | Q(province__icontains=word))
    primary = Domain.objects.filter(tenant=OuterRef("pk"), is_primary=True).values("domain")[:1]
    active = ArrayAgg("activations__module", filter=Q(activations__active=True), default=[])
    return rows.annotate(primary_host=Subquery(primary), active=active).order_by("short_name", "pk")


def city_cards(rows: Any) -> list[dict[str, Any]]:
    """What the hub shows of each of these cities (from `cities`), without a statement for each."""
    services = {label: len(card.services) if card.has_pages else 0 for label, card in modules().items()}
    cards = []
    for city in rows:
        city.host = city.primary_host or city.host
        cards.append(
            {
                "name": city.name,
                "short_name": city.short_name,
                "code": city.code,
                "province": city.province,
                "lat": city.lat,
                "lon": city.lon,
                "url": city.url,
                "logo_url": city_logo_url(city),
                "services_count": sum(services.get(label, 0) for label in city.active),
            }
        )
    return cards


def addresses() -> Iterator[Address]:
    """The public pages of the current host for its sitemap: path and, where known, the day of the last change."""
    return islice(_addresses(), MOST_ADDRESSES)


def _addresses() -> Iterator[Address]:
    yield reverse("home"), None
    for category in services_by_category():
        for service in category["services"]:
            yield service["url"], None
    for card in active_modules().values():
        if find_spec(f"{card.name}.sitemap"):
            yield from import_module(f"{card.name}.sitemap").addresses()


def manifest() -> dict[str, Any]:
    """The web app manifest of the current city or the hub."""
    look = current_look()
    icon = {"src": look.logo_url, "sizes": "any", "purpose": "any"}
    if look.logo_url.split("?")[0].endswith(".svg"):
        icon["type"] = "image/svg+xml"
    return {
        "id": "/",
        "name": look.official_name,
        "short_name": look.name[:12].strip() if len(look.name) > 20 else look.name,
        "description": look.tagline,
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": look.bar_colour,
        "icons": [icon] if look.logo_url else [],
    }


SHELL = ("balai/balai.css", "balai/balai.js", "balai/icons.svg", "balai/queue.js", "balai/photos.js")


def shell() -> dict[str, Any]:
    """What the service worker keeps: files that are the same for everyone. A change of any makes a new version."""
    files = [staticfiles_storage.url(name) for name in SHELL]
    files.append(current_look().css_url)
    schema = getattr(connection, "schema_name", "")
    version = hashlib.sha256("\n".join([schema, *files]).encode()).hexdigest()[:12]
    return {"version": version, "offline": reverse("offline"), "pages": [reverse("queue")], "shell": files}


@functools.cache
def static_text(name: str) -> str:
    """A static file's text. Raises FileNotFoundError when the front end has not been built."""
    path = find(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not there: run npm run build")
    with open(path, encoding="utf-8") as file:
        return file.read()
