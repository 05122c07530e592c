"""Moves by forms at the desk: each is offered when the table allows it, refused with what is possible instead, and what
was typed stays."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from balai.casework import actions, transitions
from balai.casework.lifecycle import MOVES, Reason, Status
from balai.casework.models import Case, Category, Kind, MoveSetting, TimelineEntry
from tests.casework.test_desk import desk_of, everything, page_of, residents_page
from tests.casework.world import World

pytestmark = pytest.mark.django_db
WHY = "Alasan yang cukup panjang."


@pytest.fixture
def operator(a: World) -> Client:
    return desk_of(a, a.operator)


def in_status(world: World, status: Status) -> Case:
    """A report that was brought to this status by the moves that lead there."""
    case = world.report()
    me = world.operator
    if status in (Status.VERIFIED, Status.POSTPONED):
        actions.verify(case=case, actor=me)
    if status == Status.POSTPONED:
        actions.postpone(case=case, actor=me, reason=WHY, until=timezone.localdate() + datetime.timedelta(days=3))
    if status == Status.AWAITING_REPORTER:
        actions.ask(case=case, actor=me, words="Di tiang nomor berapa?")
    if status in (Status.PROCESS, Status.CHECKING, Status.DONE, Status.REOPENED):
        actions.assign(case=case, officer=world.andi, actor=me)
        actions.accept(case=case, actor=world.andi)
    if status in (Status.CHECKING, Status.DONE, Status.REOPENED):
        photo = world.photo(world.andi).pk
        actions.finish(case=case, actor=world.andi, words="Lampu sudah diganti baru.", photo_ids=[photo])
    if status == Status.CHECKING:
        Case.objects.filter(pk=case.pk).update(status=Status.CHECKING, closed_at=None)
    if status == Status.REOPENED:
        actions.reopen(case=case, actor=me, reason=WHY)
    if status == Status.NOT_OURS:
        actions.not_ours(case=case, actor=me, reason=WHY)
    if status == Status.ARCHIVED:
        actions.archive(case=case, actor=me, reason=WHY)
    case.refresh_from_db(fields=["status", "category", "assignee"])
    assert case.status == status
    return case


TYPED: dict[str, dict[str, Any]] = {
    "reply": {"words": WHY},
    "ask": {"words": WHY},
    "note": {"words": WHY},
    "postpone": {"until": "2099-01-01", "reason": WHY},
}
STAFF_MOVES = ("approve", "return_work", "verify", "reply", "ask", "resume", "not_ours", "archive", "reopen", "note")


class TestEveryMove:
    @pytest.mark.parametrize(
        ("move", "source", "target", "kind"),
        [
            ("verify", Status.WAITING, Status.VERIFIED, Kind.VERIFIED),
            ("ask", Status.WAITING, Status.AWAITING_REPORTER, Kind.ASKED),
            ("resume", Status.POSTPONED, Status.VERIFIED, Kind.RESUMED),
            ("resume", Status.AWAITING_REPORTER, Status.WAITING, Kind.RESUMED),
            ("approve", Status.CHECKING, Status.DONE, Kind.APPROVED),
            ("return_work", Status.CHECKING, Status.PROCESS, Kind.RETURNED),
            ("not_ours", Status.VERIFIED, Status.NOT_OURS, Kind.NOT_OURS),
            ("archive", Status.PROCESS, Status.ARCHIVED, Kind.ARCHIVED),
            ("reopen", Status.DONE, Status.REOPENED, Kind.REOPENED),
            ("reply", Status.ARCHIVED, Status.ARCHIVED, Kind.REPLY),
        ],
    )
    def test_it_is_offered_made_and_told(
        self, a: World, operator: Client, move: str, source: Status, target: Status, kind: Kind
    ) -> None:
        case = in_status(a, source)
        assert f'id="{move}"' in operator.get(page_of(case)).content.decode()
        response = operator.post(f"{page_of(case)}{move}/", TYPED.get(move, {"reason": WHY}), follow=True)
        assert response.redirect_chain == [(page_of(case), 302)]
        assert "messages" in response.content.decode()
        case.refresh_from_db(fields=["status"])
        assert case.status == target
        entry = TimelineEntry.objects.filter(case=case).last()
        assert entry is not None
        assert (entry.kind, entry.words) == (kind, WHY)
        assert (WHY in residents_page(a, case)) is entry.public

    @pytest.mark.parametrize("status", [s for s in Status if s != Status.DUPLICATE])
    def test_only_what_is_possible_is_offered(self, a: World, operator: Client, status: Status) -> None:
        case = in_status(a, status)
        text = operator.get(page_of(case)).content.decode()
        for move in STAFF_MOVES:
            assert (f'<details class="office-move" id="{move}"' in text) is (status in MOVES[move].sources), move

    def test_postponing_to_a_day(self, a: World, operator: Client) -> None:
        case = a.report()
        day = timezone.localdate() + datetime.timedelta(days=5)
        assert operator.post(f"{page_of(case)}postpone/", {"until": day, "reason": WHY}).status_code == 302
        case.refresh_from_db(fields=["status", "postponed_until"])
        assert (case.status, case.postponed_until) == (Status.POSTPONED, day)

    @pytest.mark.parametrize("until", ["", "kemarin", "2001-01-01", "9999-12-31"])
    def test_a_day_that_will_not_do(self, a: World, operator: Client, until: str) -> None:
        case = a.report()
        before = everything()
        response = operator.post(f"{page_of(case)}postpone/", {"until": until, "reason": WHY})
        assert response.status_code == 422
        assert WHY in response.content.decode()
        assert everything() == before

    def test_correcting_the_classification(self, a: World, operator: Client) -> None:
        case = a.report()
        hole = Category.objects.get(slug="lubang")
        values = {
            "category": hole.pk,
            "classification": "aspiration",
            "severity": "heavy",
            "visibility": "secret",
            "reason": "",
        }
        assert operator.post(f"{page_of(case)}classify/", values).status_code == 302
        case.refresh_from_db(fields=["category", "classification", "severity", "visibility"])
        assert (case.category_id, case.classification, case.severity, case.visibility) == (
            hole.pk,
            "aspiration",
            "heavy",
            "secret",
        )
        before = everything()
        # The same once more is no change; another module's category is none of ours.
        assert operator.post(f"{page_of(case)}classify/", values).status_code == 422
        laksa = Category.objects.get(module="laksa")
        assert operator.post(f"{page_of(case)}classify/", values | {"category": laksa.pk}).status_code == 422
        assert everything() == before


class TestRefused:
    @pytest.mark.parametrize("move", STAFF_MOVES)
    def test_an_illegal_move_says_what_is_possible_and_keeps_the_words(
        self, a: World, operator: Client, move: str
    ) -> None:
        status = next((s for s in (Status.WAITING, Status.DONE) if s not in MOVES[move].sources), None)
        if status is None:
            assert MOVES[move].sources == tuple(Status)
            return
        case = in_status(a, status)
        before = everything()
        response = operator.post(f"{page_of(case)}{move}/", TYPED.get(move, {"reason": WHY}))
        text = response.content.decode()
        assert response.status_code == 422
        assert WHY in text
        possible = [str(MOVES[name].label) for name in ("reply", "note")]
        assert all(label in text.split('role="alert"')[1][:600] for label in possible)
        assert everything() == before

    @pytest.mark.parametrize("move", [name for name in STAFF_MOVES if MOVES[name].reason is Reason.DEMANDED])
    @pytest.mark.parametrize("words", ["", "  ", "x", "x" * 2001])
    def test_a_demanded_reason_is_demanded(self, a: World, operator: Client, move: str, words: str) -> None:
        if words == "x" and move in ("reply", "ask", "note"):
            words = " x "
        case = in_status(a, next(s for s in (Status.WAITING, Status.CHECKING, Status.DONE) if s in MOVES[move].sources))
        before = everything()
        response = operator.post(f"{page_of(case)}{move}/", {"reason": words, "words": words})
        assert response.status_code == 422
        assert everything() == before

    def test_the_city_may_demand_a_reason_and_switch_a_move_off(self, a: World, operator: Client) -> None:
        case = a.report()
        MoveSetting.objects.create(module="siaran", move="verify", reason_demanded=True)
        MoveSetting.objects.create(module="siaran", move="archive", enabled=False)
        transitions.forget("siaran")
        text = operator.get(page_of(case)).content.decode()
        assert 'id="archive"' not in text
        field = (
            text.split('id="id_verify_reason"')[0].rsplit("<textarea", 1)[1] + text.split('id="id_verify_reason"')[1]
        )
        assert "required" in field.split(">")[0]
        before = everything()
        assert operator.post(f"{page_of(case)}verify/", {"reason": ""}).status_code == 422
        assert operator.post(f"{page_of(case)}archive/", {"reason": WHY}).status_code == 422
        assert everything() == before
        assert operator.post(f"{page_of(case)}verify/", {"reason": WHY}).status_code == 302


class TestRead:
    def test_the_first_opening_marks_it_read(self, a: World, operator: Client) -> None:
        case = a.report()
        assert case.read_at is None
        operator.get(page_of(case))
        case.refresh_from_db(fields=["read_at"])
        first = case.read_at
        assert first is not None
        operator.get(page_of(case))
        case.refresh_from_db(fields=["read_at"])
        assert case.read_at == first

    def test_a_resident_does_not(self, a: World) -> None:
        case = a.report()
        residents_page(a, case)
        case.refresh_from_db(fields=["read_at"])
        assert case.read_at is None
