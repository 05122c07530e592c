"""What the scripts add to forms and maps, each on a page of its own under our CSP, without a Balai behind."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django import forms
from django.contrib.staticfiles.finders import find
from django.template import engines
from PIL import Image
from playwright.sync_api import Browser, Page, expect

PHONE = {"width": 390, "height": 844}
POLICY = "default-src 'self'; img-src 'self' data: blob: http://tiles.invalid; object-src 'none'"
AREA = {
    "type": "Feature",
    "properties": {"level": "city", "name": "Kota"},
    "geometry": {"type": "Polygon", "coordinates": [[[106.6, -6.4], [106.8, -6.4], [106.8, -6.2], [106.6, -6.4]]]},
}
POINTS = [(106.7, -6.3, True), (106.7001, -6.3001, False), (106.65, -6.25, False)]
PAGE = """<!doctype html><html lang="id" data-busy-text="Mengirim…"><title>t</title>{% load static %}
<link rel="stylesheet" href="{% static "balai/balai.css" %}">
<script type="module" src="{% static "balai/balai.js" %}"></script>
<main id="isi" tabindex="-1">BODY</main></html>"""
FORM = '<form method="post" action="/kirim" class="form" novalidate>FIELDS<button class="btn">Kirim</button></form>'


class Several(forms.FileInput):
    allow_multiple_selected = True


class Report(forms.Form):
    text = forms.CharField(widget=forms.Textarea, max_length=100)
    photos = forms.FileField(widget=Several(attrs={"accept": "image/*"}))
    lat = forms.FloatField(required=False)
    lon = forms.FloatField(required=False)
    stars = forms.ChoiceField(choices=[(str(n), n) for n in range(1, 6)])


class Bench:
    """Serves pages made of components and keeps what is posted."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.posts: list[bytes] = []
        bench = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments: Any) -> None:
                pass

            def answer(self, body: bytes, kind: str, status: int = 200) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                if path.startswith("/static/"):
                    kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}[path.rsplit(".")[-1]]
                    self.answer(Path(str(find(path.removeprefix("/static/")))).read_bytes(), kind)
                elif path in bench.pages:
                    self.answer(bench.pages[path].encode(), "text/html; charset=utf-8")
                else:
                    self.answer(b"", "text/plain", 404)

            def do_POST(self) -> None:
                bench.posts.append(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(0.4)  # long enough to press again
                self.send_response(303)
                self.send_header("Location", "/terkirim")
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.pages["/terkirim"] = '<title>Terkirim</title><main id="isi" tabindex="-1"><h1>Terima kasih</h1></main>'
        self.pages["/wilayah"] = json.dumps({"type": "FeatureCollection", "features": [AREA]})
        self.pages["/tempat"] = json.dumps({"text": "Kelurahan Serpong"})
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {"title": "<b>Lampu</b>", "url": "/x", "state": "waiting", "late": late},
            }
            for lon, lat, late in POINTS
        ]
        self.pages["/titik"] = json.dumps({"type": "FeatureCollection", "features": features})

    def show(self, body: str, **context: Any) -> str:
        """The address of a page with this body; `form` is in its context."""
        a_map = {
            "center": "-6.3,106.7",
            "zoom": 12,
            "boundaries": "/wilayah",
            "tiles": "http://tiles.invalid/{z}/{x}/{y}",
        }
        values = {"form": Report(), "map": a_map, **context}
        self.pages["/"] = engines["django"].from_string(PAGE.replace("BODY", body)).render(values)
        return f"{self.address}/"


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    if find("balai/balai.js") is None:
        pytest.fail("the front end is not built: npm run build")
    bench = Bench()
    yield bench
    bench.server.shutdown()
    bench.server.server_close()


@pytest.fixture
def page(bench: Bench, chromium: Browser) -> Iterator[Page]:
    bench.posts.clear()
    place = {"latitude": -6.31, "longitude": 106.67}
    context = chromium.new_context(viewport=PHONE, locale="id-ID", geolocation=place, permissions=["geolocation"])  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert faults == []


def jpeg(name: str, size: tuple[int, int] = (2400, 1800)) -> Any:
    stream = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(stream, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def field(name: str) -> str:
    return f'{{% include "components/field.html" with field=form.{name} %}}'


def test_a_form_is_sent_once_however_often_one_presses(bench: Bench, page: Page) -> None:
    page.goto(bench.show(FORM.replace("FIELDS", field("text"))))
    button = page.locator("button.btn")
    button.dblclick()
    expect(page.locator("h1")).to_have_text("Terima kasih")
    assert len(bench.posts) == 1
    page.go_back()
    expect(page.locator("button.btn")).to_be_enabled()


def test_characters_are_counted_down_and_the_excess_is_named(bench: Bench, page: Page) -> None:
    page.goto(bench.show(FORM.replace("FIELDS", field("text"))))
    count, box = page.locator("p.count"), page.locator("textarea")
    expect(count).to_contain_text("100")
    box.fill("a" * 97 + "\n")  # a line break travels as two
    expect(count).to_contain_text("1 ")
    box.fill("a" * 112)
    expect(count).to_contain_text("12")
    assert box.input_value() == "a" * 112


def test_photos_are_previewed_made_small_and_taken_out(bench: Bench, page: Page) -> None:
    page.goto(bench.show(FORM.replace("FIELDS", field("photos"))))
    photos = page.locator("input[type=file]")
    photos.set_input_files([jpeg("a.jpg"), jpeg("b.jpg")])
    expect(page.locator(".upload__item img")).to_have_count(2)
    photos.set_input_files([jpeg("c.jpg"), jpeg("d.jpg"), jpeg("e.jpg")])
    expect(page.locator(".upload__item")).to_have_count(4)
    expect(page.locator(".upload__status")).not_to_be_empty()
    page.locator(".upload__remove").nth(1).click()
    names = page.evaluate("[...document.querySelector('input[type=file]').files].map((file) => file.name)")
    assert names == ["a.jpg", "c.jpg", "d.jpg"]
    page.locator("button.btn").click()
    expect(page.locator("h1")).to_have_text("Terima kasih")
    assert page.url.endswith("/terkirim")
    [sent] = bench.posts
    start = sent.index(b"\xff\xd8\xff")
    assert max(Image.open(io.BytesIO(sent[start:])).size) == 1600
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_a_broken_connection_loses_nothing(bench: Bench, page: Page) -> None:
    page.goto(bench.show(FORM.replace("FIELDS", field("text") + field("photos"))))
    page.locator("textarea").fill("Lampu mati")
    page.locator("input[type=file]").set_input_files([jpeg("a.jpg", (300, 200))])
    expect(page.locator(".upload__item")).to_have_count(1)
    page.context.set_offline(True)
    page.locator("button.btn").click()
    expect(page.locator("button.btn")).to_have_text("Kirim")
    expect(page.locator("button.btn")).to_be_enabled()
    page.context.set_offline(False)
    page.locator("button.btn").click()
    expect(page.locator("h1")).to_have_text("Terima kasih")
    assert len(bench.posts) == 1
    assert b"Lampu mati" in bench.posts[0]


def test_a_place_by_gps_pin_keys_and_numbers_without_tiles(bench: Bench, page: Page) -> None:
    picker = (
        '{% include "components/map_picker.html" with lat=form.lat lon=form.lon place="/tempat?lat={lat}&lon={lon}" %}'
    )
    page.goto(bench.show(picker))
    lat, lon = page.locator("#id_lat"), page.locator("#id_lon")
    # The tiles do not come: the boundaries are drawn.
    expect(page.locator(".leaflet-overlay-pane path")).to_have_count(1)
    page.locator("[data-locate]").click()
    expect(lat).to_have_value("-6.310000")
    expect(page.locator("[data-status]")).to_have_text("Kelurahan Serpong")
    pin = page.locator(".leaflet-marker-icon")
    pin.press("ArrowUp")
    assert float(lat.input_value()) > -6.31
    pin.press("Shift+ArrowRight")
    assert float(lon.input_value()) > 106.67
    page.locator("summary").click()
    lat.fill("-6.25")
    lon.fill("106.71")
    page.locator("[data-canvas]").click(position={"x": 60, "y": 200})
    assert lat.input_value() != "-6.25"
    # By keyboard alone, from an empty map.
    page.reload()
    page.locator("[data-canvas].leaflet-container").press("Enter")
    expect(page.locator("#id_lat")).to_have_value("-6.300000")


def test_reports_on_the_map_are_grouped_and_their_texts_are_texts(bench: Bench, page: Page) -> None:
    page.goto(bench.show('{% include "components/map_cases.html" with points="/titik" %}'))
    expect(page.locator(".cluster")).to_have_text("2")
    page.locator(".pin").click()
    expect(page.locator(".leaflet-popup-content a")).to_have_text("<b>Lampu</b>")


def test_stars_are_given_by_pressing_and_by_keys(bench: Bench, page: Page) -> None:
    page.goto(bench.show(FORM.replace("FIELDS", '{% include "components/rating.html" with field=form.stars %}')))
    page.locator("#stars_4").check()
    assert page.locator("input:checked").get_attribute("value") == "4"
    page.locator("#stars_4").press("ArrowUp")
    assert page.locator("input:checked").get_attribute("value") == "5"


def test_without_javascript_everything_is_there(bench: Bench, chromium: Browser) -> None:
    body = field("text") + field("photos") + '{% include "components/map_picker.html" with lat=form.lat lon=form.lon %}'
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(bench.show(FORM.replace("FIELDS", body)))
    expect(page.locator("p.count")).to_contain_text("100")
    expect(page.locator(".map__fallback")).to_be_visible()
    expect(page.locator("[data-locate]")).to_be_hidden()
    page.locator("summary").click()
    page.locator("#id_lat").fill("-6.3")
    page.get_by_role("button", name="Kirim").click()
    expect(page.locator("h1")).to_have_text("Terima kasih")
    context.close()
