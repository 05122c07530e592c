"""Brings every schema up to date: the hub's, the template's and the cities'."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from tenants import first_migration, provisioning
from tenants.actions import ensure_hub
from tenants.models import HUB_SCHEMA


class Command(BaseCommand):
    help = "Migrates the hub, the template schema and all cities, and makes the hub's own row. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        verbosity = options["verbosity"] - 1
        first = first_migration.is_empty(HUB_SCHEMA)
        if first:
            self.stdout.write("all tables …")
            first_migration.migrate_together([HUB_SCHEMA, provisioning.TEMPLATE_SCHEMA])
        self.stdout.write("hub …")
        call_command("migrate_schemas", schema_name=HUB_SCHEMA, interactive=False, verbosity=verbosity)
        ensure_hub()
        self.stdout.write("template of a city …")
        if first:
            provisioning.migrate_template()
        provisioning.schema_dump()
        self.stdout.write("cities …")
        call_command("migrate_schemas", tenant=True, interactive=False, verbosity=verbosity)
        self.stdout.write(self.style.SUCCESS("All schemas are up to date."))
