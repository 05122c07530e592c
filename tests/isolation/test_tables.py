"""Where each table lives. A table that is missing in a city would be read from the hub's schema without a word."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django_tenants.routers import TenantSyncRouter

from tenants.current import in_city
from tenants.models import City

pytestmark = pytest.mark.django_db

MODELS = [
    model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
]


def in_schema(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {name for (name,) in cursor.fetchall()}


def belongs_to(model: type[Model], installed: list[str]) -> bool:
    return bool(TenantSyncRouter().app_in_list(model._meta.app_label, installed))


def test_every_table_of_a_city_is_in_every_city(city_a: City, city_b: City) -> None:
    expected = {model._meta.db_table for model in MODELS if belongs_to(model, settings.TENANT_APPS)}
    assert len(expected) > 40
    for city in (city_a, city_b):
        assert expected - in_schema(city.schema_name) == set()


def test_the_hub_has_no_table_that_is_the_cities_alone(db: None) -> None:
    cities_only = {model._meta.db_table for model in MODELS if not belongs_to(model, settings.SHARED_APPS)}
    assert cities_only
    assert cities_only & in_schema("public") == set()


def test_a_city_has_no_copy_of_a_shared_table(city_a: City) -> None:
    shared_only = {model._meta.db_table for model in MODELS if not belongs_to(model, settings.TENANT_APPS)}
    assert {"accounts_user", "tenants_city", "django_content_type"} <= shared_only
    assert shared_only & in_schema(city_a.schema_name) == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_row_of_one_city_is_not_read_in_another(model: type[Model], city_a: City, city_b: City) -> None:
    """For every model: the table that city B reads is its own, whatever city A holds."""
    if not belongs_to(model, settings.TENANT_APPS):
        pytest.skip(f"{model._meta.label} is shared on purpose")
    table = model._meta.db_table
    for city in (city_a, city_b):
        with in_city(city), connection.cursor() as cursor:
            cursor.execute(
                "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = %s::regclass", [f'"{table}"']
            )
            assert cursor.fetchone() == (city.schema_name,)
