"""Delivery. The rows are the truth: every task may be lost, repeated or killed."""

from __future__ import annotations

from celery import shared_task

from balai.notifications import actions, gateways
from tenants.current import in_a_city


@shared_task
def deliver(*message_ids: int) -> None:
    """One attempt at each message. No transaction is open while the network is waited for."""
    for message_id in message_ids:
        _attempt(message_id)


def _attempt(message_id: int) -> None:
    message = actions.claim(message_id)
    if message is None:
        return
    try:
        gateways.send(message)
    except (gateways.TemporaryFailure, gateways.PermanentFailure) as failure:
        actions.record_failure(message, failure)
    else:
        actions.record_sent(message)


@shared_task
def sweep() -> int:
    """Finds what a lost broker, a killed worker or a failed attempt left behind."""
    return actions.hand_over_due()


@shared_task
def prune() -> int:
    """Forgets old messages."""
    return actions.prune()


@shared_task
def send_digests() -> int:
    """Makes the digests whose time has come. The hub has no cases to sum up."""
    return actions.send_digests() if in_a_city() else 0
