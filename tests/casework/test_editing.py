"""Corrected texts: originals are kept, removed words are read by nobody who should not."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from balai.casework import actions, queries
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Kind, TimelineEntry
from balai.casework.queries import view_of
from balai.notifications.models import Message
from tests.casework.world import World

pytestmark = pytest.mark.django_db

OLD = "Lampu mati, hubungi saya di 0812-000-111."
NEW = "Lampu mati di depan sekolah."
WHY = "Nomor telepon pribadi dihapus."


def read(a: World, case: Case, user: object) -> list[tuple[str, str]]:
    view = view_of(Case.objects.get(pk=case.pk), user)  # type: ignore[arg-type]
    return [(entry.kind, entry.words) for entry in queries.timeline(view)]


def test_the_reporter_corrects_the_report_while_nobody_has_read_it(a: World) -> None:
    case = a.report(description=OLD)
    actions.correct(case=case, actor=a.warga, words=NEW)
    row = Case.objects.get()
    assert row.description == NEW
    assert queries.chain_faults(row) == []
    assert TimelineEntry.objects.get(kind=Kind.RECEIVED).words == OLD


def test_not_after_it_was_read_and_by_nobody_else(a: World) -> None:
    case = a.report(description=OLD)
    for stranger in (a.tetangga, a.operator, a.room):
        with pytest.raises(NotAllowed):
            actions.correct(case=case, actor=stranger, words=NEW)
    for words in ("", "pendek", OLD, "x" * 2001):
        with pytest.raises(ValidationError) as refusal:
            actions.correct(case=case, actor=a.warga, words=words)
        assert "words" in refusal.value.message_dict
    actions.mark_read(case=case)
    with pytest.raises(NotAllowed):
        actions.correct(case=case, actor=a.warga, words=NEW)
    row = Case.objects.get()
    assert row.description == OLD
    assert not row.timeline.filter(kind=Kind.EDITED).exists()


def test_staff_removes_a_telephone_number_and_everyone_reads_that_and_why(a: World) -> None:
    case = a.report(description=OLD)
    actions.edit(case=case, actor=a.operator, of=1, words=NEW, reason=WHY)
    row = Case.objects.get()
    assert row.description == NEW
    assert queries.chain_faults(row) == []
    for person in (None, a.warga, a.tetangga):
        told = read(a, case, person)
        assert (Kind.EDITED, WHY) in told
        assert "0812" not in repr(told)
    former = [entry.former for entry in queries.timeline(view_of(row, a.operator)) if entry.kind == Kind.EDITED]  # type: ignore[attr-defined]
    assert former == [OLD]
    assert not queries.searched(Case.objects.all(), "hubungi").exists()
    assert queries.searched(Case.objects.all(), "sekolah").exists()
    assert a.warga.email in set(Message.objects.filter(template="casework/edited").values_list("address", flat=True))


def test_an_answer_and_a_message_can_be_corrected_too_and_more_than_once(a: World) -> None:
    case = a.report()
    actions.send_message(case=case, actor=a.warga, words="Nomor saya 0812-000-111.")
    said = TimelineEntry.objects.get(kind=Kind.MESSAGE)
    actions.edit(case=case, actor=a.operator, of=said.sequence, words="Nomor saya 0812.", reason=WHY)
    actions.edit(case=case, actor=a.operator, of=said.sequence, words="Nomor saya tidak ditampilkan.", reason=WHY)
    for person in (None, a.warga, a.operator):
        told = read(a, case, person)
        assert [words for kind, words in told if kind == Kind.MESSAGE] == ["Nomor saya tidak ditampilkan."]
        assert "0812" not in repr(told)
    entries = queries.timeline(view_of(case, a.operator))
    assert [entry.former for entry in entries if entry.kind == Kind.EDITED] == [  # type: ignore[attr-defined]
        "Nomor saya 0812-000-111.",
        "Nomor saya 0812.",
    ]
    # In the database every version stands as it was written.
    assert TimelineEntry.objects.get(pk=said.pk).words == "Nomor saya 0812-000-111."
    assert queries.chain_faults(Case.objects.get()) == []


def test_what_cannot_be_corrected(a: World) -> None:
    case = a.report()
    actions.add_note(case=case, actor=a.operator, words="Catatan dalam.")
    note = TimelineEntry.objects.get(kind=Kind.NOTE).sequence
    for of in (2, note, 0, 99):
        with pytest.raises(ValidationError) as refusal:
            actions.edit(case=case, actor=a.operator, of=of, words=NEW, reason=WHY)
        assert "of" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        actions.edit(case=case, actor=a.operator, of=1, words=NEW, reason="")
    assert "reason" in refusal.value.message_dict
    for stranger in (a.warga, a.tetangga, a.sweeper):
        with pytest.raises(NotAllowed):
            actions.edit(case=case, actor=stranger, of=1, words=NEW, reason=WHY)
    assert not TimelineEntry.objects.filter(kind=Kind.EDITED).exists()
