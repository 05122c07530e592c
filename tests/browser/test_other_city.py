"""No wrong door: a report goes to another city, by two real workers, and its reporter follows the number there."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import DESK, Visitor
from tests.browser.test_journey import PLACES, photo_with_gps, report

HERE, THERE = "tangerang-selatan", "serang"


def test_a_report_goes_to_another_city(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    lat, lon = PLACES[HERE]
    options = {"geolocation": {"latitude": lat, "longitude": lon}, "permissions": ["geolocation"]}
    resident = visitor(HERE, **options)
    resident.sign_in("resident")
    words = f"Lampu di perbatasan kota mati, {time.time_ns()}."
    number = report(resident, words, photo_with_gps(tmp_path / "a.jpg", (40, 60, 90)))

    desk = visitor(HERE, DESK)
    desk.sign_in("operator")
    page = desk.open(f"/kantor/siaran/reports/{number}/")
    form = page.locator("#transfer")
    form.locator("summary").click()
    form.locator("select[name=city]").select_option(label="Kota Serang")
    form.locator("input[name=place]").fill(", ".join(str(part) for part in PLACES[THERE]))
    form.locator("textarea[name=reason]").fill("Titik ini di wilayah Kota Serang.")
    form.locator("button").click()
    expect(page.locator("main")).to_contain_text("Di sini hanya dapat dibaca")

    # The worker of the other city takes it in; the page of this one leads there as soon as it has.
    link = resident.page.get_by_role("link", name="Ikuti di Kota Serang")
    deadline = time.monotonic() + 90
    while True:
        resident.open(f"/siaran/laporan/{number}/")
        if link.count() or time.monotonic() > deadline:
            break
        time.sleep(1)
    resident.check_accessibility()
    link.click()
    expect(resident.page).to_have_url(re.compile(rf"//{THERE}\..*{number}"))
    expect(resident.page.locator("main")).to_contain_text(words)
    expect(resident.page.locator("main")).to_contain_text("Diambil alih dari Kota Tangerang Selatan")
    expect(resident.page.locator("main img").first).to_be_visible()
    resident.check_accessibility()

    clerk = visitor(THERE, DESK)
    clerk.sign_in("operator")
    page = clerk.open(f"/kantor/siaran/reports/{number}/")
    expect(page.locator("main")).to_contain_text("Kota Tangerang Selatan")
