from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from balai.audit.models import Entry


def record(verb: str, target: object, *, actor: AbstractBaseUser | None = None, **details: Any) -> Entry:
    """Writes an audit entry in the current schema. `details` is JSON, without personal data in the clear."""
    name = target if isinstance(target, str) else f"{target._meta.label_lower}:{target.pk}"  # type: ignore[attr-defined]
    return Entry.objects.create(actor_id=actor.pk if actor else None, verb=verb, target=name, details=details)
