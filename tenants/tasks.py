"""Background work that knows its city: the queueing helper and the beat dispatcher."""

from __future__ import annotations

import logging
import zlib
from typing import Any

from celery import Task, current_app, shared_task
from django.conf import settings
from django.db import transaction

from balai.modules import Periodic, modules
from tenants.connection import connection
from tenants.models import HUB_SCHEMA, City

logger = logging.getLogger(__name__)

SPREAD_SECONDS = 30
"""The cities' starts of one periodic task are spread over at most this many seconds (less for frequent tasks)."""


def queue(task: Task[Any, Any], *args: Any, countdown: float = 0, **kwargs: Any) -> None:
    """Runs the task after the transaction commits, in the city that is current *now*.

    Celery's own `delay_on_commit` reads the schema when the transaction commits, which is another city's when a loop
    over cities holds one transaction open. A broker that is away loses nothing: what must happen is a row, and the
    periodic sweep of its owner finds it again.
    """
    schema = connection.schema_name

    def send() -> None:
        try:
            task.apply_async(args, kwargs, countdown=countdown, headers={"_schema_name": schema}, retry=False)
        except task.OperationalError:
            logger.warning("broker is away: %s waits for its sweep", task.name)

    transaction.on_commit(send)


def services_schedule() -> dict[str, tuple[Periodic, bool]]:
    """Periodic work of the services, which every city has, and whether the hub has the service too."""
    from django.apps import apps

    return {
        f"{config.label}.{name}": (periodic, config.name in settings.SHARED_APPS)
        for config in apps.get_app_configs()
        if config.label not in modules()
        for name, periodic in getattr(config, "schedule", {}).items()
    }


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Celery's beat table: one entry per periodic task, whatever the number of cities."""
    table = {}
    entries = [("", name, periodic, hub) for name, (periodic, hub) in services_schedule().items()]
    for label, config in modules().items():
        entries += [(label, f"{label}.{name}", periodic, False) for name, periodic in config.schedule.items()]
    for label, name, periodic, hub in entries:
        table[name] = {
            "task": "tenants.tasks.fan_out",
            "schedule": periodic.every,
            "args": (periodic.task, label, periodic.every, hub),
            # A beat that was away for an hour must not be followed by sixty sweeps.
            "options": {"expires": periodic.every, "headers": {"_schema_name": HUB_SCHEMA}},
        }
    return table


@shared_task
def fan_out(task_name: str, module: str, every: float, hub: bool = False) -> int:
    """Queues the task once for every active city that has the module on ("" = every city); returns how many.

    With `hub`, the hub itself is one of them.

    The starts are spread evenly by the city's name, so that a thousand cities do not knock on the database at once.
    """
    cities = City.objects.filter(state=City.State.ACTIVE)
    if not hub:
        cities = cities.exclude(schema_name=HUB_SCHEMA)
    if module:
        cities = cities.filter(activations__module=module, activations__active=True)
    spread = min(SPREAD_SECONDS, every / 2)
    count = 0
    for schema in cities.order_by("pk").values_list("schema_name", flat=True).iterator(chunk_size=500):
        offset = zlib.crc32(f"{schema}:{task_name}".encode()) / 2**32 * spread
        current_app.send_task(task_name, countdown=offset, headers={"_schema_name": schema}, expires=every + spread)
        count += 1
    return count
