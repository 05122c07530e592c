"""Nobody answers: the report turns red, climbs to the mayor, and the resident can see it. The clock is moved, the rest
is real: the sweep in its Celery worker, the mails, the pages."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import DESK, ROOT, Installation, Visitor
from tests.browser.test_journey import PLACES, photo_with_gps, report
from tests.browser.test_office import check

Enter = Callable[..., Visitor]
Outbox = Callable[[str, str], str]

LET_TIME_PASS = """
import datetime
from django.db.models import F
from balai.casework.models import Case
from balai.casework.tasks import sweep
from tenants.current import in_city
from tenants.models import City
from tenants.tasks import queue
ago = datetime.timedelta(days={days})
clocks = ("received_at", "answer_due_at", "next_deadline_at")
with in_city(City.objects.get(slug="{city}")):
    moved = Case.objects.filter(number="{number}").update(**{{name: F(name) - ago for name in clocks}})
    assert moved == 1
    queue(sweep)
"""


def let_time_pass(balai: Installation, city: str, number: str, days: int) -> None:
    """As if the report had come so many days earlier; then the worker is woken."""
    script = LET_TIME_PASS.format(days=days, city=city, number=number)
    command = [ROOT / ".venv/bin/python", "manage.py", "shell", "-v", "0", "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=balai.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_report_that_nobody_answers_reaches_the_mayor(
    visitor: Enter, outbox: Outbox, balai: Installation, tmp_path: Path
) -> None:
    city = "serang"
    lat, lon = PLACES[city]
    resident = visitor(city, geolocation={"latitude": lat, "longitude": lon}, permissions=["geolocation"])
    resident.sign_in("resident")
    photo = photo_with_gps(tmp_path / "photo.jpg", (30, 40, 60))
    number = report(resident, "Lampu jalan di depan pasar padam, pedagang takut pulang malam.", photo)
    page = resident.open(f"/siaran/laporan/{number}/")
    expect(page.locator("main")).not_to_contain_text("Terlambat")

    let_time_pass(balai, city, number, 12)

    mayor = balai.account(city, "mayor")["email"]
    outbox(mayor, number)
    page = visitor(city).open(f"/siaran/laporan/{number}/")
    expect(page.locator("main")).to_contain_text("Terlambat")
    expect(page.locator("main")).to_contain_text(re.compile("wali kota", re.IGNORECASE))

    office = visitor(city, viewport=DESK)
    office.sign_in("mayor")
    page = office.open("/kantor/red/?jenjang=3")
    row = page.locator("tr", has_text=number)
    expect(row).to_be_visible()
    check(page)
    row.get_by_role("button").click()
    expect(page.locator("tr", has_text=number).get_by_role("button")).to_have_count(0)

    page = resident.open(f"/siaran/laporan/{number}/")
    expect(page.locator("main")).to_contain_text("Eskalasi ditanggapi")
    resident.check_accessibility()

    # What answers it ends the red.
    operator = visitor(city, viewport=DESK)
    operator.sign_in("operator")
    page = operator.open(f"/kantor/siaran/reports/{number}/")
    expect(page.locator("main")).to_contain_text("terlambat")
    page.locator("#reply").evaluate("box => { box.open = true; }")
    page.locator("#reply textarea[name=words]").fill("Maaf terlambat. Regu kami datang besok pagi.")
    page.locator("#reply button.button-longrunning").click()
    expect(page.locator("main")).to_contain_text("Regu kami datang besok pagi.")
    page = resident.open(f"/siaran/laporan/{number}/")
    expect(page.locator(".tag--late")).to_have_count(0)
