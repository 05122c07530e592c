"""The pages, as a browser without JavaScript meets them."""

from __future__ import annotations

import csv
import io
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.laksa import actions
from apps.laksa.models import Aspiration, Comment, Draft
from balai.accounts.models import User
from balai.casework.models import Case, Follow
from tenants.current import in_city
from tenants.models import Activation
from tests.attachments import pictures
from tests.casework.world import World
from tests.laksa.box import TEXT, TITLE, Box, pdf
from tests.laksa.pages import fields, one, text

pytestmark = pytest.mark.django_db
LIST = "/laksa/"


class TestSubmitting:
    def test_sent_with_photo_and_pdf(self, box: Box, browse: Any) -> None:
        client, key = browse(box.warga), str(uuid.uuid4())
        photo = SimpleUploadedFile("a.jpg", pictures.photo(width=64, height=48), "image/jpeg")
        paper = SimpleUploadedFile("Usulan.pdf", pdf(), "application/pdf")
        sent = client.post("/laksa/kirim/", fields(photos=[photo], documents=[paper], form_key=key))
        assert sent.status_code == 303, text(sent)
        case = Case.objects.get(module="laksa")
        assert case.number in text(client.get(sent["Location"]))
        page = text(browse().get(one(case)))
        assert TITLE in page
        assert "Usulan" in page
        assert "/berkas/" in page
        # A double tap, or an answer that was lost on the way: it is no copy of itself.
        again = client.post("/laksa/kirim/", fields(form_key=key))
        assert (again.status_code, again["Location"]) == (303, sent["Location"])
        assert Aspiration.objects.count() == 1
        assert client.post("/laksa/kirim/", fields()).status_code == 422
        assert Aspiration.objects.count() == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": ""},
            {"text": "pendek"},
            {"text": "a" * 1_000_000},
            {"topic": "tidak-ada"},
            {"kind": "x"},
            {"lat": "99"},
            {"website": "x"},
            {"documents": SimpleUploadedFile("a.pdf", b"bukan pdf", "application/pdf")},
        ],
    )
    def test_refused_with_the_words_kept(self, box: Box, browse: Any, wrong: dict[str, Any]) -> None:
        page = browse(box.warga).post("/laksa/kirim/", fields(landmark="Depan SDN 2") | wrong)
        assert page.status_code == 422
        assert "Depan SDN 2" in text(page)
        assert not Case.objects.filter(module="laksa").exists()

    def test_alike_ones_are_shown_first_and_one_can_be_supported_instead(self, box: Box, browse: Any) -> None:
        other = box.wish(box.tetangga)
        client = browse(box.warga)
        page = client.post("/laksa/kirim/", fields())
        assert page.status_code == 422
        assert other.number in text(page)
        assert Case.objects.filter(module="laksa").count() == 1
        assert client.post("/laksa/dukung/", {"number": other.number}).status_code == 303
        other.refresh_from_db()
        assert other.weight == 2
        assert client.post("/laksa/kirim/", fields(looked="1")).status_code == 303
        assert Case.objects.filter(module="laksa").count() == 2
        assert other.number in text(client.post("/laksa/kirim/serupa/", {"title": TITLE, "text": ""}))
        # The pin of the map asks too, before anything is written.
        assert client.post("/laksa/kirim/serupa/", {"title": "", "text": ""}).status_code == 200
        visitor = browse().post("/laksa/dukung/", {"number": other.number})
        assert visitor["Location"] == f"/akun/login/?next={one(other, 'dukung/')}"

    def test_what_is_closed_is_to_be_read_and_not_supported(self, box: Box, browse: Any) -> None:
        over = actions.decline(case=box.disposed(box.tetangga), actor=box.operator, reason="Lahannya sudah dipakai.")
        page = text(browse(box.warga).post("/laksa/kirim/serupa/", {"title": TITLE, "text": ""}))
        assert f'href="{one(over)}"' in page
        assert 'form="dukung"' not in page

    def test_a_visitor_signs_in_first(self, box: Box, browse: Any) -> None:
        assert browse().get("/laksa/kirim/").status_code == 302
        assert browse().post("/laksa/kirim/", fields()).status_code == 302
        assert not Aspiration.objects.exists()

    def test_a_guest_gets_a_code_where_the_city_allows_it(self, box: Box, browse: Any) -> None:
        box.set(guests=True)
        client = browse()
        sent = client.post("/laksa/kirim/", fields(visibility="SECRET"))
        assert sent.status_code == 303, text(sent)
        assert "receipt__code" in text(client.get(sent["Location"]))
        assert browse().get(sent["Location"]).status_code == 404

    def test_a_draft_is_kept_gone_on_with_and_sent(self, box: Box, browse: Any) -> None:
        client, key = browse(box.warga), str(uuid.uuid4())
        kept = client.post("/laksa/kirim/", {"title": TITLE, "text": "baru", "form_key": key, "simpan": "1"})
        assert kept.status_code == 303
        assert Draft.objects.get().user == box.warga
        assert TITLE in text(client.get(kept["Location"]))
        form = text(client.get(f"/laksa/kirim/?draf={key}"))
        assert TITLE in form
        assert key in form
        assert TITLE not in text(browse(box.tetangga).get(f"/laksa/kirim/?draf={key}"))
        assert client.post("/laksa/kirim/", fields(form_key=key)).status_code == 303
        assert not Draft.objects.exists()

    def test_a_draft_is_thrown_away_by_its_writer_only(self, box: Box, browse: Any) -> None:
        key = uuid.uuid4()
        actions.save_draft(user=box.warga, key=key, content={"title": TITLE})
        browse(box.tetangga).post("/laksa/saya/buang-draf/", {"form_key": str(key)})
        assert Draft.objects.exists()
        browse(box.warga).post("/laksa/saya/buang-draf/", {"form_key": str(key)})
        assert not Draft.objects.exists()

    def test_a_draft_that_is_too_long_keeps_the_words(self, box: Box, browse: Any) -> None:
        page = browse(box.warga).post("/laksa/kirim/", {"title": TITLE, "text": "a" * 5_000, "simpan": "1"})
        assert page.status_code == 422
        assert TITLE in text(page)
        assert not Draft.objects.exists()


class TestList:
    def test_filters_and_orders(self, box: Box, browse: Any) -> None:
        village = f"{box.city.code}.01.1001"
        first = box.wish(box.residents(1)[0], kind="question", place={"village": village, "landmark": "Balai warga"})
        second = box.wish(box.tetangga, title="Halte bus yang teduh")
        actions.support(case=first, person=box.warga)
        client = browse()
        for query, shown in (
            ("", [second, first]),
            ("?urut=dukungan", [first, second]),
            ("?urut=dijawab", []),
            ("?jenis=pertanyaan", [first]),
            ("?topik=taman&dimensi=living", [second, first]),
            ("?dimensi=branding", []),
            ("?status=selesai", []),
            ("?hasil=rencana", []),
            ("?cari=halte", [second]),
            (f"?wilayah={village}", [first]),
            ("?jenis=x&hasil=%00&urut=zz", [second, first]),
        ):
            page = text(client.get(LIST + query, follow=True))
            found = re.findall(r'card__link" href="/laksa/aspirasi/([^/]+)/', page)
            assert found == [case.number for case in shown], query

    def test_nearest(self, box: Box, browse: Any) -> None:
        case = box.wish(place=box.inside)
        box.wish(box.tetangga, title="Halte bus yang teduh")
        place = "{lat},{lon}".format(**box.inside)
        sent = browse().get(f"{LIST}?urut=terdekat&dekat={place}111111")
        assert sent.status_code == 302
        page = text(browse().get(sent["Location"]))
        assert re.findall(r'card__link" href="/laksa/aspirasi/([^/]+)/', page) == [case.number]

    def test_empty_ones_say_so(self, box: Box, browse: Any) -> None:
        assert "/laksa/kirim/" in text(browse().get(LIST))
        assert "Tidak ada aspirasi yang cocok" in text(browse().get(f"{LIST}?cari=halte"))

    def test_paging(self, box: Box, browse: Any) -> None:
        people = box.residents(22)
        cases = [box.wish(person) for person in people]
        page = text(browse().get(LIST))
        assert cases[0].number not in page
        found = re.search(r'rel="next" href="([^"]+)"', page)
        assert found
        assert cases[0].number in text(browse().get(found[1].replace("&amp;", "&")))

    def test_made_once(self, box: Box, browse: Any, statements: Any) -> None:
        case = box.wish()
        page = text(browse().get(LIST))
        with statements() as seen:
            assert text(browse().get(LIST)) == page
        assert seen == []
        actions.verify(case=case, actor=box.room)
        second = box.wish(box.tetangga)
        assert second.number in text(browse().get(LIST))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_its_statements(self, box: Box, browse: Any, statements: Any, rows: int) -> None:
        for person in box.residents(rows):
            box.wish(person)
        client = browse()
        client.cookies["csrftoken"] = "x" * 32
        client.get(LIST)
        with statements() as seen:
            client.get(LIST)
        assert len(seen) == LIST_STATEMENTS, seen


LIST_STATEMENTS = 4
PAGE_STATEMENTS = 10


class TestOne:
    def test_how_far_it_is_to_the_thresholds(self, box: Box, browse: Any) -> None:
        box.set(answer_threshold=2, sekda_threshold=0, mayor_threshold=5)
        case = box.disposed()
        page = text(browse().get(one(case)))
        assert 'max="2" value="1"' in page
        assert 'max="5" value="1"' in page
        assert page.count("<progress") == 2
        actions.support(case=case, person=box.tetangga)
        assert "1 dari 5" not in text(browse().get(one(case)))
        assert "2 dari 5" in text(browse().get(one(case)))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_its_statements(self, box: Box, browse: Any, statements: Any, rows: int) -> None:
        case = box.disposed()
        for person in box.residents(rows):
            actions.add_comment(case=case, author=person, text=f"Setuju sekali {person.name}")
            actions.answer(case=case, actor=box.operator, words="Usulan ini kami tinjau dahulu di lapangan.")
        client = browse()
        client.get(one(case))
        with statements() as seen:
            client.get(one(case))
        assert len(seen) == PAGE_STATEMENTS, seen

    def test_support_and_withdraw(self, box: Box, browse: Any) -> None:
        case = box.wish()
        visitor = text(browse().get(one(case)))
        assert "/dukung/" not in visitor
        assert f"?next={one(case)}" in visitor
        client = browse(box.tetangga)
        assert "/dukung/" in text(client.get(one(case)))
        for _ in range(2):
            assert client.post(one(case, "dukung/")).status_code == 303
        case.refresh_from_db()
        assert case.weight == 2
        assert "/batal-dukung/" in text(client.get(one(case)))
        assert client.post(one(case, "batal-dukung/")).status_code == 303
        case.refresh_from_db()
        assert case.weight == 1

    def test_who_is_not_verified_is_told_so(self, box: Box, browse: Any) -> None:
        case = box.wish()
        client = browse(User.objects.create_user("siapa@example.org", name="Siapa"))
        page = text(client.get(one(case)))
        assert "/dukung/" not in page
        assert client.post(one(case, "dukung/")).status_code == 422
        assert client.post(one(case, "komentar/"), {"text": "Setuju sekali"}).status_code == 422
        case.refresh_from_db()
        assert case.weight == 1
        assert not Comment.objects.exists()

    def test_comments(self, box: Box, browse: Any) -> None:
        case = box.wish()
        client = browse(box.tetangga)
        key = str(uuid.uuid4())
        for _ in range(2):
            sent = client.post(one(case, "komentar/"), {"text": "<script>alert(1)</script> setuju", "form_key": key})
            assert sent.status_code == 303
        comment = Comment.objects.get()
        page = text(browse().get(one(case)))
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        report = one(case, f"komentar/{comment.pk}/lapor/")
        assert browse().get(report).status_code == 302
        reader = browse(box.warga)
        assert reader.get(report).status_code == 200
        assert reader.post(report, {"reason": "x"}).status_code == 422
        assert reader.post(report, {"reason": "ABUSE", "words": ""}).status_code == 303
        comment.refresh_from_db()
        assert comment.report_count == 1
        reader.post(one(case, f"komentar/{comment.pk}/hapus/"))
        assert Comment.objects.exists()
        assert client.post(one(case, f"komentar/{comment.pk}/hapus/")).status_code == 303
        assert not Comment.objects.exists()

    def test_a_held_comment_says_so_to_its_writer_alone(self, box: Box, browse: Any) -> None:
        box.set(review_comments="everyone")
        case = box.wish()
        client = browse(box.tetangga)
        client.post(one(case, "komentar/"), {"text": "Ini masih diperiksa dulu"})
        assert "Ini masih diperiksa dulu" in text(client.get(one(case)))
        assert "Ini masih diperiksa dulu" not in text(browse().get(one(case)))

    def test_too_long_a_comment_comes_back(self, box: Box, browse: Any) -> None:
        case = box.wish()
        page = browse(box.tetangga).post(one(case, "komentar/"), {"text": "Setuju " * 200})
        assert page.status_code == 422
        assert "Setuju Setuju" in text(page)
        assert not Comment.objects.exists()

    def test_a_closed_one_can_only_be_read(self, box: Box, browse: Any) -> None:
        case = actions.decline(case=box.disposed(), actor=box.operator, reason="Lahannya sudah dipakai untuk pasar.")
        client = browse(box.tetangga)
        page = text(client.get(one(case)))
        assert "Lahannya sudah dipakai untuk pasar." in page
        assert f'action="{one(case, "komentar/")}"' not in page
        assert client.post(one(case, "komentar/"), {"text": "Setuju sekali"}).status_code == 422
        assert not Comment.objects.exists()

    def test_news_of_the_author(self, box: Box, browse: Any) -> None:
        case = box.wish()
        assert browse(box.warga).post(one(case, "kabar/"), {"text": "Warga sudah urunan."}).status_code == 303
        assert Comment.objects.get().is_update
        assert "Warga sudah urunan." in text(browse().get(one(case)))
        assert browse(box.tetangga).post(one(case, "kabar/"), {"text": "Bukan saya"}).status_code in (403, 422)
        assert Comment.objects.count() == 1

    def test_follow(self, box: Box, browse: Any) -> None:
        case = box.wish()
        client = browse(box.tetangga)
        assert client.post(one(case, "ikuti/"), {"follow": "on"}).status_code == 303
        assert Follow.objects.filter(user=box.tetangga, case=case).exists()
        assert case.number in text(client.get("/laksa/saya/?tampil=ikut"))
        client.post(one(case, "ikuti/"))
        assert not Follow.objects.filter(user=box.tetangga, case=case).exists()

    def test_a_rejection_names_its_rule_and_takes_the_authors_appeal(self, box: Box, browse: Any) -> None:
        case = actions.reject(case=box.wish(), actor=box.room, rule=box.rule, reason="Ini iklan.")
        client = browse(box.warga)
        page = text(client.get(one(case)))
        assert box.rule.text in page
        assert "/keberatan/" in page
        assert "/keberatan/" not in text(browse(box.tetangga).get(one(case)))
        assert client.post(one(case, "keberatan/"), {"words": ""}).status_code == 422
        assert client.post(one(case, "keberatan/"), {"words": "Ini bukan iklan, mohon dilihat."}).status_code == 303
        assert "/keberatan/" not in text(client.get(one(case)))

    def test_a_plan_has_its_year_and_programme(self, box: Box, browse: Any) -> None:
        case = actions.plan(
            case=box.disposed(), actor=box.operator, words="Masuk rencana kerja.", year=2027, programme="Taman kota"
        )
        page = text(browse().get(one(case)))
        assert "2027" in page
        assert "Taman kota" in page

    def test_the_author_corrects_what_nobody_has_read(self, box: Box, browse: Any) -> None:
        case = box.wish()
        client = browse(box.warga)
        changed = {"title": "Taman yang teduh dan aman", "text": TEXT}
        assert browse(box.tetangga).post(one(case, "perbaiki/"), changed).status_code in (403, 422)
        assert client.post(one(case, "perbaiki/"), changed).status_code == 303
        assert "Taman yang teduh dan aman" in text(browse().get(one(case)))

    def test_a_held_one_is_the_authors(self, box: Box, browse: Any) -> None:
        box.set(review_aspirations="everyone")
        case = box.wish()
        assert browse().get(one(case)).status_code == 404
        assert browse(box.warga).get(one(case)).status_code == 200
        assert TITLE not in text(browse().get(LIST))


class TestRest:
    def test_mine(self, box: Box, browse: Any) -> None:
        own, other = box.wish(), box.wish(box.tetangga, title="Halte bus yang teduh")
        actions.support(case=other, person=box.warga)
        client = browse(box.warga)
        assert own.number in text(client.get("/laksa/saya/"))
        supported = text(client.get("/laksa/saya/?tampil=dukungan"))
        assert other.number in supported
        assert own.number not in supported
        assert client.get("/laksa/saya/?tampil=draf").status_code == 200
        assert browse().get("/laksa/saya/").status_code == 302

    def test_rules_figures_and_home(self, box: Box, browse: Any) -> None:
        case = box.disposed()
        actions.answer(case=case, actor=box.operator, words="Usulan ini kami tinjau dahulu.")
        actions.update_figures()
        client = browse()
        assert box.rule.text in text(client.get("/laksa/aturan/"))
        page = text(client.get("/laksa/statistik/"))
        assert box.dishub.name in page
        assert client.get("/laksa/statistik/?tahun=1").status_code == 200
        assert TITLE in text(client.get("/"))

    def test_open_data_and_feed_name_nobody(self, box: Box, browse: Any) -> None:
        shown = box.wish(title="=Taman bermain")
        secret = box.wish(box.tetangga, visibility="secret", title="Hanya untuk kota saja")
        body = b"".join(browse().get("/laksa/aspirasi.csv").streaming_content).decode()
        rows = list(csv.DictReader(io.StringIO(body)))
        assert [row["number"] for row in rows] == [shown.number]
        assert rows[0]["title"] == "'=Taman bermain"
        feed = browse().get("/laksa/aspirasi.rss").content.decode()
        for out in (body, feed):
            assert shown.number in out
            assert secret.number not in out
            assert box.warga.name not in out

    def test_another_citys_is_absent(self, box: Box, b: World, client_b: Any) -> None:
        with in_city(box.city):
            case = box.wish()
        assert client_b.get(one(case)).status_code == 404
        for path in (LIST, "/laksa/statistik/", "/laksa/aspirasi.rss", "/laksa/aspirasi.csv", "/"):
            response = client_b.get(path)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert case.number.encode() not in body
            assert TITLE.encode() not in body

    def test_a_city_without_it_has_none_of_it(self, box: Box, browse: Any) -> None:
        case = box.wish()
        Activation.objects.filter(city=box.city, module="laksa").delete()
        box.city.__dict__.pop("options_by_module", None)
        client = browse()
        for path in (one(case), LIST, "/laksa/statistik/", "/laksa/kirim/"):
            assert client.get(path).status_code == 404
        assert "/laksa/" not in text(client.get("/"))
