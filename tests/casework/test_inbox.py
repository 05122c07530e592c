"""The inbox: unread, filters, saved filters, pages by keyset; board, map, bulk actions and exports of its filter."""

from __future__ import annotations

import csv
import datetime
import io
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from balai.audit.models import Entry
from balai.casework import actions, personal_data
from balai.casework.actions import bulk
from balai.casework.models import BulkItem, BulkRun, Case, Kind, SavedFilter, TimelineEntry, Visibility
from balai.notifications.models import Message
from tenants.current import in_city
from tests.casework.test_desk import LIST, desk_of, everything, following, page_of
from tests.casework.world import World

pytestmark = pytest.mark.django_db
WHY = "Alasan yang cukup panjang."


@pytest.fixture
def operator(a: World) -> Client:
    return desk_of(a, a.operator)


def numbers_on(client: Client, query: str) -> set[str]:
    text = client.get(f"{LIST}?{query}").content.decode()
    return {number for number in Case.objects.values_list("number", flat=True) if f'value="{number}"' in text}


class TestUnread:
    def test_counted_apart_and_gone_when_opened(self, a: World, operator: Client) -> None:
        first, second = a.report(), a.report()
        assert numbers_on(operator, "dibaca=belum") == {first.number, second.number}
        assert "2 belum dibaca" in operator.get(LIST).content.decode()
        operator.get(page_of(first))
        assert numbers_on(operator, "dibaca=belum") == {second.number}
        assert numbers_on(operator, "dibaca=sudah") == {first.number}
        assert "dibaca=belum" in operator.get("/kantor/").content.decode()


class TestFilters:
    def test_every_filter_narrows(self, a: World) -> None:
        client = desk_of(a, a.room)
        lamp = a.report()
        hole = a.report(category="lubang")
        actions.forward(case=lamp, agency=a.dishub, unit=a.lamps, actor=a.room, reason=WHY)
        actions.assign(case=lamp, officer=a.andi, actor=a.room)
        actions.accept(case=lamp, actor=a.andi)
        actions.classify(case=lamp, actor=a.room, severity="heavy", classification="aspiration")
        Case.objects.filter(pk=hole.pk).update(
            channel="walk_in", received_at=timezone.now() - datetime.timedelta(days=3), late_since=timezone.now()
        )
        day = timezone.localdate().isoformat()
        before = (timezone.localdate() - datetime.timedelta(days=3)).isoformat()
        every = {lamp.number, hole.number}
        for query, expected in (
            ("tahap=process", {lamp.number}),
            ("tahap=waiting", {hole.number}),
            ("tahap=x", every),
            ("telat=1", {hole.number}),
            (f"unit={a.lamps.pk}", {lamp.number}),
            (f"petugas={a.andi.pk}", {lamp.number}),
            ("petugas=0", {hole.number}),
            ("petugas=9999999999999999999999", every),
            ("kanal=walk_in", {hole.number}),
            ("kanal=' OR 1=1", every),
            ("tingkat=heavy", {lamp.number}),
            ("klasifikasi=aspiration", {lamp.number}),
            (f"dari={day}", {lamp.number}),
            (f"sampai={before}", {hole.number}),
            (f"dari={before}&sampai={day}", every),
            ("dari=9999-12-31", every),
            ("sampai=0001-01-01", every),
            ("dari=2025-02-31", every),
            ("dari=kemarin", every),
        ):
            assert numbers_on(client, query) == expected, query

    def test_today_is_the_calendar_day_in_the_citys_zone(self, a: World, operator: Client) -> None:
        case = a.report()
        # 17:00 UTC is midnight in WIB.
        Case.objects.filter(pk=case.pk).update(received_at=datetime.datetime(2027, 3, 1, 17, 0, tzinfo=datetime.UTC))
        for moment, expected in (
            ("2027-03-02T16:59:00+00:00", {case.number}),
            ("2027-03-02T17:01:00+00:00", set()),
        ):
            with time_machine.travel(datetime.datetime.fromisoformat(moment), tick=False):
                client = desk_of(a, a.operator)
                assert numbers_on(client, "umur=hari-ini") == expected, moment
        assert numbers_on(operator, "dari=2027-03-02&sampai=2027-03-02") == {case.number}
        assert numbers_on(operator, "sampai=2027-03-01") == set()


class TestPages:
    @pytest.mark.parametrize("order", ["", "urut=lama&", "urut=tenggat&"])
    def test_every_case_once_forwards_and_back(self, a: World, operator: Client, order: str) -> None:
        moment = timezone.now()
        for _number in range(45):
            a.report()
        # Many at the very same moment: the id decides.
        Case.objects.update(received_at=moment, next_deadline_at=None)
        pages, query = [], f"?{order}"
        while True:
            text = operator.get(f"{LIST}{query}").content.decode()
            pages.append([n for n in Case.objects.values_list("number", flat=True) if f'value="{n}"' in text])
            if 'rel="next"' not in text:
                break
            query = following(text)
        assert [len(page) for page in pages] == [20, 20, 5]
        assert len({number for page in pages for number in page}) == 45
        back = text.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
        text = operator.get(f"{LIST}{back}").content.decode()
        assert {n for n in pages[1] if f'value="{n}"' in text} == set(pages[1])

    @pytest.mark.parametrize("cursor", ["x", "~", "2026-13-45T00:00:00Z~1", "2026-01-01~1", "~9" * 40, "%00"])
    def test_a_cursor_that_is_none_shows_the_first_page(self, a: World, operator: Client, cursor: str) -> None:
        case = a.report()
        for name in ("sesudah", "sebelum"):
            assert numbers_on(operator, f"{name}={cursor}") == {case.number}


class TestSavedFilters:
    def save(self, client: Client, **changes: Any) -> Any:
        values = {"name": "Telat", "query": "telat=1&p=7", "agency": ""} | changes
        return client.post(f"{LIST}filters/save/", values, follow=True)

    def test_ones_own_and_those_of_the_agency(self, a: World, operator: Client) -> None:
        self.save(operator)
        self.save(operator, name="Bersama", agency=a.dishub.pk)
        assert list(SavedFilter.objects.values_list("name", "query", "agency")) == [
            ("Bersama", "telat=1", a.dishub.pk),
            ("Telat", "telat=1", None),
        ]
        colleague = desk_of(a, a.head).get(LIST).content.decode()
        assert "Bersama" in colleague
        assert ">Telat<" not in colleague
        assert "Bersama" not in desk_of(a, a.sweeper).get(LIST).content.decode()

    @pytest.mark.parametrize("changes", [{"name": ""}, {"query": ""}, {"query": "x=1"}, {"agency": "dlh"}])
    def test_what_cannot_be_saved(self, a: World, operator: Client, changes: dict[str, Any]) -> None:
        if changes.get("agency"):
            changes = {"agency": a.dlh.pk}
        assert self.save(operator, **changes).status_code == 200
        assert not SavedFilter.objects.exists()

    def test_bounded(self, a: World, operator: Client) -> None:
        for number in range(31):
            self.save(operator, name=f"Saringan {number}")
        assert SavedFilter.objects.count() == 30

    def test_only_ones_own_is_deleted(self, a: World, operator: Client) -> None:
        self.save(operator, agency=a.dishub.pk)
        kept = SavedFilter.objects.get()
        desk_of(a, a.head).post(f"{LIST}filters/delete/", {"filter": kept.pk})
        assert SavedFilter.objects.exists()
        operator.post(f"{LIST}filters/delete/", {"filter": kept.pk})
        assert not SavedFilter.objects.exists()

    def test_a_person_takes_them_along_and_leaves_none(self, a: World, operator: Client) -> None:
        self.save(operator)
        assert personal_data.export(a.operator)["saved_filters"] == [{"name": "Telat", "query": "telat=1"}]
        personal_data.erase(a.operator)
        assert not SavedFilter.objects.exists()

    def test_another_city_sees_none(self, a: World, b: World, operator: Client) -> None:
        self.save(operator)
        with in_city(b.city):
            assert not SavedFilter.objects.exists()


class TestBulk:
    def go(self, client: Client, move: str, cases: list[Case], **fields: Any) -> Any:
        values = {"move": move, "numbers": " ".join(c.number for c in cases), "confirm": "1", "key": uuid.uuid4()}
        return client.post(f"{LIST}bulk/", values | fields, follow=True)

    def test_the_form_comes_first_and_changes_nothing(self, a: World, operator: Client) -> None:
        cases = [a.report() for _ in range(3)]
        before = everything()
        for chosen in ({"case": [c.number for c in cases[:2]]}, {"scope": "all", "query": "kategori=lampu"}):
            response = operator.post(f"{LIST}bulk/", {"move": "archive", **chosen})
            assert response.status_code == 200
            assert (cases[2].number in response.content.decode()) is ("scope" in chosen)
        assert everything() == before

    def test_each_is_judged_for_itself(self, a: World, operator: Client) -> None:
        fresh, done = a.report(), a.report()
        actions.verify(case=done, actor=a.operator)
        other = a.report(category="sampah")
        text = self.go(operator, "verify", [fresh, done, other], reason="").content.decode()
        statuses = dict(Case.objects.values_list("pk", "status"))
        assert statuses == {fresh.pk: "verified", done.pk: "verified", other.pk: "waiting"}
        assert done.number in text.split("<h3>")[1]
        assert "tidak mungkin" in text or "tidak dapat" in text
        assert other.number not in text
        assert TimelineEntry.objects.filter(kind=Kind.VERIFIED).count() == 2

    def test_sent_twice_it_happens_once(self, a: World, operator: Client) -> None:
        cases = [a.report(), a.report()]
        key = uuid.uuid4()
        for _time in range(2):
            assert self.go(operator, "reply", cases, words="Terima kasih, {number}.", key=key).status_code == 200
        entries = TimelineEntry.objects.filter(kind=Kind.REPLY)
        assert sorted(entries.values_list("words", flat=True)) == sorted(f"Terima kasih, {c.number}." for c in cases)
        assert BulkRun.objects.count() == 1
        assert Message.objects.filter(template="casework/reply").count() == len(cases)

    def test_cut_off_it_goes_on_where_it_was(self, a: World) -> None:
        cases = [a.report() for _ in range(3)]
        key = uuid.uuid4()

        def run(act: Any) -> None:
            keys = [c.pk for c in cases]
            bulk.run(key=key, module="siaran", move="archive", cases=keys, actor=a.operator, act=act)

        def archive(case: Case) -> None:
            actions.archive(case=case, actor=a.operator, reason=WHY)

        def dies_at_the_second(case: Case) -> None:
            archive(case)
            if case.pk == cases[1].pk:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(dies_at_the_second)
        # The second is not half done: neither archived nor counted as done.
        assert list(Case.objects.order_by("pk").values_list("status", flat=True)) == ["archived", "waiting", "waiting"]
        assert list(BulkItem.objects.values_list("case", flat=True)) == [cases[0].pk]
        run(archive)
        assert set(Case.objects.values_list("status", flat=True)) == {"archived"}
        assert TimelineEntry.objects.filter(kind=Kind.ARCHIVED).count() == 3

    @pytest.mark.parametrize(
        ("move", "fields"),
        [
            ("archive", {"reason": ""}),
            ("forward", {"agency": "", "reason": WHY}),
            ("assign", {"officer": "warga"}),
            ("reply", {"words": "Halo {nama}"}),
            ("reply", {"words": ""}),
        ],
    )
    def test_a_wrong_form_changes_nothing(self, a: World, operator: Client, move: str, fields: dict[str, Any]) -> None:
        case = a.report()
        before = everything()
        if fields.get("officer"):
            fields = {"officer": a.warga.pk}
        response = self.go(operator, move, [case], **fields)
        assert response.status_code == 422
        assert all(str(value) in response.content.decode() for value in fields.values() if value == WHY)
        assert everything() == before

    @pytest.mark.parametrize("move", ["rate", "finish", "x", ""])
    def test_other_moves_are_not_for_many(self, a: World, operator: Client, move: str) -> None:
        case = a.report()
        before = everything()
        assert self.go(operator, move, [case]).status_code == 404
        assert everything() == before

    def test_assigning_and_handing_over(self, a: World, operator: Client) -> None:
        cases = [a.report(), a.report()]
        self.go(operator, "assign", cases, officer=a.andi.pk)
        assert set(Case.objects.values_list("assignee", flat=True)) == {a.andi.pk}
        text = self.go(operator, "forward", cases, agency=a.dlh.pk, unit="", reason=WHY).content.decode()
        assert set(Case.objects.values_list("agency", flat=True)) == {a.dlh.pk}
        # The page of the result names them, but leads no more to what the person does not see.
        assert cases[0].number in text
        assert page_of(cases[0]) not in text

    def test_the_result_is_for_whoever_did_it(self, a: World, operator: Client) -> None:
        self.go(operator, "verify", [a.report()], reason="")
        key = BulkRun.objects.get().pk
        assert operator.get(f"{LIST}bulk/{key}/").status_code == 200
        assert desk_of(a, a.head).get(f"{LIST}bulk/{key}/").status_code == 404
        # Somebody else's key does nothing.
        before = everything()
        assert self.go(desk_of(a, a.head), "verify", [a.report()], reason="", key=key).status_code == 404
        assert everything()[1] == before[1] + 2

    def test_bounded(self, a: World, operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "MAX_CASES", 2)
        for _number in range(3):
            a.report()
        text = operator.post(f"{LIST}bulk/", {"move": "archive", "scope": "all", "query": ""}).content.decode()
        assert len(text.split('name="numbers" value="')[1].split('"')[0].split()) == 2

    def test_recorded(self, a: World, operator: Client) -> None:
        self.go(operator, "verify", [a.report()], reason="")
        entry = Entry.objects.get(verb="casework.bulk")
        assert (entry.actor_id, entry.target, entry.details["cases"]) == (a.operator.pk, "siaran:verify", 1)


class TestBoardAndMap:
    def test_columns_with_counts(self, a: World, operator: Client) -> None:
        for _number in range(12):
            a.report()
        done = a.report()
        actions.verify(case=done, actor=a.operator)
        a.report(category="sampah")
        text = operator.get(f"{LIST}board/").content.decode()
        waiting = text.split('id="board-waiting"')[1].split("</section>")[0]
        assert ">12<" in waiting
        assert waiting.count('office-card"') == 10
        assert done.number in text.split('id="board-verified"')[1].split("</section>")[0]
        assert f'{page_of(done)}#assign"' in text

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same(self, a: World, operator: Client, statements: Any, count: int) -> None:
        for _number in range(count):
            actions.assign(case=a.report(), officer=a.andi, actor=a.operator)
        operator.get(f"{LIST}board/")
        with statements() as seen:
            operator.get(f"{LIST}board/")
        assert len([sql for sql in seen if "casework_case" in sql]) == 3, "\n".join(seen)

    def test_points_of_the_filter(self, a: World, operator: Client) -> None:
        case = a.report()
        a.report(category="sampah")
        assert operator.get(f"{LIST}map/").status_code == 200
        features = operator.get(f"{LIST}map/points/?status=waiting").json()["features"]
        assert [feature["properties"]["url"] for feature in features] == [page_of(case)]
        assert operator.get(f"{LIST}map/points/?status=verified").json()["features"] == []


class TestExport:
    def csv(self, client: Client, query: str = "") -> list[dict[str, str]]:
        response = client.get(f"{LIST}export/csv/?{query}")
        assert response.status_code == 200
        body = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(body)))

    def test_the_filter_as_csv(self, a: World, operator: Client) -> None:
        mine, secret = a.report(description='=HYPERLINK("http://jahat")'), a.report(visibility=Visibility.ANONYMOUS)
        a.report(category="sampah")
        Case.objects.filter(pk=mine.pk).update(landmark='@sum, "kutip"\nbaris')
        rows = {row["Nomor"]: row for row in self.csv(operator)}
        assert set(rows) == {mine.number, secret.number}
        assert rows[mine.number]["Uraian"] == '\'=HYPERLINK("http://jahat")'
        assert rows[mine.number]["Patokan"].startswith("'@sum")
        assert rows[mine.number]["Pelapor"] == "Warga"
        assert rows[secret.number]["Pelapor"] == ""
        assert float(rows[mine.number]["Lintang"]) == mine.lat
        assert self.csv(operator, "status=verified") == []

    def test_the_filter_as_excel(self, a: World, operator: Client) -> None:
        from openpyxl import load_workbook

        case = a.report()
        Case.objects.filter(pk=case.pk).update(description="=1+1 \x0b lampu")
        response = operator.get(f"{LIST}export/xlsx/")
        sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
        rows = list(sheet.values)
        assert len(rows) == 2
        assert rows[1][0] == case.number
        assert "'=1+1  lampu" in rows[1]

    def test_it_is_recorded_without_the_words_searched_for(self, a: World, operator: Client) -> None:
        a.report()
        self.csv(operator, "q=Budi+Santoso&status=waiting")
        entry = Entry.objects.get(verb="casework.exported")
        assert (entry.actor_id, entry.target) == (a.operator.pk, "siaran:csv")
        assert entry.details == {"cases": 0, "narrowed_by": ["q", "status"]}

    def test_without_a_post_nothing_leaves(self, a: World) -> None:
        from tests.staff import signed_in, staff

        client = signed_in(a.city, staff(a.city))
        for kind in ("csv", "xlsx"):
            assert client.get(f"{LIST}export/{kind}/").status_code == 403
        assert not Entry.objects.filter(verb="casework.exported").exists()

    def test_another_citys_cases_are_not_in_it(self, a: World, b: World) -> None:
        with in_city(b.city):
            b.report(description="Urusan kota B.")
        mine = a.report()
        assert [row["Nomor"] for row in self.csv(desk_of(a, a.room))] == [mine.number]

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_however_long(self, a: World, operator: Client, statements: Any, count: int) -> None:
        for _number in range(count):
            a.report()
        with statements() as seen:
            assert len(self.csv(operator)) == count
        assert len([sql for sql in seen if "casework_case" in sql]) == 2, "\n".join(seen)
