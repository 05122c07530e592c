from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from tests.dummy_module.models import Note


def notes(columns: Collection[str] = ()) -> QuerySet[Note, dict[str, Any]]:
    wanted = {"id", "created_at", "text", *({"author__name", "author_id"} if "author" in columns else ())}
    return Note.objects.filter(hidden=False).values(*sorted(wanted))


def note(number: int) -> Note | None:
    return Note.objects.filter(hidden=False, pk=number).first()
