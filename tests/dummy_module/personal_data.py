from __future__ import annotations

from typing import Any

from tests.dummy_module.models import Note


def export(user: Any) -> dict[str, Any]:
    return {"notes": list(Note.objects.filter(author_id=user.pk).values("text", "created_at"))}


def erase(user: Any) -> None:
    Note.objects.filter(author_id=user.pk).update(author=None)
