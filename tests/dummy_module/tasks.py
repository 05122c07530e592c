from __future__ import annotations

from celery import shared_task

from tests.dummy_module.models import Note


@shared_task
def sweep() -> int:
    """Hides notes that nobody should read."""
    return Note.objects.filter(text="sweep me", hidden=False).update(hidden=True)
