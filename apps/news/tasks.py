from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task
def publish_scheduled() -> None:
    """Publishes and withdraws what editors have timed. Wagtail's command finds it again after any loss."""
    call_command("publish_scheduled", verbosity=0)
