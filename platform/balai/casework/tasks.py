"""Background work. Rows are the truth: every task may be lost, repeated or killed."""

from __future__ import annotations

from celery import shared_task


def close_unanswered() -> int:
    """Archives cases whose reporter has not answered within the city's working days; returns how many."""
    return unanswered.close_unanswered()


@shared_task
def drop_receipts() -> int:
    """Removes receipts that no phone can ask for any more; returns how many."""
    return receipts.drop_old()
