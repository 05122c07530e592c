"""What authors do on their pages: following without an account, rating, correcting; and what sharing shows of it."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.laksa import actions
from balai.casework import actions as casework
from balai.casework import tracking
from balai.casework.guests import Guest
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind
from balai.notifications.models import Message
from tests.attachments import pictures
from tests.laksa.box import TEXT, TITLE, Box
from tests.laksa.pages import fields, one, text

pytestmark = pytest.mark.django_db
LIST = "/laksa/"
REASON = "Tahun ini anggarannya belum ada, mohon maaf."


def submitted_by_guest(box: Box) -> Any:
    """A secret aspiration of a visitor, with its code."""
    return actions.submit_aspiration(
        author=Guest(session_key="tamu"), title=TITLE, text=TEXT, topic="taman", visibility="secret"
    )


class TestWithoutAnAccount:
    def test_a_guest_follows_on_another_device(self, box: Box, browse: Any) -> None:
        box.set(guests=True)
        sent = browse().post("/laksa/kirim/", fields(visibility="SECRET"))
        phone = browse()
        wish = Case.objects.get()
        received = submitted_by_guest(box)
        address = one(received.case)
        assert phone.get(address).status_code == 404
        wrong = phone.post("/laksa/lacak/", {"number": received.case.number, "code": tracking.new_code()})
        assert wrong.status_code == 422
        assert received.case.number in text(wrong)
        assert phone.get(address).status_code == 404
        opened = phone.post("/laksa/lacak/", {"number": received.case.number, "code": received.code.lower()})
        assert opened["Location"] == address
        assert TITLE in text(phone.get(address))
        kept = text(phone.get("/laksa/lacak/"))
        assert received.case.number in kept
        assert wish.number not in kept
        assert phone.get("/laksa/saya/")["Location"] == "/laksa/lacak/"
        phone.post("/laksa/lacak/lupakan/")
        assert "/login/" in phone.get("/laksa/saya/")["Location"]
        assert phone.get(address).status_code == 404
        assert sent.status_code == 303

    def test_with_an_account_it_becomes_ones_own(self, box: Box, browse: Any) -> None:
        box.set(guests=True)
        received = submitted_by_guest(box)
        client = browse(box.tetangga)
        given = {"number": received.case.number, "code": received.code}
        assert client.post("/laksa/lacak/", given)["Location"] == one(received.case)
        received.case.refresh_from_db()
        assert (received.case.reporter_id, received.case.access_digest) == (box.tetangga.pk, "")
        assert received.case.number in text(client.get("/laksa/saya/"))
        assert browse().post("/laksa/lacak/", given).status_code == 422

    def test_a_number_leads_to_its_page(self, box: Box, browse: Any) -> None:
        shown, secret = box.wish(), box.wish(visibility="secret")
        client = browse()
        assert client.get("/laksa/lacak/", {"nomor": shown.number[4:]})["Location"] == one(shown)
        for typed in (secret.number, "0000000000000", "bukan nomor"):
            assert client.get("/laksa/lacak/", {"nomor": typed}).status_code == 404
        assert "/laksa/lacak/" in text(client.get(LIST))


class TestThePlace:
    def test_the_map_of_the_form_names_the_place(self, box: Box, browse: Any) -> None:
        page = text(browse(box.warga).get("/laksa/kirim/"))
        assert 'data-map="picker"' in page
        assert "/laksa/tempat/" in page
        assert browse().get("/laksa/tempat/", {"lat": "x", "lon": "1"}).status_code == 400
        away = browse().get("/laksa/tempat/", {"lat": "48.1", "lon": "11.5"}).json()
        assert away["outside"]


class TestSharing:
    def test_a_verified_one_has_a_picture_and_nobodys_name(self, box: Box, browse: Any) -> None:
        case = actions.verify(case=box.wish(title="Taman </script><b>& lampu"), actor=box.room)
        page = text(browse().get(one(case)))
        assert f'property="og:image" content="{box.city.url}{one(case, "kartu.png")}"' in page
        told = json.loads(re.search(r"<script type=.application/ld.json.>(.*?)</script>", page)[1])  # type: ignore[index]
        assert told["headline"] == "Taman </script><b>& lampu"
        assert box.warga.name not in str(told)
        answer = browse().get(one(case, "kartu.png"))
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.format, picture.size, answer["Content-Type"]) == ("PNG", (1200, 630), "image/png")
        assert "public" in answer["Cache-Control"]

    def test_others_have_none(self, box: Box, browse: Any) -> None:
        unread = box.wish()
        secret = actions.verify(case=box.wish(visibility="secret"), actor=box.room)
        box.set(review_aspirations="everyone")
        held = box.wish()
        for case in (unread, secret, held):
            assert browse().get(one(case, "kartu.png")).status_code == 404
        assert browse().get("/laksa/aspirasi/0000000000000/kartu.png").status_code == 404
        for reader, case in ((None, unread), (box.warga, secret), (box.warga, held)):
            page = text(browse(reader).get(one(case)))
            assert "og:" not in page
            assert "ld+json" not in page


class TestTheAuthor:
    def test_says_that_it_is_not_solved_and_has_it_opened_again(self, box: Box, browse: Any) -> None:
        case = actions.decline(case=box.disposed(), actor=box.operator, reason=REASON)
        client = browse(box.warga)
        assert 'name="verdict"' in text(client.get(one(case)))
        silent = client.post(one(case, "nilai/"), {"rating": "1", "verdict": "NOT_SOLVED"})
        case.refresh_from_db()
        assert (silent.status_code, case.is_open, case.rating) == (422, False, None)
        photo = SimpleUploadedFile("kini.jpg", pictures.photo(width=64, height=48), "image/jpeg")
        given = {"rating": "1", "verdict": "NOT_SOLVED", "words": "Kali itu masih tanpa taman.", "photos": photo}
        assert client.post(one(case, "nilai/"), given).status_code == 303
        case.refresh_from_db()
        assert (case.status, case.verdict, case.rating) == (Status.REOPENED, "not", 1)
        assert case.timeline.get(kind=Kind.REOPENED).data["photos"]

    def test_is_satisfied(self, box: Box, browse: Any) -> None:
        case = actions.decline(case=box.disposed(), actor=box.operator, reason=REASON)
        client = browse(box.warga)
        assert client.post(one(case, "nilai/"), {"rating": "5", "verdict": "HALF"}).status_code == 303
        case.refresh_from_db()
        assert (case.is_open, case.verdict, case.rating) == (False, "half", 5)
        assert 'name="verdict"' not in text(client.get(one(case)))

    def test_rates_an_official_answer_while_it_is_open(self, box: Box, browse: Any) -> None:
        case, client = box.disposed(), browse(box.warga)
        given = {"rating": "2", "verdict": "NOT_SOLVED", "words": "Pertanyaannya belum dijawab."}
        assert 'name="verdict"' not in text(client.get(one(case)))
        assert client.post(one(case, "nilai/"), given).status_code in (403, 422)
        case.refresh_from_db()
        assert case.rating is None
        actions.answer(case=case, actor=box.operator, words=REASON)
        assert client.post(one(case, "nilai/"), given).status_code == 303
        case.refresh_from_db()
        assert (case.status, case.rating, case.verdict) == (Status.PROCESS, 2, "not")
        assert case.timeline.get(kind=Kind.RATED).words == "Pertanyaannya belum dijawab."
        assert Message.objects.filter(template="casework/message", recipient=box.operator).exists()
        assert 'name="verdict"' not in text(client.get(one(case)))

    def test_sends_it_again_with_new_photos(self, box: Box, browse: Any) -> None:
        case = casework.ask(case=box.wish(), actor=box.room, words="Mohon foto tempatnya.")
        client = browse(box.warga)
        assert 'name="photos"' in text(client.get(one(case)))
        photo = SimpleUploadedFile("kali.jpg", pictures.photo(width=64, height=48), "image/jpeg")
        sent = client.post(one(case, "perbaiki/"), {"title": TITLE, "text": TEXT, "photos": photo})
        assert sent.status_code == 303, text(sent)
        edited = case.timeline.get(kind=Kind.EDITED)
        [[photo_id, _sha]] = edited.data["photos"]
        assert photo_id in text(client.get(one(case)))
        assert Case.objects.get(pk=case.pk).status == Status.WAITING

    def test_photos_nobody_asked_for_are_refused(self, box: Box, browse: Any) -> None:
        case = box.wish()
        client = browse(box.warga)
        assert 'name="photos"' not in text(client.get(one(case)))
        photo = SimpleUploadedFile("kali.jpg", pictures.photo(width=64, height=48), "image/jpeg")
        sent = client.post(one(case, "perbaiki/"), {"title": TITLE, "text": TEXT + " Sungguh.", "photos": photo})
        assert sent.status_code == 422
        assert not case.timeline.filter(kind=Kind.EDITED).exists()
