"""The reporter's verdict on finished work, and reopening."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from balai.casework import actions, queries
from balai.casework.errors import IllegalMove, NotAllowed
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind, TimelineEntry, Verdict
from balai.notifications.models import Message
from tests.casework.test_lifecycle import with_options
from tests.casework.world import World

pytestmark = pytest.mark.django_db

STILL = "Lampunya mati lagi pada malam berikutnya."


def done(a: World) -> Case:
    case = actions.assign(case=a.report(), officer=a.andi, actor=a.operator)
    case = actions.accept(case=case, actor=a.andi)
    return actions.finish(case=case, actor=a.andi, words="Lampu sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])


def columns(case: Case) -> dict[str, Any]:
    return Case.objects.filter(pk=case.pk).values().get()


@pytest.mark.parametrize("verdict", [Verdict.SOLVED, Verdict.HALF])
def test_stars_and_verdict(a: World, verdict: str) -> None:
    case = actions.rate(case=done(a), actor=a.warga, rating=4, words="Cepat.", verdict=verdict)
    kept = Case.objects.get(pk=case.pk)
    assert (kept.status, kept.rating, kept.verdict) == (Status.DONE, 4, verdict)
    [entry] = TimelineEntry.objects.filter(case=case, kind=Kind.RATED)
    assert entry.data == {"rating": 4, "verdict": verdict}


def test_not_solved_opens_the_case_again_with_words_and_photos(a: World) -> None:
    case = done(a)
    shot = a.photo(a.warga)
    case = actions.rate(
        case=case, actor=a.warga, rating=1, words=STILL, verdict=Verdict.NOT_SOLVED, photo_ids=[shot.pk]
    )
    kept = Case.objects.get(pk=case.pk)
    assert (kept.status, kept.reopened_count, kept.verdict, kept.rating) == (Status.REOPENED, 1, Verdict.NOT_SOLVED, 1)
    assert (kept.done_at, kept.closed_at, kept.accepted_at) == (None, None, None)
    last = TimelineEntry.objects.filter(case=case).order_by("-sequence").first()
    assert last is not None
    assert (last.kind, last.role, last.words) == (Kind.REOPENED, "reporter", STILL)
    assert last.data["photos"][0][0] == str(shot.pk)
    assert Message.objects.filter(template="casework/not_solved").exists()
    assert queries.chain_faults(kept) == []
    # It is worked on once more, and judged once more.
    kept = actions.accept(case=kept, actor=a.andi)
    kept = actions.finish(case=kept, actor=a.andi, words="Kabel diganti juga.", photo_ids=[a.photo(a.andi).pk])
    assert queries.view_of(kept, a.warga).can("rate")
    kept = actions.rate(case=kept, actor=a.warga, rating=5, verdict=Verdict.SOLVED)
    assert (kept.rating, kept.verdict) == (5, Verdict.SOLVED)
    with pytest.raises(NotAllowed):
        actions.rate(case=kept, actor=a.warga, rating=1, words=STILL, verdict=Verdict.NOT_SOLVED)


def test_after_the_window_it_is_refused_with_what_to_do_and_can_still_be_rated(a: World) -> None:
    with_options(a, reopen_days=3)
    case = done(a)
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - datetime.timedelta(days=3, minutes=1))
    before = columns(case)
    with pytest.raises(ValidationError) as refusal:
        actions.rate(case=case, actor=a.warga, rating=1, words=STILL, verdict=Verdict.NOT_SOLVED)
    [error] = refusal.value.error_dict["verdict"]
    assert error.code == "too_late"
    assert "laporkan lagi" in str(error.message)
    assert columns(case) == before
    assert actions.rate(case=case, actor=a.warga, rating=1, words=STILL, verdict=Verdict.HALF).rating == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"rating": 0}, {"rating"}),
        ({"rating": True}, {"rating"}),
        ({"rating": 3, "verdict": "maybe"}, {"verdict"}),
        ({"rating": 1, "verdict": "not"}, {"words"}),
        ({"rating": 9, "verdict": "not", "words": "x" * 1001}, {"rating", "words"}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(a: World, fields: dict[str, Any], wrong: set[str]) -> None:
    case = done(a)
    before = columns(case)
    with pytest.raises(ValidationError) as refusal:
        actions.rate(case=case, actor=a.warga, **fields)
    assert set(refusal.value.error_dict) == wrong
    assert columns(case) == before


def test_only_the_reporter_and_only_finished_work(a: World) -> None:
    case = done(a)
    before = columns(case)
    for someone in (a.tetangga, a.operator, a.andi):
        with pytest.raises(NotAllowed):
            actions.rate(case=case, actor=someone, rating=1, words=STILL, verdict=Verdict.NOT_SOLVED)
    assert columns(case) == before
    waiting = a.report()
    with pytest.raises(IllegalMove):
        actions.rate(case=waiting, actor=a.warga, rating=1, words=STILL, verdict=Verdict.NOT_SOLVED)
