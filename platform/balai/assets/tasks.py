"""Imports of large files. The rows are the truth: every task may be lost, repeated or killed."""

from __future__ import annotations

from celery import shared_task

from balai.assets import actions


@shared_task
def import_file(import_id: int) -> str:
    """Works on one received file; returns what became of it."""
    return actions.work_on(import_id).step


@shared_task
def resume_imports() -> int:
    """Takes up the imports that nobody works on; returns how many."""
    abandoned = actions.abandoned_imports()
    for import_id in abandoned:
        actions.work_on(import_id)
    return len(abandoned)
