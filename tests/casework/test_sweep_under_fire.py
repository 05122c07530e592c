"""The sweep with real processes and real commits: killed, run twice at once, and at once with people at work."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.utils import timezone

from balai.casework import actions
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Escalation, Kind, Step, TimelineEntry
from balai.casework.queries import chain_faults
from balai.casework.sweep import sweep
from balai.casework.telling import tell
from balai.notifications.models import Message
from tests.casework.test_concurrency import c, together
from tests.casework.world import World
from tests.conftest import ROOT

__all__ = ["c"]
LATER = datetime.timedelta(hours=73)
CHILD = """
import datetime, sys
import django
django.setup()
from celery import Task
Task.apply_async = lambda *args, **options: None
from balai.casework.sweep import sweep
from balai.casework.telling import tell
from tenants.current import in_city
from tenants.models import City
with in_city(City.objects.get(slug=sys.argv[1])):
    now = datetime.datetime.fromisoformat(sys.argv[2])
    print("ready", flush=True)
    sweep(now=now, batch=5)
    tell(now=now, batch=5)
"""


def many(world: World, count: int) -> list[Case]:
    """So many reports, due long before LATER has passed."""
    first = world.report()
    rows = [
        Case(
            number=f"9{number:012d}", module="siaran", category=first.category, agency=first.agency,
            description="Lampu jalan mati.", received_at=first.received_at,
            answer_due_at=first.answer_due_at, next_deadline_at=first.answer_due_at,
        )
        for number in range(count - 1)
    ]  # fmt: skip
    return [first, *Case.objects.bulk_create(rows)]


def in_a_process(world: World, now: datetime.datetime) -> subprocess.Popen[str]:
    """The sweep in a process of its own, at work."""
    paths = f"{ROOT}{os.pathsep}{ROOT / 'platform'}"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, world.city.slug, now.isoformat()],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def dealt_with() -> int:
    return Case.objects.filter(late_since__isnull=False).count()


def check(cases: list[Case]) -> None:
    """Every case took every step once, and its chain holds."""
    for case in Case.objects.filter(pk__in=[case.pk for case in cases]):
        assert chain_faults(case) == []
        assert case.rung == 1
    for kind in (Kind.LATE, Kind.ESCALATED):
        assert TimelineEntry.objects.filter(kind=kind).count() == len(cases)
    for step in (Step.LATE, Step.HEAD):
        assert Escalation.objects.filter(step=step).count() == len(cases)


def test_a_sweep_that_is_killed_loses_nothing_and_doubles_nothing(c: World) -> None:
    cases, now = many(c, 300), timezone.now() + LATER
    Message.objects.all().delete()
    killed_at = []
    for _attempt in range(3):
        begun_with = dealt_with()
        child = in_a_process(c, now)
        try:
            deadline = time.monotonic() + 30
            while dealt_with() < begun_with + 20 and child.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait(timeout=30)
            assert child.stdout is not None
            child.stdout.close()
        killed_at.append(dealt_with())
    # It was really killed in the middle, at least once.
    assert any(0 < count < len(cases) for count in killed_at), killed_at
    sweep(now=now)
    tell(now=now)
    check(cases)
    assert not Escalation.objects.filter(notify_at__isnull=False).exists()
    assert Escalation.objects.filter(told_at__isnull=False).count() == 2 * len(cases)
    # Every message is about other steps than the others: together they count each case once per person.
    told = Message.objects.filter(address=c.head.email, template="casework/late")
    assert sum(int(subject.split()[0]) for subject in told.values_list("subject", flat=True)) == len(cases)


def test_two_sweeps_at_once_share_the_work(c: World) -> None:
    cases, now = many(c, 60), timezone.now() + LATER
    results: list[Any] = together(c, *[lambda: sweep(now=now, batch=4)] * 3)
    assert [error for error in results if isinstance(error, Exception)] == []
    sweep(now=now)
    check(cases)
    together(c, *[lambda: tell(now=now, batch=7)] * 2)
    told = Message.objects.filter(address=c.head.email, template="casework/late")
    assert sum(int(subject.split()[0]) for subject in told.values_list("subject", flat=True)) == len(cases)


def test_an_answer_and_the_sweep_at_once_leave_a_chain_that_holds(c: World) -> None:
    case, now = c.report(), timezone.now() + LATER
    together(
        c,
        lambda: sweep(now=now),
        lambda: actions.reply(case=case, actor=c.operator, words="Kami jadwalkan besok."),
        lambda: sweep(now=now),
    )
    found = Case.objects.get(pk=case.pk)
    assert chain_faults(found) == []
    assert (found.status, found.late_since, found.next_deadline_at) == (Status.WAITING, None, None)
    assert found.timeline.filter(kind=Kind.LATE).count() <= 1
