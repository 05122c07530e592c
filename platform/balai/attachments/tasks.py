from celery import shared_task

from balai.attachments import actions


@shared_task
def sweep_uploads() -> int:
    """Removes uploads that nobody claimed; returns how many."""
    return actions.sweep()
