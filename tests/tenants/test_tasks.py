"""Background work runs in the city it was asked for in."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Task, shared_task
from django.apps import apps
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from tenant_schemas_celery.app import CeleryApp

from balai.modules import Periodic
from tenants import tasks
from tenants.actions import change_state, deactivate
from tenants.current import in_city
from tenants.models import City

pytestmark = pytest.mark.django_db


@shared_task
def note_the_schema() -> str:
    return str(connection.schema_name)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would go to the broker; the worker itself is tested with a real one in test_worker."""
    messages: list[dict[str, Any]] = []

    def keep(task: Any, args: Any = (), kwargs: Any = None, **options: Any) -> None:
        messages.append({"task": task.name, **options})

    def keep_named(app: Any, name: str, args: Any = (), kwargs: Any = None, **options: Any) -> None:
        messages.append({"task": name, **options})

    monkeypatch.setattr(Task, "apply_async", keep)
    monkeypatch.setattr(CeleryApp, "send_task", keep_named)
    return messages


def test_a_task_belongs_to_the_city_of_the_call_not_of_the_commit(
    city_a: City, city_b: City, sent: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for city in (city_a, city_b):
            with in_city(city):
                tasks.queue(note_the_schema)
        assert sent == []
    assert [message["headers"]["_schema_name"] for message in sent] == [city_a.schema_name, city_b.schema_name]


def test_a_broker_that_is_away_does_not_undo_the_work(
    in_city_a: City, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(*args: Any, **options: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(Task, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.queue(note_the_schema)


def test_the_dispatcher_reaches_the_active_cities_that_have_the_module(
    city_a: City, city_b: City, sent: list[dict[str, Any]]
) -> None:
    assert tasks.fan_out("some.task", "siaran", 60) == 2
    assert {m["headers"]["_schema_name"] for m in sent} == {city_a.schema_name, city_b.schema_name}
    assert all(0 <= m["countdown"] <= 30 for m in sent)
    assert len({m["countdown"] for m in sent}) == 2

    deactivate(city_a, "siaran")
    sent.clear()
    assert tasks.fan_out("some.task", "siaran", 60) == 1
    assert sent[0]["headers"]["_schema_name"] == city_b.schema_name

    change_state(city_b, City.State.SUSPENDED)
    assert tasks.fan_out("some.task", "siaran", 60) == 0


def test_the_dispatcher_asks_the_database_a_fixed_number_of_times(
    city_a: City, sent: list[dict[str, Any]], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        tasks.fan_out("some.task", "siaran", 60)


def test_the_beat_table_has_one_entry_per_task_whatever_the_number_of_cities(
    city_a: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apps.get_app_config("siaran"), "schedule", {"sweep": Periodic("siaran.x", 60)}, raising=False)
    table = tasks.beat_schedule()
    assert table["siaran.sweep"]["args"] == ("siaran.x", "siaran", 60, False)
    assert {entry["task"] for entry in table.values()} == {"tenants.tasks.fan_out"}
    assert all(isinstance(entry["schedule"], int | float) for entry in table.values())


def test_services_schedules_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps.get_app_config("audit"), "schedule", {"sweep": Periodic("x.y", 5)}, raising=False)
    # Audit is in the hub's schema too, so the hub is one of those that run it.
    assert tasks.services_schedule()["audit.sweep"] == (Periodic("x.y", 5), True)
