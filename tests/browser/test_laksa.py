"""An aspiration from the first word to its fulfilment, in real browsers: author, supporter, agency, command room."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.test_journey import be_told_at_night, photo_with_gps, sign_up
from tests.browser.test_office import check

Enter = Callable[..., Visitor]
Outbox = Callable[[str, str], str]
CITY = "tangerang"
ROOM = f"komando@{CITY}.example"
AGENCY = "Dinas Perhubungan"


API = "{ laksa { aspiration(number: %s) { title case { reporterName timeline { by words } } } } }"


def drawing() -> bytes:
    """A PDF."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=12)
    paper.cell(text="Gambar halte")
    return bytes(paper.output())


PAGES = [
    *("/", "/laksa/", "/laksa/?urut=dukungan", "/laksa/?urut=dijawab", "/laksa/?status=selesai&jenis=saran"),
    *("/laksa/?cari=tidak+ada+yang+cocok", "/laksa/galeri/", "/laksa/statistik/", "/laksa/aturan/", "/laksa/lacak/"),
]
OWN_PAGES = ["/laksa/kirim/", "/laksa/saya/", "/laksa/saya/?tampil=didukung", "/kotak-masuk/"]


@pytest.mark.parametrize("size", [pytest.param(PHONE, id="390"), pytest.param(DESK, id="1280")])
def test_all_pages_fit_and_are_accessible(visitor: Enter, size: dict[str, int]) -> None:
    reader = visitor(CITY, viewport=size)
    for path in PAGES:
        look_at(reader, path)
    # One of each end: fulfilled with photos, planned, declined, and one that is late.
    for words in ("Taman bermain di lahan", "Hutan kota di bekas", "Rute BRT langsung", "Selamatkan pohon"):
        page = reader.open(f"/laksa/?cari={words.replace(' ', '+')}")
        look_at(reader, page.locator("main .card__link", has_text=words).first.get_attribute("href") or "")
    resident = visitor(CITY, viewport=size)
    resident.sign_in("resident")
    for path in OWN_PAGES:
        look_at(resident, path)


def look_at(someone: Visitor, path: str) -> None:
    page = someone.open(path)
    someone.check_accessibility()
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{path} is {over} px too wide"


def write(author: Visitor, title: str, text: str) -> None:
    """Fills in the form of an aspiration."""
    page = author.page
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=text]").fill(text)
    page.locator("select[name=topic]").select_option("angkutan")


def send(author: Visitor) -> str:
    """Sends what was written, though others have said something alike; returns the number."""
    page = author.page
    page.get_by_role("button", name="Kirim aspirasi").click()
    number, alike = page.locator(".receipt__number"), page.locator(".error-summary")
    number.or_(alike).first.wait_for()
    if alike.count():
        author.check_accessibility()
        page.get_by_role("button", name="Kirim aspirasi").click()
        number.wait_for()
    author.check_accessibility()
    return number.inner_text().strip()


def address(number: str) -> str:
    return f"/laksa/aspirasi/{number}/"


def room(visitor: Enter) -> Visitor:
    someone = visitor(CITY, viewport=DESK)
    someone.sign_in("operator", ROOM)
    return someone


def at_desk(someone: Visitor, number: str, move: str) -> None:
    """Opens the aspiration in the back office with the form of this move unfolded."""
    page = someone.open(f"/kantor/laksa/reports/{number}/")
    page.locator(f"#{move}").evaluate("box => { box.open = true; }")
    check(page)


def submit(someone: Visitor, move: str, said: str) -> None:
    """Sends the form of the move; the timeline tells of it."""
    page = someone.page
    page.locator(f"#{move} button.button-longrunning").click()
    expect(page.locator(".office-timeline").last).to_contain_text(said)


def test_from_the_first_word_to_the_after_photo(visitor: Enter, outbox: Outbox, tmp_path: Path) -> None:
    once = secrets.token_hex(3)
    title = f"Halte teduh di depan sekolah {once}"
    text = "Anak-anak menunggu angkot di bawah terik. Mohon halte kecil dengan atap dan bangku di depan sekolah."

    # While writing: what others have said already, and a draft that another device goes on with.
    author = visitor(CITY)
    author.sign_in("resident")
    page = author.open("/laksa/kirim/")
    author.check_accessibility()
    write(author, "Halte BRT yang ramah kursi roda", text)
    alike = page.locator("#alike")
    expect(alike).to_contain_text("Halte BRT yang ramah kursi roda di koridor 2")
    expect(alike.get_by_role("link", name=re.compile("Lihat hasilnya")).first).to_be_visible()
    author.check_accessibility()
    page.locator("input[name=title]").fill(title)
    page.wait_for_function("words => Object.values(localStorage).some((kept) => kept.includes(words))", arg=once)
    # The tab is closed; the device has kept the words, until they lie on the account.
    page.goto("about:blank")
    page = author.open("/laksa/kirim/")
    expect(page.locator("input[name=title]")).to_have_value(title)
    expect(page.locator("main")).to_contain_text("Tulisan Anda di perangkat ini dipulihkan")
    author.check_accessibility()
    page.get_by_role("button", name="Simpan sebagai draf").click()
    page = author.open("/laksa/kirim/")
    expect(page.locator("input[name=title]")).to_have_value("")
    other_device = visitor(CITY, viewport=DESK)
    other_device.sign_in("resident")
    mine = other_device.open("/laksa/saya/?tampil=draf")
    other_device.check_accessibility()
    mine.locator("main li", has_text=once).locator("a[href*='draf=']").first.click()
    expect(mine.locator("textarea[name=text]")).to_have_value(text)
    mine.locator("input[type=file]").first.set_input_files(photo_with_gps(tmp_path / "before.jpg", (120, 130, 90)))
    number = send(other_device)
    expect(author.open("/laksa/saya/?tampil=draf").locator("main")).not_to_contain_text(once)
    page = author.open(address(number))
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("main img").first).to_be_visible()

    # Another resident, on two devices at once: counted once, withdrawn, counted again.
    neighbour = visitor(CITY)
    sign_up(neighbour, outbox, f"Rukmini {once.title()}", f"rukmini-{once}@contoh.example")
    be_told_at_night(neighbour)
    tablet = visitor(CITY, viewport=DESK, storage_state=neighbour.page.context.storage_state())
    for device in (neighbour, tablet):
        device.open(address(number))
        device.check_accessibility()
        device.page.evaluate(
            """() => {
                const form = document.querySelector("form[action$='/dukung/']");
                window.sent = fetch(form.action, {method: "POST", body: new FormData(form)});
            }"""
        )
    for device in (neighbour, tablet):
        assert device.page.evaluate("() => window.sent.then((answer) => answer.status)") == 200
    page = neighbour.open(address(number))
    expect(page.locator("#dukungan")).to_have_text("2 pendukung")
    page.get_by_role("button", name="Tarik dukungan saya").click()
    expect(page.locator("#dukungan")).to_have_text("1 pendukung")
    page.get_by_role("button", name="Dukung", exact=True).click()
    expect(page.locator("#dukungan")).to_have_text("2 pendukung")
    neighbour.check_accessibility()

    # A newcomer's comment waits for the command room.
    remark = f"Setuju, ibu saya juga menunggu di sana {once}."
    page.locator("#komentar textarea").fill(remark)
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.locator("#komentar")).to_contain_text("Menunggu pemeriksaan; hanya Anda yang melihat")
    neighbour.check_accessibility()
    expect(author.open(address(number)).locator("main")).not_to_contain_text(remark)
    moderator = room(visitor)
    page = moderator.open("/kantor/laksa/moderation/")
    check(page)
    page.locator("#comments li", has_text=remark).get_by_role("checkbox").check()
    page.get_by_role("button", name="Tayangkan komentar yang dicentang").or_(
        page.locator("#comments button[value=publish]")
    ).first.click()
    expect(author.open(address(number)).locator("main")).to_contain_text(remark)

    # The command room verifies and disposes; the agency answers with a document and shows what was built.
    at_desk(moderator, number, "verify")
    submit(moderator, "verify", "Terverifikasi")
    at_desk(moderator, number, "dispose")
    choice = moderator.page.locator(f"#dispose select[name=who_1] optgroup[label='{AGENCY}'] option").first
    moderator.page.locator("#dispose select[name=who_1]").select_option(choice.get_attribute("value"))
    submit(moderator, "dispose", AGENCY)
    agency = visitor(CITY, viewport=DESK)
    agency.sign_in("operator")
    at_desk(agency, number, "answer")
    answer = f"Kami siapkan dua halte teduh sebelum musim hujan, gambarnya terlampir {once}."
    agency.page.locator("#answer textarea[name=words]").fill(answer)
    agency.page.locator("#answer input[name=documents]").set_input_files(
        {"name": "Gambar halte.pdf", "mimeType": "application/pdf", "buffer": drawing()}
    )
    submit(agency, "answer", answer)
    mailed = outbox(f"rukmini-{once}@contoh.example", answer)
    assert number in mailed
    page = neighbour.open(address(number))
    expect(page.locator("main")).to_contain_text(answer)
    expect(page.get_by_role("link", name=re.compile("Gambar halte"))).to_be_visible()
    neighbour.check_accessibility()
    at_desk(agency, number, "fulfil")
    built = f"Dua halte dengan atap dan bangku sudah berdiri {once}."
    agency.page.locator("#fulfil textarea[name=words]").fill(built)
    after = photo_with_gps(tmp_path / "after.jpg", (90, 160, 110))
    agency.page.locator("#fulfil input[name=photos]").set_input_files(after)
    submit(agency, "fulfil", built)

    # Not done before the command room has compared; then everybody sees it.
    stranger = visitor(CITY, viewport=DESK)
    page = stranger.open(address(number))
    expect(page.locator(".case__tags").first).not_to_contain_text("Selesai")
    at_desk(moderator, number, "approve")
    submit(moderator, "approve", built)
    page = stranger.open(address(number))
    expect(page.locator(".case__tags").first).to_contain_text("Selesai")
    expect(page.locator("main")).to_contain_text("Sebelum dan sesudah")
    expect(page.locator("main")).to_contain_text(built)
    stranger.check_accessibility()
    page = author.open(address(number))
    expect(page.locator("main")).to_contain_text(built)
    author.check_accessibility()
    outbox(f"resident@{CITY}.example", number)


def test_a_reported_comment_is_hidden_with_a_reason(visitor: Enter, outbox: Outbox) -> None:
    once = secrets.token_hex(3)
    insult = f"Pengusulnya pasti punya kepentingan sendiri {once}."
    talker = visitor(CITY)
    talker.sign_in("resident")
    page = talker.open("/laksa/?cari=Festival+Cisadane")
    page.get_by_role("link", name=re.compile("Festival Cisadane")).first.click()
    page.wait_for_url("**/laksa/aspirasi/**")
    path = "/laksa/aspirasi/" + page.url.split("/laksa/aspirasi/")[1]
    page.locator("#komentar textarea").fill(insult)
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.locator("#komentar")).to_contain_text(insult)

    reader = visitor(CITY)
    sign_up(reader, outbox, f"Sukma {once.title()}", f"sukma-{once}@contoh.example")
    page = reader.open(path)
    page.locator("article", has_text=insult).get_by_role("link", name="Laporkan komentar ini").click()
    page.get_by_role("radio").or_(page.locator("select[name=reason]")).first.wait_for()
    if page.get_by_role("radio").count():
        page.get_by_role("radio").nth(1).check()
    else:
        page.locator("select[name=reason]").select_option(index=2)
    reader.check_accessibility()
    page.get_by_role("button", name="Kirim ke moderator").click()
    page.wait_for_url(f"**{path}**")
    reader.check_accessibility()

    moderator = room(visitor)
    page = moderator.open("/kantor/laksa/moderation/")
    page.locator("#reported li", has_text=insult).get_by_role("checkbox").check()
    # Nothing is hidden without a reason, and what was ticked stays ticked.
    page.locator("#reported button[value=hide]").click()
    expect(page.locator("#reported li", has_text=insult).get_by_role("checkbox")).to_be_checked()
    check(page)
    page.locator("#reported-reason").fill("Menuduh pengusul tanpa dasar.")
    page.locator("#reported button[value=hide]").click()
    expect(page.locator("#reported li", has_text=insult)).to_have_count(0)

    page = talker.open(path)
    expect(page.locator("article", has_text=insult)).to_contain_text("Menuduh pengusul tanpa dasar.")
    talker.check_accessibility()
    expect(reader.open(path).locator("main")).not_to_contain_text(insult)
    expect(visitor(CITY).open(path).locator("main")).not_to_contain_text(insult)


def test_an_anonymous_aspiration_from_every_side(visitor: Enter, outbox: Outbox) -> None:
    once = secrets.token_hex(3)
    name, email = f"Zulaikha {once.title()}", f"zulaikha-{once}@contoh.example"
    author = visitor(CITY)
    sign_up(author, outbox, name, email)
    author.open("/laksa/kirim/")
    title = f"Petugas parkir yang ramah {once}"
    write(author, title, "Mohon petugas parkir di pasar memakai rompi dan memberi karcis kepada setiap orang.")
    author.page.locator("input[name=visibility][value=ANONYMOUS]").check()
    number = send(author)

    # A newcomer's waits for review: nobody but its author and the command room comes upon it.
    stranger = visitor(CITY)
    assert stranger.fetch(address(number))[0] == 404
    moderator = room(visitor)
    at_desk(moderator, number, "verify")
    submit(moderator, "verify", "Terverifikasi")
    at_desk(moderator, number, "dispose")
    choice = moderator.page.locator(f"#dispose select[name=who_1] optgroup[label='{AGENCY}'] option").first
    moderator.page.locator("#dispose select[name=who_1]").select_option(choice.get_attribute("value"))
    submit(moderator, "dispose", AGENCY)
    page = author.open(address(number))
    page.locator("#kabar textarea").fill(f"Kemarin sudah ada yang memakai rompi {once}.")
    page.get_by_role("button", name="Sampaikan kabar").click()
    expect(page.locator("#kabar")).to_contain_text(once)

    agency = visitor(CITY, viewport=DESK)
    agency.sign_in("operator")
    neighbour = visitor(CITY)
    neighbour.sign_in("resident")
    asked = API % json.dumps(number)
    doors = [
        *(address(number), f"/laksa/?cari={once}", "/laksa/aspirasi.rss", "/laksa/aspirasi.csv"),
        *(f"/kantor/laksa/reports/{number}/", f"/kantor/laksa/reports/{number}/print/", "/kantor/laksa/moderation/"),
    ]
    found = {}
    for who, someone in {"stranger": stranger, "neighbour": neighbour, "agency": agency, "room": moderator}.items():
        read = ""
        for door in doors:
            status, body = someone.fetch(door)
            assert status < 500, door
            read += body.decode() if status == 200 else ""
        status, body = someone.fetch("/graphql/", data={"query": asked})
        assert json.loads(body)["data"]["laksa"]["aspiration"]["title"] == title, who
        read += body.decode()
        assert name not in read, who
        assert name.split()[1] not in read, who
        assert email not in read, who
        found[who] = title in read
    assert all(found.values()), found
    page = stranger.open(address(number))
    expect(page.locator("main")).to_contain_text("Pengusul")
    stranger.check_accessibility()


def test_a_city_without_it_shows_nothing_of_it(visitor: Enter) -> None:
    resident = visitor("serang")
    resident.sign_in("resident")
    page = resident.open("/")
    expect(page.locator("body")).not_to_contain_text(
        re.compile("laksa|kirim aspirasi|aspirasi warga|aspirasi saya", re.IGNORECASE)
    )
    assert page.locator("a[href*='/laksa/']").count() == 0
    for path in ("/laksa/", "/laksa/kirim/", "/laksa/statistik/", "/laksa/aspirasi.csv", "/laksa/aspirasi.rss"):
        assert resident.fetch(path)[0] == 404, path
    _status, body = resident.fetch("/graphql/", data={"query": "{ laksa { topics { name } } }"})
    answer = json.loads(body)
    assert not (answer.get("data") or {}).get("laksa"), answer
    administrator = visitor("serang", viewport=DESK)
    administrator.sign_in("administrator")
    page = administrator.open("/kantor/")
    assert page.locator("a[href*='/kantor/laksa/']").count() == 0
    for path in ("/kantor/laksa/reports/", "/kantor/laksa/moderation/", "/kantor/laksa/categories/"):
        assert administrator.fetch(path)[0] in (403, 404), path
