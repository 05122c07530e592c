"""Which city the code runs in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django_tenants.utils import tenant_context

from tenants.connection import connection
from tenants.models import HUB_SCHEMA, City


class NoCity(RuntimeError):
    """Raised where code that belongs to a city runs on the hub."""


def current_city() -> City:
    """The city whose schema is in use. Raises NoCity on the hub."""
    tenant = connection.tenant
    if connection.schema_name == HUB_SCHEMA:
        raise NoCity("this runs only inside a city")
    if not isinstance(tenant, City):
        # A bare schema switch (a Celery worker, a shell) knows only the name.
        tenant = City.objects.get(schema_name=connection.schema_name)
        connection.tenant = tenant
    return tenant


def in_a_city() -> bool:
    """Whether a city's schema is in use (False on the hub)."""
    return connection.schema_name != HUB_SCHEMA


@contextmanager
def in_city(city: City) -> Iterator[City]:
    """Runs the block in the city's schema and returns to the former one."""
    with tenant_context(city):
        yield city
