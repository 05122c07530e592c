"""The mayor's digest: each Monday, once, with what the week brought, and never with what is not for all."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from apps.laksa import actions, week
from apps.laksa.models import Answer, Aspiration
from balai.casework.models import Case
from balai.notifications.models import Message
from tenants.current import in_city
from tests.casework.world import World
from tests.laksa.box import Box

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Jakarta")
MONDAY = datetime.datetime(2026, 11, 23, 7, tzinfo=ZONE)
SECTION_STATEMENTS = 8
WHY = "Usulan ini kami tinjau bersama kelurahan."


def came(case: Case, day: int) -> Case:
    """The aspiration as of that day of November."""
    Case.objects.filter(pk=case.pk).update(received_at=datetime.datetime(2026, 11, day, 9, tzinfo=ZONE))
    return case


def answered(box: Box, case: Case, day: int) -> None:
    actions.verify(case=case, actor=box.room)
    actions.dispose(case=case, orders=[box.order()], actor=box.room)
    actions.answer(case=case, actor=box.operator, words=WHY)
    Answer.objects.filter(case=case).update(at=datetime.datetime(2026, 11, day, 9, tzinfo=ZONE))


def told() -> list[Message]:
    return list(Message.objects.filter(template="laksa/weekly"))


def test_it_says_what_the_week_brought(box: Box) -> None:
    came(box.wish(title="Taman bermain baru"), 18)
    popular = came(box.wish(title="Perpustakaan keliling"), 3)
    for resident in box.residents(2):
        actions.support(case=popular, person=resident)
    answered(box, came(box.wish(title="Jalur sepeda di pusat kota"), 4), 19)
    answered(box, came(box.wish(title="Halte yang teduh"), 4), 5)
    came(box.wish(title="Usulan sesudah pekan itu"), 23)
    assert actions.tell_the_mayor(MONDAY) == 1
    [message] = told()
    assert message.recipient == box.mayor
    assert "16 November" in message.subject
    assert "22 November 2026" in message.subject
    assert "Aspirasi baru: 1\n- Taman bermain baru\n" in message.text
    assert "yang paling didukung: 1\n- Perpustakaan keliling · 3 warga\n" in message.text
    assert "Menunggu jawaban resmi: 3\n" in message.text
    assert "pekan lalu: 1\n- Jalur sepeda di pusat kota · Dinas Perhubungan · Terjawab\n" in message.text
    assert "Halte yang teduh" not in message.text


def test_once_and_only_on_monday_or_the_day_after(box: Box) -> None:
    came(box.wish(), 18)
    for hours in (-2, 24 * 2, 24 * 5):
        assert actions.tell_the_mayor(MONDAY + datetime.timedelta(hours=hours)) == 0
    assert told() == []
    assert actions.tell_the_mayor(MONDAY + datetime.timedelta(hours=20)) == 1
    assert actions.tell_the_mayor(MONDAY) == 0
    assert len(told()) == 1


def test_an_empty_week_is_not_told(box: Box) -> None:
    assert actions.tell_the_mayor(MONDAY) == 0
    assert told() == []


def test_what_is_not_for_all_is_counted_and_not_named(box: Box) -> None:
    came(box.wish(title="Rahasia warga kampung", visibility="secret"), 18)
    box.set(review_aspirations="everyone")
    came(box.wish(title="Masih menunggu dilihat"), 18)
    actions.tell_the_mayor(MONDAY)
    [message] = told()
    assert "Rahasia" not in message.text
    assert "Masih menunggu dilihat" not in message.text
    assert ": 2\n" in message.text


def test_what_is_due_stands_first(box: Box) -> None:
    came(box.wish(title="Yang lama menunggu"), 1)
    due = came(box.wish(title="Yang banyak didukung"), 10)
    Aspiration.objects.filter(case=due).update(answer_due_at=MONDAY + datetime.timedelta(days=3))
    since = MONDAY - datetime.timedelta(days=7)
    lines = next(list(section.lines) for section in week.sections(since, MONDAY) if len(section.lines) == 2)
    assert lines[0].startswith("Yang banyak didukung · ")


def test_it_costs_the_same_with_one_and_three(box: Box, statements: object) -> None:
    since = MONDAY - datetime.timedelta(days=7)
    for number in range(3):
        case = came(box.wish(title=f"Taman bermain nomor {number}"), 18)
        actions.support(case=case, person=box.tetangga)
        answered(box, came(box.wish(title=f"Pos ronda nomor {number}"), 18), 18)
        if number == 1:
            continue
        with statements() as seen:  # type: ignore[operator]
            week.sections(since, MONDAY)
        assert len(seen) == SECTION_STATEMENTS


def test_another_citys_mayor_reads_nothing_of_it(box: Box, b: World) -> None:
    came(box.wish(), 18)
    with in_city(b.city):
        assert actions.tell_the_mayor(MONDAY) == 0
        assert told() == []
