"""Joining reports that are the same, and parting them without a loss."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from balai.casework import actions, kin, queries
from balai.casework.errors import IllegalMove, NotAllowed
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind, Merge, Visibility
from balai.casework.queries import view_of
from balai.casework.support import support
from balai.casework.sweep import sweep
from balai.notifications.models import Message
from tests.casework.world import World

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def state(case: Case) -> dict[str, Any]:
    """All of the row but what any move changes."""
    row = Case.objects.filter(pk=case.pk).values().get()
    return {name: value for name, value in row.items() if name not in ("timeline_length", "timeline_head", "words")}


def test_the_duplicate_is_closed_and_its_weight_goes_along(a: World) -> None:
    first, second = a.report(), a.report(a.tetangga)
    actions.merge(case=second, into=first, actor=a.operator, reason="Lampu yang sama.")
    second, first = fresh(second), fresh(first)
    assert (second.status, second.merged_into_id, second.next_deadline_at) == (Status.DUPLICATE, first.pk, None)
    assert (first.status, first.weight, second.weight) == (Status.WAITING, 2, 1)
    for case in (first, second):
        assert queries.chain_faults(case) == []
        assert case.timeline.get(kind=Kind.MERGED).public


def test_everyone_behind_it_gets_the_news(a: World) -> None:
    first, second = a.report(), a.report(a.tetangga)
    actions.merge(case=second, into=first, actor=a.operator)
    Message.objects.all().delete()
    actions.reply(case=first, actor=a.operator, words="Petugas datang besok pagi.")
    told = {message.address: message.text for message in Message.objects.all()}
    assert set(told) == {a.warga.email, a.tetangga.email}
    # Each reads of their own report: the other one's number need not mean anything to them.
    assert first.number in told[a.warga.email]
    assert second.number in told[a.tetangga.email]
    assert first.number not in told[a.tetangga.email]


@pytest.mark.parametrize("status", [Status.WAITING, Status.PROCESS, Status.POSTPONED])
def test_parting_restores_everything(a: World, status: Status) -> None:
    first, second = a.report(), a.report(a.tetangga)
    if status == Status.PROCESS:
        actions.assign(case=second, officer=a.andi, actor=a.operator)
        actions.accept(case=second, actor=a.andi)
    elif status == Status.POSTPONED:
        until = timezone.localdate() + datetime.timedelta(days=5)
        actions.postpone(case=second, actor=a.operator, reason="Menunggu suku cadang.", until=until)
    before, target_before = state(second), state(first)
    actions.merge(case=second, into=first, actor=a.operator)
    actions.unmerge(case=second, actor=a.operator)
    after = state(second)
    shifted = {"answer_due_at", "update_due_at", "done_due_at", "next_deadline_at", "pauses"}
    assert {k: v for k, v in after.items() if k not in shifted} == {k: v for k, v in before.items() if k not in shifted}
    # Kept, so that a new service level gives this time back, too.
    assert len(after["pauses"]) == (0 if status == Status.POSTPONED else 1)
    for name in shifted - {"pauses"}:
        # What had run stays run: later by as long as they were joined, here a moment.
        assert (after[name] is None) == (before[name] is None)
        if after[name] is not None:
            assert before[name] <= after[name] <= before[name] + datetime.timedelta(minutes=2)
    assert state(first) == target_before
    Message.objects.all().delete()
    actions.reply(case=first, actor=a.operator, words="Petugas datang besok pagi.")
    assert [message.address for message in Message.objects.all()] == [a.warga.email]


def test_words_and_photos_are_shown_with_the_other_report(a: World) -> None:
    first = a.report()
    second = a.report(a.tetangga, description="Gelap sekali di tikungan itu.", photos=1)
    actions.merge(case=second, into=first, actor=a.operator)
    [shown] = kin.merged(view_of(first, None))
    assert (shown.case.number, shown.photos[0].pk) == (second.number, fresh(second).cover_id)


@pytest.mark.parametrize(
    ("visibility", "public_sees", "public_photos"), [("public", 1, 1), ("anonymous", 1, 0), ("secret", 0, 0)]
)
def test_nothing_hidden_comes_out_by_joining(a: World, visibility: str, public_sees: int, public_photos: int) -> None:
    first, second = a.report(), a.report(a.tetangga, photos=1)
    Case.objects.filter(pk=second.pk).update(visibility=visibility)
    second = fresh(second)
    actions.merge(case=second, into=first, actor=a.operator)
    first, second = fresh(first), fresh(second)
    shown = kin.merged(view_of(first, a.warga))
    assert len(shown) == public_sees
    assert sum(len(each.photos) for each in shown) == public_photos
    assert len(kin.merged(view_of(first, a.operator))) == 1
    assert view_of(second, a.operator).shows_reporter == (visibility != "anonymous")
    entries = queries.timeline(view_of(first, a.warga))
    told = " ".join(f"{entry.words} {entry.data}" for entry in entries if entry.kind == Kind.MERGED)
    assert (second.number in told) == (visibility != "secret")


def test_a_public_report_does_not_vanish_into_a_secret_one(a: World) -> None:
    hidden, seen = a.report(), a.report(a.tetangga)
    Case.objects.filter(pk=hidden.pk).update(visibility=Visibility.SECRET)
    with pytest.raises(ValidationError) as refusal:
        actions.merge(case=seen, into=hidden, actor=a.operator)
    assert "into" in refusal.value.message_dict
    assert Merge.objects.count() == 0
    assert fresh(seen).status == Status.WAITING


def test_chains_are_flattened(a: World) -> None:
    one, two, three = a.report(), a.report(a.tetangga), a.report()
    actions.merge(case=three, into=two, actor=a.operator)
    actions.merge(case=two, into=one, actor=a.operator)
    assert {fresh(case).merged_into_id for case in (two, three)} == {one.pk}
    assert [fresh(case).weight for case in (one, two, three)] == [3, 1, 1]
    actions.unmerge(case=two, actor=a.operator)
    assert [fresh(case).weight for case in (one, two, three)] == [2, 1, 1]
    assert fresh(three).merged_into_id == one.pk
    actions.unmerge(case=three, actor=a.operator)
    assert [fresh(case).weight for case in (one, two, three)] == [1, 1, 1]


def test_what_cannot_be_joined_is_refused_and_changes_nothing(a: World) -> None:
    case, closed, merged, foreign, aspiration = (
        a.report(),
        a.report(),
        a.report(),
        a.report(category="sampah"),
        a.report(),
    )
    Case.objects.filter(pk=aspiration.pk).update(module="laksa")
    actions.archive(case=closed, actor=a.operator, reason="Bukan laporan.")
    actions.merge(case=merged, into=case, actor=a.operator)
    before = state(case)
    for into in (case, closed, merged, foreign, aspiration):
        with pytest.raises(ValidationError) as refusal:
            actions.merge(case=case, into=into, actor=a.operator)
        assert "into" in refusal.value.message_dict
    for stranger in (a.warga, a.andi, a.sweeper, a.mayor):
        with pytest.raises(NotAllowed):
            actions.merge(case=case, into=closed, actor=stranger)
    with pytest.raises(IllegalMove):
        actions.unmerge(case=case, actor=a.operator)
    with pytest.raises(IllegalMove):
        actions.merge(case=merged, into=case, actor=a.operator)
    assert state(case) == before
    assert Merge.objects.count() == 1


def test_a_merged_report_is_never_due(a: World) -> None:
    """A known failure of such systems: the merged ticket still escalates."""
    first, second = a.report(), a.report(a.tetangga)
    long_ago = timezone.now() - datetime.timedelta(days=90)
    Case.objects.filter(pk=second.pk).update(next_deadline_at=long_ago, late_since=long_ago)
    actions.merge(case=second, into=first, actor=a.operator)
    row = fresh(second)
    assert (row.next_deadline_at, row.late_since, row.due_at) == (None, None, None)
    assert not Case.objects.filter(next_deadline_at__lte=timezone.now(), pk=second.pk).exists()


def test_the_sweep_passes_a_merged_report_by_and_marks_it_again_when_it_is_parted(a: World) -> None:
    """The same with the real sweep: no rung is climbed while it is a duplicate, and none of its time is lost."""
    first, second = a.report(), a.report(a.tetangga)
    due = fresh(second).answer_due_at
    assert due is not None
    actions.merge(case=second, into=first, actor=a.operator)
    sweep(now=due + datetime.timedelta(days=30))
    row = fresh(second)
    assert (row.late_since, row.rung, row.next_deadline_at) == (None, 0, None)
    assert not row.timeline.filter(kind__in=(Kind.LATE, Kind.ESCALATED, Kind.WARNED)).exists()
    actions.unmerge(case=second, actor=a.operator)
    row = fresh(second)
    assert row.answer_due_at is not None
    assert row.next_deadline_at is not None
    assert row.answer_due_at >= due


def test_those_who_had_joined_the_duplicate_get_the_news_once(a: World) -> None:
    first, second = a.report(), a.report(a.tetangga)
    support(case=second, person=a.warga)
    support(case=second, person=a.sweeper)
    actions.merge(case=second, into=first, actor=a.operator)
    Message.objects.all().delete()
    actions.reply(case=first, actor=a.operator, words="Petugas datang besok pagi.")
    told = sorted(Message.objects.values_list("address", flat=True))
    assert told == sorted([a.warga.email, a.tetangga.email, a.sweeper.email])
    assert fresh(first).weight == 4
