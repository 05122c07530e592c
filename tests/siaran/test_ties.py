"""What residents and officers read of duplicates, tasks, corrections, other institutions and other cities."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from balai.accounts.models import User
from balai.casework import actions, tasks
from balai.casework.actions import Order
from balai.casework.models import Case, Institution, Transfer
from balai.graphql import trusted
from tenants.current import in_city
from tests.casework.world import World
from tests.siaran.test_schema import ask

pytestmark = pytest.mark.django_db
REPORT = trusted.by_name("siaran/report").text


@pytest.fixture
def browse(a: World, sign_in: Any) -> Any:
    """browse(user): a browser of city A, signed in as the user (None: a visitor). The test stays in city A."""

    class Browser(Client):
        def request(self, **request: Any) -> Any:
            with in_city(a.city):
                return super().request(**request)

    def browse(user: User | None = None) -> Client:
        client = Browser(headers={"host": a.city.host})
        if user is not None:
            sign_in(client, user, a.city)
        return client

    return browse


def page(client: Client, case: Case, status: int = 200) -> str:
    response = client.get(f"/siaran/laporan/{case.number}/")
    assert response.status_code == status
    return html.unescape(response.content.decode())


def report(case: Case, user: User | None = None) -> dict[str, Any]:
    data, errors = ask(REPORT, user, number=case.number)
    assert errors == []
    return data["siaran"]["report"]  # type: ignore[no-any-return]


class TestDuplicates:
    def test_each_page_leads_to_the_other(self, a: World, browse: Any) -> None:
        first, second = a.report(), a.report(a.tetangga, description="Gelap sekali di tikungan itu.")
        actions.merge(case=second, into=first, actor=a.operator)
        assert "Gelap sekali di tikungan itu." in page(browse(), first)
        assert first.number in page(browse(), second)
        node = report(second)
        assert (node["duplicate"], node["mergedInto"]["number"]) == (True, first.number)
        assert [each["number"] for each in report(first)["merged"]] == [second.number]

    def test_a_secret_duplicate_is_nowhere_in_public(self, a: World, browse: Any) -> None:
        first, second = a.report(), a.report(a.tetangga, description="Gelap sekali di tikungan itu.")
        Case.objects.filter(pk=second.pk).update(visibility="secret")
        second.refresh_from_db(fields=["visibility"])
        actions.merge(case=second, into=first, actor=a.operator)
        for person in (None, a.warga):
            shown = page(browse(person), first)
            assert second.number not in shown
            assert "Gelap sekali" not in shown
            assert report(first, person)["merged"] == []
        page(browse(), second, status=404)


class TestTasks:
    def split(self, a: World) -> tuple[Case, Case]:
        case = a.report(photos=1)
        orders = [Order(a.dlh, "Pangkas dahan di atas lampu."), Order(a.dishub, "Ganti lampunya.")]
        [tree, _lamp] = actions.split(case=case, orders=orders, actor=a.operator)
        return case, tree

    def test_the_public_reads_how_far_it_is_and_nothing_else(self, a: World, browse: Any) -> None:
        case, tree = self.split(a)
        shown = page(browse(), case)
        assert "0 dari 2 pekerjaan selesai" in shown
        assert "Pangkas" not in shown
        assert report(case)["progress"] == {"done": 0, "total": 2}
        page(browse(), tree, status=404)

    def test_the_officer_works_on_a_task_as_on_any_report(self, a: World, browse: Any) -> None:
        case, tree = self.split(a)
        client = browse(a.sweeper)
        assert tree.number in client.get("/siaran/tugas/").content.decode()
        task = html.unescape(client.get(f"/siaran/tugas/{tree.number}/").content.decode())
        assert "Pangkas dahan di atas lampu." in task
        assert case.description in task
        assert str(case.cover_id) in task
        assert a.warga.name not in task
        node = report(tree, a.sweeper)
        assert len(node["taskOf"]["photos"]) == 1

    def test_a_task_is_due_when_its_report_is(self, a: World) -> None:
        case, tree = self.split(a)
        due = Case.objects.get(pk=case.pk).due_at
        assert due is not None
        data, errors = ask("{ siaran { myTasks { nodes { number task dueAt } } } }", a.sweeper)
        assert errors == []
        [node] = data["siaran"]["myTasks"]["nodes"]
        assert (node["number"], node["task"]) == (tree.number, True)
        shown, errors = ask(
            "query ($n: ID!) { siaran { report(number: $n) { dueAt taskOf { description } } } }",
            a.sweeper,
            n=tree.number,
        )
        assert errors == []
        assert node["dueAt"] == shown["siaran"]["report"]["dueAt"] is not None


class TestCorrections:
    def test_the_reporter_corrects_the_words_on_the_page(self, a: World, browse: Any) -> None:
        case, client = a.report(), browse(a.warga)
        assert "/betulkan/" in page(client, case)
        url = f"/siaran/laporan/{case.number}/betulkan/"
        refused = client.post(url, {"words": "pendek"})
        assert refused.status_code == 422
        assert "pendek" in refused.content.decode()
        assert client.post(url, {"words": "Lampu di depan sekolah mati."}).status_code == 303
        shown = page(client, case)
        assert "Lampu di depan sekolah mati." in shown
        assert "Diubah pada" in shown
        actions.mark_read(case=case)
        assert "/betulkan/" not in page(client, case)
        late = client.post(url, {"words": "Lampu di depan pasar mati."})
        assert late.status_code in (403, 422)
        assert "sudah dibaca petugas" in html.unescape(late.content.decode())
        assert Case.objects.get(pk=case.pk).description == "Lampu di depan sekolah mati."

    def test_nobody_else_corrects_it(self, a: World, browse: Any) -> None:
        case = a.report()
        url = f"/siaran/laporan/{case.number}/betulkan/"
        assert browse().post(url, {"words": "Lampu di depan pasar mati."}).status_code == 302  # to sign in
        assert browse(a.tetangga).post(url, {"words": "Lampu di depan pasar mati."}).status_code in (403, 422)
        assert Case.objects.get(pk=case.pk).description == case.description

    def test_removed_words_are_read_by_staff_alone(self, a: World, browse: Any) -> None:
        case = a.report(description="Lampu mati, telepon 0812-000-111.")
        actions.edit(case=case, actor=a.operator, of=1, words="Lampu mati.", reason="Nomor telepon dihapus.")
        for person in (None, a.warga, a.tetangga):
            shown = page(browse(person), case)
            assert "Nomor telepon dihapus." in shown
            assert "0812" not in shown
        query = "query ($n: ID!) { siaran { report(number: $n) { timeline { words former } } } }"
        for person, sees in ((None, False), (a.warga, False), (a.operator, True)):
            data, errors = ask(query, person, n=case.number)
            assert errors == []
            assert ("0812" in str(data)) == sees


class TestOtherInstitutions:
    def test_the_resident_reads_whom_to_turn_to(self, a: World, browse: Any) -> None:
        case = a.report()
        pln = Institution.objects.create(name="PLN", phone="123", url="https://pln.example/lapor")
        actions.not_ours(case=case, actor=a.operator, reason="Gardu milik PLN.", institution=pln)
        Institution.objects.all().delete()
        shown = page(browse(), case)
        for words in ("PLN", "tel:123", "https://pln.example/lapor", "Gardu milik PLN."):
            assert words in shown
        assert report(case)["responsible"] == {"name": "PLN", "phone": "123", "url": "https://pln.example/lapor"}


class TestOtherCities:
    def test_the_reporter_follows_the_number_from_one_city_to_the_other(self, a: World, b: World, browse: Any) -> None:
        case = a.report()
        actions.hand_over(case=case, city=b.city, actor=a.room, reason="Titiknya di kota Anda.", **b.inside)
        there = f"{b.city.url}/siaran/laporan/{case.number}/"
        assert there not in page(browse(), case)  # it is still on its way
        key = str(Transfer.objects.get().key)
        with in_city(b.city):
            tasks.take_in_case(a.city.slug, key)
        shown = page(browse(), case)
        assert there in shown
        assert "Titiknya di kota Anda." in shown
        other = Client(headers={"host": b.city.host})
        received = html.unescape(other.get(f"/siaran/laporan/{case.number}/").content.decode())
        assert case.description in received
        assert f"{a.city.url}/siaran/laporan/{case.number}/" in received
        with in_city(b.city):
            moved = Case.objects.get()
            actions.reply(case=moved, actor=b.operator, words="Kami kerjakan besok.")
        assert "Kami kerjakan besok." not in page(browse(), case)
        assert "Kami kerjakan besok." in other.get(f"/siaran/laporan/{case.number}/").content.decode()


class TestEndingWithOpenTasks:
    def test_the_officer_says_why(self, a: World, browse: Any) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        from tests.attachments import pictures

        case = actions.accept(case=a.report(), actor=a.andi)
        [task] = actions.split(case=case, orders=[Order(a.dlh, "Pangkas dahan itu.")], actor=a.operator)
        client, url = browse(a.andi), f"/siaran/tugas/{case.number}/selesai/"

        def send(**fields: Any) -> Any:
            photo = SimpleUploadedFile("foto.jpg", pictures.photo(width=64, height=48), "image/jpeg")
            return client.post(url, {"words": "Lampu sudah diganti baru.", "photos": [photo], **fields})

        refused = send()
        assert refused.status_code == 422
        assert "Masih ada tugas terbuka" in html.unescape(refused.content.decode())
        assert Case.objects.get(pk=case.pk).status == "process"
        assert send(without_tasks="Dahan sudah jatuh sendiri.").status_code == 303
        assert Case.objects.get(pk=task.pk).status == "archived"
