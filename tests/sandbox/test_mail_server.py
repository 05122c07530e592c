"""The mail server of the embedded mode, run as bin/run runs it."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

from balai.sandbox.models import Outgoing
from tests.notifications.conftest import free_port

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port(db: None) -> Iterator[int]:
    number = free_port()
    environment = {**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{number}", "BALAI_EMBEDDED": "1"}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "sandbox_mail"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert f"127.0.0.1:{number}" in process.stdout.readline()
    yield number
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()
    # Written by another process, so the test's own transaction does not take it back.
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DELETE FROM public.sandbox_outgoing")


def test_a_mail_becomes_a_row_for_each_recipient(port: int) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Serang <a@b.example>", "c@d.example", "Perihal – laporan"
    mail["Message-ID"] = "<1@b.example>"
    mail.set_content("Isi – teks")
    mail.add_alternative("<p>Isi</p>", subtype="html")
    for _twice in range(2):
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            server.send_message(mail, to_addrs=["c@d.example", "e@f.example"])
    kept = list(Outgoing.objects.order_by("address"))
    assert [message.address for message in kept] == ["c@d.example", "e@f.example"]
    assert kept[0].subject == "Perihal – laporan"
    assert kept[0].text.strip() == "Isi – teks"
    assert kept[0].html.strip() == "<p>Isi</p>"
    assert kept[0].sender == "Serang <a@b.example>"
