"""What was laid before the Sekda and the mayor, as they and the command room find it in the back office."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.laksa import actions, queries
from apps.laksa.models import Aspiration
from balai.accounts.models import User
from balai.agencies.actions import appoint
from balai.agencies.models import Absence, Role
from balai.casework import actions as casework
from balai.casework.models import Case
from tenants.actions import deactivate
from tests.casework.test_desk import desk_of
from tests.casework.world import World, person
from tests.laksa.box import Box
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
LIST = "/kantor/laksa/leaders/"
ANSWER = "Usulan ini kami tinjau bersama kelurahan pada bulan depan."
STATEMENTS = 8


@pytest.fixture
def sekda(box: Box) -> User:
    found = person("sekda")
    appoint(user=found, role=Role.SEKDA)
    box.set(answer_threshold=0, sekda_threshold=2, mayor_threshold=3)
    return found


def laid(box: Box, supporters: int, **fields: Any) -> Case:
    """One that the Dishub has, with so many who support it."""
    case = box.disposed(**fields)
    for who in box.residents(supporters):
        actions.support(case=case, person=who)
    return case


def read(client: Client, query: str = "") -> str:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return str(answer.content.decode().partition("<main")[2])


def test_each_sees_what_was_laid_before_them_and_the_room_both(box: Box, sekda: User) -> None:
    one = laid(box, 1, title="Perpustakaan keliling")
    two = laid(box, 2, title="Jalur sepeda")
    unsupported = box.disposed(title="Taman lansia")
    for client, shown, hidden in (
        (desk_of(box, sekda), [one, two], [unsupported]),
        (desk_of(box, box.mayor), [two], [one, unsupported]),
    ):
        # Whose list it is, is not for the address to say.
        for query in ("", "?pimpinan=mayor", "?pimpinan=sekda"):
            page = read(client, query)
            assert all(f"/kantor/laksa/reports/{case.number}/" in page for case in shown)
            assert all(case.number not in page for case in hidden)
    room = desk_of(box, box.room)
    assert one.number in read(room)
    page = read(room, "?pimpinan=mayor")
    assert two.number in page
    assert one.number not in page
    assert "Jalur sepeda" in page


def test_the_latest_comes_first_and_what_is_answered_stands_apart(box: Box, sekda: User) -> None:
    old, new, answered, gone = (laid(box, 1) for _number in range(4))
    now = timezone.now()
    Aspiration.objects.filter(case=old).update(sekda_at=now - datetime.timedelta(days=12))
    Aspiration.objects.filter(case=old).update(answer_due_at=now - datetime.timedelta(days=2))
    actions.answer(case=answered, actor=box.operator, words=ANSWER)
    casework.archive(case=gone, actor=box.room, reason="Ditutup dahulu.")
    client = desk_of(box, sekda)
    page = read(client)
    assert page.index(new.number) < page.index(old.number)
    assert "12 hari" in page
    assert page.count("office-state--late") == 1
    assert answered.number not in page
    page = read(client, "?jawaban=sudah")
    assert answered.number in page
    assert gone.number in page
    assert old.number not in page
    assert queries.laid_counts([Role.SEKDA, Role.MAYOR]) == {Role.SEKDA: (2, 2), Role.MAYOR: (0, 0)}


def test_what_was_answered_before_says_so(box: Box, sekda: User) -> None:
    case = laid(box, 1)
    actions.answer(case=case, actor=box.operator, words=ANSWER)
    Aspiration.objects.filter(case=case).update(answered_at=timezone.now() - datetime.timedelta(days=3))
    assert "sebelum disampaikan" in read(desk_of(box, sekda), "?jawaban=sudah")


def test_whoever_stands_in_for_the_mayor_sees_the_mayors_too(box: Box, sekda: User) -> None:
    case = laid(box, 2)
    client = desk_of(box, sekda)
    assert "pimpinan=mayor" not in read(client)
    Absence.objects.create(user=box.mayor, deputy=sekda)
    assert case.number in read(client, "?pimpinan=mayor")
    assert "pimpinan=mayor" in read(client)


def test_the_welcome_page_counts_what_waits(box: Box, sekda: User) -> None:
    laid(box, 1)
    actions.answer(case=laid(box, 1), actor=box.operator, words=ANSWER)
    tile = f'href="{LIST}?pimpinan=sekda"><span class="office-tile__number">1</span>'
    assert tile in desk_of(box, sekda).get("/kantor/").content.decode()
    page = desk_of(box, box.mayor).get("/kantor/").content.decode()
    assert f'href="{LIST}?pimpinan=mayor"><span class="office-tile__number">0</span>' in page
    assert "pimpinan=sekda" not in page
    for who in (box.room, box.operator, box.head):
        assert f"{LIST}?" not in desk_of(box, who).get("/kantor/").content.decode()


@pytest.mark.parametrize("who", ["operator", "head", "andi"])
def test_an_agencys_people_are_told_that_it_is_not_theirs(box: Box, sekda: User, who: str) -> None:
    case = laid(box, 2)
    client = desk_of(box, getattr(box, who))
    answer = client.get(LIST)
    assert answer.status_code == 403
    assert case.number not in answer.content.decode()
    assert LIST not in client.get("/kantor/laksa/reports/").content.decode()


def test_nobody_else_comes_in(box: Box, sekda: User) -> None:
    laid(box, 2)
    assert signed_in(box.city, staff(box.city, emergency_key=True)).get(LIST).status_code == 403
    assert signed_in(box.city, box.warga).get(LIST).status_code in (302, 403)
    mayor = desk_of(box, box.mayor)
    deactivate(box.city, "laksa")
    assert mayor.get(LIST).status_code == 404


def test_another_citys_mayor_sees_nothing_of_it(box: Box, sekda: User, b: World) -> None:
    case = laid(box, 2)
    for who in (b.mayor, b.room):
        for query in ("", "?jawaban=sudah", "?pimpinan=mayor"):
            assert case.number not in desk_of(b, who).get(LIST + query).content.decode()
    assert desk_of(b, box.mayor).get(LIST).status_code in (302, 403)


def test_an_empty_list_says_so(box: Box) -> None:
    client = desk_of(box, box.mayor)
    for query in ("", "?jawaban=sudah"):
        page = read(client, query)
        assert "office-empty" in page
        assert "<table" not in page


@pytest.mark.parametrize("query", ["?p=-1", "?p=zzz", "?pimpinan=%00", "?pimpinan=head", "?jawaban=x"])
def test_odd_addresses_are_passed_over(box: Box, sekda: User, query: str) -> None:
    case = laid(box, 2)
    assert case.number in read(desk_of(box, box.room), query)


def test_a_long_list_has_pages(box: Box, sekda: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.laksa.office.leaders.PER_PAGE", 1)
    first, last = laid(box, 1), laid(box, 1)
    client = desk_of(box, box.room)
    page = read(client)
    assert last.number in page
    assert first.number not in page
    assert "?pimpinan=sekda&amp;p=2" in page
    assert first.number in read(client, "?pimpinan=sekda&p=2")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(box: Box, sekda: User, count: int, statements: Any) -> None:
    for _number in range(count):
        laid(box, 1)
    client = desk_of(box, sekda)
    read(client)
    with statements() as seen:
        read(client)
    assert len(seen) == STATEMENTS


def test_the_list_is_walked_by_its_index(box: Box, sekda: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for role, index in ((Role.SEKDA, "aspiration_to_sekda"), (Role.MAYOR, "aspiration_to_mayor")):
        assert index in queries.laid_before(role)[:25].explain()
