"""The command room enters what reached it on paper, in a meeting or on the telephone."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.laksa import actions
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.models import Case, Contact
from balai.casework.tracing import traced
from tests.casework.test_desk import desk_of
from tests.laksa.box import TEXT, TITLE, Box, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(box: Box) -> Client:
    return desk_of(box, box.room)


@pytest.fixture
def agency(box: Box) -> Client:
    return desk_of(box, box.operator)


class TestEntry:
    URL = "/kantor/laksa/entry/"

    def typed(self, **changes: Any) -> dict[str, Any]:
        return {
            "channel": "musrenbang",
            "category": "taman",
            "kind": "suggestion",
            "title": TITLE,
            "description": TEXT,
            "name": "Ibu Sri",
            "phone": "0812-3456-7890",
            "key": str(uuid.uuid4()),
        } | changes

    def test_the_room_enters_what_came_by_letter_or_at_a_musrenbang(self, box: Box, room: Client) -> None:
        box.set(review_aspirations="everyone")
        assert "Musrenbang" in room.get(self.URL).content.decode()
        letter = SimpleUploadedFile("surat.pdf", pdf(), "application/pdf")
        typed = self.typed(documents=letter)
        receipt = room.post(self.URL, typed)
        assert receipt.status_code == 200, receipt.content.decode()
        case = Case.objects.get()
        assert (case.reporter_id, case.entered_by, case.channel) == (None, box.room, "musrenbang")
        assert (case.aspiration.kind, case.aspiration.held, case.visibility) == ("suggestion", False, "public")
        assert case.description == f"{TITLE}\n\n{TEXT}"
        assert Contact.objects.get(case=case).phone == "+6281234567890"
        code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.content.decode())
        assert code, receipt.content.decode()
        for words in (TITLE, ">Topik<", f'href="/kantor/laksa/reports/{case.number}/"', f'href="{self.URL}"'):
            assert words in receipt.content.decode()
        assert traced(number=case.number, code=code[0], visitor=Guest(session_key="s")) == case
        # Sent once more, it is the same one, with the same code.
        again = room.post(self.URL, {name: value for name, value in typed.items() if name != "documents"})
        assert code[0] in again.content.decode()
        assert Case.objects.count() == 1

    @pytest.mark.parametrize("wrong", [{"channel": "web"}, {"title": ""}, {"description": "x"}, {"phone": "12"}])
    def test_what_is_wrong_is_refused_and_what_was_typed_is_kept(
        self, box: Box, room: Client, wrong: dict[str, Any]
    ) -> None:
        answer = room.post(self.URL, self.typed(**wrong))
        assert answer.status_code == 422
        assert "Ibu Sri" in answer.content.decode()
        assert not Case.objects.exists()
        assert not Contact.objects.exists()

    def test_no_topic_is_chosen_before_the_clerk_chooses(self, box: Box, room: Client) -> None:
        page = room.get(self.URL).content.decode()
        select = page.partition('<select name="category"')[2].partition("</select>")[0]
        assert select.partition("<option ")[2].startswith('value="" selected>Pilih topik</option>')
        refused = room.post(self.URL, self.typed(category=""))
        answer = refused.content.decode()
        assert refused.status_code == 422
        assert "Pilih topik." in answer
        for typed in ("Ibu Sri", TITLE, TEXT):
            assert typed in answer
        assert not Case.objects.exists()
        assert not Contact.objects.exists()

    def test_only_the_room_enters(self, box: Box, agency: Client) -> None:
        assert agency.post(self.URL, self.typed()).status_code in (302, 403, 404)
        with pytest.raises(NotAllowed):
            actions.enter_aspiration(clerk=box.operator, channel="letter", title=TITLE, text=TEXT, topic="taman")
        assert not Case.objects.exists()
