"""The pages, as a browser without JavaScript meets them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from balai.accounts.models import User
from balai.attachments.models import Attachment
from balai.casework import actions
from balai.casework.models import Case
from tenants.current import in_city
from tests.attachments import pictures
from tests.casework.world import CORNERS, World

pytestmark = pytest.mark.django_db
WORDS = "Lampu jalan di depan rumah mati sejak kemarin."


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


def photo(name: str = "foto.jpg", body: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pictures.photo(width=64, height=48) if body is None else body, "image/jpeg")


def fields(a: World, **changes: Any) -> dict[str, Any]:
    return {
        "category": "lampu",
        "description": WORDS,
        "lat": a.inside["lat"],
        "lon": a.inside["lon"],
        "landmark": "Depan SDN 2",
        "photos": [photo()],
    } | changes


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


class TestReporting:
    def test_the_form_offers_the_citys_categories_and_kelurahan(self, a: World, browse: Any) -> None:
        page = text(browse(a.warga).get("/siaran/lapor/"))
        for shown in ("Lampu jalan", "Jalan rusak", "Sampah", "Barat Daya", "Timur Laut"):
            assert shown in page
        for hidden in (">Lama<", ">Usul<", 'value="jalan"'):
            assert hidden not in page
        assert 'name="photos"' in page
        assert "<script>" not in page
        assert "style=" not in page

    def test_sent_and_received(self, a: World, browse: Any) -> None:
        client = browse(a.warga)
        response = client.post(
            "/siaran/lapor/", fields(a, photos=[photo("a.jpg"), photo("b.jpg", pictures.photo(width=65))])
        )
        case = Case.objects.get()
        assert response.status_code == 303
        assert response["Location"] == f"/siaran/laporan/{case.number}/terkirim/"
        assert (case.reporter, case.category.slug, case.photo_count, case.channel) == (a.warga, "lampu", 2, "web")
        page = text(client.get(response["Location"]))
        assert case.number in page
        assert "Dinas Perhubungan" in page

    def test_by_kelurahan_and_landmark(self, a: World, browse: Any) -> None:
        sent = fields(a, lat="", lon="", village="36.74.02.1001")
        assert browse(a.warga).post("/siaran/lapor/", sent).status_code == 303
        assert Case.objects.get().village.name == "Tenggara"  # type: ignore[union-attr]

    def test_a_comma_may_stand_for_the_point(self, a: World, browse: Any) -> None:
        sent = fields(a, lat=str(a.inside["lat"]).replace(".", ","), lon=str(a.inside["lon"]).replace(".", ","))
        assert browse(a.warga).post("/siaran/lapor/", sent).status_code == 303
        assert Case.objects.get().lat == pytest.approx(a.inside["lat"])

    def test_anonymous(self, a: World, browse: Any) -> None:
        browse(a.warga).post("/siaran/lapor/", fields(a, visibility="ANONYMOUS"))
        case = Case.objects.get()
        assert case.visibility == "anonymous"
        for user in (None, a.operator, a.andi):
            page = text(browse(user).get(f"/siaran/laporan/{case.number}/"))
            assert a.warga.name not in page.replace("warga.", "")
            assert (str(case.cover_id) in page) is (user is not None)

    REFUSED = {
        "empty text": {"description": "  "},
        "short text": {"description": "mati"},
        "unknown category": {"category": "ufo"},
        "no category": {"category": ""},
        "no place": {"lat": "", "lon": "", "landmark": ""},
        "half a place": {"lon": ""},
        "not a number": {"lat": "di sini"},
        "unknown kelurahan": {"lat": "", "lon": "", "village": "36.74.99.1001"},
        "the sea": {"lat": "0", "lon": "0"},
        "not an image": {"photos": [photo(body=b"hello")]},
        "an SVG with a script": {"photos": [photo("x.svg", b"<svg><script>alert(1)</script></svg>")]},
        "a bomb": {"photos": [photo(body=pictures.bomb(30_000, 30_000))]},
        "an empty file": {"photos": [photo(body=b"")]},
        "no photo": {"photos": []},
    }

    @pytest.mark.parametrize("name", REFUSED)
    def test_what_is_refused_says_why_and_keeps_the_words(self, a: World, browse: Any, name: str) -> None:
        client = browse(a.warga)
        changes = self.REFUSED[name]
        for file in changes.get("photos", []):
            file.seek(0)
        response = client.post("/siaran/lapor/", fields(a, **changes))
        assert response.status_code == 422, text(response)[:3000]
        page = text(response)
        assert "error-summary" in page
        assert not Case.objects.exists()
        if "description" not in changes:
            assert WORDS in page
        assert "Depan SDN 2" in page or "landmark" in changes
        if "photos" not in changes:
            kept = Attachment.objects.get()
            assert f'value="{kept.pk}" checked' in page, "the good photo is kept"

    def test_everything_wrong_is_said_at_once(self, a: World, browse: Any) -> None:
        response = browse(a.warga).post("/siaran/lapor/", {"description": "mati"})
        assert set(response.context["form"].errors) == {"category", "description", "photos", "place"}

    def test_after_a_mistake_the_photo_need_not_be_sent_again(self, a: World, browse: Any) -> None:
        client = browse(a.warga)
        page = text(client.post("/siaran/lapor/", fields(a, description="")))
        [kept] = re.findall(r'name="photos_kept" value="([0-9a-f-]+)" checked', page)
        response = client.post("/siaran/lapor/", fields(a, photos=[], photos_kept=[kept]))
        assert response.status_code == 303
        assert str(Case.objects.get().cover_id) == kept

    def test_fifty_megabytes_lose_neither_the_words_nor_the_other_photo(self, a: World, browse: Any) -> None:
        large = photo("besar.jpg", b"\xff\xd8\xff" + bytes(50 * 1024 * 1024))
        response = browse(a.warga).post("/siaran/lapor/", fields(a, photos=[photo(), large]))
        assert response.status_code == 422
        page = text(response)
        assert "50 MB" in page
        assert "15 MB" in page
        assert WORDS in page
        assert Attachment.objects.count() == 1
        assert not Case.objects.exists()

    def test_a_place_in_the_neighbour_city_leads_there(self, a: World, b: World, browse: Any) -> None:
        west, south = CORNERS["36.73"]
        page = text(browse(a.warga).post("/siaran/lapor/", fields(a, lat=south + 0.01, lon=west + 0.01)))
        assert b.city.name in page
        assert f'<a href="{b.city.url}"' in page
        assert not Case.objects.exists()

    def test_words_with_markup_stay_words(self, a: World, browse: Any) -> None:
        client = browse(a.warga)
        evil = "<script>alert(1)</script> lampu {{ 7|add:7 }} mati"
        client.post("/siaran/lapor/", fields(a, description=evil, landmark="<img src=x onerror=alert(1)>"))
        case = Case.objects.get()
        for path in (f"/siaran/laporan/{case.number}/", "/siaran/laporan/", "/siaran/laporan-saya/", "/"):
            page = text(client.get(path))
            assert "<script>alert" not in page
            assert "<img src=x" not in page

    def test_a_double_tap_makes_one_case(self, a: World, browse: Any) -> None:
        client = browse(a.warga)
        [key] = re.findall(r'name="form_key" value="([0-9a-f-]+)"', text(client.get("/siaran/lapor/")))
        first = client.post("/siaran/lapor/", fields(a, form_key=key))
        second = client.post("/siaran/lapor/", fields(a, form_key=key, photos=[photo()]))
        assert first["Location"] == second["Location"]
        assert Case.objects.count() == 1

    def test_the_name_of_a_place_for_the_pin(self, a: World, b: World, browse: Any) -> None:
        lat, lon = a.inside["lat"], a.inside["lon"]
        assert browse().get(f"/siaran/tempat/?lat={lat}&lon={lon}").json() == {
            "text": "Barat Daya, Barat",
            "outside": False,
            "assets": [],
        }
        west, south = CORNERS["36.73"]
        answer = browse().get(f"/siaran/tempat/?lat={south + 0.01}&lon={west + 0.01}").json()
        assert answer["outside"]
        assert b.city.name in answer["text"]
        for bad in ("", "?lat=x&lon=1", "?lat=nan&lon=1", "?lat=999&lon=1"):
            assert browse().get(f"/siaran/tempat/{bad}").status_code == 400


class TestSeeing:
    def test_the_list_filters_and_counts(self, a: World, browse: Any) -> None:
        lamp = a.report()
        trash = a.report(category="sampah", description="Tumpukan sampah menutup trotoar pasar.")
        page = text(browse().get("/siaran/laporan/"))
        assert lamp.number in page
        assert trash.number in page
        for query, shown in (("kategori=sampah", trash), ("cari=trotoar", trash), (f"cari={lamp.number}", lamp)):
            page = text(browse().get(f"/siaran/laporan/?{query}"))
            assert (lamp.number in page, trash.number in page) == (shown is lamp, shown is trash)
        for query in ("status=selesai", "kecamatan=36.74.02", "kategori=ufo", "cari=%25%00%27", "status=ufo&cari=zzz"):
            response = browse().get(f"/siaran/laporan/?{query}")
            assert response.status_code == 200
            assert lamp.number not in text(response)

    def test_paging_by_cursor(self, a: World, browse: Any) -> None:
        numbers = {a.report().number for _ in range(23)}
        first = text(browse().get("/siaran/laporan/"))
        [next_url] = re.findall(r'rel="next" href="([^"]+)"', first)
        second = text(browse().get(next_url.replace("&amp;", "&")))
        pattern = re.compile(r"/siaran/laporan/(3674-\d{3}-\d{3}-\d{3})/")
        on_first, on_second = set(pattern.findall(first)), set(pattern.findall(second))
        assert (len(on_first), len(on_second)) == (20, 3)
        assert on_first | on_second == numbers
        assert browse().get("/siaran/laporan/?setelah=bukan-kursor").status_code == 400

    def test_an_empty_city_says_so(self, a: World, browse: Any) -> None:
        for path in ("/siaran/laporan/", "/siaran/peta/", "/"):
            assert browse().get(path).status_code == 200
        assert "empty" in text(browse(a.warga).get("/siaran/laporan-saya/"))

    def test_a_report_is_found_by_its_number(self, a: World, browse: Any) -> None:
        case = a.report()
        for typed in (case.number, case.number[5:], case.number.replace("-", " ")):
            response = browse().get("/siaran/lacak/", {"nomor": typed})
            assert response["Location"] == f"/siaran/laporan/{case.number}/"
        secret = a.report()
        Case.objects.filter(pk=secret.pk).update(visibility="secret")
        answers = {
            re.sub(r'value="[^"]*"', "", text(browse().get("/siaran/lacak/", {"nomor": typed})))
            for typed in (secret.number, "3674-000-000-000", "abc")
        }
        assert len(answers) == 1, "a secret report is as absent as any"
        assert browse(a.warga).get("/siaran/lacak/", {"nomor": secret.number}).status_code == 302

    def test_mine_are_mine(self, a: World, browse: Any) -> None:
        mine, other = a.report(), a.report(a.tetangga)
        assert browse().get("/siaran/laporan-saya/").status_code == 302
        page = text(browse(a.warga).get("/siaran/laporan-saya/"))
        assert mine.number in page
        assert other.number not in page

    def test_the_home_page_shows_the_latest_and_ones_own(self, a: World, browse: Any) -> None:
        case = a.report(a.tetangga)
        assert case.number in text(browse().get("/"))
        page = text(browse(a.tetangga).get("/"))
        assert page.count(f"/siaran/laporan/{case.number}/") == 2

    def test_points_for_the_map(self, a: World, browse: Any) -> None:
        case = a.report()
        lat, lon = a.inside["lat"], a.inside["lon"]
        answer = browse().get(f"/siaran/peta.geojson?bbox={lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}").json()
        [feature] = answer["features"]
        assert feature["geometry"]["coordinates"] == pytest.approx([lon, lat])
        assert feature["properties"]["url"] == f"/siaran/laporan/{case.number}/"
        assert answer["more"] is False
        for bad in ("", "?bbox=1,2,3", "?bbox=a,b,c,d", "?bbox=nan,0,1,1", "?bbox=999,0,1,1"):
            assert browse().get(f"/siaran/peta.geojson{bad}").status_code == 400

    def test_another_citys_report_is_absent(self, a: World, b: World, client_b: Client) -> None:
        case = a.report()
        assert client_b.get(f"/siaran/laporan/{case.number}/").status_code == 404
        assert case.number not in text(client_b.get("/siaran/laporan/"))
        assert client_b.get("/siaran/lacak/", {"nomor": case.number}).status_code == 404

    def test_a_city_without_the_module_has_none_of_it(self, a: World, browse: Any) -> None:
        from tenants.actions import deactivate

        case = a.report()
        deactivate(a.city, "siaran")
        for path in (
            "lapor/",
            "laporan/",
            f"laporan/{case.number}/",
            "peta/",
            "peta.geojson?bbox=0,0,1,1",
            "tugas/",
            "lacak/",
        ):
            assert browse().get(f"/siaran/{path}").status_code == 404, path

    def test_search_engines_find_what_everyone_may_see(self, a: World, browse: Any) -> None:
        shown, secret = a.report(), a.report()
        Case.objects.filter(pk=secret.pk).update(visibility="secret")
        page = text(browse().get("/sitemap.xml"))
        assert f"/siaran/laporan/{shown.number}/" in page
        assert secret.number not in page

    def test_english_when_asked_for(self, a: World, browse: Any) -> None:
        client = browse()
        client.cookies["django_language"] = "en"
        assert "Reports of the city" in text(client.get("/siaran/laporan/"))


class TestNearby:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_open_reports_around_a_place(self, a: World, browse: Any, rows: int, statements: Any) -> None:
        for _ in range(rows):
            a.report()
        visitor = browse()
        visitor.get("/robots.txt")
        with statements() as seen:
            answer = visitor.post("/siaran/sekitar/", a.inside)
        assert len(seen) == 1, seen
        assert answer.status_code == 200
        assert text(answer).count("<article") == rows

    def test_nothing_around_is_said(self, a: World, browse: Any) -> None:
        assert "<article" not in text(browse().post("/siaran/sekitar/", a.inside))

    @pytest.mark.parametrize(
        "wrong", [{}, {"lat": "x", "lon": "1"}, {"lat": "nan", "lon": "1"}, {"lat": "91", "lon": "0"}]
    )
    def test_what_is_no_place_is_refused(self, a: World, browse: Any, wrong: dict[str, str]) -> None:
        assert browse().post("/siaran/sekitar/", wrong).status_code == 400

    def test_a_position_is_never_taken_from_the_address(self, a: World, browse: Any) -> None:
        assert browse().get("/siaran/sekitar/?lat=-6.3&lon=106.7").status_code == 405


class TestOfficer:
    def test_a_day(self, a: World, browse: Any) -> None:
        case = a.report(photos=1)
        client = browse(a.andi)
        assert case.number in text(client.get("/siaran/tugas/"))
        task = f"/siaran/tugas/{case.number}/"
        assert "ambil/" in text(client.get(task))
        assert client.post(f"{task}ambil/")["Location"] == task
        assert client.post(f"{task}mulai/")["Location"] == task
        assert "selesai/" in text(client.get(task))
        wrong = client.post(f"{task}selesai/", {"words": "", "photos": [photo()]})
        assert wrong.status_code == 422
        [kept] = re.findall(r'name="photos_kept" value="([0-9a-f-]+)" checked', text(wrong))
        response = client.post(f"{task}selesai/", {"words": "Lampu sudah diganti baru.", "photos_kept": [kept]})
        assert response.status_code == 303
        case.refresh_from_db()
        assert (case.status, case.assignee) == ("done", a.andi)
        page = text(browse().get(f"/siaran/laporan/{case.number}/"))
        assert kept in page
        assert "Lampu sudah diganti baru." in page
        assert a.andi.name not in page, "the public learns the agency, not the officer's name"
        assert case.number not in text(client.get("/siaran/tugas/"))

    def test_the_way_to_the_tasks_is_shown_to_officers_only(self, a: World, browse: Any) -> None:
        for path in ("/", "/siaran/laporan-saya/"):
            assert "/siaran/tugas/" in text(browse(a.andi).get(path))
            assert "/siaran/tugas/" not in text(browse(a.warga).get(path))

    def test_the_second_officer_is_told(self, a: World, browse: Any) -> None:
        case = actions.accept(case=a.report(), actor=a.andi)
        response = browse(a.budi).post(f"/siaran/tugas/{case.number}/ambil/")
        assert response.status_code == 422
        assert a.andi.name in text(response)
        assert Case.objects.get(pk=case.pk).assignee == a.andi

    def test_residents_have_no_tasks(self, a: World, browse: Any) -> None:
        case = a.report()
        assert browse().get("/siaran/tugas/").status_code == 302
        assert browse(a.warga).get("/siaran/tugas/").status_code == 403
        response = browse(a.warga).post(f"/siaran/tugas/{case.number}/ambil/")
        assert response.status_code == 422
        assert Case.objects.get(pk=case.pk).status == "waiting"

    def test_staff_of_another_city_are_residents_here(self, a: World, b: World, browse: Any) -> None:
        case = a.report()
        assert browse(b.andi).get("/siaran/tugas/").status_code == 403
        browse(b.andi).post(f"/siaran/tugas/{case.number}/ambil/")
        assert Case.objects.get(pk=case.pk).status == "waiting"
        with in_city(b.city):
            assert not Case.objects.exists()


class TestAfterwards:
    @pytest.fixture
    def done(self, a: World) -> Case:
        case = actions.accept(case=a.report(), actor=a.andi)
        return actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])

    def test_the_reporter_rates(self, a: World, browse: Any, done: Case) -> None:
        path = f"/siaran/laporan/{done.number}/"
        assert "nilai/" in text(browse(a.warga).get(path))
        assert "nilai/" not in text(browse(a.tetangga).get(path))
        assert browse(a.warga).post(f"{path}nilai/", {"words": "Bagus"}).status_code == 422
        assert browse(a.warga).post(f"{path}nilai/", {"rating": "9"}).status_code == 422
        assert browse(a.tetangga).post(f"{path}nilai/", {"rating": "1"}).status_code == 422
        assert Case.objects.get(pk=done.pk).rating is None
        assert browse(a.warga).post(f"{path}nilai/", {"rating": "5", "words": "Bagus"}).status_code == 303
        assert Case.objects.get(pk=done.pk).rating == 5
        page = text(browse().get(path))
        assert "Bagus" in page
        assert "nilai/" not in text(browse(a.warga).get(path))

    def test_messages_both_ways(self, a: World, browse: Any) -> None:
        case = a.report()
        path = f"/siaran/laporan/{case.number}/"
        assert browse(a.warga).post(f"{path}pesan/", {"words": "Masih gelap."}).status_code == 303
        assert browse(a.operator).post(f"{path}pesan/", {"words": "Kami ke sana."}).status_code == 303
        assert browse(a.tetangga).post(f"{path}pesan/", {"words": "Saya juga."}).status_code == 422
        page = text(browse().get(path))
        assert "Masih gelap." in page
        assert "Kami ke sana." in page
        assert "Saya juga." not in page
        assert "pesan/" not in page
