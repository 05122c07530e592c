"""One report travels from a phone to done, in two cities at the same time, with Celery, mail and browser real."""

from __future__ import annotations

import io
import json
import re
import secrets
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Installation, Visitor

Enter = Callable[..., Visitor]
Outbox = Callable[[str, str], str]

PLACES = {
    "tangerang-selatan": (-6.3430, 106.7390),  # Pamulang
    "serang": (-6.1149, 106.1503),  # the town square
}


def photo_with_gps(path: Path, colour: tuple[int, int, int]) -> Path:
    """A JPEG as a phone makes it: with the place where it was taken."""
    image = Image.new("RGB", (1600, 1200), colour)
    image.paste((250, 240, 200), (700, 200, 900, 500))
    exif = image.getexif()
    exif[0x010F] = "Telepon Rahasia"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "S", (6.0, 20.0, 34.8)
    gps[3], gps[4] = "E", (106.0, 44.0, 20.4)
    image.save(path, "JPEG", exif=exif, quality=90)
    assert b"Exif" in path.read_bytes()
    return path


def sign_up(visitor: Visitor, outbox: Outbox, name: str, address: str) -> None:
    """By mail address and the code that arrives there; no password."""
    page = visitor.open("/akun/signup/")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=login]").fill(address)
    visitor.check_accessibility()
    page.locator("main form button[type=submit]").first.click()
    code_field = page.locator("input[name=code]")
    code_field.wait_for()
    text = outbox(address, "kode")
    found = re.search(r"^\s*([A-Z0-9]{3}-?[A-Z0-9]{3,5})\s*$", text, re.MULTILINE)
    assert found, text
    code_field.fill(found[1])
    page.locator("main form button[type=submit]").first.click()
    expect(code_field).to_have_count(0)


def report(visitor: Visitor, words: str, photo: Path, visibility: str = "PUBLIC") -> str:
    """Sends a report with the phone's position; returns the number."""
    page = visitor.open("/siaran/lapor/")
    page.get_by_label("Lampu jalan").check()
    page.locator("textarea[name=description]").fill(words)
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Gunakan lokasi saya").click()
    expect(page.locator("input[name=lat]")).not_to_have_value("")
    page.locator(f"input[name=visibility][value={visibility}]").check()
    page.get_by_role("button", name=re.compile("Kirim laporan")).click()
    number, alike = page.locator(".receipt__number"), page.locator(".error-summary")
    number.or_(alike).first.wait_for()
    if alike.count():
        # Somebody has reported something like it nearby; it is another lamp.
        visitor.check_accessibility()
        page.get_by_role("button", name=re.compile("Kirim laporan")).click()
        number.wait_for()
    visitor.check_accessibility()
    return number.inner_text().strip()


def be_told_at_night(visitor: Visitor) -> None:
    """Switches the quiet hours off: this journey may be made at any hour."""
    page = visitor.open("/akun/pesan/")
    visitor.check_accessibility()
    page.get_by_label("Jam tenang").uncheck()
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_label("Jam tenang")).not_to_be_checked()
    expect(page.locator("main")).to_contain_text("Pilihan Anda berlaku")


def read_inbox(visitor: Visitor, number: str, text: str) -> None:
    """Everything that was mailed stands there too, and a link in a mail leads to the report."""
    found = re.search(r"https?://[^/\s]+(/n/[\w-]+/)", text)
    assert found, text
    page = visitor.open(found[1])
    assert f"/siaran/laporan/{number}/" in page.url
    page = visitor.open("/kotak-masuk/")
    visitor.check_accessibility()
    expect(page.locator(".header__count")).to_be_visible()
    page.get_by_role("link", name=re.compile("sudah selesai")).click()
    expect(page.locator("h1")).to_contain_text(number)
    visitor.check_accessibility()
    page.get_by_role("link", name="Buka", exact=True).click()
    assert f"/siaran/laporan/{number}/" in page.url


def assign(visitor: Visitor, number: str) -> None:
    """In the back office: opens the report and gives it to the officer."""
    page = visitor.open(f"/kantor/siaran/reports/?q={number}")
    page.locator(f"main a[href*='/reports/{number}/']").first.click()
    expect(page.locator("main")).to_contain_text(number)
    # What the desk expects to be done next stands open already.
    page.locator("#assign").evaluate("box => { box.open = true; }")
    officer = page.locator("#assign option", has_text="Budi Santoso").first.get_attribute("value")
    page.locator("#assign select").select_option(officer)
    page.locator("#assign button").click()
    expect(page.locator("main")).to_contain_text("Budi Santoso")


def work(visitor: Visitor, number: str, photo: Path) -> None:
    """On the officer's phone: takes it up, begins, finishes with photo and words."""
    page = visitor.open("/siaran/tugas/")
    page.locator(f"a[href*='{number}']").first.click()
    page.get_by_role("button", name="Terima tugas ini").click()
    page.get_by_role("button", name="Saya di lokasi dan mulai").click()
    expect(page.locator("main")).to_contain_text("Pengerjaan dimulai di lokasi")
    finish = page.locator("form[data-step=finish]")
    finish.locator("input[type=file]").set_input_files(photo)
    finish.locator("textarea[name=words]").fill("Lampu LED dan kabelnya sudah diganti, menyala lagi.")
    visitor.check_accessibility()
    page.get_by_role("button", name="Sudah selesai").click()
    expect(page.locator("main")).to_contain_text("Lampu LED dan kabelnya sudah diganti")


def approve(enter: Enter, city: str, number: str) -> None:
    """In the back office: the result is good."""
    operator = enter(city, viewport=DESK)
    operator.sign_in("operator")
    page = operator.open(f"/kantor/siaran/reports/{number}/")
    expect(page.locator("main")).to_contain_text("Lampu LED dan kabelnya sudah diganti")
    page.locator("#approve").evaluate("box => { box.open = true; }")
    page.locator("#approve button.button-longrunning").click()
    expect(page.locator("#approve")).to_have_count(0)


def rate(visitor: Visitor, number: str) -> None:
    page = visitor.open(f"/siaran/laporan/{number}/")
    expect(page.locator("main")).to_contain_text("Selesai")
    visitor.check_accessibility()
    page.locator("input[name=rating][value='5']").check(force=True)
    page.locator("textarea[name=words]").first.fill("Terima kasih, cepat sekali.")
    page.get_by_role("button", name="Kirim penilaian").click()
    expect(page.locator("main")).to_contain_text("Terima kasih, cepat sekali.")


def test_a_report_travels_from_a_phone_to_done_in_two_cities_at_once(
    visitor: Enter, outbox: Outbox, balai: Installation, tmp_path: Path
) -> None:
    before = photo_with_gps(tmp_path / "before.jpg", (20, 24, 50))
    after = photo_with_gps(tmp_path / "after.jpg", (200, 190, 120))
    residents, numbers, words = {}, {}, {}
    once = secrets.token_hex(4)
    # Every step is taken in both cities before the next one: what leaks between them would show.
    for city, (lat, lon) in PLACES.items():
        resident = visitor(city, geolocation={"latitude": lat, "longitude": lon}, permissions=["geolocation"])
        sign_up(resident, outbox, f"Warga {city.title()}", f"warga-{once}@{city}.example")
        be_told_at_night(resident)
        residents[city] = resident
    for city, resident in residents.items():
        words[city] = f"Lampu jalan di {city} padam tiga malam, sangat gelap dan rawan."
        numbers[city] = report(resident, words[city], before)
    for city, number in numbers.items():
        outbox(f"warga-{once}@{city}.example", number)
        operator = visitor(city, viewport=DESK)
        operator.sign_in("operator")
        assign(operator, number)
    for city, number in numbers.items():
        officer = visitor(city)
        officer.sign_in("officer")
        work(officer, number, after)
    # Tangerang Selatan checks results before a report is done; Serang does not.
    approve(visitor, "tangerang-selatan", numbers["tangerang-selatan"])
    for city, resident in residents.items():
        text = outbox(f"warga-{once}@{city}.example", "Lampu LED dan kabelnya sudah diganti")
        read_inbox(resident, numbers[city], text)
        rate(resident, numbers[city])

    for city, other in (("serang", "tangerang-selatan"), ("tangerang-selatan", "serang")):
        stranger = visitor(city)
        page = stranger.open("/siaran/laporan/?q=" + words[city].split()[3])
        expect(page.locator("main")).to_contain_text(words[city][:40])
        assert words[other][:40] not in page.content()
        assert stranger.fetch(f"/siaran/laporan/{numbers[other]}/")[0] == 404
        stranger.open(f"/siaran/laporan/{numbers[city]}/")
        check_photos(stranger, other)


def check_photos(visitor: Visitor, other: str) -> None:
    """Every photo on the page is a clean JPEG here, and absent at the other city's address."""
    paths = {image.get_attribute("src") for image in visitor.page.locator("img[src*='/berkas/']").all()}
    assert len(paths) >= 2
    for path in paths:
        assert path
        status, body = visitor.fetch(path)
        assert status == 200
        assert body[:2] == b"\xff\xd8"
        assert not Image.open(io.BytesIO(body)).getexif()
        assert b"Telepon Rahasia" not in body
        assert visitor.fetch(path, city=other)[0] == 404


def count_reports(visitor: Visitor) -> int:
    """How many reports the signed-in resident has."""
    query = "{ siaran { myReports { totalCount } } }"
    _status, body = visitor.fetch("/graphql/", data={"query": query})
    return int(json.loads(body)["data"]["siaran"]["myReports"]["totalCount"])


def open_form(visitor: Visitor, words: str = "Lampu jalan padam dan sangat gelap sekali.") -> Page:
    page = visitor.open("/siaran/lapor/")
    page.get_by_label("Lampu jalan").check()
    page.locator("textarea[name=description]").fill(words)
    return page


def png_bomb() -> bytes:
    """60,000 × 60,000 pixels in a few bytes."""
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(5_000_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_bad_uploads_keep_the_words_and_make_no_case(visitor: Enter, tmp_path: Path, javascript: bool) -> None:
    resident = visitor("serang", java_script_enabled=javascript)
    resident.sign_in("resident")
    before = count_reports(resident)
    wrong = {
        "not-a-picture.jpg": b"This is no picture at all. " * 40,
        "bomb.png": png_bomb(),
        "script.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "large.jpg": b"\xff\xd8\xff\xe0" + bytes(50 * 1024 * 1024),
    }
    for name, content in wrong.items():
        path = tmp_path / name
        path.write_bytes(content)
        page = open_form(resident, words=f"Lampu padam, kata-kata ini tidak boleh hilang ({name}).")
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_role("button", name=re.compile("Kirim laporan")).click()
        error = page.locator(".error-summary, .field--wrong, .field__error").first
        error.wait_for()
        expect(page.locator("textarea[name=description]")).to_have_value(re.compile("tidak boleh hilang"))
    assert count_reports(resident) == before


def test_a_place_in_the_neighbour_city_is_refused_with_its_name(visitor: Enter) -> None:
    # The city hall of Tangerang, seen from Tangerang Selatan.
    resident = visitor(
        "tangerang-selatan", geolocation={"latitude": -6.1702, "longitude": 106.6403}, permissions=["geolocation"]
    )
    resident.sign_in("resident")
    before = count_reports(resident)
    page = open_form(resident)
    page.get_by_role("button", name="Gunakan lokasi saya").click()
    expect(page.locator("input[name=lat]")).not_to_have_value("")
    page.get_by_role("button", name=re.compile("Kirim laporan")).click()
    expect(page.locator(".error-summary")).to_contain_text("Kota Tangerang")
    expect(page.locator("textarea[name=description]")).not_to_have_value("")
    resident.check_accessibility()
    assert count_reports(resident) == before


def test_an_impatient_double_click_is_one_case(visitor: Enter, tmp_path: Path) -> None:
    """By kelurahan and landmark, without the map. The same form posted twice is tested in tests/siaran."""
    resident = visitor("serang")
    resident.sign_in("resident")
    before = count_reports(resident)
    page = open_form(resident, words="Lampu di gang ini padam sejak minggu lalu, mohon diperbaiki.")
    page.locator("input[type=file]").set_input_files(photo_with_gps(tmp_path / "lamp.jpg", (30, 30, 60)))
    page.locator("select[name=village]").select_option(index=3)
    page.locator("input[name=landmark]").fill("Depan SDN 5")
    page.get_by_role("button", name="Kirim laporan").dblclick()
    page.locator(".receipt__number").wait_for()
    assert count_reports(resident) == before + 1


def test_the_home_page_shows_what_is_around_the_visitor(visitor: Enter) -> None:
    lat, lon = PLACES["serang"]
    someone = visitor("serang", geolocation={"latitude": lat, "longitude": lon}, permissions=["geolocation"])
    page = someone.open("/")
    page.get_by_role("button", name="Tampilkan di sekitar saya").click()
    expect(page.locator("[data-found]")).not_to_be_empty()
    someone.check_accessibility()
    assert f"{lat}" not in page.url
