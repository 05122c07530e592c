"""LAKSA's desk in the back office: its moves by forms, its paper, its settings, and who sees what."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.laksa import actions
from apps.laksa.models import Answer, Aspiration, Dimension, Outcome, Rejection, Rule, Topic
from balai.attachments.models import Attachment
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Category, TimelineEntry
from tenants.actions import deactivate
from tests.attachments import pictures
from tests.casework.pdf_text import text_of
from tests.casework.test_desk import desk_of
from tests.casework.world import World
from tests.laksa.box import TITLE, Box, pdf
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
DESK = "/kantor/laksa/reports/"
WHY = "Alasan yang cukup panjang untuk dibaca."
CASE_STATEMENTS = 30
LIST_STATEMENTS = 8


@pytest.fixture
def room(box: Box) -> Client:
    return desk_of(box, box.room)


@pytest.fixture
def agency(box: Box) -> Client:
    return desk_of(box, box.operator)


def page_of(case: Case) -> str:
    return f"{DESK}{case.number}/"


def move(client: Client, case: Case, name: str, **typed: Any) -> Any:
    return client.post(f"{page_of(case)}{name}/", typed)


def state(case: Case) -> list[Any]:
    """What no refusal may change."""
    return [
        list(Case.objects.order_by("pk").values_list("pk", "status", "agency", "visibility", "closed_at")),
        list(Aspiration.objects.order_by("pk").values()),
        TimelineEntry.objects.count(),
        Answer.objects.count(),
        list(Rejection.objects.values()),
    ]


def fresh(case: Case) -> Case:
    return Case.objects.select_related("aspiration").get(pk=case.pk)


class TestWhoSeesWhat:
    def test_an_agency_sees_what_it_was_given_and_the_room_sees_all(
        self, box: Box, room: Client, agency: Client
    ) -> None:
        mine, waiting = box.disposed(), box.wish(title="Perpustakaan keliling")
        listed = agency.get(DESK).content.decode()
        assert mine.number in listed
        assert waiting.number not in listed
        assert agency.get(page_of(waiting)).status_code == 404
        assert waiting.number in room.get(DESK).content.decode()

    @pytest.mark.parametrize("who", ["warga", "andi"])
    def test_nobody_else_comes_in(self, box: Box, who: str) -> None:
        case = box.wish()
        person = desk_of(box, getattr(box, who))
        assert person.get(page_of(case)).status_code in (403, 404)

    def test_without_the_module_there_is_no_desk(self, box: Box, room: Client) -> None:
        case = box.wish()
        deactivate(box.city, "laksa")
        for path in (DESK, page_of(case), "/kantor/laksa/moderation/", "/kantor/laksa/moderation_rules/"):
            assert room.get(path).status_code == 404

    def test_another_citys_desk_does_not_know_it(self, box: Box, b: World) -> None:
        case = box.wish()
        assert desk_of(b, b.room).get(page_of(case)).status_code == 404

    def test_its_entry_is_in_the_menu(self, box: Box, room: Client) -> None:
        assert "/kantor/laksa/entry/" in room.get(DESK).content.decode()

    def test_a_page_costs_the_same_with_one_and_three(self, box: Box, room: Client, statements: Any) -> None:
        case = actions.answer(case=box.disposed(), actor=box.operator, words=WHY)
        room.get(DESK), room.get(page_of(case))
        for more in range(2):
            with statements() as listing:
                room.get(DESK)
            with statements() as reading:
                room.get(page_of(case))
            assert (len(listing), len(reading)) == (LIST_STATEMENTS, CASE_STATEMENTS)
            if not more:
                box.disposed()
                box.disposed()
                for _ in range(2):
                    actions.answer(case=case, actor=box.operator, words=WHY)


class TestMoves:
    def test_the_page_offers_laksas_moves_and_not_the_engines(self, box: Box, room: Client) -> None:
        page = room.get(page_of(box.wish())).content.decode()
        for name in ("verify", "ask", "reject"):
            assert f'id="{name}"' in page
        for name in ("assign", "forward", "split", "archive", "transfer"):
            assert f'id="{name}"' not in page
        assert TITLE in page

    def test_verifying_publishes_a_held_one(self, box: Box, room: Client) -> None:
        box.set(review_aspirations="everyone")
        case = box.wish()
        assert fresh(case).visibility == "secret"
        assert move(room, case, "verify").status_code == 302
        found = fresh(case)
        assert (found.status, found.visibility, found.aspiration.held) == (Status.VERIFIED, "public", False)

    def test_many_are_verified_and_published_at_once(self, box: Box, room: Client) -> None:
        box.set(review_aspirations="everyone")
        cases = [box.wish(), box.wish(title="Perpustakaan keliling")]
        chosen = {"move": "verify", "case": [case.number for case in cases]}
        assert room.post(f"{DESK}bulk/", chosen).status_code == 200
        assert room.post(f"{DESK}bulk/", chosen | {"confirm": "1"}).status_code == 302
        assert [fresh(case).visibility for case in cases] == ["public", "public"]
        assert room.post(f"{DESK}bulk/", chosen | {"move": "archive"}).status_code == 404

    def test_asking_for_changes(self, box: Box, room: Client) -> None:
        case = box.wish()
        move(room, case, "ask", words="Mohon sebutkan di kelurahan mana.")
        assert fresh(case).status == Status.AWAITING_REPORTER

    def test_rejecting_names_the_rule_and_can_hide(self, box: Box, room: Client) -> None:
        case = box.wish()
        before = state(case)
        refused = move(room, case, "reject", reason=WHY)
        assert refused.status_code == 422
        assert WHY in refused.content.decode()
        assert state(case) == before
        assert move(room, case, "reject", rule=box.rule.pk, reason=WHY, hide="on").status_code == 302
        assert Rejection.objects.get(case=case).hidden
        assert fresh(case).visibility == "secret"

    def test_a_rule_that_is_not_in_force_is_refused(self, box: Box, room: Client) -> None:
        case = box.wish()
        old = Rule.objects.create(title="Aturan lama", text="…", active=False)
        before = state(case)
        assert move(room, case, "reject", rule=old.pk, reason=WHY).status_code == 422
        assert state(case) == before

    @pytest.mark.parametrize(("grant", "status"), [("1", Status.REOPENED), ("0", Status.ARCHIVED)])
    def test_an_appeal_is_decided_by_somebody_else(self, box: Box, room: Client, grant: str, status: str) -> None:
        case = box.wish()
        move(room, case, "reject", rule=box.rule.pk, reason=WHY)
        actions.appeal(case=case, actor=box.warga, words="Ini bukan iklan, saya hanya bercerita.")
        before = state(case)
        assert move(room, case, "decide_appeal", grant=grant, reason=WHY).status_code == 422
        assert state(case) == before
        assert move(desk_of(box, box.colleague), case, "decide_appeal", grant=grant, reason=WHY).status_code == 302
        assert fresh(case).status == status
        assert Rejection.objects.get().granted is (grant == "1")

    def test_disposing_to_several_agencies(self, box: Box, room: Client) -> None:
        case = actions.verify(case=box.wish(), actor=box.room)
        unit = f"{box.dishub.pk}-{box.lamps.pk}"
        typed = {"who_1": unit, "who_2": box.dlh.pk, "words_2": "Bagaimana sampahnya?", "reason": WHY}
        assert move(room, case, "dispose", **typed).status_code == 302
        found = fresh(case)
        assert (found.agency, found.unit, found.status) == (box.dishub, box.lamps, Status.PROCESS)
        assert [task.agency for task in found.tasks.all()] == [box.dlh]

    @pytest.mark.parametrize(
        ("second", "words"), [("dlh", ""), ("dishub", "Mohon dijawab juga."), ("", "Untuk siapa ini?")]
    )
    def test_what_is_wrong_with_one_agency_leaves_all_undone(
        self, box: Box, room: Client, second: str, words: str
    ) -> None:
        case = actions.verify(case=box.wish(), actor=box.room)
        before = state(case)
        other = getattr(box, second).pk if second else ""
        refused = move(room, case, "dispose", who_1=box.dishub.pk, who_2=other, words_2=words)
        assert refused.status_code == 422
        assert state(case) == before

    def test_an_official_answer_with_a_photo_and_a_document(self, box: Box, agency: Client) -> None:
        case = box.disposed()
        photo = SimpleUploadedFile("a.jpg", pictures.photo(width=64, height=48), "image/jpeg")
        paper = SimpleUploadedFile("Surat Dinas.pdf", pdf(), "application/pdf")
        assert move(agency, case, "answer", words=WHY, photos=photo, documents=paper).status_code == 302
        answer = Answer.objects.get()
        assert (answer.agency, answer.outcome) == (box.dishub, Outcome.ANSWERED)
        assert len(answer.entry.data["photos"]) == 2
        page = agency.get(page_of(case)).content.decode()
        assert "Surat Dinas" in page
        assert "Surat Dinas" in text_of(agency.get(f"{page_of(case)}pdf/").content)

    def test_the_agency_of_a_task_answers_too(self, box: Box, room: Client) -> None:
        case = actions.verify(case=box.wish(), actor=box.room)
        actions.dispose(case=case, orders=[box.order(), box.order(box.dlh)], actor=box.room)
        task, sweepers = case.tasks.get(), desk_of(box, box.sweep_desk)
        assert f"{page_of(task)}answer/" in sweepers.get(page_of(task)).content.decode()
        assert sweepers.get(page_of(case)).status_code == 404
        assert move(sweepers, task, "answer", words=WHY).status_code == 302
        assert (Answer.objects.get().case, Answer.objects.get().agency) == (case, box.dlh)

    def test_moments_are_told_by_the_citys_clock(self, box: Box, agency: Client) -> None:
        case = actions.answer(case=box.disposed(), actor=box.operator, words=WHY)
        at = datetime.datetime(2026, 11, 24, 18, 30, tzinfo=datetime.UTC)
        Aspiration.objects.filter(case=case).update(answered_at=at)
        assert "25 November 2026, 01:30" in agency.get(page_of(case)).content.decode()

    def test_a_file_that_is_not_what_it_says_is_refused_and_the_rest_is_kept(self, box: Box, agency: Client) -> None:
        case = box.disposed()
        before = state(case)
        photo = SimpleUploadedFile("a.jpg", pictures.photo(width=64, height=48), "image/jpeg")
        fake = SimpleUploadedFile("Surat.pdf", b"MZ not a paper", "application/pdf")
        refused = move(agency, case, "answer", words=WHY, photos=photo, documents=fake)
        page = refused.content.decode()
        assert refused.status_code == 422
        assert WHY in page
        kept = Attachment.objects.get()
        assert f'name="photos_kept" value="{kept.pk}"' in page
        assert state(case) == before
        assert move(agency, case, "answer", words=WHY, photos_kept=str(kept.pk)).status_code == 302

    def test_into_the_plan(self, box: Box, agency: Client) -> None:
        case = box.disposed()
        before = state(case)
        assert move(agency, case, "plan", year="1999", programme="Ruang terbuka", words=WHY).status_code == 422
        assert state(case) == before
        year = timezone.localdate().year + 1
        assert move(agency, case, "plan", year=year, programme="Ruang terbuka hijau", words=WHY).status_code == 302
        page = agency.get(page_of(case)).content.decode()
        assert f"{year}: Ruang terbuka hijau" in page
        assert fresh(case).aspiration.outcome == Outcome.PLANNED

    def test_declining_says_why(self, box: Box, agency: Client) -> None:
        case = box.disposed()
        before = state(case)
        assert move(agency, case, "decline", reason="Tidak.").status_code == 422
        assert state(case) == before
        move(agency, case, "decline", reason=WHY)
        assert fresh(case).aspiration.outcome == Outcome.DECLINED

    def test_the_room_closes_what_the_answer_settles(self, box: Box, room: Client, agency: Client) -> None:
        case = box.disposed(kind="question")
        before = state(case)
        assert move(room, case, "conclude", reason=WHY).status_code == 422
        assert state(case) == before
        move(agency, case, "answer", words=WHY)
        assert f"{page_of(case)}conclude/" in room.get(page_of(case)).content.decode()
        assert f"{page_of(case)}conclude/" not in agency.get(page_of(case)).content.decode()
        assert move(room, case, "conclude").status_code == 302
        assert fresh(case).aspiration.outcome == Outcome.ANSWERED

    def test_open_tasks_are_not_forgotten(self, box: Box, room: Client, agency: Client) -> None:
        case = actions.verify(case=box.wish(), actor=box.room)
        actions.dispose(case=case, orders=[box.order(), box.order(box.dlh)], actor=box.room)
        before = state(case)
        assert move(agency, case, "decline", reason=WHY).status_code == 422
        assert state(case) == before
        assert move(agency, case, "decline", reason=WHY, without_tasks=WHY).status_code == 302

    def test_fulfilled_with_evidence_which_the_room_checks(self, box: Box, room: Client, agency: Client) -> None:
        case = box.disposed()
        before = state(case)
        assert move(agency, case, "fulfil", words=WHY).status_code == 422
        assert state(case) == before
        photo = SimpleUploadedFile("a.jpg", pictures.photo(width=64, height=48), "image/jpeg")
        assert move(agency, case, "fulfil", words=WHY, photos=photo).status_code == 302
        assert fresh(case).status == Status.CHECKING
        assert move(agency, case, "approve").status_code == 422
        assert move(room, case, "approve").status_code == 302
        assert fresh(case).status == Status.DONE

    @pytest.mark.parametrize("name", ["verify", "dispose", "reject", "decide_appeal"])
    def test_an_agency_does_not_do_the_rooms_work(self, box: Box, agency: Client, name: str) -> None:
        case = box.disposed()
        before = state(case)
        typed = {"reason": WHY, "rule": box.rule.pk, "who_1": box.dlh.pk, "words_1": WHY, "grant": "1"}
        assert move(agency, case, name, **typed).status_code == 422
        assert state(case) == before

    def test_the_engines_moves_do_not_work_here(self, box: Box, room: Client) -> None:
        case = box.disposed()
        before = state(case)
        for name in ("forward", "archive", "transfer", "assign"):
            assert move(room, case, name, reason=WHY).status_code == 404
        assert state(case) == before

    def test_handing_back_and_merging(self, box: Box, room: Client, agency: Client) -> None:
        case, other = box.disposed(), box.wish(title="Perpustakaan keliling")
        move(agency, case, "hand_back", reason=WHY)
        assert (fresh(case).agency, fresh(case).status) == (None, Status.VERIFIED)
        assert move(room, other, "merge", number=case.number).status_code == 302
        assert fresh(other).merged_into == case


class TestOnPaper:
    def test_it_says_title_kind_and_documents(self, box: Box, room: Client) -> None:
        paper = box.document(box.warga)
        case = box.wish(document_ids=[paper.pk], kind="criticism")
        printed = room.get(f"{page_of(case)}print/").content.decode()
        written = text_of(room.get(f"{page_of(case)}pdf/").content)
        for words in (TITLE, "Kritik", "Usulan"):
            assert words in printed
            assert words in written


class TestSettings:
    def test_rules_are_written_by_who_may_and_never_deleted(self, box: Box) -> None:
        boss = signed_in(box.city, staff(box.city, "laksa.add_rule", "laksa.change_rule", "laksa.delete_rule"))
        typed = {"title": "Sopan", "text": "Tanpa makian.", "order": "2", "active": "on"}
        assert boss.post("/kantor/laksa/moderation_rules/new/", typed).status_code == 302
        made = Rule.objects.get(title="Sopan")
        assert "Sopan" in boss.get("/kantor/laksa/moderation_rules/").content.decode()
        assert boss.get(f"/kantor/laksa/moderation_rules/edit/{made.pk}/").status_code == 200
        assert boss.post(f"/kantor/laksa/moderation_rules/delete/{made.pk}/").status_code == 404

    def test_others_do_not_write_rules(self, box: Box, room: Client) -> None:
        typed = {"title": "Sopan", "text": "Tanpa makian.", "order": "2", "active": "on"}
        room.post("/kantor/laksa/moderation_rules/new/", typed)
        assert list(Rule.objects.all()) == [box.rule]

    def test_topics_have_dimensions(self, box: Box, statements: Any) -> None:
        rights = ("casework.add_category", "casework.change_category", "casework.view_category")
        boss = signed_in(box.city, staff(box.city, *rights))
        park = Category.objects.get(module="laksa", slug="taman")
        page = boss.get(f"/kantor/laksa/categories/edit/{park.pk}/").content.decode()
        assert page.count("checked") >= 2
        form = {
            "name": "Taman kota",
            "slug": "taman",
            "parent": park.parent_id,
            "icon": "tree",
            "radius_m": park.radius_m,
            "default_classification": park.default_classification,
            "default_severity": park.default_severity,
            "default_visibility": park.default_visibility,
            "order": "0",
            "active": "on",
        }
        assert (
            boss.post(f"/kantor/laksa/categories/edit/{park.pk}/", form | {"dimensions": ["sihir"]}).status_code == 200
        )
        assert Topic.objects.get(pk=park.pk).dimensions == [Dimension.LIVING, Dimension.ENVIRONMENT]
        saved = boss.post(f"/kantor/laksa/categories/edit/{park.pk}/", form | {"dimensions": [Dimension.SOCIETY]})
        assert saved.status_code == 302
        assert Topic.objects.get(pk=park.pk).dimensions == [Dimension.SOCIETY]
        assert "Smart Society" in boss.get("/kantor/laksa/categories/").content.decode()

    def test_topics_stand_below_their_groups(self, box: Box) -> None:
        make = Category.objects.create
        first = make(module="laksa", slug="warga", name="Warga", order=0)
        group = make(module="laksa", slug="sekolah", name="Sekolah", parent=first, order=9)
        make(module="laksa", slug="guru", name="Guru", parent=group, order=0)
        make(module="laksa", slug="arisan", name="Arisan", parent=first, order=10)
        Category.objects.filter(module="laksa", slug="usul").update(order=5)
        boss = signed_in(box.city, staff(box.city, "casework.view_category", "casework.add_category"))

        def listed(query: str = "") -> list[str]:
            rows = boss.get(f"/kantor/laksa/categories/{query}").context["object_list"]
            return [row.slug for row in rows]

        in_groups = ["warga", "sekolah", "guru", "arisan", "ruang", "taman", "usul"]
        assert listed() == in_groups
        assert listed("?ordering=name") == sorted(in_groups, key=lambda slug: Category.objects.get(slug=slug).name)
        page = boss.get("/kantor/laksa/categories/").content.decode()
        assert "Tambah topik" in page
        assert "Kategori" not in page.partition("<main")[2].partition("<table")[0]

    def test_the_options_are_in_the_modules_screen(self, box: Box) -> None:
        boss = signed_in(box.city, staff(box.city, emergency_key=True))
        page = boss.get("/kantor/modules/laksa/").content.decode()
        for name in ("answer_threshold", "watched_words", "comments_per_hour", "reports_to_hold", "known_after"):
            assert f'name="{name}"' in page
