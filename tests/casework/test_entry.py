"""Staff entry on a resident's behalf, what is kept of the resident, and the desk's pages about who reported."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from balai.audit.models import Entry
from balai.casework import actions, contacts, entry, reveal, tracing
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.models import AnswerKind, Case, Category, Contact, Question, Reveal
from balai.casework.queries import view_of
from balai.notifications.models import Message
from tests.attachments import pictures
from tests.casework.test_desk import desk_of
from tests.casework.world import World

pytestmark = pytest.mark.django_db

PLACE = {"village": "36.74.01.1001", "landmark": "Depan pasar"}


def entered(a: World, **fields: Any) -> Any:
    values = {
        "clerk": a.operator,
        "module": "siaran",
        "channel": "walk_in",
        "category": "lampu",
        "description": "Lampu di depan pasar mati sejak Senin.",
        "place": PLACE,
    } | fields
    return entry.enter_case(**values)


def test_a_clerk_enters_a_case_and_the_resident_follows_it(a: World) -> None:
    received = entered(a, name="Ibu Sri", phone="0812-3456-7890")
    case = Case.objects.get(pk=received.case.pk)
    assert (case.reporter_id, case.entered_by, case.channel) == (None, a.operator, "walk_in")
    assert case.timeline.get(sequence=1).data == {"entered_by": a.operator.pk, "channel": "walk_in"}
    found = tracing.traced(number=case.number, code=received.code, visitor=Guest(session_key="s"))
    assert found == case
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone, email FROM casework_contact")
        stored = cursor.fetchone()
    assert "Sri" not in str(stored)
    assert "812" not in str(stored)
    assert Contact.objects.get(case=case).phone == "+6281234567890"


def test_the_resident_is_told_where_they_left_an_address(a: World) -> None:
    case = entered(a, email="sri@example.org").case
    actions.reply(case=case, actor=a.operator, words="Petugas datang besok.")
    templates = list(Message.objects.filter(address="sri@example.org").values_list("template", flat=True))
    assert sorted(templates) == ["casework/received", "casework/reply"]
    silent = entered(a).case
    before = Message.objects.count()
    actions.reply(case=silent, actor=a.operator, words="Petugas datang besok.")
    assert Message.objects.count() == before


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"channel": "web"}, "channel"),
        ({"channel": "pigeon"}, "channel"),
        ({"phone": "12"}, "phone"),
        ({"email": "not an address"}, "email"),
        ({"description": ""}, "description"),
    ],
)
def test_what_is_refused(a: World, fields: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        entered(a, **fields)
    assert list(refusal.value.error_dict) == [fault]
    assert not Case.objects.exists()
    assert not Contact.objects.exists()


def test_only_who_distributes_work_enters(a: World) -> None:
    for nobody in (a.warga, a.andi, a.mayor):
        with pytest.raises(NotAllowed):
            entered(a, clerk=nobody)
    assert not Case.objects.exists()
    for clerk in (a.room, a.head):
        assert entered(a, clerk=clerk).created


def test_an_anonymous_residents_contact_is_behind_the_reveal(a: World) -> None:
    case = entered(a, clerk=a.room, name="Ibu Sri", visibility="anonymous").case
    for nobody in (a.operator, a.room, a.mayor):
        assert not reveal.identity_of(view_of(case, nobody))
    reveal.reveal(case=case, actor=a.room, reason="Perlu menelepon saksi.")
    assert reveal.identity_of(view_of(case, a.room)).name == "Ibu Sri"


def test_contacts_are_erased_some_time_after_the_end_and_on_request(a: World) -> None:
    old, young, asked = (entered(a, name="Ibu Sri").case for _ in range(3))
    now = timezone.now()
    long_ago = now - datetime.timedelta(days=contacts.KEPT_DAYS + 1)
    Case.objects.filter(pk=old.pk).update(
        status="done", received_at=long_ago, closed_at=long_ago, next_deadline_at=None
    )
    assert contacts.erase_old_contacts() == 1
    assert contacts.erase_old_contacts() == 0
    assert contacts.erase_contact(case=asked, actor=a.operator)
    assert not contacts.erase_contact(case=asked, actor=a.operator)
    assert list(Contact.objects.values_list("case_id", flat=True)) == [young.pk]
    assert Entry.objects.get(verb="casework.contact_erased").actor == a.operator


class TestAtTheDesk:
    def fields(self, **changes: Any) -> dict[str, Any]:
        return {
            "channel": "call_112",
            "category": "lampu",
            "description": "Lampu di depan pasar mati sejak Senin.",
            **PLACE,
            "key": str(uuid.uuid4()),
        } | changes

    def test_the_form_and_its_receipt(self, a: World) -> None:
        client = desk_of(a, a.operator)
        assert client.get("/kantor/siaran/entry/").status_code == 200
        sent = self.fields(name="Ibu Sri")
        response = client.post("/kantor/siaran/entry/", sent)
        case = Case.objects.get()
        page = response.content.decode()
        assert case.number in page
        code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
        assert code
        assert "no-store" in response["Cache-Control"]
        again = client.post("/kantor/siaran/entry/", sent).content.decode()
        assert code[0] in again
        assert Case.objects.count() == 1

    def test_mistakes_keep_what_was_typed(self, a: World) -> None:
        Question.objects.create(
            category=Category.objects.get(slug="lampu"), slug="jumlah", label="Berapa?", kind=AnswerKind.NUMBER, most=9
        )
        response = desk_of(a, a.operator).post(
            "/kantor/siaran/entry/", self.fields(phone="12", name="Ibu Sri", **{"answers.jumlah": "99"})
        )
        page = response.content.decode()
        assert response.status_code == 422
        assert "Ibu Sri" in page
        assert not Case.objects.exists()

    def test_nothing_is_chosen_before_the_clerk_chooses(self, a: World) -> None:
        client, path = desk_of(a, a.operator), "/kantor/siaran/entry/"
        page = client.get(path).content.decode()
        for name, words in (("category", "Pilih kategori"), ("village", "Pilih kelurahan")):
            select = page.partition(f'<select name="{name}"')[2].partition("</select>")[0]
            assert select.partition("<option ")[2].startswith(f'value="" selected>{words}</option>')
            assert select.count(" selected") == 1
            refused = client.post(path, self.fields(name="Ibu Sri", **{name: ""}))
            answer = refused.content.decode()
            assert refused.status_code == 422
            assert f"{words}." in answer
            for typed in ("Ibu Sri", "Lampu di depan pasar mati sejak Senin.", "Depan pasar"):
                assert typed in answer
        assert not Case.objects.exists()
        assert not Contact.objects.exists()

    def test_photos_and_a_photo_that_a_category_asks_for(self, a: World) -> None:
        lamp = Category.objects.get(slug="lampu")
        Question.objects.create(
            category=lamp, slug="tiang", label="Foto nomor tiang", kind=AnswerKind.PHOTO, required=True
        )
        client, path = desk_of(a, a.operator), "/kantor/siaran/entry/"

        def picture(width: int) -> SimpleUploadedFile:
            return SimpleUploadedFile("a.jpg", pictures.photo(width=width), "image/jpeg")

        asked = client.post(path, self.fields(photos=[picture(64), picture(65)]))
        page = asked.content.decode()
        assert asked.status_code == 422
        assert "Foto nomor tiang" in page
        kept = re.findall(r'name="photos_kept" value="([^"]+)"', page)
        assert len(kept) == 2, "what has arrived need not be chosen again"
        for wrong in (SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg"), picture(66)):
            refused = client.post(path, self.fields(phone="12", photos_kept=kept, **{"answers.tiang": wrong}))
            assert refused.status_code == 422
            assert not Case.objects.exists()
        [pole] = re.findall(r'name="answers.tiang_kept" value="([^"]+)"', refused.content.decode())
        fields = self.fields(name="Ibu Sri", photos_kept=kept[:1], **{"answers.tiang_kept": pole})
        sent = client.post(path, fields)
        assert sent.status_code == 200
        case = Case.objects.get()
        code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", sent.content.decode())
        assert code
        for same in (fields, fields | {"phone": "12"}):
            resent = client.post(path, same)
            assert resent.status_code == 200, "the key's receipt comes before the photos that it has by now"
            assert code[0] in resent.content.decode()
        others = {"description": "Lampu di depan sekolah mati."}, {"key": str(uuid.uuid4())}
        assert [client.post(path, fields | other).status_code for other in others] == [422, 422]
        assert Case.objects.count() == Contact.objects.count() == 1
        assert (case.photo_count, str(case.cover_id), case.answers) == (2, kept[0], {"tiang": pole})
        others = [str(a.photo(a.head).pk), str(uuid.uuid4()), "x"]
        stolen = client.post(path, self.fields(**{"answers.tiang_kept": others}))
        assert stolen.status_code == 422, "nobody enters a colleague's photo"
        assert Case.objects.count() == 1

    def test_the_number_of_an_earlier_report(self, a: World) -> None:
        old = a.report()
        client, path = desk_of(a, a.operator), "/kantor/siaran/entry/"
        assert client.post(path, self.fields(earlier=old.number)).status_code == 422
        assert Case.objects.count() == 1
        actions.archive(case=old, actor=a.operator, reason="Sudah diperbaiki PLN.")
        assert client.post(path, self.fields(earlier=old.number)).status_code == 200
        assert Case.objects.get(earlier=old).entered_by == a.operator

    def test_an_officer_has_no_such_form(self, a: World) -> None:
        assert desk_of(a, a.andi).get("/kantor/siaran/entry/").status_code == 403

    def test_the_name_is_shown_after_the_act_and_to_nobody_else(self, a: World) -> None:
        case = a.report(visibility="anonymous")
        page = f"/kantor/siaran/reports/{case.number}/"
        room, operator = desk_of(a, a.room), desk_of(a, a.operator)
        name = f">{a.warga.name}<"
        for client in (room, operator):
            assert name not in client.get(page).content.decode()
        assert operator.post(f"{page}identitas/", {"reason": "Ingin tahu saja, maaf."}).status_code == 302
        assert room.post(f"{page}identitas/", {"reason": "x"}).status_code == 422
        assert not Reveal.objects.exists()
        room.post(f"{page}identitas/", {"reason": "Saksi, diminta polisi."})
        assert name in room.get(page).content.decode()
        assert name not in operator.get(page).content.decode()

    def test_questions_are_the_modules_own(self, a: World) -> None:
        from balai.casework.office.questions import ChoicesField

        field = ChoicesField(required=False)
        chosen = field.clean("Padam\n!Kabel menjuntai\n\n")
        assert chosen == [
            {"value": "padam", "label": "Padam"},
            {"value": "kabel-menjuntai", "label": "Kabel menjuntai", "stop": True},
        ]
        assert field.prepare_value(chosen) == "Padam\n!Kabel menjuntai"
        with pytest.raises(ValidationError):
            field.clean("Padam\npadam")
