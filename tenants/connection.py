"""The database connection, as the type it has here: it knows which schema is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import connection as django_connection

if TYPE_CHECKING:
    from tenants.postgresql.base import DatabaseWrapper

connection: DatabaseWrapper = cast("DatabaseWrapper", django_connection)
