"""A guest reports without an account or an address, closes the browser, and comes back with number and code."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import DESK, Visitor
from tests.browser.test_journey import PLACES, assign, photo_with_gps, report, work

Enter = Callable[..., Visitor]
CITY = "serang"


def trace(visitor: Visitor, number: str, code: str) -> None:
    """Types number and code on the page for it."""
    page = visitor.open("/siaran/lacak/")
    form = page.locator("form[method=post]", has=page.locator("input[name=code]"))
    form.locator("input[name=number]").fill(number)
    form.locator("input[name=code]").fill(code)
    form.get_by_role("button").click()


def ask(visitor: Visitor, number: str, words: str) -> None:
    """In the back office: the agency needs to know something."""
    page = visitor.open(f"/kantor/siaran/reports/{number}/")
    page.locator("#ask").evaluate("box => { box.open = true; }")
    page.locator("#ask textarea[name=words]").fill(words)
    page.locator("#ask button.button-longrunning").click()
    expect(page.locator(".office-timeline")).to_contain_text(words)


def test_a_word_without_end_keeps_to_the_page(visitor: Enter, tmp_path: Path) -> None:
    """What a hostile guest types: no page grows wider than the phone, and nothing of it runs."""
    lat, lon = PLACES[CITY]
    phone = visitor(CITY, geolocation={"latitude": lat + 0.004, "longitude": lon}, permissions=["geolocation"])
    page = phone.open("/siaran/lapor/")
    page.locator("input[name=landmark]").fill("X" * 150)
    words = "<script>document.title = 'x'</script> " + "A" * 400
    page.get_by_label("Lampu jalan").check()
    page.locator("textarea[name=description]").fill(words)
    page.locator("input[type=file]").set_input_files(photo_with_gps(tmp_path / "a.jpg", (10, 50, 90)))
    page.get_by_role("button", name="Gunakan lokasi saya").click()
    expect(page.locator("input[name=lat]")).not_to_have_value("")
    page.locator("input[name=visibility][value=SECRET]").check()
    for _look in range(2):
        page.get_by_role("button", name="Kirim laporan").click()
        page.locator(".receipt__number, .error-summary").first.wait_for()
        if page.locator(".receipt__number").count():
            break
    number = page.locator(".receipt__number").inner_text().strip()
    for path in (f"/siaran/laporan/{number}/", "/siaran/lacak/"):
        phone.open(path)
        expect(page.locator("main")).to_contain_text("<script>document.title")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over == 0, f"{path} is {over} px too wide"
        assert page.title() != "x"
        phone.check_accessibility()


def test_a_guest_comes_back_with_number_and_code(visitor: Enter, tmp_path: Path) -> None:
    lat, lon = PLACES[CITY]
    phone = visitor(
        CITY,
        geolocation={"latitude": lat, "longitude": lon},
        permissions=["geolocation", "clipboard-read", "clipboard-write"],
    )
    once = secrets.token_hex(3)
    words = f"Lampu di gang belakang sekolah mati, penanda {once}."
    # Secret: whoever has no code sees nothing at all.
    number = report(phone, words, photo_with_gps(tmp_path / "a.jpg", (30, 50, 40)), visibility="SECRET")
    code = phone.page.locator(".receipt__code").inner_text().strip()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    assert code not in phone.page.url
    phone.page.get_by_role("button", name="Salin kode").click()
    expect(phone.page.locator("[data-status]", has_text="disalin")).to_be_visible()
    assert phone.page.evaluate("navigator.clipboard.readText()") == code
    phone.page.context.close()

    desk = visitor(CITY, viewport=DESK)
    desk.sign_in("operator")
    assign(desk, number)
    ask(desk, number, "Gang yang mana, sebelah utara atau selatan?")

    other = visitor(CITY)
    address = f"/siaran/laporan/{number}/"
    assert other.fetch(address)[0] == 404
    for wrong_number, wrong_code in ((number, "0000-0000-0000"), (number, "kode saya"), ("3673-000-000-000", code)):
        trace(other, wrong_number, wrong_code)
        expect(other.page.locator(".error-summary")).to_contain_text("tidak cocok")
        assert "/lacak/" in other.page.url
        expect(other.page.locator("input[name=number]")).to_have_value(wrong_number)
        other.check_accessibility()
        assert other.fetch(address)[0] == 404

    trace(other, number, code.lower().replace("-", " "))
    page = other.page
    page.wait_for_url(f"**{address}")
    expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("main")).to_contain_text("Gang yang mana")
    other.check_accessibility()
    page.get_by_label("Pesan Anda").fill("Sebelah selatan, dekat pos ronda.")
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.locator("main")).to_contain_text("Sebelah selatan, dekat pos ronda.")
    other.check_accessibility()

    officer = visitor(CITY)
    officer.sign_in("officer")
    work(officer, number, photo_with_gps(tmp_path / "b.jpg", (210, 200, 120)))
    other.open(address)
    expect(page.locator("main")).to_contain_text("Lampu LED dan kabelnya sudah diganti")
    other.check_accessibility()
    page.locator("input[name=rating][value='4']").check(force=True)
    page.get_by_label("Ya, teratasi").check()
    page.get_by_label("Apakah Anda ingin menyampaikan alasannya?").fill("Terima kasih, sudah terang.")
    page.get_by_role("button", name="Kirim penilaian").click()
    expect(page.locator("main")).to_contain_text("Terima kasih, sudah terang.")
    expect(page.get_by_role("button", name="Kirim penilaian")).to_have_count(0)

    # A device that others use too forgets.
    page = other.open("/")
    page.get_by_role("link", name="Laporan saya").first.click()
    page.wait_for_url("**/siaran/lacak/")
    expect(page.locator("main")).to_contain_text(number)
    other.check_accessibility()
    page.get_by_role("button", name="Lupakan").click()
    expect(page.locator("main")).not_to_contain_text(number)
    assert other.fetch(address)[0] == 404
