from __future__ import annotations

from tenants.models import City
from tests.dummy_module.models import Note


def fill(city: City) -> None:
    Note.objects.get_or_create(text=f"Welcome to {city.short_name}")
