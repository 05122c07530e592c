"""The life of an aspiration, from its sending to what became of it, and who may do what when."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.laksa import actions, queries
from apps.laksa.models import Answer, Aspiration, Outcome
from balai.casework import actions as casework
from balai.casework.actions.move_table import stranded
from balai.casework.errors import CaseNotFound, IllegalMove, NotAllowed
from balai.casework.lifecycle import MOVES, Status
from balai.casework.models import Case, Kind
from balai.casework.queries import case_for, chain_faults, timeline, view_of
from balai.notifications.models import Message
from tests.laksa.box import TEXT, TITLE, Box, pdf

pytestmark = pytest.mark.django_db

KEY = uuid.UUID(int=1)
ANSWER = "Usulan ini kami tinjau bersama kelurahan pada bulan depan."


def fresh(case: Case) -> Case:
    return Case.objects.select_related("aspiration").get(pk=case.pk)


def moves(case: Case, user: Any) -> set[str]:
    return {move.name for move in view_of(fresh(case), user).moves()}


def kinds(case: Case) -> list[str]:
    return list(case.timeline.order_by("sequence").values_list("kind", flat=True))


def refused(field: str, code: str, call: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        call()
    assert refusal.value.error_dict[field][0].code == code


class TestSending:
    def test_it_waits_at_the_command_room_and_no_agency_has_it_yet(self, box: Box) -> None:
        case = box.wish(topic="usul")
        assert (case.module, case.status, case.agency) == ("laksa", Status.WAITING, None)
        assert case.description == f"{TITLE}\n\n{TEXT}"
        assert (queries.title_of(case.description), queries.text_of(case.description)) == (TITLE, TEXT)
        assert kinds(case) == ["received"]
        assert not view_of(case, box.operator).is_staff
        assert view_of(case, box.room).is_staff

    def test_place_photos_and_documents_are_the_authors_choice(self, box: Box) -> None:
        bare = box.wish()
        assert (bare.lat, bare.village, bare.photo_count) == (None, None, 0)
        village = box.wish(place={"village": "36.74.01.1001"})
        assert village.village.name == "Barat Daya"
        photo, paper = box.photo(box.warga), box.document(box.warga)
        full = box.wish(place=box.inside, photo_ids=[photo.pk], document_ids=[paper.pk])
        assert (full.photo_count, full.cover_id) == (1, photo.pk)
        assert [pk for pk, _sha in full.timeline.get().data["photos"]] == [str(photo.pk), str(paper.pk)]
        assert chain_faults(full) == []

    def test_every_mistake_is_told_at_once_and_nothing_is_kept(self, box: Box) -> None:
        with pytest.raises(ValidationError) as refusal:
            box.wish(title=" ", text="pendek", topic="lampu", kind="sihir", place={"lat": 1.0, "lon": 1.0})
        assert set(refusal.value.error_dict) == {"title", "text", "kind", "category", "place"}
        assert not Case.objects.exists()
        assert not Aspiration.objects.exists()

    def test_a_megabyte_of_text_is_refused_with_its_length(self, box: Box) -> None:
        with pytest.raises(ValidationError) as refusal:
            box.wish(text="a" * 1_000_000)
        [message] = refusal.value.message_dict["text"]
        assert "1000000" in message
        assert not Case.objects.exists()

    def test_scripts_and_control_characters_are_only_text(self, box: Box) -> None:
        case = box.wish(title="<script>alert(1)</script>\u202e\x00 taman", text=f"{TEXT}<img onerror=x>\x07")
        assert queries.title_of(case.description) == "<script>alert(1)</script> taman"
        assert "\x07" not in case.description

    def test_a_title_is_one_line_whatever_was_pasted(self, box: Box) -> None:
        case = box.wish(title="Taman\n\nbermain   anak")
        assert queries.title_of(case.description) == "Taman bermain anak"
        assert queries.text_of(case.description) == TEXT

    def test_the_same_key_makes_one(self, box: Box) -> None:
        first = actions.submit_aspiration(author=box.warga, title=TITLE, text=TEXT, topic="taman", key=KEY)
        second = actions.submit_aspiration(author=box.warga, title=TITLE, text=TEXT, topic="taman", key=KEY)
        assert (first.created, second.created, second.case.pk) == (True, False, first.case.pk)
        assert Aspiration.objects.count() == 1

    def test_a_photo_is_no_document_and_a_document_no_photo(self, box: Box) -> None:
        photo, paper = box.photo(box.warga), box.document(box.warga)
        refused("photos", "unknown_photo", lambda: box.wish(photo_ids=[paper.pk]))
        refused("documents", "unknown_document", lambda: box.wish(document_ids=[photo.pk]))
        refused("photos", "unknown_photo", lambda: box.report(photo_ids=[paper.pk]))
        assert not Case.objects.exists()

    def test_a_flood_is_stopped(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("balai.casework.intake.MAX_PER_HOUR", 2)
        box.wish()
        box.wish()
        with pytest.raises(ValidationError):
            box.wish()
        assert Aspiration.objects.count() == 2


class TestTheWay:
    def test_from_sending_to_fulfilment_with_two_agencies(self, box: Box) -> None:
        case = actions.verify(case=box.wish(), actor=box.room, reason="Lengkap.")
        assert case.status == Status.VERIFIED
        case = actions.dispose(case=case, orders=[box.order(), box.order(box.dlh)], actor=box.room)
        assert (case.status, case.agency) == (Status.PROCESS, box.dishub)
        [task] = case.tasks.all()
        assert task.agency == box.dlh
        paper, photo = box.document(box.sweep_desk), box.photo(box.sweep_desk)
        case = actions.answer(
            case=task, actor=box.sweep_desk, words=ANSWER, photo_ids=[photo.pk], document_ids=[paper.pk]
        )
        assert (case.parent_id, case.status) == (None, Status.PROCESS)
        task.refresh_from_db()
        assert task.status == Status.DONE
        case = actions.answer(case=case, actor=box.operator, words=ANSWER)
        year = timezone.localdate().year
        case = actions.plan(case=case, actor=box.operator, year=year, programme="Taman Kota 2027", words=ANSWER)
        assert (case.status, fresh(case).aspiration.outcome) == (Status.DONE, Outcome.PLANNED)
        evidence = box.photo(box.operator)
        case = actions.fulfil(case=case, actor=box.operator, words=ANSWER, photo_ids=[evidence.pk])
        assert case.status == Status.CHECKING
        assert queries.outcome_of(fresh(case)) == ""
        with pytest.raises(NotAllowed):
            casework.approve(case=case, actor=box.operator)
        case = casework.approve(case=case, actor=box.room)
        assert (case.status, queries.outcome_of(fresh(case))) == (Status.DONE, Outcome.FULFILLED)
        given = [(row.agency, row.outcome) for row in queries.answers_of(case)]
        assert given == [
            (box.dlh, "answered"),
            (box.dishub, "answered"),
            (box.dishub, "planned"),
            (box.dishub, "fulfilled"),
        ]
        shown = [entry.kind for entry in timeline(view_of(fresh(case), None))]
        assert shown == ["received", "verified", "routed", "answered", "answered", "planned", "checking", "approved"]
        assert chain_faults(fresh(case)) == []
        assert fresh(case).answered_at is not None

    def test_asked_for_changes_the_author_sends_again_and_it_is_where_it_was(self, box: Box) -> None:
        case = casework.ask(case=box.wish(), actor=box.room, words="Di kelurahan mana?")
        assert case.status == Status.AWAITING_REPORTER
        assert "resend" in moves(case, box.warga)
        with pytest.raises(NotAllowed):
            actions.rewrite(case=case, actor=box.tetangga, title=TITLE, text=TEXT)
        case = actions.rewrite(case=case, actor=box.warga, title="Taman di Barat Daya", text=TEXT)
        assert (case.status, queries.title_of(case.description)) == (Status.WAITING, "Taman di Barat Daya")
        assert fresh(case).aspiration.title == "Taman di Barat Daya"
        assert case.paused_at is None
        assert chain_faults(fresh(case)) == []

    def test_the_author_corrects_until_somebody_has_read_it(self, box: Box) -> None:
        case = box.wish()
        case = actions.rewrite(case=case, actor=box.warga, title="Taman yang lain", text=TEXT)
        refused(
            "text", "unchanged", lambda: actions.rewrite(case=case, actor=box.warga, title="Taman yang lain", text=TEXT)
        )
        casework.mark_read(case=case)
        with pytest.raises(NotAllowed):
            actions.rewrite(case=case, actor=box.warga, title=TITLE, text=TEXT)
        assert queries.title_of(fresh(case).description) == "Taman yang lain"

    def test_an_agency_hands_back_what_is_not_its_own(self, box: Box) -> None:
        case = actions.hand_back(case=box.disposed(), actor=box.operator, reason="Ini urusan taman.")
        assert (case.status, case.agency) == (Status.VERIFIED, None)
        case = actions.dispose(case=case, orders=[box.order(box.dlh)], actor=box.room)
        assert (case.status, case.agency) == (Status.PROCESS, box.dlh)

    def test_an_agency_is_asked_once(self, box: Box) -> None:
        case = box.disposed()
        for orders in ([box.order()], [box.order(box.dlh), box.order(box.dlh)], []):
            with pytest.raises(ValidationError):
                actions.dispose(case=case, orders=orders, actor=box.room)
        assert not case.tasks.exists()

    def test_a_declined_one_says_why(self, box: Box) -> None:
        case = box.disposed()
        refused("reason", "too_short", lambda: actions.decline(case=case, actor=box.operator, reason="Tidak."))
        case = actions.decline(case=case, actor=box.operator, reason=ANSWER)
        assert (case.status, queries.outcome_of(fresh(case))) == (Status.DONE, Outcome.DECLINED)
        photo = box.photo(box.operator)
        with pytest.raises(NotAllowed):
            actions.fulfil(case=case, actor=box.operator, words=ANSWER, photo_ids=[photo.pk])
        assert fresh(case).status == Status.DONE
        assert "fulfil" not in moves(case, box.operator)

    def test_a_question_is_closed_by_its_answer(self, box: Box) -> None:
        case = box.disposed(kind="question")
        assert "conclude" not in moves(case, box.room)
        with pytest.raises(NotAllowed):
            actions.conclude(case=case, actor=box.room)
        case = actions.answer(case=case, actor=box.operator, words=ANSWER)
        assert "conclude" not in moves(case, box.operator)
        with pytest.raises(NotAllowed):
            actions.conclude(case=case, actor=box.operator)
        assert (fresh(case).status, queries.outcome_of(fresh(case))) == (Status.PROCESS, "")
        assert "conclude" in moves(case, box.room)
        case = actions.conclude(case=case, actor=box.room, reason="Sudah terjawab.")
        assert (case.status, queries.outcome_of(fresh(case))) == (Status.DONE, Outcome.ANSWERED)
        *_, answer, end = timeline(view_of(fresh(case), None))
        assert (answer.kind, end.kind, end.data["answer"]) == (Kind.ANSWERED, Kind.CONCLUDED, answer.sequence)
        assert chain_faults(fresh(case)) == []
        assert [row.outcome for row in queries.answers_of(case)] == [Outcome.ANSWERED]
        assert Message.objects.filter(recipient=box.warga, template="casework/closed").count() == 1

    def test_what_was_opened_again_needs_a_new_answer(self, box: Box) -> None:
        case = actions.answer(case=box.disposed(), actor=box.operator, words=ANSWER)
        case = actions.conclude(case=case, actor=box.room)
        case = casework.reopen(case=case, actor=box.room, reason="Belum terjawab.")
        with pytest.raises(NotAllowed):
            actions.conclude(case=case, actor=box.room)
        assert (fresh(case).status, queries.outcome_of(fresh(case))) == (Status.REOPENED, "")
        case = actions.answer(case=case, actor=box.operator, words=ANSWER)
        assert actions.conclude(case=case, actor=box.room).status == Status.DONE

    def test_fulfilment_needs_evidence_and_a_plan_a_year_to_come(self, box: Box) -> None:
        case = box.disposed()
        refused("photos", "missing", lambda: actions.fulfil(case=case, actor=box.operator, words=ANSWER))
        before = timezone.localdate().year - 1
        with pytest.raises(ValidationError) as refusal:
            actions.plan(case=case, actor=box.operator, year=before, programme="", words="")
        assert set(refusal.value.error_dict) == {"year", "programme", "words"}
        assert (fresh(case).status, Answer.objects.count()) == (Status.PROCESS, 0)

    def test_evidence_that_does_not_stand_goes_back(self, box: Box) -> None:
        case, paper = box.disposed(), box.document(box.operator)
        case = actions.fulfil(case=case, actor=box.operator, words=ANSWER, document_ids=[paper.pk])
        case = casework.return_work(case=case, actor=box.room, reason="Bukan tempat ini.")
        assert (case.status, queries.outcome_of(fresh(case))) == (Status.PROCESS, "")

    def test_open_tasks_are_not_forgotten(self, box: Box) -> None:
        case = actions.verify(case=box.wish(), actor=box.room)
        case = actions.dispose(case=case, orders=[box.order(), box.order(box.dlh)], actor=box.room)
        refused("without_tasks", "open_tasks", lambda: actions.decline(case=case, actor=box.operator, reason=ANSWER))
        case = actions.decline(case=case, actor=box.operator, reason=ANSWER, without_tasks="Tidak perlu lagi.")
        assert set(case.tasks.values_list("status", flat=True)) == {Status.ARCHIVED}


class TestWhoMayWhat:
    def test_the_room_decides_and_agencies_answer(self, box: Box) -> None:
        case = box.wish()
        assert {"verify", "reject", "archive"} <= moves(case, box.room)
        assert moves(case, box.operator) == set()
        for call in (
            lambda: actions.verify(case=case, actor=box.operator),
            lambda: actions.reject(case=case, actor=box.operator, rule=box.rule, reason="Iklan."),
            lambda: actions.dispose(case=case, orders=[box.order()], actor=box.operator),
            lambda: actions.publish(case=case, actor=box.mayor),
            lambda: actions.answer(case=case, actor=box.warga, words=ANSWER),
        ):
            with pytest.raises(NotAllowed):
                call()
        assert (fresh(case).status, kinds(case)) == (Status.WAITING, ["received"])

    def test_what_the_agency_can_do_with_its_own(self, box: Box) -> None:
        case = box.disposed()
        mine = moves(case, box.operator)
        assert {"answer", "plan", "decline", "fulfil", "hand_back", "ask", "reply"} <= mine
        assert mine.isdisjoint({"verify", "reject", "dispose", "approve", "split", "archive", "accept", "forward"})
        assert moves(case, box.sweep_desk) == set()

    def test_no_officer_and_no_other_city(self, box: Box) -> None:
        case = box.disposed()
        with pytest.raises(IllegalMove):
            casework.assign(case=case, officer=box.andi, actor=box.operator)
        with pytest.raises(IllegalMove):
            casework.forward(case=case, agency=box.dlh, actor=box.operator, reason="Bukan kami.")
        assert fresh(case).assignee_id is None

    def test_every_move_of_the_engine_is_in_the_table_and_nobody_gets_stuck(self) -> None:
        from balai.casework import transitions

        table = transitions.table("laksa")
        assert set(MOVES) < set(table)
        assert stranded({}, table) == []
        assert transitions.table("siaran") is MOVES
        assert all(name == move.name for name, move in table.items())

    def test_steps_in_the_wrong_order(self, box: Box) -> None:
        case = box.wish()
        with pytest.raises(IllegalMove):
            actions.dispose(case=case, orders=[box.order()], actor=box.room)
        done = actions.decline(case=box.disposed(), actor=box.operator, reason=ANSWER)
        for call in (
            lambda: actions.answer(case=done, actor=box.operator, words=ANSWER),
            lambda: actions.reject(case=done, actor=box.room, rule=box.rule, reason="Iklan."),
        ):
            with pytest.raises(IllegalMove):
                call()


class TestHeld:
    def test_a_new_resident_waits_and_nobody_else_sees_it(self, box: Box) -> None:
        box.set(review_aspirations="new")
        case = box.wish()
        assert fresh(case).aspiration.held
        assert list(queries.aspirations()) == []
        with pytest.raises(CaseNotFound):
            case_for(box.tetangga, case.number)
        assert case_for(box.warga, case.number).pk == case.pk
        assert [row.case for row in queries.held_aspirations()] == [case]
        case = actions.publish(case=case, actor=box.room)
        assert list(queries.aspirations()) == [case]
        assert list(queries.held_aspirations()) == []
        assert actions.publish(case=case, actor=box.room).timeline_length == case.timeline_length

    @pytest.mark.parametrize("visibility", ["public", "anonymous", "secret"])
    def test_it_is_then_shown_as_its_author_wished(self, box: Box, visibility: str) -> None:
        box.set(review_aspirations="new")
        case = actions.verify(case=box.wish(visibility=visibility), actor=box.room)
        assert case.visibility == visibility
        assert view_of(case, box.room).names_reporter is (visibility != "anonymous")
        assert case.is_shown_to_all is (visibility != "secret")

    def test_its_visibility_is_not_corrected_while_it_waits(self, box: Box) -> None:
        box.set(review_aspirations="new")
        case = box.wish()
        assert "classify" not in moves(case, box.room)
        assert "classify" in moves(actions.publish(case=case, actor=box.room), box.room)

    def test_a_hidden_name_is_hidden_while_it_waits(self, box: Box) -> None:
        box.set(review_aspirations="everyone")
        case = box.wish(visibility="anonymous")
        assert not view_of(case, box.room).names_reporter

    def test_a_rejected_one_that_waited_stays_unseen(self, box: Box) -> None:
        box.set(review_aspirations="new")
        case = actions.reject(case=box.wish(), actor=box.room, rule=box.rule, reason="Iklan.")
        assert not case.is_shown_to_all

    def test_watched_words_and_links(self, box: Box) -> None:
        box.set(watched_words=["bodoh"])
        for text, held in (
            (f"{TEXT} Dasar BOOOODOH!", True),
            (f"{TEXT} Kebodohan itu lain.", False),
            (f"{TEXT} Lihat https://contoh.id", True),
        ):
            assert fresh(box.wish(text=text)).aspiration.held is held

    def test_rewriting_does_not_get_around_the_words(self, box: Box) -> None:
        box.set(watched_words=["bodoh"])
        case = actions.rewrite(case=box.wish(), actor=box.warga, title=TITLE, text=f"{TEXT} Bodoh.")
        assert fresh(case).aspiration.held
        assert not case.is_shown_to_all
        assert actions.publish(case=case, actor=box.room).visibility == "public"


def test_the_mayor_sees_every_file_and_the_public_none_of_an_anonymous_one(box: Box, client_a: Any) -> None:
    paper = box.document(box.warga, pdf("nama saya"))
    box.wish(visibility="anonymous", document_ids=[paper.pk])
    address = f"/berkas/{paper.pk}/berkas.pdf"
    assert client_a.get(address).status_code == 404
