"""Who was told what about a case, as staff, the reporter and others see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from balai.accounts.models import User
from balai.casework import actions, told
from balai.casework.models import Case
from balai.casework.queries import view_of
from balai.notifications.kinds import Access, access_to
from balai.notifications.models import Message, Status
from tenants.current import in_city
from tests.casework.test_desk import desk_of
from tests.casework.world import World
from tests.staff import signed_in

pytestmark = pytest.mark.django_db

TOLD = """query ($number: ID!) { siaran { report(number: $number) {
    told { id title status address sentence canResend deliveries { outcome reason } } } } }"""
RESEND = "mutation ($id: ID!) { resendMessage(id: $id) { receipt { id status } errors { message code } } }"


@pytest.fixture
def a(city_a: Any) -> Iterator[World]:
    world = World(city_a)
    with in_city(city_a):
        yield world


def ask(world: World, user: User | None, document: str, **variables: Any) -> dict[str, Any]:
    client = signed_in(world.city, user) if user is not None else Client(headers={"host": world.city.host})
    with in_city(world.city):
        answer = client.post(
            "/graphql/",
            json.dumps({"query": document, "variables": variables}),
            content_type="application/json",
            headers={"x-requested-with": "tests"},
        )
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


def receipts(world: World, user: User | None, number: str) -> list[dict[str, Any]]:
    return ask(world, user, TOLD, number=number)["data"]["siaran"]["report"]["told"]  # type: ignore[no-any-return]


def test_each_sees_what_is_theirs(a: World) -> None:
    case = a.report()
    actions.reply(case=case, actor=a.operator, words="Kami segera ke sana.")
    mine = receipts(a, a.warga, case.number)
    assert len(mine) == 2
    assert receipts(a, a.operator, case.number) == mine
    assert mine[0]["address"] == "w•••@e•••.org"
    assert receipts(a, a.tetangga, case.number) == []
    assert receipts(a, None, case.number) == []


def test_of_an_anonymous_reporter_no_letter_of_the_address_is_shown(a: World) -> None:
    case = a.report(visibility="anonymous")
    found = receipts(a, a.operator, case.number)
    assert len(found) == 1
    assert "w•••" not in json.dumps(found, ensure_ascii=False)
    assert "w•••" in json.dumps(receipts(a, a.warga, case.number), ensure_ascii=False)


def test_staff_send_again_what_failed_and_nobody_else(a: World) -> None:
    case = a.report()
    message = Message.objects.get(template="casework/received")
    Message.objects.filter(pk=message.pk).update(
        status=Status.FAILED_PERMANENT, next_attempt_at=None, error="recipient refused: 550"
    )
    assert receipts(a, a.operator, case.number)[0]["canResend"] is True
    for stranger in (a.tetangga, a.sweeper, None):
        assert "errors" in ask(a, stranger, RESEND, id=message.pk)
        message.refresh_from_db()
        assert (message.status, message.deliveries.count()) == (Status.FAILED_PERMANENT, 0)
    for odd in ("0", "-1", "x", "9" * 40, "٣", ""):
        assert "errors" in ask(a, a.operator, RESEND, id=odd)
    answer = ask(a, a.operator, RESEND, id=message.pk)
    assert answer["data"]["resendMessage"]["receipt"]["status"] == "QUEUED"
    message.refresh_from_db()
    assert [line.actor_id for line in message.deliveries.all()] == [a.operator.pk]


def test_the_desk_shows_it_and_sends_it_again(a: World) -> None:
    case = a.report()
    message = Message.objects.get(template="casework/received")
    Message.objects.filter(pk=message.pk).update(
        status=Status.FAILED_PERMANENT, next_attempt_at=None, error="recipient refused: 550"
    )
    desk = f"/kantor/siaran/reports/{case.number}/"
    browser = desk_of(a, a.operator)
    page = browser.get(desk).content.decode()
    assert "w•••@e•••.org" in page
    assert a.warga.email not in page
    assert browser.post(f"{desk}resend/", {"message": "0"}).status_code == 404
    assert browser.post(f"{desk}resend/", {"message": message.pk}).status_code == 302
    message.refresh_from_db()
    assert message.status == Status.QUEUED


def test_the_reports_page_says_it_to_those_whom_it_concerns(a: World) -> None:
    case = a.report()
    page = f"/siaran/laporan/{case.number}/"

    def shown(user: User | None) -> bool:
        client = signed_in(a.city, user) if user is not None else Client(headers={"host": a.city.host})
        with in_city(a.city):
            return "w•••@e•••.org" in client.get(page).content.decode()

    assert shown(a.warga)
    assert shown(a.operator)
    assert not shown(a.tetangga)
    assert not shown(None)


def test_the_door_of_a_message(a: World) -> None:
    case = a.report()
    Case.objects.update(visibility="secret")
    about = f"case:{case.number}"
    assert access_to(about, a.operator) is Access.HANDLES
    assert access_to(about, a.warga) is Access.SEES
    assert access_to(about, a.tetangga) is Access.NONE
    assert access_to("case:0", a.operator) is Access.NONE


def test_the_cost_does_not_grow_with_the_messages(a: World, statements: Any) -> None:
    case = a.report()
    view = view_of(case, a.operator)
    with statements() as one:
        assert len(told.messages_to_reporters(view)) == 1
    for number in range(2):
        actions.reply(case=case, actor=a.operator, words=f"Jawaban nomor {number}.")
    with statements() as three:
        assert len(told.messages_to_reporters(view)) == 3
    assert len(one) == len(three) == 2
