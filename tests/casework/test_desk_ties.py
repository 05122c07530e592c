"""At the desk: joining, splitting, correcting, other institutions and other cities."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from balai.agencies.actions import appoint
from balai.agencies.models import Role, Unit
from balai.casework import actions, tasks
from balai.casework.actions import Order
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Institution, Kind, Transfer
from tenants.current import in_city
from tests.casework.test_desk import LIST, desk_of, page_of
from tests.casework.world import World, person
from tests.staff import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(a: World) -> Client:
    return desk_of(a, a.operator)


@pytest.fixture
def room(a: World) -> Client:
    return desk_of(a, a.room)


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


class TestJoining:
    def test_from_the_reports_nearby(self, a: World, operator: Client) -> None:
        first, second = a.report(description="Lampu di tikungan mati."), a.report(a.tetangga)
        assert first.number in text(operator.get(page_of(second)))
        response = operator.post(f"{page_of(second)}merge/", {"likely": first.number})
        assert response.status_code == 302
        assert fresh(second).merged_into_id == first.pk
        shown = text(operator.get(page_of(first)))
        assert second.description in shown
        assert first.number in text(operator.get(page_of(second)))
        assert operator.post(f"{page_of(second)}unmerge/", {"reason": ""}).status_code == 302
        assert fresh(second).status == Status.WAITING

    @pytest.mark.parametrize("typed", ["", "123", "3674-000-000-000"])
    def test_a_wrong_number_is_said_at_the_form_and_changes_nothing(
        self, a: World, operator: Client, typed: str
    ) -> None:
        case = a.report()
        response = operator.post(f"{page_of(case)}merge/", {"number": typed, "reason": "Sama saja."})
        assert response.status_code == 422
        assert "Sama saja." in text(response)
        assert fresh(case).status == Status.WAITING

    def test_a_report_of_another_agency_is_not_told_apart_from_none(self, a: World, operator: Client) -> None:
        case, foreign = a.report(), a.report(category="sampah")
        Case.objects.filter(pk=foreign.pk).update(visibility="secret")
        answers = [
            text(operator.post(f"{page_of(case)}merge/", {"number": number})).count("Nomor itu tidak ditemukan")
            for number in (foreign.number, "3674-000-000-000")
        ]
        assert answers[0] == answers[1] > 0


class TestSplitting:
    def test_two_tasks_and_one_is_cancelled(self, a: World, operator: Client) -> None:
        case = a.report()
        sent = {
            "who_1": f"{a.dishub.pk}-{a.lamps.pk}",
            "words_1": "Ganti lampunya.",
            "who_2": str(a.dlh.pk),
            "words_2": "Pangkas dahan itu.",
        }
        assert operator.post(f"{page_of(case)}split/", sent).status_code == 302
        lamp, tree = Case.objects.filter(parent=case).order_by("pk")
        assert (lamp.unit, tree.agency) == (a.lamps, a.dlh)
        shown = text(operator.get(page_of(case)))
        assert "0 dari 2 pekerjaan selesai" in shown
        assert "Pangkas dahan itu." in shown
        url = f"{page_of(case)}cancel-task/"
        assert operator.post(url, {"task": tree.number, "reason": ""}).status_code == 302
        assert fresh(tree).status == Status.WAITING
        operator.post(url, {"task": tree.number, "reason": "Dahan sudah jatuh."})
        assert fresh(tree).status == Status.ARCHIVED
        assert operator.post(url, {"task": case.number, "reason": "Dahan sudah jatuh."}).status_code == 404

    def test_what_is_wrong_is_said_at_its_task(self, a: World, operator: Client) -> None:
        case = a.report()
        sent = {"who_1": str(a.dlh.pk), "words_1": "Pangkas dahan itu.", "words_2": "Dan ini siapa?", "who_3": "x-1"}
        response = operator.post(f"{page_of(case)}split/", sent)
        assert response.status_code == 422
        assert "Dan ini siapa?" in text(response)
        short = operator.post(f"{page_of(case)}split/", {"who_1": str(a.dlh.pk), "words_1": "ya"})
        assert short.status_code == 422
        assert not Case.objects.filter(parent=case).exists()

    def test_a_task_goes_to_an_officer_at_once(self, a: World, operator: Client) -> None:
        case = a.report()
        lina = appoint(user=person("lina"), role=Role.OFFICER, agency=a.dishub, unit=a.lamps).user
        lamps = f"{a.dishub.pk}-{a.lamps.pk}"
        sent = {"who_1": lamps, "words_1": "Ganti lampunya.", "officer_1": lina.pk}
        # Who belongs to no unit works for every one of the agency.
        sent |= {"who_2": lamps, "words_2": "Potong dahannya.", "officer_2": a.budi.pk}
        assert lina.name in text(operator.get(page_of(case)))
        assert operator.post(f"{page_of(case)}split/", sent).status_code == 302
        first, second = Case.objects.filter(parent=case).order_by("pk")
        assert (first.assignee, first.unit, second.assignee) == (lina, a.lamps, a.budi)
        assert first.assigned_at is not None
        assert first.timeline.get(kind=Kind.ASSIGNED).data["officer"] == lina.pk

    def test_an_officer_of_another_unit_or_agency_is_refused(self, a: World, operator: Client) -> None:
        case = a.report()
        parking = Unit.objects.create(agency=a.dishub, name="UPT Parkir")
        cici = appoint(user=person("cici"), role=Role.OFFICER, agency=a.dishub, unit=parking).user
        lamps = f"{a.dishub.pk}-{a.lamps.pk}"
        refusals = {
            cici.pk: "bekerja di unit lain, bukan UPT Penerangan Jalan",
            a.sweeper.pk: "bukan petugas lapangan Dinas Perhubungan",
            a.warga.pk: "",
        }
        for officer, why in refusals.items():
            sent = {"who_1": lamps, "words_1": "Ganti lampunya segera.", "officer_1": officer}
            response = operator.post(f"{page_of(case)}split/", sent)
            assert response.status_code == 422
            assert why in text(response)
            assert "Ganti lampunya segera." in text(response)
        alone = operator.post(f"{page_of(case)}split/", {"who_1": "", "officer_1": a.andi.pk, "words_1": ""})
        assert alone.status_code == 422
        assert not Case.objects.filter(parent=case).exists()
        assert fresh(case).status == Status.WAITING

    def test_the_other_agencys_desk_sees_its_task_and_what_was_reported(self, a: World) -> None:
        case = a.report(photos=1, visibility="anonymous", description="Gelap di depan sekolah karena dahan.")
        [task] = actions.split(case=case, orders=[Order(a.dlh, "Pangkas dahan itu.")], actor=a.operator)
        clerk = staff(a.city, name="Juru Tulis DLH")
        appoint(user=clerk, role=Role.OPERATOR, agency=a.dlh)
        client = desk_of(a, clerk)
        shown = text(client.get(page_of(task)))
        assert "Gelap di depan sekolah karena dahan." in shown
        assert a.warga.name not in shown
        assert client.get(page_of(case)).status_code == 404
        assert task.number in text(client.get(LIST))


class TestCorrecting:
    def test_a_telephone_number_is_taken_out(self, a: World, operator: Client) -> None:
        case = a.report(description="Lampu mati, telepon 0812-000-111.")
        url = f"{page_of(case)}edit/?of=1"
        assert "0812-000-111" in text(operator.get(url))
        refused = operator.post(url, {"words": "Lampu mati.", "reason": ""})
        assert refused.status_code == 422
        assert fresh(case).description == case.description
        assert operator.post(url, {"words": "Lampu mati.", "reason": "Nomor dihapus."}).status_code == 302
        assert fresh(case).description == "Lampu mati."
        for of in ("2", "99", "x"):
            assert operator.get(f"{page_of(case)}edit/?of={of}").status_code == 404


class TestOthersResponsible:
    def test_an_institution_of_the_citys_list(self, a: World, operator: Client) -> None:
        case = a.report()
        pln = Institution.objects.create(name="PLN", covers="listrik padam", phone="123")
        Institution.objects.create(name="Instansi lama", active=False)
        shown = text(operator.get(page_of(case)))
        assert "PLN (listrik padam)" in shown
        assert "Instansi lama" not in shown
        sent = {"institution": str(pln.pk), "reason": "Gardu milik PLN, hubungi 123."}
        assert operator.post(f"{page_of(case)}not_ours/", sent).status_code == 302
        assert fresh(case).timeline.get(kind="not_ours").data["institution"]["name"] == "PLN"

    def test_only_administrators_keep_the_list(self, a: World, operator: Client) -> None:
        assert operator.get("/kantor/siaran/institutions/").status_code in (302, 403)
        from tests.staff import signed_in

        names = ("add", "change", "view")
        client = signed_in(a.city, staff(a.city, *[f"casework.{name}_institution" for name in names]))
        sent = {"name": "PDAM", "covers": "air", "phone": "", "url": "", "order": "1", "active": "on"}
        assert client.post("/kantor/siaran/institutions/new/", sent).status_code == 302
        assert Institution.objects.get().name == "PDAM"


class TestOtherCities:
    def test_a_report_goes_and_comes_back(self, a: World, b: World, room: Client) -> None:
        case = a.report()
        actions.add_note(case=case, actor=a.operator, words="Tiang nomor 12.")
        note = case.timeline.get(kind="note").sequence
        url = f"{page_of(case)}transfer/"
        shown = text(room.get(page_of(case)))
        assert b.city.name in shown
        assert "Tiang nomor 12." in shown
        sent = {"city": str(b.city.pk), "reason": "Titiknya di kota Anda.", "notes": [str(note)]}
        for place in ("", "-6,1", "abc", "0, 0"):
            refused = room.post(url, {**sent, "place": place})
            assert refused.status_code == 422
            assert "Titiknya di kota Anda." in text(refused)
        assert not Transfer.objects.exists()
        lat, lon = b.inside.values()
        assert room.post(url, {**sent, "place": f"{lat}, {lon}"}).status_code == 302
        key = str(Transfer.objects.get().key)
        with in_city(b.city):
            tasks.take_in_case(a.city.slug, key)
        shown = text(room.get(page_of(case)))
        assert f"{b.city.url}/siaran/laporan/{case.number}/" in shown
        assert f"{page_of(case)}reply/" not in shown
        with in_city(b.city):
            moved = Case.objects.get()
            theirs = desk_of(b, b.operator)
            there = text(theirs.get(page_of(moved)))
            assert a.city.name in there
            assert "Tiang nomor 12." in there
            assert a.operator.name not in there
            back = theirs.post(f"{page_of(moved)}send_back/", {"reason": "Jalan ini milik Anda."})
            assert back.status_code == 302
        with in_city(a.city):
            tasks.take_back_case(b.city.slug, key)
            assert fresh(case).status == Status.WAITING
            assert "Jalan ini milik Anda." in text(room.get(page_of(case)))
