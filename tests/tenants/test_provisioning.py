"""A city made from the dump is the same as a city made by its migrations."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django_tenants.utils import schema_exists

from balai.modules import modules
from tenants.actions import create_city
from tenants.current import NoCity, current_city, in_city
from tenants.models import City, Domain
from tenants.provisioning import TEMPLATE_SCHEMA

pytestmark = pytest.mark.django_db

DESCRIPTION = """
SELECT 'column', table_name || '.' || column_name,  -- a dropped column leaves a gap in ordinal_position
       data_type || coalesce(column_default, '') || is_nullable
       || row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position)
  FROM information_schema.columns WHERE table_schema = %(schema)s
UNION ALL
SELECT 'constraint', c.conname, pg_get_constraintdef(c.oid)
  FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = %(schema)s
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s
UNION ALL
SELECT 'sequence', sequencename, data_type::text || coalesce(last_value, 0)
  FROM pg_sequences WHERE schemaname = %(schema)s
UNION ALL
SELECT 'trigger', t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %(schema)s AND NOT t.tgisinternal
UNION ALL
SELECT 'function', p.proname, p.prosrc
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %(schema)s
"""


def describe(schema: str) -> set[tuple[str, ...]]:
    """Everything PostgreSQL knows of the schema's tables, with the schema's name taken out.

    Casts and brackets go too: PostgreSQL writes the same expression with other casts once it has been through a dump.
    """
    with connection.cursor() as cursor:
        cursor.execute(DESCRIPTION, {"schema": schema})
        return {
            tuple(re.sub(r"::[a-z ]+(\[\])?|[()]", "", str(value).replace(schema, "SCHEMA")) for value in row)
            for row in cursor.fetchall()
        }


def rows(schema: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{schema}"."{table}"')
            counts[table] = cursor.fetchone()[0]
        return counts


def test_a_replayed_city_equals_the_migrated_template(city_a: City) -> None:
    made = create_city(name="Kota Cilegon", short_name="Cilegon", slug="cilegon", code="36.72")
    template = describe(TEMPLATE_SCHEMA)
    assert len(template) > 500
    assert {"trigger", "function"} <= {row[0] for row in template}
    assert describe(made.schema_name) == template
    assert rows(made.schema_name) == rows(TEMPLATE_SCHEMA)
    assert rows(made.schema_name)["django_migrations"] > 100


def test_no_constraint_crosses_from_a_city_to_the_hub(city_a: City, city_b: City) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.confrelid"
            " WHERE c.contype = 'f' AND r.relnamespace <> c.connamespace"
        )
        assert cursor.fetchall() == []


def test_the_number_of_triggers_on_users_does_not_grow_with_cities(city_a: City) -> None:
    count = "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'public.accounts_user'::regclass"
    with connection.cursor() as cursor:
        cursor.execute(count)
        before = cursor.fetchone()
        create_city(name="Kota Cilegon", short_name="Cilegon", slug="cilegon")
        cursor.execute(count)
        assert cursor.fetchone() == before


def test_a_new_city_answers_at_its_host_with_its_modules() -> None:
    city = create_city(name="Kota Cilegon", short_name="Cilegon", slug="cilegon", modules=["siaran"])
    assert city.host == "cilegon.localhost"
    assert set(city.options_by_module) == {"siaran"}
    with in_city(city):
        assert current_city() == city


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"slug": "serang"}, "slug"),
        ({"slug": "www"}, "slug"),
        ({"slug": "Not a slug"}, "slug"),
        ({"code": "3672"}, "code"),
        ({"domain": "serang.localhost"}, "domain"),
        ({"domain": "no spaces allowed"}, "domain"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_city_is_refused_and_nothing_is_made(wrong: dict[str, str], field: str) -> None:
    before = (City.objects.count(), Domain.objects.count())
    values = {"name": "Kota Cilegon", "short_name": "Cilegon", "slug": "cilegon", "code": "36.72"} | wrong
    with pytest.raises(ValidationError) as refusal:
        create_city(**values)
    assert field in refusal.value.message_dict
    assert (City.objects.count(), Domain.objects.count()) == before
    assert not schema_exists("kota_cilegon")


def test_a_failure_half_way_leaves_nothing_behind() -> None:
    before = City.objects.count()
    with pytest.raises(LookupError):
        create_city(name="Kota Cilegon", short_name="Cilegon", slug="cilegon", modules=["siaran", "no-such-module"])
    assert City.objects.count() == before
    assert not schema_exists("kota_cilegon")


def test_current_city_raises_on_the_hub() -> None:
    with pytest.raises(NoCity):
        current_city()


def test_the_registry_holds_every_module_of_the_settings(settings: object) -> None:
    from django.conf import settings as configured

    names = [config.name for config in modules().values()]
    assert names == [*configured.CITY_MODULES, *configured.EXTRA_MODULES]
