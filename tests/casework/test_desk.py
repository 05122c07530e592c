"""The desk in the back office: who sees which reports, what the list finds, and what can be done with one."""

from __future__ import annotations

import datetime
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from balai.accounts.models import User
from balai.agencies.actions import end_post
from balai.agencies.models import Post
from balai.casework import actions
from balai.casework.models import Case, Category, Kind, TimelineEntry, Visibility
from balai.casework.sweep import sweep
from balai.membership.models import Membership, UserPermission
from tenants.actions import deactivate
from tenants.current import in_city
from tenants.models import City
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
LIST = "/kantor/siaran/reports/"


def desk_of(world: World, user: User) -> Client:
    """The person's browser, with the right to open the back office and no other right of Django's."""
    from django.contrib.auth.models import Permission

    with in_city(world.city):
        Membership.objects.get_or_create(user=user, defaults={"is_staff": True})
        permission = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        UserPermission.objects.get_or_create(user=user, permission=permission)
    return signed_in(world.city, user)


@pytest.fixture
def operator(a: World) -> Client:
    return desk_of(a, a.operator)


def following(page: str) -> str:
    """The query string of the link to the next page."""
    return html.unescape(re.findall(r'rel="next" href="([^"]+)"', page)[0])


def page_of(case: Case) -> str:
    return f"{LIST}{case.number}/"


def residents_page(world: World, case: Case) -> str:
    """What the reporter reads in the portal."""
    response = signed_in(world.city, world.warga).get(reverse("siaran:case", args=[case.number]))
    assert response.status_code == 200
    return response.content.decode()


def everything() -> Any:
    """What no refusal may change."""
    cases = Case.objects.defer("words", "point").order_by("pk")
    return [
        list(cases.values("pk", "agency", "unit", "assignee", "status", "answered_at")),
        TimelineEntry.objects.count(),
    ]


class TestWhoSeesWhat:
    def test_an_operator_sees_only_the_reports_of_the_agency(self, a: World, operator: Client) -> None:
        mine, other = (
            a.report(description="Lampu mati di gang."),
            a.report(category="sampah", description="Sampah menumpuk."),
        )
        text = operator.get(LIST).content.decode()
        assert "Lampu mati di gang." in text
        assert "Sampah menumpuk." not in text
        assert operator.get(page_of(mine)).status_code == 200
        for path in ("", "print/", "point/"):
            assert operator.get(page_of(other) + path).status_code == 404

    @pytest.mark.parametrize("who", ["room", "mayor"])
    def test_city_wide_posts_see_all(self, a: World, who: str) -> None:
        a.report(description="Lampu mati di gang.")
        a.report(category="sampah", description="Sampah menumpuk.")
        unrouted = a.report(category="lubang", description="Jalan berlubang.")
        assert unrouted.agency is None
        text = desk_of(a, getattr(a, who)).get(LIST).content.decode()
        assert all(words in text for words in ("Lampu mati", "Sampah menumpuk", "Jalan berlubang"))

    def test_an_agencys_secret_report_is_seen_by_it_and_by_no_other(self, a: World, operator: Client) -> None:
        case = a.report(description="Rahasia sekali.")
        Case.objects.filter(pk=case.pk).update(visibility=Visibility.SECRET)
        assert "Rahasia sekali." in operator.get(page_of(case)).content.decode()
        assert desk_of(a, a.sweeper).get(page_of(case)).status_code == 404

    def test_without_a_post_the_desk_is_closed(self, a: World) -> None:
        case = a.report()
        for user in (staff(a.city), staff(a.city, emergency_key=True)):
            client = signed_in(a.city, user)
            before = everything()
            assert client.get(LIST).status_code == 403
            assert client.get(page_of(case)).status_code == 403
            for move in ("assign", "forward", "reply", "note"):
                response = client.post(f"{page_of(case)}{move}/", {"words": "Halo semua", "officer": a.andi.pk})
                assert response.status_code == 403
            assert everything() == before
            assert "siaran-desk" not in client.get("/kantor/").content.decode()

    def test_a_post_that_ended_closes_the_desk_at_once(self, a: World, operator: Client) -> None:
        assert operator.get(LIST).status_code == 200
        end_post(post=Post.objects.get(user=a.operator))
        assert operator.get(LIST).status_code == 403

    def test_residents_do_not_come_in(self, a: World) -> None:
        case = a.report()
        assert signed_in(a.city, a.warga).get(page_of(case)).status_code == 403
        assert Client(headers={"host": a.city.host}).get(page_of(case)).status_code == 302

    def test_staff_of_one_city_find_nothing_in_another(self, a: World, b: World) -> None:
        with in_city(b.city):
            theirs = b.report(description="Urusan kota B.")
        client = desk_of(a, a.room)
        assert "Urusan kota B." not in client.get(LIST).content.decode()
        assert client.get(page_of(theirs)).status_code == 404
        assert client.get(f"{LIST}?q={theirs.number}").content.decode().count("office-table__main") == 0
        # The same person, staff of A, at B's address.
        assert signed_in(b.city, a.room).get(page_of(theirs)).status_code == 403

    def test_off_the_desk_is_gone(self, a: World, operator: Client) -> None:
        case = a.report()
        deactivate(a.city, "siaran")
        for path in (LIST, page_of(case), "/kantor/siaran/categories/", "/kantor/siaran/rules/"):
            assert operator.get(path).status_code == 404
        assert operator.post(f"{page_of(case)}reply/", {"words": "Halo"}).status_code == 404
        with in_city(a.city):
            assert not TimelineEntry.objects.filter(kind=Kind.REPLY).exists()
        assert "siaran-desk" not in operator.get("/kantor/").content.decode()


class TestTheList:
    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_however_long(self, a: World, operator: Client, count: int) -> None:
        for _number in range(count):
            case = a.report(photos=1)
            actions.assign(case=case, officer=a.andi, actor=a.operator)
        operator.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            assert operator.get(LIST).content.decode().count("office-table__main") == count
        told = [query["sql"] for query in asked.captured_queries if "search_path" not in query["sql"]]
        own = [
            sql
            for sql in told
            if "casework_" in sql or "agencies_" in sql or "geography_" in sql or '"accounts_user"."name" AS' in sql
        ]
        assert len(own) <= 8, "\n".join(own)
        assert len(told) == STATEMENTS, "\n".join(told)

    def test_twenty_a_page(self, a: World, operator: Client) -> None:
        for number in range(23):
            a.report(description=f"Laporan nomor {number:02} tentang lampu.")
        first = operator.get(LIST).content.decode()
        assert first.count("office-table__main") == 20
        assert "23" in first
        assert "Laporan nomor 22" in first
        second = operator.get(LIST + following(first)).content.decode()
        assert second.count("office-table__main") == 3
        assert "Laporan nomor 00" in second

    def test_newest_first_or_waiting_longest(self, a: World, operator: Client) -> None:
        old, new = a.report(description="Yang lama sekali."), a.report(description="Yang baru saja.")
        Case.objects.filter(pk=old.pk).update(received_at=timezone.now() - datetime.timedelta(days=2))
        assert new.pk
        text = operator.get(LIST).content.decode()
        assert text.index("Yang baru") < text.index("Yang lama")
        text = operator.get(f"{LIST}?urut=lama").content.decode()
        assert text.index("Yang lama") < text.index("Yang baru")

    def test_filters(self, a: World) -> None:
        client = desk_of(a, a.room)
        lamp = a.report(description="Lampu di pojok.")
        rubbish = a.report(category="sampah", description="Sampah di pojok.", place={"lat": -6.29, "lon": 106.73})
        hole = a.report(category="lubang", description="Lubang di pojok.")
        long_ago = timezone.now() - datetime.timedelta(days=10)
        Case.objects.filter(pk=hole.pk).update(received_at=long_ago, answer_due_at=long_ago, next_deadline_at=long_ago)
        sweep()
        actions.assign(case=lamp, officer=a.andi, actor=a.operator)
        actions.accept(case=lamp, actor=a.andi)
        names = {lamp: "Lampu di", rubbish: "Sampah di", hole: "Lubang di"}
        for query, expected in (
            ("status=process", {lamp}),
            ("status=waiting", {rubbish, hole}),
            ("status=terlambat", {hole}),
            ("status=nonsense", {lamp, rubbish, hole}),
            ("kategori=jalan", {lamp, hole}),
            ("kategori=sampah", {rubbish}),
            (f"opd={a.dlh.pk}", {rubbish}),
            ("opd=0", {hole}),
            ("opd=1%20OR%201", {lamp, rubbish, hole}),
            ("wilayah=36.74.01.1001", {lamp, hole}),
            ("wilayah=36.74.02", {rubbish}),
            ("umur=7", {hole}),
            ("umur=30", set()),
            ("umur=hari-ini", {lamp, rubbish}),
            ("q=sampah", {rubbish}),
            (f"q={hole.number}", {hole}),
            (f"q={hole.number.replace('-', '')}&status=waiting", {hole}),
            ("q=%00", {lamp, rubbish, hole}),
            ("p=999", {lamp, rubbish, hole}),
            ("p=x", {lamp, rubbish, hole}),
        ):
            text = client.get(f"{LIST}?{query}").content.decode()
            assert {case for case, name in names.items() if name in text} == expected, query

    def test_red_is_for_late_only(self, a: World, operator: Client) -> None:
        fresh = a.report(description="Baru masuk.")
        assert "office-state--late" not in operator.get(LIST).content.decode()
        sweep(now=timezone.now() + datetime.timedelta(hours=73))
        assert "office-state--late" in operator.get(LIST).content.decode()
        assert "office-tile--late" in operator.get("/kantor/").content.decode()
        actions.reply(case=fresh, actor=a.operator, words="Sedang kami jadwalkan.")
        assert "office-state--late" not in operator.get(LIST).content.decode()

    def test_empty_and_nothing_found_say_so(self, a: World, operator: Client) -> None:
        assert "office-empty" in operator.get(LIST).content.decode()
        a.report()
        assert "office-empty" in operator.get(f"{LIST}?q=gajah").content.decode()


class TestOneReport:
    def test_it_shows_what_an_operator_needs(self, a: World, operator: Client) -> None:
        case = a.report(photos=2, description="Lampu <b>mati</b> total.")
        text = operator.get(page_of(case)).content.decode()
        assert "Lampu &lt;b&gt;mati&lt;/b&gt; total." in text
        assert text.count("/berkas/") >= 4
        assert "Warga" in text
        assert "Barat Daya" in text
        assert "Dinas Perhubungan" in text
        photo = text.split('<img src="/berkas/')[1].split('"')[0]
        assert b"".join(operator.get(f"/berkas/{photo}").streaming_content)[:3] == b"\xff\xd8\xff"

    def test_an_anonymous_reporter_stays_so(self, a: World, operator: Client) -> None:
        a.warga.name = "Zulaikha"
        a.warga.save()
        case = a.report(visibility=Visibility.ANONYMOUS, description="Jangan sebut nama saya.")
        actions.send_message(case=case, actor=a.warga, words="Masih mati, Pak.")
        for path in ("", "print/"):
            text = operator.get(page_of(case) + path).content.decode()
            assert "Masih mati, Pak." in text
            assert "Zulaikha" not in text

    def test_internal_notes_are_shown_and_marked(self, a: World, operator: Client) -> None:
        case = a.report()
        response = operator.post(f"{page_of(case)}note/", {"words": "Tiang milik PLN, bukan kita."})
        assert response.status_code == 302
        text = operator.get(page_of(case)).content.decode()
        assert "Tiang milik PLN" in text
        assert "office-timeline__internal" in text
        assert "Tiang milik PLN" not in residents_page(a, case)

    def test_why_it_is_here(self, a: World, operator: Client) -> None:
        case = a.report()
        assert "Lampu jalan" in operator.get(page_of(case)).content.decode().split("office-block")[1][:200]

    def test_its_place_for_the_map(self, a: World, operator: Client) -> None:
        case = a.report()
        answer = operator.get(f"{page_of(case)}point/").json()
        assert answer["features"][0]["geometry"]["coordinates"] == [case.lon, case.lat]

    def test_the_printed_form_has_no_frame(self, a: World, operator: Client) -> None:
        case = a.report(photos=1)
        text = operator.get(f"{page_of(case)}print/").content.decode()
        assert case.number in text
        assert "wagtail-sidebar" not in text
        assert "<form" not in text

    @pytest.mark.parametrize("number", ["3674-000-000-000", "x", "1", "%00", "9" * 200])
    def test_what_does_not_exist_is_not_found(self, a: World, operator: Client, number: str) -> None:
        assert operator.get(f"{LIST}{number}/").status_code == 404


class TestMoves:
    def test_giving_a_report_to_an_officer(self, a: World, operator: Client) -> None:
        case = a.report()
        page = operator.get(page_of(case)).content.decode()
        form = page[page.index(f'action="{page_of(case)}assign/"') :]
        form = form[: form.index("</form>")]
        # Only the officers of the agency are offered.
        assert "Andi" in form
        assert "Budi" in form
        assert "Sweeper" not in form
        response = operator.post(f"{page_of(case)}assign/", {"officer": a.andi.pk, "instead_of": ""})
        assert response.status_code == 302
        case.refresh_from_db(fields=["assignee"])
        assert case.assignee_id == a.andi.pk
        # Once more, to another one: the page names who had it.
        response = operator.post(f"{page_of(case)}assign/", {"officer": a.budi.pk, "instead_of": a.andi.pk})
        assert response.status_code == 302
        case.refresh_from_db(fields=["assignee"])
        assert case.assignee_id == a.budi.pk

    @pytest.mark.parametrize("officer", ["sweeper", "warga", "operator", "head", "nobody", "text"])
    def test_nobody_but_an_officer_of_the_agency_gets_it(self, a: World, operator: Client, officer: str) -> None:
        case = a.report()
        before = everything()
        value = {"nobody": "", "text": "andi"}.get(officer) or getattr(getattr(a, officer, None), "pk", "")
        response = operator.post(f"{page_of(case)}assign/", {"officer": value, "instead_of": ""})
        assert response.status_code == 422
        assert everything() == before

    def test_the_second_of_two_operators_is_told(self, a: World, operator: Client) -> None:
        case = a.report()
        actions.assign(case=case, officer=a.budi, actor=a.head)
        before = everything()
        response = operator.post(f"{page_of(case)}assign/", {"officer": a.andi.pk, "instead_of": ""})
        assert response.status_code == 422
        assert "Budi" in response.content.decode()
        assert everything() == before

    def test_handing_over_to_another_agency(self, a: World, operator: Client) -> None:
        case = a.report()
        values = {"agency": a.dlh.pk, "unit": "", "reason": "Ini taman, bukan jalan."}
        response = operator.post(f"{page_of(case)}forward/", values)
        # It has left this operator's desk.
        assert response["Location"] == LIST
        case.refresh_from_db(fields=["agency"])
        assert case.agency_id == a.dlh.pk
        assert operator.get(page_of(case)).status_code == 404
        text = desk_of(a, a.room).get(page_of(case)).content.decode()
        assert "Ini taman, bukan jalan." in text

    @pytest.mark.parametrize(
        ("changes", "kept"),
        [
            ({"reason": ""}, False),
            ({"reason": "x"}, False),
            ({"agency": ""}, True),
            ({"agency": "999"}, True),
            ({"unit": "lamps"}, True),
            ({"reason": "x" * 501}, False),
        ],
    )
    def test_a_wrong_hand_over_changes_nothing_and_keeps_the_words(
        self, a: World, operator: Client, changes: dict[str, Any], kept: bool
    ) -> None:
        case = a.report()
        before = everything()
        values = {"agency": a.dlh.pk, "unit": "", "reason": "Alasan yang panjang."} | changes
        if values["unit"] == "lamps":
            values["unit"] = a.lamps.pk
        response = operator.post(f"{page_of(case)}forward/", values)
        assert response.status_code == 422
        assert ("Alasan yang panjang." in response.content.decode()) is kept
        assert everything() == before

    def test_answering_the_reporter(self, a: World, operator: Client) -> None:
        case = a.report()
        assert operator.post(f"{page_of(case)}reply/", {"words": "Besok pagi kami datang."}).status_code == 302
        case.refresh_from_db(fields=["answered_at"])
        assert case.answered_at is not None
        assert "Besok pagi kami datang." in residents_page(a, case)

    @pytest.mark.parametrize("words", ["", "   ", "\n\n", "x" * 2001])
    def test_an_empty_or_endless_answer_is_not_sent(self, a: World, operator: Client, words: str) -> None:
        case = a.report()
        before = everything()
        assert operator.post(f"{page_of(case)}reply/", {"words": words}).status_code == 422
        assert everything() == before

    def test_the_mayor_answers_but_gives_no_work(self, a: World) -> None:
        case = a.report()
        client = desk_of(a, a.mayor)
        page = client.get(page_of(case)).content.decode()
        assert 'id="reply"' in page
        assert 'id="assign"' not in page
        before = everything()
        response = client.post(f"{page_of(case)}assign/", {"officer": a.andi.pk, "instead_of": ""})
        assert response.status_code == 422
        assert everything() == before

    def test_a_finished_report_cannot_be_given_away(self, a: World, operator: Client) -> None:
        case = a.report()
        actions.assign(case=case, officer=a.andi, actor=a.operator)
        actions.accept(case=case, actor=a.andi)
        actions.finish(case=case, actor=a.andi, words="Lampu sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
        page = operator.get(page_of(case)).content.decode()
        assert 'id="assign"' not in page
        before = everything()
        operator.post(f"{page_of(case)}forward/", {"agency": a.dlh.pk, "unit": "", "reason": "Sudah terlambat."})
        assert everything() == before

    @pytest.mark.parametrize("move", ["accept", "finish", "rate", "message", "delete", "x"])
    def test_other_moves_have_no_address_here(self, a: World, operator: Client, move: str) -> None:
        case = a.report()
        before = everything()
        assert operator.post(f"{page_of(case)}{move}/", {"words": "Halo semua"}).status_code == 404
        assert everything() == before

    def test_a_get_does_nothing(self, a: World, operator: Client) -> None:
        case = a.report()
        before = everything()
        assert operator.get(f"{page_of(case)}reply/?words=Halo").status_code == 405
        assert everything() == before

    def test_another_agencys_operator_can_do_nothing(self, a: World) -> None:
        case = a.report(category="sampah")
        client = desk_of(a, a.operator)
        before = everything()
        for move, values in (
            ("assign", {"officer": a.sweeper.pk}),
            ("forward", {"agency": a.dishub.pk, "reason": "Saya ambil alih."}),
            ("reply", {"words": "Halo semua"}),
            ("note", {"words": "Halo semua"}),
        ):
            assert client.post(f"{page_of(case)}{move}/", values).status_code == 404
        assert everything() == before


STATEMENTS = 8
"""Four are the list's: posts, page with its officers, count with the unread, saved filters. The others are who asks
(account, rights, profile) and Wagtail's languages."""


class TestCategoriesAndRules:
    RIGHTS = tuple(
        f"casework.{act}_{model}"
        for act in ("add", "change", "delete", "view")
        for model in ("category", "routingrule")
    )

    @pytest.fixture
    def administrator(self, a: World) -> Client:
        return signed_in(a.city, staff(a.city, *self.RIGHTS))

    def values(self, a: World, **changes: Any) -> dict[str, Any]:
        return {
            "name": "Pohon tumbang",
            "slug": "",
            "parent": "",
            "default_agency": a.dlh.pk,
            "icon": "tree",
            "help": "",
            "radius_m": "50",
            "default_classification": "complaint",
            "default_severity": "moderate",
            "default_visibility": "public",
            "stop_text": "",
            "stop_phone": "112",
            "order": "5",
            "active": "on",
        } | changes

    def test_a_category_is_made_for_siaran(self, a: World, administrator: Client) -> None:
        assert administrator.post("/kantor/siaran/categories/new/", self.values(a)).status_code == 302
        made = Category.objects.get(slug="pohon-tumbang")
        assert (made.module, made.default_agency_id) == ("siaran", a.dlh.pk)
        assert "Pohon tumbang" in administrator.get("/kantor/siaran/categories/").content.decode()

    @pytest.mark.parametrize("changes", [{"name": ""}, {"slug": "lampu"}, {"parent": "laksa"}, {"order": "x"}])
    def test_a_wrong_category_is_not_kept(self, a: World, administrator: Client, changes: dict[str, Any]) -> None:
        if changes.get("parent"):
            changes = {"parent": Category.objects.get(module="laksa").pk}
        before = list(Category.objects.order_by("pk").values())
        assert administrator.post("/kantor/siaran/categories/new/", self.values(a, **changes)).status_code == 200
        assert list(Category.objects.order_by("pk").values()) == before

    def test_another_modules_category_is_not_found(self, a: World, administrator: Client) -> None:
        theirs = Category.objects.get(module="laksa")
        before = list(Category.objects.order_by("pk").values())
        assert "Usul" not in administrator.get("/kantor/siaran/categories/").content.decode()
        assert administrator.post(f"/kantor/siaran/categories/edit/{theirs.pk}/", self.values(a)).status_code == 404
        assert list(Category.objects.order_by("pk").values()) == before

    def test_operators_do_not_change_them(self, a: World, operator: Client) -> None:
        before = list(Category.objects.order_by("pk").values())
        assert operator.get("/kantor/siaran/categories/").status_code == 302
        assert operator.post("/kantor/siaran/categories/new/", self.values(a)).status_code == 302
        assert list(Category.objects.order_by("pk").values()) == before


def test_the_hub_has_no_desk(db: None) -> None:
    hub = City.objects.get(schema_name="public")
    assert signed_in(hub, staff(hub, emergency_key=True)).get(LIST).status_code == 404
