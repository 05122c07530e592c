"""The operator's day in a real browser: unread, verify, a template, many at once, the file, the board, all by keyboard
where a keyboard is quicker."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.test_office import check

Enter = Callable[..., Visitor]
CITY = "tangerang-selatan"
INBOX = "/kantor/siaran/reports/"


def test_the_operators_day(visitor: Enter) -> None:
    administrator = visitor(CITY, viewport=DESK)
    administrator.sign_in("administrator")
    name = f"Salam {time.time():.0f}"
    page = administrator.open("/kantor/siaran/templates/new/")
    page.locator("#id_name").fill(name)
    page.locator("#id_words").fill("Terima kasih. Laporan {number} kami catat.")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/siaran/templates/**")

    operator = visitor(CITY, viewport=DESK)
    operator.sign_in("operator")
    page = operator.open(f"{INBOX}?status=waiting")
    check(page)
    # By keyboard: the help, then down to the second report, and open it.
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    check(page)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-desk-row] .office-table__main a").first).to_be_focused()
    page.keyboard.press("o")
    page.wait_for_url("**/reports/3674-*/")
    number = re.search(r"3674-[0-9-]+", page.url)
    assert number is not None
    check(page)

    page.locator("#verify button").click()
    expect(page.locator(".office-timeline")).to_contain_text("erverifikasi")
    page.locator("#reply > summary").click()
    page.locator("#reply-template").select_option(label=name)
    page.get_by_role("button", name="Pratinjau").first.click()
    words = f"Terima kasih. Laporan {number[0]} kami catat."
    expect(page.locator("#reply textarea")).to_have_value(words)
    check(page)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".office-timeline")).to_contain_text(words)

    page.get_by_role("link", name="Periksa riwayat").click()
    expect(page.locator("main")).to_contain_text("Riwayat utuh")
    check(page)

    # Many at once, ticked by keyboard.
    page = operator.open(f"{INBOX}?tahap=waiting&petugas=0")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("[data-desk-row] input:checked").count() == 2
    page.keyboard.press("b")
    page.locator("#bulk-move").select_option("assign")
    page.locator("#bulk button").click()
    page.wait_for_url("**/reports/bulk/")
    check(page)
    page.locator("#id_assign_officer").select_option(index=1)
    page.get_by_role("button", name="Lakukan untuk semuanya").click()
    page.wait_for_url("**/bulk/*/")
    expect(page.locator("main p.office-lead")).to_have_text("Selesai untuk 2.")
    check(page)

    page = operator.open(f"{INBOX}?tahap=waiting")
    with page.expect_download() as download:
        page.get_by_role("link", name="Berkas CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        assert "Nomor" in next(csv.reader(file))
    page.get_by_role("link", name="Papan").click()
    page.wait_for_url("**/reports/board/**")
    expect(page.locator("main")).to_contain_text(number[0])
    check(page)


def test_the_inbox_on_a_phone(visitor: Enter) -> None:
    operator = visitor(CITY, viewport=PHONE)
    operator.sign_in("operator")
    for path in (INBOX, f"{INBOX}board/", f"{INBOX}map/"):
        check(operator.open(path))
