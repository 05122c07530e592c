"""Reads of the portal: the services of a city by category, the cities of the hub."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from balai.portal.categories import CATEGORIES
from tenants.models import HUB_SCHEMA, City
from tenants.modules import active_modules


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
    return [{"slug": slug, "name": CATEGORIES[slug], "services": services} for slug, services in found.items() if services]


def cities(search: str = "") -> QuerySet[City]:
    """The active cities for the hub's list, by short name; `services_count` counts their modules."""
    rows = City.objects.filter(state=City.State.ACTIVE).exclude(schema_name=HUB_SCHEMA)
    for word in search.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(province__icontains=word))
    counted = Count("activations", filter=Q(activations__active=True))
    return rows.annotate(services_count=counted).order_by("short_name", "pk")
