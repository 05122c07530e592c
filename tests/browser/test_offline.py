"""Without a network: an officer's work is kept on the phone and sent once; a resident's report survives a cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.conftest import Visitor
from tests.browser.test_journey import photo_with_gps

Enter = Callable[..., Visitor]
CITY = "tangerang-selatan"
HERE = {"latitude": -6.3430, "longitude": 106.7390}


def at(visitor: Enter) -> Visitor:
    return visitor(CITY, geolocation=HERE, permissions=["geolocation"])


def worker_runs(visitor: Visitor) -> None:
    visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    visitor.page.reload()
    visitor.page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def test_an_officer_works_offline_closes_the_tab_and_everything_is_sent_once(visitor: Enter, tmp_path: Path) -> None:
    after = photo_with_gps(tmp_path / "after.jpg", (190, 180, 90))
    officer = at(visitor)
    officer.sign_in("officer")
    page = officer.open("/siaran/tugas/")
    context = page.context
    worker_runs(officer)
    links = page.locator("main a[data-keep]")
    expect(links.first).to_be_visible()
    # One that nobody has taken up: its page offers to.
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    address = next(
        path for path in addresses if officer.open(path).get_by_role("button", name="Terima tugas ini").count()
    )
    officer.check_accessibility()
    context.set_offline(True)
    page.reload()  # from the phone
    page.get_by_role("button", name="Terima tugas ini").click()
    expect(page.locator("main [data-entry]")).to_have_count(1)
    page.get_by_role("button", name="Saya di lokasi dan mulai").click()
    expect(page.locator("main [data-entry]")).to_have_count(2)
    page.locator("form[data-step=finish] input[type=file]").set_input_files(after)
    expect(page.locator("form[data-step=finish] [data-list] img")).to_have_count(1)
    page.locator("textarea[name=words]").fill("Lampu LED dan kabelnya sudah diganti, menyala lagi.")
    page.get_by_role("button", name="Sudah selesai").click()
    expect(page.locator("main [data-entry]")).to_have_count(3)
    expect(page.locator(".queue-bar")).to_contain_text("3 menunggu jaringan")
    page.close()
    context.set_offline(False)
    # The browser's own words about the missing network are no fault of the page.
    officer.complaints[:] = [said for said in officer.complaints if "ERR_INTERNET_DISCONNECTED" not in said]
    officer.page = page = context.new_page()
    officer.open("/antrean/")
    expect(page.locator("[data-queue-list] [data-state=sent]")).to_have_count(3, timeout=60_000)
    officer.check_accessibility()
    page = officer.open(address)
    story = page.locator(".timeline").last
    expect(story).to_contain_text("Lampu LED dan kabelnya sudah diganti")
    assert story.inner_text().count("Lampu LED dan kabelnya") == 1
    expect(page.get_by_role("button", name="Terima tugas ini")).to_have_count(0)


def test_a_report_whose_request_is_cut_arrives_once(visitor: Enter, tmp_path: Path) -> None:
    photo = photo_with_gps(tmp_path / "before.jpg", (20, 24, 50))
    resident = at(visitor)
    resident.sign_in("resident")
    page = resident.open("/siaran/lapor/")
    words = "Lampu jalan di tikungan mati sejak tiga hari, gelap sekali."
    cut: list[str] = []

    def once(route: Route) -> None:
        if route.request.method != "POST" or cut:
            return route.continue_()
        cut.append(route.request.url)
        return route.abort()

    page.route(re.compile("/siaran/lapor/$"), once)
    page.get_by_label("Lampu jalan").check()
    page.locator("textarea[name=description]").fill(words)
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Gunakan lokasi saya").click()
    expect(page.locator("input[name=lat]")).not_to_have_value("")
    page.get_by_role("button", name=re.compile("Kirim laporan")).click()
    expect(page.locator("main [data-entry]")).to_be_visible()
    assert len(cut) == 1
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    page.wait_for_url(re.compile("/terkirim/$"), timeout=60_000)
    page = resident.open("/siaran/laporan-saya/")
    assert page.locator("main").inner_text().count(words[:40]) == 1
