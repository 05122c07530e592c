from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from tenants.modules import module_options
from tests.dummy_module.models import Note


class Quarrel(Exception):
    """The neighbours do not want this note."""


def add_note(*, text: str, author: Any = None, key: UUID | None = None) -> Note:
    longest = module_options("dummy").longest_note
    if not text.strip():
        raise ValidationError({"text": ValidationError("Write something.", code="required")})
    if len(text) > longest:
        raise ValidationError({"text": ValidationError(f"At most {longest} characters.", code="max_length")})
    if text == "quarrel":
        raise Quarrel("Please be kind.")
    values = {"text": text, "author": author if author and author.is_authenticated else None}
    if key is None:
        return Note.objects.create(**values)
    return Note.objects.get_or_create(key=key, defaults=values)[0]
