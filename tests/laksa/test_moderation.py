"""The moderation queue: what waits, who may decide, what each act does, and that a refusal does nothing."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from apps.laksa import actions, queries
from apps.laksa.models import Aspiration, Comment, Rejection
from balai.accounts.models import User
from balai.audit.models import Entry
from balai.casework.models import Case, TimelineEntry
from balai.notifications.models import Message
from tests.casework.test_desk import desk_of
from tests.casework.world import World
from tests.laksa.box import TITLE, Box

pytestmark = pytest.mark.django_db
QUEUE = "/kantor/laksa/moderation/"
WHY = "Memuat iklan jasa."
QUEUE_STATEMENTS = 13


@pytest.fixture
def room(box: Box) -> Client:
    return desk_of(box, box.room)


def held(box: Box, **fields: Any) -> Case:
    box.set(review_aspirations="everyone")
    case = box.wish(**fields)
    box.set(review_aspirations="nobody")
    return case


def comment(box: Box, case: Case, *, held: bool = False, author: User | None = None, text: str = "Setuju!") -> Comment:
    box.set(review_comments="everyone" if held else "nobody")
    return actions.add_comment(case=case, author=author or box.tetangga, text=text, key=uuid.uuid4())


def reported(box: Box, case: Case) -> Comment:
    found = comment(box, case, text="Hubungi saya untuk pinjaman cepat.")
    return actions.report_comment(comment=found, user=box.residents(1)[0], reason="spam", words="Promosi terus.")


def act(client: Client, queue: str, act: str, *rows: Any, **typed: Any) -> Any:
    return client.post(QUEUE, {"queue": queue, "act": act, "row": [row.pk for row in rows]} | typed)


def state() -> list[Any]:
    return [
        list(Aspiration.objects.order_by("pk").values()),
        list(Comment.objects.order_by("pk").values()),
        list(Case.objects.order_by("pk").values_list("pk", "status", "visibility")),
        TimelineEntry.objects.count(),
        Rejection.objects.count(),
        Message.objects.count(),
        Entry.objects.filter(verb__startswith="laksa.").count(),
    ]


class TestWhoMay:
    @pytest.mark.parametrize("who", ["operator", "head", "mayor", "andi"])
    def test_only_the_command_room(self, box: Box, who: str) -> None:
        case = held(box)
        person = desk_of(box, getattr(box, who))
        before = state()
        page = person.get(QUEUE)
        assert page.status_code == 403
        assert case.number not in page.content.decode()
        assert act(person, "aspirations", "publish", case).status_code == 403
        assert state() == before
        assert QUEUE not in person.get("/kantor/").content.decode()

    def test_another_citys_room_sees_nothing_of_it(self, box: Box, b: World) -> None:
        case = held(box)
        page = desk_of(b, b.room).get(QUEUE)
        assert page.status_code == 200
        assert case.number not in page.content.decode()
        before = state()
        assert act(desk_of(b, b.room), "aspirations", "publish", case).status_code == 422
        assert state() == before


class TestWhatWaits:
    def test_each_list_with_its_reasons(self, box: Box, room: Client) -> None:
        waiting, shown = held(box), box.wish(title="Perpustakaan keliling")
        comment(box, shown, held=True, text="Ini menunggu.")
        reported(box, shown)
        page = room.get(QUEUE).content.decode()
        for words in (TITLE, waiting.number, "Ini menunggu.", "pinjaman cepat", "Promosi terus.", "×1"):
            assert words in page
        assert [row.text for row in queries.shown_and_reported()] == ["Hubungi saya untuk pinjaman cepat."]

    def test_appeals_lead_to_their_aspiration(self, box: Box, room: Client) -> None:
        case = box.wish()
        actions.reject(case=case, actor=box.room, rule=box.rule, reason="Memuat iklan jasa.")
        actions.appeal(case=case, actor=box.warga, words="Ini bukan iklan sama sekali.")
        assert f"/kantor/laksa/reports/{case.number}/#decide_appeal" in room.get(QUEUE).content.decode()

    def test_the_welcome_page_counts(self, box: Box, room: Client) -> None:
        shown = box.wish(title="Perpustakaan keliling")
        held(box)
        comment(box, shown, held=True)
        reported(box, shown)
        page = room.get("/kantor/").content.decode()
        for name in ("aspirations", "comments", "reported"):
            assert f'{QUEUE}#{name}-title"><span class="office-tile__number">1<' in page
        assert f"{QUEUE}#appeals-title" not in page
        assert "#aspirations-title" not in desk_of(box, box.operator).get("/kantor/").content.decode()

    def test_it_costs_the_same_with_one_and_three(self, box: Box, room: Client, statements: Any) -> None:
        shown = box.wish(title="Perpustakaan keliling")
        room.get(QUEUE)
        people = box.residents(3)
        for number in range(3):
            held(box, title=f"Taman bermain nomor {number}")
            comment(box, shown, held=True, author=people[number])
            reported(box, shown) if number == 0 else reported(box, box.wish(title=f"Pos ronda nomor {number}"))
            if number == 1:
                continue
            with statements() as seen:
                room.get(QUEUE)
            assert len(seen) == QUEUE_STATEMENTS

    def test_it_is_bounded(self, box: Box, room: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("apps.laksa.office.moderation.PER_LIST", 2)
        cases = [held(box, title=f"Taman bermain nomor {number}") for number in range(3)]
        page = room.get(QUEUE).content.decode()
        assert [case.number in page for case in cases] == [True, True, False]

    def test_photos_are_shown_in_it(self, box: Box, room: Client) -> None:
        photo = box.photo(box.warga)
        held(box, photo_ids=[photo.pk])
        page = room.get(QUEUE).content.decode()
        address = re.search(rf'src="([^"]*{photo.pk}[^"]*)"', page)
        assert address, page
        assert b"".join(room.get(address[1]).streaming_content)[:3] == b"\xff\xd8\xff"
        assert Client(headers={"host": box.city.host}).get(address[1]).status_code == 404

    def test_a_hidden_author_stays_hidden_in_it(self, box: Box, room: Client) -> None:
        case = box.wish(visibility="anonymous")
        box.set(review_comments="everyone")
        actions.add_comment(case=case, author=box.warga, text="Kabar dari saya sendiri.", is_update=True)
        actions.add_comment(case=case, author=box.tetangga, text="Saya mendukung.")
        page = room.get(QUEUE).content.decode()
        assert "Kabar dari saya sendiri." in page
        assert "namanya disembunyikan" in page
        assert box.tetangga.name in page
        assert box.warga.name not in page

    def test_scripts_are_words(self, box: Box, room: Client) -> None:
        held(box, title="<script>alert(1)</script>")
        assert "<script>alert(1)" not in room.get(QUEUE).content.decode()


class TestActs:
    def test_publishing_the_ticked_aspirations(self, box: Box, room: Client) -> None:
        first, second, third = (held(box, title=f"Taman bermain nomor {number}") for number in range(3))
        assert act(room, "aspirations", "publish", first, second).status_code == 302
        assert [row.case for row in queries.held_aspirations()] == [third]
        assert list(Case.objects.filter(visibility="public").order_by("pk")) == [first, second]
        assert Entry.objects.filter(verb="laksa.published", actor_id=box.room.pk).count() == 2

    def test_rejecting_under_a_rule(self, box: Box, room: Client) -> None:
        cases = [held(box, title=f"Taman bermain nomor {number}") for number in range(2)]
        before = state()
        no_rule = act(room, "aspirations", "reject", *cases, reason=WHY)
        no_reason = act(room, "aspirations", "reject", *cases, rule=box.rule.pk)
        short = act(room, "aspirations", "reject", *cases, rule=box.rule.pk, reason="x")
        for refused in (no_rule, no_reason, short):
            assert refused.status_code == 422
        assert WHY in no_rule.content.decode()
        assert no_rule.content.decode().count("checked") == 2
        assert state() == before
        assert act(room, "aspirations", "reject", *cases, rule=box.rule.pk, reason=WHY).status_code == 302
        assert Rejection.objects.count() == 2
        assert Entry.objects.filter(verb="laksa.rejected").count() == 2

    def test_comments_are_published_or_hidden_with_a_reason(self, box: Box, room: Client) -> None:
        case = box.wish()
        good, bad = comment(box, case, held=True), comment(box, case, held=True, text="Iklan!")
        act(room, "comments", "publish", good)
        before = state()
        assert act(room, "comments", "hide", bad).status_code == 422
        assert act(room, "comments", "reject", bad, rule=box.rule.pk, reason=WHY).status_code == 400
        assert state() == before
        act(room, "comments", "hide", bad, reason=WHY)
        assert list(Comment.objects.order_by("pk").values_list("state", "reason")) == [("shown", ""), ("hidden", WHY)]
        assert set(Entry.objects.values_list("verb", flat=True)) >= {"laksa.comment_published", "laksa.comment_hidden"}

    def test_reported_ones_are_left_or_hidden(self, box: Box, room: Client) -> None:
        first, second = (reported(box, box.wish(title=f"Pos ronda nomor {number}")) for number in range(2))
        act(room, "reported", "publish", first)
        act(room, "reported", "hide", second, reason=WHY)
        assert list(Comment.objects.order_by("pk").values_list("state", flat=True)) == ["shown", "hidden"]
        assert not queries.reported_comments().exists()

    def test_sent_twice_it_is_done_once(self, box: Box, room: Client) -> None:
        case = held(box)
        act(room, "aspirations", "publish", case)
        before = state()
        assert act(room, "aspirations", "publish", case).status_code == 422
        assert state() == before

    def test_one_that_cannot_does_not_stop_the_others(self, box: Box, room: Client) -> None:
        gone, case = held(box), held(box, title="Perpustakaan keliling")
        actions.publish(case=gone, actor=box.colleague)
        assert act(room, "aspirations", "publish", gone, case).status_code == 302
        assert not queries.held_aspirations().exists()

    @pytest.mark.parametrize(
        "typed",
        [
            {"queue": "aspirations", "act": "publish"},
            {"queue": "aspirations", "act": "publish", "row": ["x", "-1", "9" * 30, "٣", "\0"]},
            {"queue": "aspirations", "act": "reject", "row": ["1"], "rule": "x", "reason": "a" * 1_000_000},
            {"queue": "x", "act": "publish", "row": ["1"]},
            {"queue": "comments", "act": "\0"},
            {},
        ],
    )
    def test_nonsense_is_refused(self, box: Box, room: Client, typed: dict[str, Any]) -> None:
        held(box)
        before = state()
        assert room.post(QUEUE, typed).status_code in (400, 422)
        assert state() == before
