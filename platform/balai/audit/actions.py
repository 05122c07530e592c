from __future__ import annotations

from typing import Any

from balai.accounts.models import User
from balai.audit.models import Entry


def record(verb: str, target: object, *, actor: User | None = None, **details: Any) -> Entry:
    """Writes an audit entry in the current schema. `details` is JSON, without personal data in the clear."""
    name = target if isinstance(target, str) else f"{target._meta.label_lower}:{target.pk}"  # type: ignore[attr-defined]
    return Entry.objects.create(actor=actor, verb=verb, target=name, details=details)
