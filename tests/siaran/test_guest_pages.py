"""Reporting without an account, with questions and likely duplicates: in the API and without JavaScript."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from balai.accounts.models import User
from balai.casework import actions, tracking
from balai.casework.models import AnswerKind, Case, Category, Question, Supporter
from balai.graphql import execute, trusted
from tenants.actions import activate
from tenants.current import in_city
from tests.casework.world import World
from tests.siaran.test_pages import browse, fields, text

__all__ = ["browse"]
pytestmark = pytest.mark.django_db


def ask(name: str, user: User | None = None, headers: dict[str, str] | None = None, **variables: Any) -> Any:
    """Data and error codes of one of SIARAN's documents, in the current city."""
    request = RequestFactory(headers=headers or {}).post("/graphql/")
    request.user = user or AnonymousUser()
    result = execute(trusted.by_name(f"siaran/{name}").text, variables, request)
    return result.data, [(error.extensions or {})["code"] for error in result.errors or []]


def report(a: World, user: User | None = None, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    variables = {"category": "lampu", "description": "Lampu jalan di depan rumah mati.", **a.inside} | changes
    data, errors = ask("submit_report", user, headers, **variables)
    assert errors == []
    return data["siaranSubmitReport"]


@pytest.fixture
def no_photo_needed(a: World) -> None:
    activate(a.city, "siaran", {"photos_required": 0})


def shut(a: World) -> None:
    activate(a.city, "siaran", {"photos_required": 0, "guests": False})


@pytest.mark.usefixtures("no_photo_needed")
class TestInTheApi:
    def test_a_guest_gets_a_code_and_opens_the_report_with_it(self, a: World) -> None:
        sent = report(a, visibility="SECRET", key=str(uuid.uuid4()))
        number, code = sent["report"]["number"], sent["code"]
        assert ask("report", number=number)[1] == ["NOT_FOUND"]
        header = {"X-Tracking-Code": code}
        data, errors = ask("report", headers=header, number=number)
        assert errors == []
        assert data["siaran"]["report"]["mine"] is True
        assert "message" in data["siaran"]["report"]["moves"]
        data, errors = ask("add_message", headers=header, number=number, words="Masih mati juga.")
        assert (errors, data["siaranAddMessage"]["errors"]) == ([], [])
        data, errors = ask("guest_reports", headers=header)
        assert [node["number"] for node in data["siaran"]["guestReports"]] == [number]
        assert ask("guest_reports")[0]["siaran"]["guestReports"] == []
        opened, _errors = ask("open_report", number=number, code=code.lower())
        assert opened["siaranOpenReport"]["report"]["number"] == number

    def test_a_wrong_code_and_a_wrong_number_are_told_alike(self, a: World) -> None:
        sent = report(a)
        answers = [
            ask("open_report", number=number, code=code)[0]["siaranOpenReport"]
            for number, code in (
                (sent["report"]["number"], tracking.new_code()),
                ("3674-000-000-000", sent["code"]),
                ("x", "y"),
            )
        ]
        assert answers[0] == answers[1] == answers[2]
        assert answers[0]["report"] is None
        assert answers[0]["errors"][0]["code"] == "NOT_FOUND"

    def test_without_its_code_a_guest_has_to_sign_in_to_write(self, a: World) -> None:
        number = a.report().number
        for headers in ({}, {"X-Tracking-Code": tracking.new_code()}):
            assert ask("add_message", headers=headers, number=number, words="Halo halo.")[1] == ["UNAUTHENTICATED"]
            assert ask("rate_report", headers=headers, number=number, rating=5)[1] == ["UNAUTHENTICATED"]

    def test_a_city_may_want_accounts(self, a: World) -> None:
        shut(a)
        variables = {"category": "lampu", "description": "Lampu jalan di depan rumah mati.", **a.inside}
        assert ask("submit_report", **variables)[1] == ["UNAUTHENTICATED"]
        assert not Case.objects.exists()

    def test_the_code_of_one_city_opens_nothing_in_another(self, a: World, b: World) -> None:
        sent = report(a, visibility="SECRET")
        with in_city(b.city):
            assert ask("report", headers={"X-Tracking-Code": sent["code"]}, number=sent["report"]["number"])[1] == [
                "NOT_FOUND"
            ]
            assert ask("guest_reports", headers={"X-Tracking-Code": sent["code"]})[0]["siaran"]["guestReports"] == []

    def test_a_signed_in_person_claims_it(self, a: World) -> None:
        sent = report(a)
        values = {"number": sent["report"]["number"], "code": sent["code"]}
        assert ask("claim_report", **values)[1] == ["UNAUTHENTICATED"]
        data, errors = ask("claim_report", a.warga, **values)
        assert (errors, data["siaranClaimReport"]["errors"]) == ([], [])
        assert Case.objects.get().reporter == a.warga

    def test_questions_are_told_and_their_faults_named(self, a: World) -> None:
        Question.objects.create(
            category=Category.objects.get(slug="lampu"),
            slug="keadaan",
            label="Bagaimana?",
            kind=AnswerKind.CHOICE,
            choices=[{"value": "padam", "label": "Padam"}, {"value": "kabel", "label": "Kabel putus", "stop": True}],
            required=True,
            stop_text="Jangan mendekat.",
        )
        data, _errors = ask("questions", category="lampu")
        [question] = data["siaran"]["questions"]
        assert question["kind"] == "CHOICE"
        assert question["stop"] == {"text": "Jangan mendekat.", "phone": "112"}
        [fault] = report(a)["errors"]
        assert (fault["field"], fault["code"]) == ("answers.keadaan", "MISSING")
        stopped = report(a, answers=[{"question": "keadaan", "value": "kabel"}])
        assert (stopped["errors"][0]["code"], stopped["emergencyPhone"]) == ("HARD_STOP", "112")
        assert not Case.objects.exists()
        assert report(a, answers=[{"question": "keadaan", "value": "padam"}])["report"]

    def test_likely_duplicates_are_answered_instead(self, a: World) -> None:
        first = a.report()
        held = report(a, a.tetangga, unlessReported=True)
        assert held["report"] is None
        assert [node["number"] for node in held["duplicates"]] == [first.number]
        data, _errors = ask("alike", category="lampu", description="Lampu", **a.inside)
        assert [node["number"] for node in data["siaran"]["likelyDuplicates"]] == [first.number]
        assert ask("alike", category="ufo", **a.inside)[0]["siaran"]["likelyDuplicates"] == []
        assert ask("alike", category="lampu", lat=1e308, lon=0.0)[0]["siaran"]["likelyDuplicates"] == []
        joined, _errors = ask("support_report", a.tetangga, number=first.number)
        assert joined["siaranSupportReport"]["report"]["weight"] == 2
        assert ask("report", a.tetangga, number=first.number)[0]["siaran"]["report"]["supported"] is True

    def test_sixteen_statements_at_most(self, a: World, statements: Any) -> None:
        report(a, a.warga, key=str(uuid.uuid4()), unlessReported=True, category="sampah")
        with statements() as seen:
            sent = report(a, a.warga, key=str(uuid.uuid4()), unlessReported=True)
        assert sent["created"] is True
        assert len(seen) <= 16, "\n".join(seen)


class TestPages:
    def test_a_guest_reports_keeps_the_code_and_comes_back_on_another_device(self, a: World, browse: Any) -> None:
        phone = browse()
        page = text(phone.get("/siaran/lapor/"))
        assert "tanpa akun" in page
        response = phone.post("/siaran/lapor/", fields(a, visibility="SECRET"))
        case = Case.objects.get()
        assert (case.reporter_id, case.visibility, case.photo_count) == (None, "secret", 1)
        receipt = text(phone.get(response["Location"]))
        code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt)
        assert code, receipt
        assert code[0] not in response["Location"]
        address = f"/siaran/laporan/{case.number}/"
        kept = phone.get(address)
        assert "no-store" in kept["Cache-Control"]
        assert phone.post(f"{address}pesan/", {"words": "Tiang di sebelah juga mati."}).status_code == 303
        assert str(case.cover_id) in text(phone.get(address)), "the guest sees their own photo"

        other = browse()
        assert other.get(address).status_code == 404
        wrong = other.post("/siaran/lacak/", {"number": case.number, "code": tracking.new_code()})
        assert wrong.status_code == 422
        opened = other.post("/siaran/lacak/", {"number": case.number, "code": code[0].lower()})
        assert opened["Location"] == address
        assert "Tiang di sebelah juga mati." in text(other.get(address))
        assert case.number in text(other.get("/siaran/lacak/"))
        assert other.get("/siaran/laporan-saya/")["Location"] == "/siaran/lacak/"
        other.post("/siaran/lacak/lupakan/")
        assert "/login/" in other.get("/siaran/laporan-saya/")["Location"]
        assert other.get(address).status_code == 404

    def test_what_a_guest_sends_again_is_done_once(self, a: World, browse: Any) -> None:
        phone = browse()
        phone.post("/siaran/lapor/", fields(a))
        case = Case.objects.get()
        address = f"/siaran/laporan/{case.number}/"
        key = re.search(r'name="form_key" value="([^"]+)"', text(phone.get(address)))
        assert key
        for _again in range(2):
            sent = phone.post(f"{address}pesan/", {"words": "Masih mati.", "form_key": key[1]})
            assert (sent.status_code, sent["Location"]) == (303, address)
        assert case.timeline.filter(kind="message").count() == 1
        # A key that was used for words is not taken for a verdict, and a failure uses up nothing.
        other = str(uuid.uuid4())
        assert phone.post(f"{address}pesan/", {"words": "", "form_key": other}).status_code == 422
        assert phone.post(f"{address}pesan/", {"words": "Sekarang sudah.", "form_key": other}).status_code == 303
        actions.finish(
            case=actions.accept(case=case, actor=a.andi),
            actor=a.andi,
            words="Sudah diganti.",
            photo_ids=[a.photo(a.andi).pk],
        )
        assert phone.post(f"{address}nilai/", {"rating": "5", "form_key": key[1]}).status_code == 422
        assert Case.objects.get().rating is None
        assert phone.post(f"{address}nilai/", {"rating": "5", "form_key": str(uuid.uuid4())}).status_code == 303
        assert case.timeline.filter(kind__in=("message", "rated")).count() == 3

    def test_a_city_that_wants_accounts_leads_to_the_sign_in(self, a: World, browse: Any) -> None:
        shut(a)
        for response in (browse().get("/siaran/lapor/"), browse().post("/siaran/lapor/", fields(a))):
            assert response.status_code == 302
            assert "next=/siaran/lapor/" in response["Location"]
        assert not Case.objects.exists()

    def test_what_fills_in_the_hidden_field_is_no_person(self, a: World, browse: Any) -> None:
        assert browse().post("/siaran/lapor/", fields(a, website="https://spam.example")).status_code == 422
        assert not Case.objects.exists()

    def test_questions_come_after_the_category_with_everything_kept(self, a: World, browse: Any) -> None:
        lamp = Category.objects.get(slug="lampu")
        Question.objects.create(category=lamp, slug="jumlah", label="Berapa lampu?", kind=AnswerKind.NUMBER, most=9)
        client = browse(a.warga)
        page = text(client.post("/siaran/lapor/", fields(a)))
        assert "Berapa lampu?" in page
        assert not Case.objects.exists()
        kept = re.findall(r'name="photos_kept" value="([^"]+)"', page)
        assert len(kept) == 1, "the photo need not be chosen twice"
        again = fields(a, photos=[], photos_kept=kept, asked="lampu", **{"answers.jumlah": "99"})
        refused = text(client.post("/siaran/lapor/", again))
        assert 'value="99"' in refused
        assert client.post("/siaran/lapor/", {**again, "answers.jumlah": "3"}).status_code == 303
        assert Case.objects.get().answers == {"jumlah": 3}
        assert "Berapa lampu?" in text(client.get("/siaran/lapor/pertanyaan/?category=lampu"))
        assert "Berapa lampu?" in text(client.get("/siaran/lapor/?kategori=lampu"))

    def test_an_emergency_keeps_the_words_and_says_whom_to_call(self, a: World, browse: Any) -> None:
        Category.objects.filter(slug="lampu").update(stop_text="Segera telepon.", stop_phone="112")
        page = text(browse(a.warga).post("/siaran/lapor/", fields(a)))
        assert 'href="tel:112"' in page
        assert "Lampu jalan di depan rumah mati sejak kemarin." in page
        assert not Case.objects.exists()

    def test_a_likely_duplicate_is_shown_before_the_final_sending(self, a: World, browse: Any) -> None:
        first = a.report()
        client = browse(a.tetangga)
        response = client.post("/siaran/lapor/", fields(a))
        page = text(response)
        assert response.status_code == 422
        assert first.number in page
        assert Case.objects.count() == 1
        assert 'name="looked" value="1"' in page
        kept = re.findall(r'name="photos_kept" value="([^"]+)"', page)
        assert client.post("/siaran/lapor/", fields(a, photos=[], photos_kept=kept, looked="1")).status_code == 303
        assert Case.objects.count() == 2
        part = text(client.post("/siaran/lapor/serupa/", {"category": "lampu", "description": "Lampu", **a.inside}))
        assert first.number in part
        assert (
            client.post("/siaran/lapor/serupa/", {"category": "lampu", "lat": "x", "lon": "9" * 99}).status_code == 200
        )

    def test_me_too_and_out_again(self, a: World, browse: Any) -> None:
        case = a.report()
        address = f"/siaran/laporan/{case.number}/"
        for client in (browse(a.tetangga), browse()):
            assert f"{address}dukung/" in text(client.get(address))
            client.post(f"{address}dukung/")
            assert f"{address}batal-dukung/" in text(client.get(address))
        assert Case.objects.get(pk=case.pk).weight == 3
        client.post(f"{address}batal-dukung/")
        assert Supporter.objects.get().user == a.tetangga
        page = text(browse().get(address))
        assert a.tetangga.name not in page
        assert f"{address}dukung/" not in text(browse(a.warga).get(address)), "nobody joins their own"
