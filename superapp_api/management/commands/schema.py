from __future__ import annotations

import difflib
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from superapp_api.joining import join


class Command(BaseCommand):
    """Writes the SDL of the API to schema.graphql, or with --check compares it."""

    help = "Writes the API's schema to schema.graphql; --check only compares (exit code 1 and a diff)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail on a difference")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        path = settings.ROOT / "schema.graphql"
        sdl = str(join()) + "\n"
        if not check:
            path.write_text(sdl, encoding="utf-8")
            self.stdout.write(f"{path.name}: {sdl.count(chr(10))} lines")
            return
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        if kept == sdl:
            return
        diff = difflib.unified_diff(kept.splitlines(), sdl.splitlines(), "schema.graphql", "the code", lineterm="")
        self.stdout.write("\n".join(diff))
        raise CommandError("schema.graphql is not up to date: run `manage.py schema` and commit it.", returncode=1)
