"""LAKSA's periodic work, once per city that has it."""

from __future__ import annotations

from celery import shared_task

from apps.laksa import actions


@shared_task
def keep_promises() -> int:
    """Official answers that so many supporters made due are on the clocks."""
    return actions.keep_promises()


@shared_task
def tell_the_mayor() -> int:
    """On Monday the mayor reads what the week brought."""
    return actions.tell_the_mayor()


@shared_task
def drop_old_drafts() -> int:
    """Drafts do not lie around for ever."""
    return actions.drop_old_drafts()


@shared_task
def update_figures() -> int:
    """Brings the numbers of the days up to date."""
    return actions.update_figures()
