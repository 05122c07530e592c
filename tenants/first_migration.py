"""The migrations of an empty database, for the hub and the template of a city at once.

What takes the time of a migration is that Django draws up every model anew as it was then, not the SQL. Both schemas go
through the same migrations (the router leaves out of each what is not for it), so they share that work.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.utils import translation
from django_tenants.utils import quote_schema_name

from tenants.connection import connection

TIDY = 50
"""Old models refer to each other in circles. After so many migrations they are cleared away: seldom enough to save a
third of the time, often enough that they never take more than some hundred megabytes."""


def is_empty(schema: str) -> bool:
    """Whether no migration was ever recorded in the schema."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [f"{quote_schema_name(schema)}.django_migrations"])
        return bool(cursor.fetchone()[0])


def migrate_together(schemas: Sequence[str]) -> None:
    """Runs all migrations in these empty schemas, each migration in all of them. Autocommit only.

    No signal is sent: run `migrate_schemas` on each afterwards, which sends them and finds nothing else to do.
    """
    for schema in schemas:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_schema_name(schema)}")
        # The table of the migrations is looked for in this schema alone: the public one has its own.
        connection.set_schema(schema, include_public=False)
        MigrationRecorder(connection).ensure_schema()
    connection.set_schema(schemas[0])
    executor = _Together(connection)
    executor.schemas = schemas
    gc.disable()
    try:
        # As `migrate` does: what a migration writes is in nobody's language.
        with translation.override(None):
            executor.migrate(executor.loader.graph.leaf_nodes())
    finally:
        gc.enable()
        connection.set_schema_to_public()


class _Together(MigrationExecutor):
    schemas: Sequence[str] = ()
    applied = 0

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        with ExitStack() as stack:
            editors = [stack.enter_context(_editor(schema, migration)) for schema in self.schemas]
            for operation in migration.operations:
                before = state.clone()
                operation.state_forwards(migration.app_label, state)
                for schema, editor in zip(self.schemas, editors, strict=True):
                    connection.set_schema(schema)
                    with _transaction(migration, operation):
                        operation.database_forwards(migration.app_label, editor, before, state)
        for schema in self.schemas:
            connection.set_schema(schema)
            self.record_migration(migration)
        self.applied += 1
        if self.applied % TIDY == 0:
            gc.collect()
        return state


@contextmanager
def _editor(schema: str, migration: Migration) -> Iterator[Any]:
    connection.set_schema(schema)
    with connection.schema_editor(atomic=migration.atomic) as editor:
        yield editor
        # What it put off until the end is done now, here.
        connection.set_schema(schema)


@contextmanager
def _transaction(migration: Migration, operation: Any) -> Iterator[None]:
    """As django.db.migrations.Migration.apply does it: an operation may ask for a transaction of its own."""
    if migration.atomic or not operation.atomic:
        yield
    else:
        with transaction.atomic():
            yield
