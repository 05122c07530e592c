"""What becomes of a message whose worker is killed while it sends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from balai.notifications.actions import LEASE
from balai.notifications.models import Message, Status
from balai.notifications.tasks import deliver, sweep

SENDING = """
import django; django.setup()
from django_tenants.utils import schema_context
from balai.notifications.tasks import deliver
with schema_context({schema!r}):
    deliver({message})
"""


def test_a_worker_killed_while_it_sends_loses_and_doubles_nothing(
    django_db_setup: None, django_db_blocker: Any, settings: Any
) -> None:
    """A real process, killed by the kernel while a real mail server keeps it waiting."""
    from django_tenants.utils import schema_context

    from tenants.models import City

    hanging = socket.create_server(("127.0.0.1", 0))
    reached = threading.Event()

    def keep_waiting() -> None:
        peer, _address = hanging.accept()
        reached.set()
        peer.recv(1)  # Never a greeting; it ends when the process does.
        peer.close()

    threading.Thread(target=keep_waiting, daemon=True).start()
    with django_db_blocker.unblock(), schema_context(City.objects.get(slug="serang").schema_name):
        from tenants.connection import connection

        message = Message.objects.create(
            channel="mail", address="a@example.org", subject="x", text="x", next_attempt_at=timezone.now()
        )
        try:
            worker = subprocess.Popen(
                [sys.executable, "-c", SENDING.format(schema=connection.schema_name, message=message.pk)],
                env={
                    **os.environ,
                    "EMAIL_URL": f"smtp://127.0.0.1:{hanging.getsockname()[1]}",
                    "PYTHONPATH": os.pathsep.join(str(Path(settings.ROOT) / part) for part in ("", "platform")),
                },
            )
            assert reached.wait(60)
            worker.send_signal(signal.SIGKILL)
            assert worker.wait(10) == -signal.SIGKILL
            message.refresh_from_db()
            assert (message.status, message.attempts) == (Status.SENDING, 1)
            assert sweep() == 0  # Its lease still runs.
            sent: list[int] = []
            with pytest.MonkeyPatch.context() as patch, time_machine.travel(timezone.now() + LEASE + timedelta(1)):
                patch.setattr("balai.notifications.gateways.send", lambda found: sent.append(found.pk))
                patch.setattr("tenants.tasks.Task.apply_async", lambda *args, **options: None)
                assert sweep() == 1
                assert sweep() == 0
                deliver(message.pk)
                deliver(message.pk)
            assert sent == [message.pk]
            lines = list(message.deliveries.values_list("outcome", "reason"))
            assert lines == [("failed_temporary", "worker was lost"), ("sent", "")]
        finally:
            message.deliveries.all().delete()
            message.delete()
            hanging.close()
