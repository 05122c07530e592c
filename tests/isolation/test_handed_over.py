"""A report that goes to another city takes only itself along: of everything else there each city still sees nothing."""

from __future__ import annotations

import html

import pytest
from django.apps import apps
from django.test import Client

from balai.audit.models import Entry
from balai.casework import actions, tasks
from balai.casework.models import Case, Transfer
from tenants.current import in_city
from tests.casework.test_desk import desk_of, page_of
from tests.casework.world import World

pytestmark = pytest.mark.django_db

MARKER = "RAHASIAKOTAA"


@pytest.fixture
def moved(city_a: object, city_b: object) -> tuple[World, World, Case]:
    b, a = World(city_b), World(city_a)  # type: ignore[arg-type]
    with in_city(a.city):
        a.report(description=f"{MARKER}: laporan lain yang tinggal di kota A.")
        case = a.report(description="Lampu di perbatasan kota mati.", photos=1)
        actions.assign(case=case, officer=a.andi, actor=a.operator)
        actions.add_note(case=case, actor=a.operator, words=f"{MARKER} catatan")
        actions.hand_over(case=case, city=b.city, actor=a.room, reason="Titiknya di sana.", **b.inside)
        key = str(Transfer.objects.get().key)
    with in_city(b.city):
        tasks.take_in_case(a.city.slug, key)
    return a, b, case


def test_no_row_of_the_receiver_holds_anything_else_of_the_sender(moved: tuple[World, World, Case]) -> None:
    a, b, _case = moved
    staff = [a.operator, a.room, a.andi, a.head]
    with in_city(b.city):
        assert Case.objects.count() == 1
        for model in apps.get_app_config("casework").get_models():
            for row in model._base_manager.values():
                assert MARKER not in str(row), model
                for person in staff:
                    assert person.name not in str(row), model
        people = {"actor_id", "assignee_id", "reporter_id", "entered_by_id", "by_id", "undone_by_id"}
        for model in apps.get_app_config("casework").get_models():
            for row in model._base_manager.values():
                numbers = {value for name, value in row.items() if name in people}
                assert not numbers & {person.pk for person in staff}, model
        assert not Entry.objects.exclude(actor=None).filter(actor__in=[person.pk for person in staff]).exists()


def test_the_pages_of_the_receiver_show_nothing_else_of_the_sender(moved: tuple[World, World, Case]) -> None:
    a, b, case = moved
    public = Client(headers={"host": b.city.host}).get(f"/siaran/laporan/{case.number}/")
    desk = desk_of(b, b.operator).get(page_of(case))
    for response in (public, desk):
        assert response.status_code == 200
        shown = html.unescape(response.content.decode())
        assert "Lampu di perbatasan kota mati." in shown
        assert MARKER not in shown
        assert a.operator.name not in shown


def test_staff_of_the_sender_are_strangers_at_the_receivers_part(moved: tuple[World, World, Case]) -> None:
    a, b, case = moved
    client = Client(headers={"host": b.city.host})
    with in_city(b.city):
        client.force_login(a.room, backend="balai.membership.backends.MembershipBackend")
    for path in (page_of(case), f"{page_of(case)}edit/?of=1"):
        assert client.get(path).status_code in (302, 403, 404)
    for move in ("send_back", "reply", "archive"):
        assert client.post(f"{page_of(case)}{move}/", {"reason": "Coba saja.", "words": "Coba"}).status_code in (
            302,
            403,
            404,
        )
    with in_city(b.city):
        assert Case.objects.get().status == "waiting"


def test_what_the_receiver_does_is_nowhere_at_the_sender(moved: tuple[World, World, Case]) -> None:
    a, b, case = moved
    with in_city(b.city):
        there = Case.objects.get()
        actions.reply(case=there, actor=b.operator, words="JAWABANKOTAB")
        actions.add_note(case=there, actor=b.operator, words="CATATANKOTAB")
    with in_city(a.city):
        for model in apps.get_app_config("casework").get_models():
            for row in model._base_manager.values():
                assert "KOTAB" not in str(row), model
    shown = Client(headers={"host": a.city.host}).get(f"/siaran/laporan/{case.number}/").content.decode()
    assert "KOTAB" not in shown
    assert f"{b.city.url}/siaran/laporan/{case.number}/" in shown
