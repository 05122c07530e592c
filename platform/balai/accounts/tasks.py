from __future__ import annotations

from celery import shared_task

from balai.accounts import actions
from tenants.connection import connection
from tenants.models import HUB_SCHEMA


@shared_task
def run_step(step_id: int) -> bool:
    """One schema's part of a copy or an erasure."""
    return actions.run_step(step_id)


@shared_task
def sweep() -> int:
    """Goes on with requests that a lost broker or killed worker left behind. Cities have nothing of their own to do."""
    return actions.resume_requests() if connection.schema_name == HUB_SCHEMA else 0


@shared_task
def clear_sessions() -> int:
    """Forgets sessions that have ended, in every schema."""
    return actions.clear_sessions()
