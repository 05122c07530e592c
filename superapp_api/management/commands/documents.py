from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from balai.graphql import trusted
from balai.graphql.documents import read_document
from balai.graphql.execution import schema


class Command(BaseCommand):
    """Lists the trusted documents, or exports them for the mobile app's build."""

    help = "Lists the trusted GraphQL documents; --export FILE writes them as JSON (hash → name and document)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--export", metavar="FILE", type=Path, help="where to write the JSON")

    def handle(self, *args: Any, export: Path | None = None, **options: Any) -> None:
        found = sorted(trusted.registry().values(), key=lambda document: document.name)
        for document in found:
            operation = read_document(schema(), document.text).operation(None)
            cached = f"cached {document.cache_seconds} s" if document.cache_seconds else ""
            if document.cache_seconds and operation.shape.personal:
                cached = "NOT cached: touches a personal field"
            self.stdout.write(f"{document.hash}  {operation.type.value:8}  {document.name}  {cached}".rstrip())
        if export:
            written = {document.hash: {"name": document.name, "document": document.text} for document in found}
            export.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
