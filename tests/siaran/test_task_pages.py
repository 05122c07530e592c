"""The officer's pages: order, route, archive, steps that are done once, and what an odd phone sends."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from balai.casework import actions
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind, TimelineEntry
from tenants.current import in_city
from tenants.models import City
from tests.attachments import pictures
from tests.casework.world import World

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}


class Browser(Client):
    """Leaves the test in the city that it was in."""

    def __init__(self, city: City) -> None:
        super().__init__(headers={"host": city.host})
        self.city = city

    def request(self, **request: Any) -> Any:
        with in_city(self.city):
            return super().request(**request)


@pytest.fixture
def browser(a: World) -> Browser:
    return Browser(a.city)


@pytest.fixture
def officer(a: World, browser: Browser, sign_in: Any) -> Browser:
    sign_in(browser, a.andi, a.city)
    return browser


def given(a: World, north: float = 0.0) -> Case:
    place = {"lat": a.inside["lat"] + north, "lon": a.inside["lon"]}
    return actions.assign(case=a.report(place=place), officer=a.andi, actor=a.operator)


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("hasil.jpg", pictures.photo(), "image/jpeg")


def test_a_task_from_the_list_to_done_with_keys_times_and_evidence(a: World, officer: Client) -> None:
    case = given(a)
    page = officer.get("/siaran/tugas/")
    assert page["Balai-Offline"]
    assert f"/siaran/tugas/{case.number}/" in page.content.decode()
    task = officer.get(f"/siaran/tugas/{case.number}/")
    text = task.content.decode()
    assert task["Balai-Offline"] == page["Balai-Offline"]
    # The later steps are there for a phone without a network, and hidden.
    assert text.count("data-step=") == 4
    device = {
        "at_device": timezone.now().isoformat(),
        "device_lat": "-6.9",
        "device_lon": "107.0",
        "device_accuracy": "9",
    }
    key = str(uuid.uuid4())
    for _ in range(2):
        answer = officer.post(f"/siaran/tugas/{case.number}/ambil/", {"form_key": key, **device}, **JSON)
        assert answer.json() == {"url": f"/siaran/tugas/{case.number}/"}
    officer.post(f"/siaran/tugas/{case.number}/berangkat/", {"form_key": str(uuid.uuid4())})
    officer.post(f"/siaran/tugas/{case.number}/mulai/", {"form_key": str(uuid.uuid4()), "photos": photo()})
    key, words = str(uuid.uuid4()), "Lampu sudah diganti baru."
    for _ in range(2):
        fields = {"form_key": key, "words": words, "photos": photo(), **device}
        answer = officer.post(f"/siaran/tugas/{case.number}/selesai/", fields, **JSON)
        assert answer.status_code == 200, answer.content
    kinds = list(TimelineEntry.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True))
    assert kinds == [
        *("received", "routed", "assigned", "accepted", "on_the_way", "started"),
        *("flagged", "finished", "flagged"),
    ]
    accepted = TimelineEntry.objects.get(case=case, kind=Kind.ACCEPTED)
    assert accepted.data["at_device"]
    # The officer is asked to explain, and the public page tells nothing of it.
    page_text = officer.get(f"/siaran/tugas/{case.number}/").content.decode()
    assert "penjelasan" in page_text
    officer.post(f"/siaran/tugas/{case.number}/penjelasan/", {"form_key": str(uuid.uuid4()), "words": "GPS mati."})
    assert TimelineEntry.objects.get(case=case, kind=Kind.NOTE).words == "GPS mati."
    public = Browser(a.city).get(f"/siaran/laporan/{case.number}/").content.decode()
    assert "GPS mati" not in public
    assert "dari lokasi laporan" not in public
    assert case.number in officer.get("/siaran/tugas/selesai/").content.decode()
    assert case.number in officer.get(f"/siaran/tugas/selesai/?cari={case.number}").content.decode()
    assert case.number not in officer.get("/siaran/tugas/selesai/?cari=jembatan").content.decode()


@pytest.mark.parametrize(
    "odd", [{"at_device": "kemarin"}, {"device_lat": "nan", "device_lon": "1e999"}, {"device_accuracy": "-1"}]
)
def test_what_an_odd_phone_says_of_itself_stops_no_work(a: World, officer: Client, odd: dict[str, str]) -> None:
    case = given(a)
    answer = officer.post(f"/siaran/tugas/{case.number}/ambil/", odd, **JSON)
    assert answer.status_code == 200
    case.refresh_from_db()
    assert case.status == Status.PROCESS


def test_a_refused_finish_says_why_and_changes_nothing(a: World, officer: Client) -> None:
    case = actions.accept(case=given(a), actor=a.andi)
    answer = officer.post(f"/siaran/tugas/{case.number}/selesai/", {"words": "x"}, **JSON)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"words", "photos"}
    case.refresh_from_db()
    assert case.status == Status.PROCESS


@pytest.mark.parametrize("count", [1, 3])
def test_nearest_first_and_a_route_without_the_position_in_an_address(a: World, officer: Client, count: int) -> None:
    cases = [given(a, north) for north in (0.006, 0.001, 0.003)[:count]]
    here = {"lat": a.inside["lat"], "lon": a.inside["lon"]}
    wanted = [case.number for case in sorted(cases, key=lambda case: case.lat)]
    for address in ("/siaran/tugas/terdekat/", "/siaran/tugas/rute/dari-sini/"):
        text = officer.post(address, here).content.decode()
        found = sorted(wanted, key=text.index)
        assert found == wanted
        assert officer.get(address).status_code == 405
        assert officer.post(address, {"lat": "utara", "lon": "1"}).status_code == 400
        assert officer.post(address, {"lat": "99", "lon": "1"}).status_code == 400
    assert officer.get("/siaran/tugas/rute/").status_code == 200


def test_only_officers_have_tasks_and_only_of_their_city(a: World, b: World, browser: Browser, sign_in: Any) -> None:
    with in_city(b.city):
        case = actions.assign(case=b.report(), officer=b.andi, actor=b.operator)
    sign_in(browser, a.warga, a.city)
    for address in ("/siaran/tugas/", "/siaran/tugas/selesai/"):
        assert browser.get(address).status_code == 403
    assert browser.post("/siaran/tugas/terdekat/", {"lat": "-6.3", "lon": "106.7"}).status_code == 403
    sign_in(browser, a.andi, a.city)
    assert case.number not in browser.get("/siaran/tugas/").content.decode()
    assert browser.post(f"/siaran/tugas/{case.number}/ambil/", {}, **JSON).status_code == 404


def test_the_resident_says_that_it_is_not_solved(a: World, browser: Browser, sign_in: Any) -> None:
    case = actions.accept(case=given(a), actor=a.andi)
    case = actions.finish(case=case, actor=a.andi, words="Lampu diganti baru.", photo_ids=[a.photo(a.andi).pk])
    sign_in(browser, a.warga, a.city)
    assert "NOT_SOLVED" in browser.get(f"/siaran/laporan/{case.number}/").content.decode()
    fields = {"rating": "1", "verdict": "NOT_SOLVED", "form_key": str(uuid.uuid4())}
    refused = browser.post(f"/siaran/laporan/{case.number}/nilai/", fields)
    assert refused.status_code == 422
    case.refresh_from_db()
    assert (case.status, case.rating) == (Status.DONE, None)
    for _ in range(2):
        sent = {**fields, "words": "Masih mati setiap malam.", "photos": photo()}
        answer = browser.post(f"/siaran/laporan/{case.number}/nilai/", sent, **JSON)
        assert answer.status_code == 200, answer.content
    case.refresh_from_db()
    assert (case.status, case.reopened_count) == (Status.REOPENED, 1)


def test_whoever_has_no_task_is_led_to_the_report(a: World, browser: Browser, sign_in: Any) -> None:
    case, secret = given(a), a.report(visibility="secret")
    sign_in(browser, a.tetangga, a.city)
    answer = browser.get(f"/siaran/tugas/{case.number}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/siaran/laporan/{case.number}/")
    assert browser.get(f"/siaran/tugas/{secret.number}/").status_code == 404
