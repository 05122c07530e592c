"""Anonim and rahasia from every side, in real browsers: one report each, and everybody who could come upon it.

The doors of the portal and of the API one by one are in tests/siaran/test_visibility_matrix.py.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, Visitor
from tests.browser.test_journey import PLACES, assign, be_told_at_night, photo_with_gps, report, sign_up

Enter = Callable[..., Visitor]
Outbox = Callable[[str, str], str]
HERE, THERE = "tangerang-selatan", "serang"
REASON = "Saksi kecelakaan, diminta oleh kepolisian."


@dataclass
class Sent:
    """A report, and what must not be seen of it by everyone."""

    number: str
    words: str
    name: str
    email: str
    photo: str
    box: str


def send(visitor: Enter, outbox: Outbox, path: Path, visibility: str) -> tuple[Visitor, Sent]:
    """By somebody new with a telling name, at a place of its own."""
    once = secrets.token_hex(3)
    lat, lon = (degrees + random.uniform(-0.004, 0.004) for degrees in PLACES[HERE])
    reporter = visitor(HERE, geolocation={"latitude": lat, "longitude": lon}, permissions=["geolocation"])
    name, email = f"Zulaikha {once.title()}", f"zulaikha-{once}@contoh.example"
    sign_up(reporter, outbox, name, email)
    be_told_at_night(reporter)
    words = f"Kabel lampu dicuri orang, kata sandi laporan {once}."
    number = report(reporter, words, photo_with_gps(path, (60, 30, 50)), visibility)
    page = reporter.open(f"/siaran/laporan/{number}/")
    expect(page.locator("main")).to_contain_text(words)
    reporter.check_accessibility()
    photo = page.locator("main img[src*='/berkas/']").first.get_attribute("src")
    assert photo
    box = f"{lon - 0.0001},{lat - 0.0001},{lon + 0.0001},{lat + 0.0001}"
    return reporter, Sent(number, words, name, email, photo, box)


PUBLIC_DOORS = {
    "list": "/siaran/laporan/",
    "search": "/siaran/laporan/?cari={once}",
    "map": "/siaran/peta.geojson?bbox={box}&zoom=18",
    "csv": "/siaran/data/laporan.csv",
    "geojson": "/siaran/data/laporan.geojson",
    "feed": "/siaran/laporan.rss",
    "open311": "/siaran/open311/v2/requests.json",
    "one of open311": "/siaran/open311/v2/requests/{number}.json",
}
OWN_DOORS = {
    "page": "/siaran/laporan/{number}/",
    "chain": "/siaran/laporan/{number}/riwayat/",
    "task": "/siaran/tugas/{number}/",
    "desk": "/kantor/siaran/reports/{number}/",
    "print": "/kantor/siaran/reports/{number}/print/",
}
API = '{ siaran { report(number: "%s") { number description reporterName photos { url } timeline { words by } } } }'


def doors(someone: Visitor, sent: Sent, city: str = "") -> tuple[set[str], str]:
    """The doors behind which this visitor finds the report, and everything that stood there."""
    found, read = set(), ""
    for name, path in {**PUBLIC_DOORS, **OWN_DOORS}.items():
        path = path.format(number=sent.number, box=sent.box, once=sent.words.split()[-1].strip("."))
        status, body = someone.fetch(path, city)
        # Where the search was in vain its word stands on the page, the number does not.
        text = body.decode() if status == 200 else ""
        assert status < 500, path
        if sent.number in text:
            found.add(name)
            read += text
        elif name != "search":
            assert sent.words not in text, name
    _status, body = someone.fetch("/graphql/", city, {"query": API % sent.number})
    if ((json.loads(body)["data"] or {})["siaran"] or {}).get("report"):
        found.add("api")
        read += body.decode()
    if someone.fetch(sent.photo, city)[0] == 200:
        found.add("photo")
    return found, read


IN_THE_FIELD = {"page", "chain", "task", "api", "photo"}
AT_DESK = {*IN_THE_FIELD, "desk", "print"}
SEEN = {
    "ANONYMOUS": {
        "public": {*PUBLIC_DOORS, "page", "chain", "api"},
        "reporter": {*PUBLIC_DOORS, "page", "chain", "api", "photo"},
        "officer": {*PUBLIC_DOORS, *IN_THE_FIELD},
        "desk": {*PUBLIC_DOORS, *AT_DESK},
    },
    "SECRET": {
        "public": set(),
        "reporter": {"page", "chain", "api", "photo"},
        "officer": IN_THE_FIELD,
        "desk": AT_DESK,
    },
}


@pytest.mark.parametrize("visibility", ["ANONYMOUS", "SECRET"], ids=["anonim", "rahasia"])
def test_who_sees_it(visitor: Enter, outbox: Outbox, tmp_path: Path, visibility: str) -> None:
    reporter, sent = send(visitor, outbox, tmp_path / "a.jpg", visibility)
    secret, seen = visibility == "SECRET", SEEN[visibility]

    stranger = visitor(HERE)
    page = stranger.open(f"/siaran/laporan/?cari={sent.words.split()[-1].strip('.')}")
    card = page.locator("main").get_by_text(sent.number)
    expect(card).to_have_count(0 if secret else 1)
    if not secret:
        page = stranger.open(f"/siaran/laporan/{sent.number}/")
        expect(page.locator("main")).to_contain_text(sent.words)
        expect(page.locator("main")).to_contain_text("Anonim")
        expect(page.locator("main img[src*='/berkas/']")).to_have_count(0)
        stranger.check_accessibility()

    operator = visitor(HERE, viewport=DESK)
    operator.sign_in("operator")
    assign(operator, sent.number)
    people = {"public": stranger, "reporter": reporter, "operator": operator}
    for who, role, email in (
        ("neighbour", "resident", ""),
        ("officer", "officer", ""),
        ("operator of another agency", "operator", f"operator.dpu@{HERE}.example"),
        ("command room", "operator", f"komando@{HERE}.example"),
    ):
        people[who] = visitor(HERE, viewport=DESK)
        people[who].sign_in(role, email)
    part = {"neighbour": "public", "operator of another agency": "public", "operator": "desk", "command room": "desk"}
    for who, someone in people.items():
        kind = part.get(who, who)
        found, read = doors(someone, sent)
        assert found == seen[kind], who
        # The agency knows who keeps a report secret; of an anonymous one nobody but its reporter does.
        if who != "reporter":
            assert (sent.name in read) is (secret and kind in ("desk", "officer")), who
            assert sent.email not in read, who

    # Another city, even with the number, the address of the photo, and every post of this one in hand.
    for someone in (visitor(THERE), people["reporter"], people["command room"]):
        assert doors(someone, sent, THERE) == (set(), "")
    clerk = visitor(THERE, viewport=DESK)
    clerk.sign_in("operator")
    assert doors(clerk, sent) == (set(), "")
    assert doors(clerk, sent, HERE)[0] == seen["public"], "a post in one city is none in another"

    # What was mailed: the number to everybody concerned, who and what only where it may stand.
    answer = f"Regu kami datang besok, {sent.name.split()[-1]}."
    page = operator.open(f"/kantor/siaran/reports/{sent.number}/")
    page.locator("#reply").evaluate("box => { box.open = true; }")
    page.locator("#reply textarea[name=words]").fill(answer)
    page.locator("#reply button.button-longrunning").click()
    expect(page.locator(".office-timeline")).to_contain_text(answer)
    mail = outbox(sent.email, "Jawaban untuk laporan" if secret else answer)
    assert sent.number in mail
    assert not (secret and (answer in mail or sent.words in mail))
    for role, email in (("operator", ""), ("officer", ""), ("operator", f"operator.dpu@{HERE}.example")):
        page = visitor("").open(
            f"/kotak-keluar/?alamat={email or people['operator'].balai.account(HERE, role)['email']}"
        )
        mailed = page.locator("main").inner_text()
        assert sent.name not in mailed
        assert sent.email not in mailed
        assert not (secret and sent.words in mailed)
    page = operator.open("/kotak-masuk/")
    expect(page.locator("main")).to_contain_text(sent.number)
    expect(page.locator("main")).not_to_contain_text(sent.name)


def test_a_hidden_name_is_shown_by_a_recorded_act(visitor: Enter, outbox: Outbox, tmp_path: Path) -> None:
    reporter, sent = send(visitor, outbox, tmp_path / "a.jpg", "ANONYMOUS")
    address = f"/kantor/siaran/reports/{sent.number}/"
    operator = visitor(HERE, viewport=DESK)
    operator.sign_in("operator")
    page = operator.open(address)
    expect(page.locator("main")).to_contain_text("Pengirimnya meminta namanya tidak disebut")
    expect(page.locator("#identity-form")).to_have_count(0)

    room = visitor(HERE, viewport=DESK)
    room.sign_in("operator", f"komando@{HERE}.example")
    page = room.open(address)
    form = page.locator("#identity-form")
    form.locator("summary").click()
    # Without a reason that says something the browser sends nothing, and the server takes nothing.
    form.locator("textarea").fill("ingin")
    form.locator("button").click()
    expect(page.locator("main")).not_to_contain_text(sent.name)
    form.locator("form").evaluate("form => { form.noValidate = true; }")
    form.locator("button").click()
    expect(page.locator("#identity-form .w-field__errors, #identity-form [class*=error]").first).to_be_visible()
    expect(page.locator("#identity-form textarea")).to_have_value("ingin")
    expect(page.locator("main")).not_to_contain_text(sent.name)
    page.locator("#identity-form textarea").fill(REASON)
    page.locator("#identity-form button").click()
    expect(page.locator("main")).to_contain_text(sent.name)
    expect(page.locator("main")).to_contain_text(sent.email)

    # Shown to this person alone; that it was shown, and why, is for its owner to read.
    page = operator.open(address)
    expect(page.locator("main")).not_to_contain_text(sent.name)
    expect(page.locator("main")).not_to_contain_text(REASON)
    page = reporter.open(f"/siaran/laporan/{sent.number}/")
    expect(page.locator("main")).to_contain_text("Identitas pelapor dibuka")
    expect(page.locator("main")).to_contain_text(REASON)
    reporter.check_accessibility()
    page = visitor(HERE).open(f"/siaran/laporan/{sent.number}/")
    expect(page.locator("main")).not_to_contain_text("Identitas pelapor")
    expect(page.locator("main")).not_to_contain_text(REASON)
