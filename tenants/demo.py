"""The three cities of the demo. What they contain comes from the `demo.py` of each service and module."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps

from tenants.actions import create_city
from tenants.current import in_city
from tenants.models import City

CITIES: list[dict[str, Any]] = [
    {
        "name": "Kota Tangerang",
        "short_name": "Tangerang",
        "slug": "tangerang",
        "code": "36.71",
        "lat": -6.1702,
        "lon": 106.6403,
        "modules": ["laksa", "news"],
    },
    {
        "name": "Kota Tangerang Selatan",
        "short_name": "Tangerang Selatan",
        "slug": "tangerang-selatan",
        "code": "36.74",
        "lat": -6.2886,
        "lon": 106.7179,
        "modules": ["siaran", "news", "jobs"],
    },
    {
        "name": "Kota Serang",
        "short_name": "Serang",
        "slug": "serang",
        "code": "36.73",
        "lat": -6.1149,
        "lon": 106.1503,
        "modules": ["siaran", "news"],
    },
]


def fillers() -> Iterator[ModuleType]:
    """Each installed app's `demo.py`, services before modules.

    It has `demo_accounts(city)`, which lists who can sign in, or `fill(city)`, which runs inside the city, or both.
    """
    for config in apps.get_app_configs():
        if config.name != "tenants" and find_spec(f"{config.name}.demo"):
            yield importlib.import_module(f"{config.name}.demo")


def demo_city(values: dict[str, Any]) -> City:
    """The city, made if it is missing."""
    existing = City.objects.filter(slug=values["slug"]).first()
    if existing is not None:
        return existing
    return create_city(province="Banten", theme=values["slug"], **values)


def fill(city: City) -> list[dict[str, str]]:
    """Fills the city (or the hub) with what a demo shows; returns the accounts to sign in with. Safe to run again."""
    accounts: list[dict[str, str]] = []
    for filler in fillers():
        with in_city(city):
            if hasattr(filler, "demo_accounts"):
                accounts += filler.demo_accounts(city)
            if hasattr(filler, "fill") and not city.is_hub:
                filler.fill(city)
    return accounts
