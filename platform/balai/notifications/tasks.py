"""Delivery. The rows are the truth: every task may be lost, repeated or killed."""

from __future__ import annotations

import logging
import time

from celery import shared_task

from balai.notifications import actions, gateways, queries
from tenants.current import in_a_city

logger = logging.getLogger(__name__)

BATCH = 50
"""So many messages one worker takes on before it calls another one."""
PATIENCE_SECONDS = 30.0
"""So long one worker begins with further messages: a slow gateway must not keep it until Celery's time limit kills it
in the middle of one, which would then be sent twice."""


@shared_task
def deliver_queued() -> int:
    """One attempt at each message that is queued, in their order; returns at how many. See `actions.ring`."""
    began = time.monotonic()
    actions.silence()
    ids = list(queries.queued().values_list("pk", flat=True)[: BATCH + 1])
    if len(ids) > BATCH:
        actions.ring()
    for done, message_id in enumerate(ids[:BATCH]):
        if done and time.monotonic() - began > PATIENCE_SECONDS:
            # Others get their turn, and those behind a slow gateway whatever is more urgent by now.
            actions.ring()
            return done
        try:
            deliver(message_id)
        except Exception:
            # It stays claimed until the sweep takes it for lost; those behind it do not wait so long.
            logger.exception("message %s could not be attempted", message_id)
    return len(ids[:BATCH])


def deliver(message_id: int) -> None:
    """One attempt at one message. No transaction is open while the network is waited for."""
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
