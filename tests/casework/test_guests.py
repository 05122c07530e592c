"""Reporting without an account: the code, what it opens, what it does not, and how much a guest may send."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from balai.attachments.queries import Access, Sender, photo_for
from balai.audit.models import Entry
from balai.casework import actions, guests, intake, personal_data, tracing, tracking
from balai.casework.errors import CaseNotFound, NotAllowed
from balai.casework.guests import Guest, TooManyCodes
from balai.casework.intake import Received
from balai.casework.models import Case, Kind
from balai.casework.queries import case_for, timeline, view_of
from balai.casework.tracing import WrongCode
from balai.notifications.models import Message
from tenants.current import in_city
from tests.attachments import pictures
from tests.casework.world import World

pytestmark = pytest.mark.django_db

VISITOR = Guest(session_key="visitor-session", bucket="b" * 64)
STRANGER = Guest(session_key="another-session", bucket="c" * 64)


def sent(a: World, guest: Guest = VISITOR, **fields: Any) -> Received:
    values = {
        "module": "siaran",
        "reporter": guest,
        "category": "lampu",
        "description": "Lampu jalan di depan rumah mati sejak kemarin.",
        "place": a.inside,
    } | fields
    return intake.submit_case(**values)


def holding(code: str, guest: Guest = STRANGER) -> Guest:
    return Guest(session_key=guest.session_key, bucket=guest.bucket, digests=tracking.digests(code))


def photo(guest: Guest) -> Any:
    import io

    from balai.attachments.actions import store_photo

    return store_photo(io.BytesIO(pictures.photo(width=64, height=48)), owner=Sender(session_key=guest.session_key))


def test_a_guest_leaves_nothing_but_the_digest_of_a_code(a: World) -> None:
    received = sent(a)
    case = Case.objects.get(pk=received.case.pk)
    assert (case.reporter_id, case.entered_by_id, case.idempotency_key) == (None, None, "")
    assert case.access_digest == tracking.digest(received.code)
    [entry, _routed] = case.timeline.order_by("sequence")
    assert (entry.actor_id, entry.role) == (None, "reporter")
    stored = str(Case.objects.filter(pk=case.pk).values().get()) + str(list(case.timeline.values()))
    assert received.code not in stored
    assert received.code.replace("-", "") not in stored
    assert VISITOR.session_key not in stored
    assert not Message.objects.filter(recipient=None).exists()
    assert Message.objects.filter(recipient=a.operator).exists(), "the desk is told as of any report"


def test_with_the_code_the_guest_is_its_reporter(a: World) -> None:
    received = sent(a, visibility="secret")
    guest = holding(received.code)
    case = case_for(guest, received.case.number)
    assert view_of(case, guest).is_reporter
    case = actions.send_message(case=case, actor=guest, words="Masih mati.")
    actions.accept(case=case, actor=a.andi)
    actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
    rated = actions.rate(case=case, actor=guest, rating=5, words="Terima kasih")
    assert rated.rating == 5
    kinds = [entry.kind for entry in timeline(view_of(rated, guest))]
    assert Kind.MESSAGE in kinds
    assert Kind.RATED in kinds


def test_without_it_nobody_is(a: World, b: World) -> None:
    received = sent(a, visibility="secret")
    for other in (STRANGER, holding(tracking.new_code()), a.tetangga, None):
        with pytest.raises(CaseNotFound):
            case_for(other, received.case.number)
    public = sent(a).case
    before = public.timeline_length
    for guest in (STRANGER, holding(received.code)):
        assert not view_of(public, guest).is_reporter, "the code of one report opens no other"
        with pytest.raises(NotAllowed):
            actions.send_message(case=public, actor=guest, words="Halo halo.")
    assert Case.objects.get(pk=public.pk).timeline_length == before
    code = received.code
    with in_city(b.city):
        theirs = sent(b, visibility="secret").case
        with pytest.raises(CaseNotFound):
            case_for(holding(code), theirs.number)


def test_number_and_code_are_asked_together_and_told_apart_by_nothing(a: World) -> None:
    received = sent(a)
    other = sent(a)
    spelled = received.code.lower().replace("-", " ")
    assert tracing.traced(number=received.case.number, code=spelled, visitor=STRANGER) == received.case
    told = set()
    for number, code in (
        (received.case.number, other.code),
        (other.case.number, received.code),
        ("3674-000-000-000", received.code),
        ("bukan nomor", "bukan kode"),
        (received.case.number, ""),
        (a.report().number, ""),
    ):
        with pytest.raises(WrongCode) as refusal:
            tracing.traced(number=number, code=code, visitor=STRANGER)
        told.add(str(refusal.value))
    assert len(told) == 1


def test_guessing_is_stopped_by_address_and_stops_nobody_else(a: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "WRONG_CODES", (3, 3600))
    received = sent(a)
    for _ in range(3):
        with pytest.raises(WrongCode):
            tracing.traced(number=received.case.number, code=tracking.new_code(), visitor=STRANGER)
    with pytest.raises(TooManyCodes):
        tracing.traced(number=received.case.number, code=received.code, visitor=STRANGER)
    assert tracing.traced(number=received.case.number, code=received.code, visitor=VISITOR) == received.case


def test_a_flood_is_stopped_by_browser_and_by_address(a: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "REPORTS", (2, 3600))
    monkeypatch.setattr(guests, "REPORTS_OF_ADDRESS", (3, 3600))
    sent(a)
    sent(a)
    with pytest.raises(ValidationError) as refusal:
        sent(a)
    assert refusal.value.error_dict["__all__"][0].code == "too_many_reports"
    sent(a, Guest(session_key="a-fresh-session", bucket=VISITOR.bucket))
    with pytest.raises(ValidationError):
        sent(a, Guest(session_key="a-fresher-session", bucket=VISITOR.bucket))
    assert Case.objects.count() == 3
    sent(a, STRANGER)
    a.report()


def test_a_refused_report_counts_for_nothing(a: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "REPORTS", (1, 3600))
    for _ in range(3):
        with pytest.raises(ValidationError):
            sent(a, description="")
    assert sent(a).created


def test_sent_twice_is_one_report_with_the_same_code(a: World) -> None:
    key = str(uuid.uuid4())
    first, second = sent(a, idempotency_key=key), sent(a, idempotency_key=key)
    assert (second.case, second.code, second.created) == (first.case, first.code, False)
    assert Case.objects.count() == 1
    other = sent(a, STRANGER, idempotency_key=key, description="Kabel listrik menjuntai ke jalan.")
    assert other.case != first.case, "an app's bad key gives nobody a stranger's report"
    assert other.code != first.code


def test_a_guests_photo_waits_under_the_session_and_is_seen_with_the_code(a: World) -> None:
    waiting = photo(VISITOR)
    with pytest.raises(ValidationError):
        sent(a, STRANGER, photo_ids=[waiting.pk])
    assert not Case.objects.exists()
    received = sent(a, photo_ids=[waiting.pk], visibility="anonymous")
    assert received.case.cover_id == waiting.pk
    assert photo_for(Sender(session_key=STRANGER.session_key, visitor=STRANGER), waiting.pk) is None
    found = photo_for(Sender(visitor=holding(received.code)), waiting.pk)
    assert found is not None
    assert found[1] is Access.PRIVATE


def test_a_report_is_claimed_once_and_the_code_is_void(a: World) -> None:
    received = sent(a, visibility="anonymous")
    values = {"number": received.case.number, "code": received.code, "visitor": STRANGER}
    claimed = tracing.claim(user=a.warga, **values)
    assert claimed.reporter == a.warga
    assert view_of(claimed, a.warga).is_reporter
    assert not view_of(claimed, a.operator).shows_reporter, "what was anonymous stays anonymous"
    with pytest.raises(WrongCode):
        tracing.claim(user=a.tetangga, **values)
    with pytest.raises(CaseNotFound):
        case_for(holding(received.code), sent(a, visibility="secret").case.number)
    assert Entry.objects.get(verb="casework.report_claimed").actor == a.warga
    assert personal_data.export(a.warga)["reports"][0]["number"] == received.case.number
