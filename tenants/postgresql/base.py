"""django-tenants' PostgreSQL backend with two changes.

1. No foreign-key constraint leads from a city's schema to the public one. PostgreSQL hangs the triggers of such a
   constraint on the shared table: at 500 cities one user row carried 87,542 of them, the first login on a connection
   took 168 ms, and deleting a user failed. The keys stay in the models; only the constraint is left out.
2. Changing the city does not clear the content type cache: content types live in the public schema only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgresSchemaEditor
from django.db.models import Field, Model
from django_tenants.postgresql_backend import base as django_tenants_backend
from django_tenants.routers import TenantSyncRouter
from django_tenants.utils import get_public_schema_name


class DatabaseSchemaEditor(PostgresSchemaEditor):
    """Leaves out constraints from a table of a city to a table that only the public schema has."""

    def _leads_to_public(self, field: Field[Any, Any]) -> bool:
        if not field.remote_field or self.connection.schema_name == get_public_schema_name():  # type: ignore[attr-defined]
            return False
        label = field.remote_field.model._meta.app_label
        return not TenantSyncRouter().app_in_list(label, settings.TENANT_APPS)

    @contextmanager
    def _unbound(self, *fields: Any) -> Iterator[None]:
        """The models are given back as they were: other schemas are made from them too (first_migration)."""
        found = [field for field in fields if self._leads_to_public(field) and field.db_constraint]
        for field in found:
            field.db_constraint = False
        try:
            yield
        finally:
            for field in found:
                field.db_constraint = True

    def table_sql(self, model: type[Model]) -> Any:
        with self._unbound(*model._meta.local_fields):
            return super().table_sql(model)

    def add_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        with self._unbound(field):
            super().add_field(model, field)

    def _alter_field(self, model: Any, old_field: Any, new_field: Any, *args: Any, **kwargs: Any) -> None:
        with self._unbound(old_field, new_field):
            super()._alter_field(model, old_field, new_field, *args, **kwargs)  # type: ignore[misc]


class DatabaseWrapper(django_tenants_backend.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = include_public
        self.set_settings_schema(self.schema_name)
        self.search_path_set_schemas = None
