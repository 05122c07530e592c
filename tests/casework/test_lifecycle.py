"""The table of moves and what is made of it, whatever the order in which people act."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from balai.accounts.models import User
from balai.casework import actions, queries, transitions
from balai.casework.actions import Order, words
from balai.casework.errors import AlreadyTaken, CaseError, CaseNotFound, IllegalMove, NotAllowed
from balai.casework.lifecycle import CLOSED, EVERY, MOVES, OPEN, Status, possible
from balai.casework.models import Case, Kind, MoveSetting
from balai.notifications.models import Message
from tenants.models import Activation, City
from tests.casework.world import World

pytestmark = pytest.mark.django_db


def test_the_table_is_sound() -> None:
    assert set(OPEN) | set(CLOSED) == set(EVERY) == set(Status)
    for move in MOVES.values():
        assert move.sources
        assert set(move.sources) <= set(Status)
    reached, frontier = {Status.WAITING}, [Status.WAITING]
    while frontier:
        for move in possible(frontier.pop()):
            for target in {move.target, move.otherwise} - {None} - reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(Status), "a status that no move leads to"
    for status in OPEN:
        assert any(move.target is not None and move.target != status for move in possible(status)), (
            f"{status} is a trap"
        )


def test_from_the_report_to_the_rating(a: World) -> None:
    case = a.report(photos=2)
    assert (case.status, case.agency, case.assignee_id) == (Status.WAITING, a.dishub, None)
    case = actions.assign(case=case, officer=a.andi, actor=a.operator)
    assert case.status == Status.WAITING
    case = actions.accept(case=case, actor=a.andi)
    assert case.status == Status.PROCESS
    case = actions.start(case=case, actor=a.andi)
    photo = a.photo(a.andi)
    case = actions.finish(case=case, actor=a.andi, words="Lampu sudah diganti baru.", photo_ids=[photo.pk])
    assert case.status == Status.DONE
    case = actions.rate(case=case, actor=a.warga, rating=5, words="Cepat!")
    kept = Case.objects.get(pk=case.pk)
    assert (kept.status, kept.rating, kept.rating_words) == (Status.DONE, 5, "Cepat!")
    clocks = [kept.received_at, kept.assigned_at, kept.accepted_at, kept.started_at, kept.done_at, kept.rated_at]
    assert clocks == sorted(clocks)  # type: ignore[type-var]
    assert kept.answered_at == kept.accepted_at
    assert kept.closed_at == kept.done_at
    kinds = [entry.kind for entry in kept.timeline.order_by("sequence")]
    assert kinds == ["received", "routed", "assigned", "accepted", "started", "finished", "rated"]
    assert queries.chain_faults(kept) == []


def test_who_is_told_what(a: World) -> None:
    case = a.report()
    case = actions.assign(case=case, officer=a.andi, actor=a.operator)
    case = actions.accept(case=case, actor=a.andi)
    case = actions.reply(case=case, actor=a.operator, words="Kami segera ke sana.")
    case = actions.send_message(case=case, actor=a.warga, words="Terima kasih.")
    actions.finish(case=case, actor=a.andi, words="Lampu sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
    sent = [
        (message.address.split("@")[0].split(".")[0], message.template) for message in Message.objects.order_by("pk")
    ]
    assert sent == [
        ("warga", "casework/received"),
        ("operator", "casework/arrived"),
        ("andi", "casework/assigned"),
        ("warga", "casework/taken_up"),
        ("warga", "casework/reply"),
        ("andi", "casework/message"),
        ("warga", "casework/finished"),
    ]
    for message in Message.objects.all():
        assert case.number in message.subject
        desk = "/kantor" if message.template == "casework/arrived" else ""
        assert message.path.startswith(f"{desk}/siaran/")
        # The link names nothing but the message.
        assert f"{a.city.url}/n/" in message.text
        assert message.path not in message.text
        assert message.about == f"case:{case.number}"
        assert "Warga" not in message.text or message.address.startswith("warga")


def _other(case: Case) -> str:
    return f"Lampu mati, versi {Case.objects.get(pk=case.pk).timeline_length}."


def attempts(a: World) -> dict[str, Callable[[Case, User], Any]]:
    other = a.report(a.tetangga)
    return {
        "forward": lambda case, who: actions.forward(case=case, agency=a.dlh, actor=who, reason="Bukan urusan kami."),
        "assign": lambda case, who: actions.assign(
            case=case, officer=a.budi, actor=who, instead_of=Case.objects.get(pk=case.pk).assignee_id
        ),
        "accept": lambda case, who: actions.accept(case=case, actor=who),
        "verify": lambda case, who: actions.verify(case=case, actor=who),
        "classify": lambda case, who: actions.classify(
            case=case,
            actor=who,
            severity="heavy" if Case.objects.get(pk=case.pk).severity != "heavy" else "light",
        ),
        "on_the_way": lambda case, who: actions.on_the_way(case=case, actor=who),
        "approve": lambda case, who: actions.approve(case=case, actor=who, without_tasks="Tidak perlu lagi."),
        "return_work": lambda case, who: actions.return_work(case=case, actor=who, reason="Masih gelap."),
        "ask": lambda case, who: actions.ask(case=case, actor=who, words="Tiang nomor berapa?"),
        "postpone": lambda case, who: actions.postpone(
            case=case,
            actor=who,
            reason="Menunggu suku cadang.",
            until=timezone.localdate() + datetime.timedelta(days=7),
        ),
        "resume": lambda case, who: actions.resume(case=case, actor=who),
        "not_ours": lambda case, who: actions.not_ours(case=case, actor=who, reason="Ini jalan provinsi."),
        "archive": lambda case, who: actions.archive(case=case, actor=who, reason="Bukan laporan."),
        "reopen": lambda case, who: actions.reopen(case=case, actor=who, reason="Ternyata masih mati."),
        "start": lambda case, who: actions.start(case=case, actor=who),
        "finish": lambda case, who: actions.finish(
            case=case,
            actor=who,
            words="Sudah selesai dikerjakan.",
            photo_ids=[a.photo(who).pk],
            without_tasks="Tidak perlu lagi.",
        ),
        "reply": lambda case, who: actions.reply(case=case, actor=who, words="Kami segera ke sana."),
        "note": lambda case, who: actions.add_note(case=case, actor=who, words="Cek gudang."),
        "message": lambda case, who: actions.send_message(case=case, actor=who, words="Masih mati."),
        "rate": lambda case, who: actions.rate(case=case, actor=who, rating=4),
        "merge": lambda case, who: actions.merge(case=case, into=other, actor=who),
        "unmerge": lambda case, who: actions.unmerge(case=case, actor=who),
        "split": lambda case, who: actions.split(case=case, orders=[Order(a.dlh, "Pangkas dahan.")], actor=who),
        "cancel_task": lambda case, who: actions.cancel_task(case=case, actor=who, reason="Tidak perlu lagi."),
        "transfer": lambda case, who: actions.hand_over(
            case=case, city=City.objects.get(slug="serang"), actor=who, reason="Bukan di kota kami."
        ),
        "send_back": lambda case, who: actions.send_back(case=case, actor=who, reason="Bukan di kota kami."),
        "edit": lambda case, who: actions.edit(case=case, actor=who, of=1, words=_other(case), reason="Salah ketik."),
        "correct": lambda case, who: actions.correct(case=case, actor=who, words=_other(case)),
    }


STATE = (
    "status",
    "agency_id",
    "assignee_id",
    "severity",
    "accepted_at",
    "on_the_way_at",
    "started_at",
    "done_at",
    "closed_at",
    "rating",
)


def state_of(case: Case) -> tuple[Any, ...]:
    kept = Case.objects.get(pk=case.pk)
    return (*(getattr(kept, name) for name in STATE), kept.timeline_length, kept.timeline_head, Message.objects.count())


def test_every_move_has_an_attempt(a: World) -> None:
    assert set(attempts(a)) == set(MOVES)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_people_try_the_rules_hold(a: World, seed: int) -> None:
    """Random people try random moves. A refusal changes nothing, a success is one the table and the view allowed."""
    chance = random.Random(seed)
    people = [a.warga, a.tetangga, a.operator, a.room, a.andi, a.budi, a.head, a.mayor, a.sweeper]
    likely = [a.operator, a.andi, a.budi, a.warga]
    case = a.report()
    trials = attempts(a)
    done = 0
    for _ in range(45):
        who = chance.choice(likely if chance.random() < 0.7 else people)
        before = state_of(case)
        case = Case.objects.get(pk=case.pk)
        view = queries.view_of(case, who)
        names = [move.name for move in view.moves()]
        name = chance.choice(names if names and chance.random() < 0.5 else list(trials))
        offered = name in names
        try:
            trials[name](case, who)
        except (CaseError, ValidationError):
            assert state_of(case) == before, f"a refused {name} left something behind"
            # What a page offers must work, unless somebody acts in between, the words are wrong, or other cases say no.
            assert not offered or name in ("assign", "forward", "merge", "split", "transfer"), (
                f"{name} was offered and refused"
            )
        else:
            after = Case.objects.get(pk=case.pk)
            assert before[0] in MOVES[name].sources
            leads_to = {MOVES[name].target or before[0], MOVES[name].otherwise}
            if name in ("resume", "unmerge") or (name == "message" and before[0] == Status.AWAITING_REPORTER):
                leads_to = {case.status_before}
            assert after.status in leads_to or state_of(case) == before
            assert offered or state_of(case) == before, f"{name} was not offered and yet done"
            done += 1
        kept = Case.objects.get(pk=case.pk)
        assert queries.chain_faults(kept) == []
        assert (kept.closed_at is None) == (kept.status in OPEN)
        assert kept.timeline_length == kept.timeline.count()
    assert done > 3


def test_an_illegal_move_says_what_is_possible_instead(a: World) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    case = actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
    before = state_of(case)
    with pytest.raises(IllegalMove) as refusal:
        actions.accept(case=case, actor=a.andi)
    assert [move.name for move in refusal.value.alternatives] == ["reply", "note"]
    assert str(MOVES["reply"].label) in str(refusal.value)
    assert state_of(case) == before


def test_the_second_of_two_operators_is_told(a: World) -> None:
    seen_by_both = a.report()
    actions.assign(case=seen_by_both, officer=a.andi, actor=a.operator)
    before = state_of(seen_by_both)
    with pytest.raises(AlreadyTaken) as refusal:
        actions.assign(case=seen_by_both, officer=a.budi, actor=a.head)
    assert a.andi.name in str(refusal.value)
    assert a.operator.name in str(refusal.value)
    assert state_of(seen_by_both) == before
    changed = actions.assign(case=seen_by_both, officer=a.budi, actor=a.head, instead_of=a.andi.pk)
    assert changed.assignee == a.budi


def test_an_officer_may_take_up_what_nobody_has_but_not_what_another_has(a: World) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    assert case.assignee == a.andi
    before = state_of(case)
    with pytest.raises(AlreadyTaken):
        actions.accept(case=case, actor=a.budi)
    with pytest.raises(AlreadyTaken):
        actions.start(case=case, actor=a.budi)
    with pytest.raises(AlreadyTaken):
        actions.finish(case=case, actor=a.budi, words="Sudah diganti baru.", photo_ids=[a.photo(a.budi).pk])
    assert actions.accept(case=case, actor=a.andi).accepted_at == case.accepted_at, "twice changes nothing"
    assert state_of(case) == before


def test_a_case_given_to_another_officer_must_be_taken_up_anew(a: World) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    answered = case.answered_at
    case = actions.assign(case=case, officer=a.budi, actor=a.operator, instead_of=a.andi.pk)
    with pytest.raises(NotAllowed):
        actions.finish(case=case, actor=a.budi, words="Sudah diganti baru.", photo_ids=[a.photo(a.budi).pk])
    case = actions.accept(case=case, actor=a.budi)
    assert case.answered_at == answered, "the first answer stays the first"


def test_a_case_that_is_handed_over_waits_at_the_new_agency(a: World) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    case = actions.forward(case=case, agency=a.dlh, actor=a.operator, reason="Ini tumpukan sampah.")
    assert (case.agency, case.assignee_id, case.status, case.accepted_at) == (a.dlh, None, Status.WAITING, None)
    assert "Ini tumpukan sampah." in case.routed_because["reason"]
    with pytest.raises(NotAllowed):
        actions.reply(case=case, actor=a.operator, words="Kami sudah tidak berhak.")
    assert actions.accept(case=case, actor=a.sweeper).status == Status.PROCESS


@pytest.mark.parametrize(
    ("words", "photos", "fields"),
    [
        ("", 0, {"words", "photos"}),
        ("pendek", 1, {"words"}),
        ("   \n  ", 1, {"words"}),
        ("Lampu sudah diganti baru.", 0, {"photos"}),
        ("Lampu sudah diganti baru.", 5, {"photos"}),
        ("x" * 2001, 1, {"words"}),
    ],
)
def test_finishing_takes_words_and_a_photo(a: World, words: str, photos: int, fields: set[str]) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    before = state_of(case)
    ids = [a.photo(a.andi).pk for _ in range(photos)]
    with pytest.raises(ValidationError) as refusal:
        actions.finish(case=case, actor=a.andi, words=words, photo_ids=ids)
    assert set(refusal.value.message_dict) == fields
    assert state_of(case) == before


def test_the_photo_of_someone_else_finishes_nothing(a: World) -> None:
    case = actions.accept(case=a.report(photos=1), actor=a.andi)
    before = state_of(case)
    for photo_id in (a.photo(a.budi).pk, case.cover_id):
        with pytest.raises(ValidationError):
            actions.finish(case=case, actor=a.andi, words="Lampu sudah diganti.", photo_ids=[photo_id])  # type: ignore[list-item]
    assert state_of(case) == before


@pytest.mark.parametrize("rating", [0, 6, -1, True, None, "5"])
def test_a_rating_is_one_to_five(a: World, rating: Any) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    case = actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
    before = state_of(case)
    with pytest.raises(ValidationError):
        actions.rate(case=case, actor=a.warga, rating=rating)
    assert state_of(case) == before


def test_a_reporter_cannot_flood_the_desk(a: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MAX_MESSAGES_PER_DAY", 2)
    case = a.report()
    for _ in range(2):
        actions.send_message(case=case, actor=a.warga, words="Kapan?")
    before = state_of(case)
    with pytest.raises(ValidationError):
        actions.send_message(case=case, actor=a.warga, words="Kapan?")
    assert state_of(case) == before
    actions.reply(case=case, actor=a.operator, words="Hari ini.")


def test_one_rates_once_and_only_ones_own(a: World) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    with pytest.raises(IllegalMove):
        actions.rate(case=case, actor=a.warga, rating=1)
    case = actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
    for stranger in (a.tetangga, a.andi, a.operator, a.mayor):
        with pytest.raises(NotAllowed):
            actions.rate(case=case, actor=stranger, rating=1)
    actions.rate(case=case, actor=a.warga, rating=3)
    with pytest.raises(NotAllowed):
        actions.rate(case=case, actor=a.warga, rating=5)
    assert Case.objects.get(pk=case.pk).rating == 3
    assert case.timeline.filter(kind=Kind.RATED).count() == 1


class TestTheWholeTable:
    """Each way through the newer statuses, and what becomes of the clocks' columns."""

    def finished(self, a: World) -> Case:
        case = actions.accept(case=a.report(), actor=a.andi)
        return actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])

    def test_a_question_stops_the_clocks_and_its_answer_takes_the_case_up_where_it_was(self, a: World) -> None:
        case = actions.accept(case=a.report(), actor=a.andi)
        case = actions.ask(case=case, actor=a.andi, words="Tiang nomor berapa?")
        assert (case.status, case.paused_at is not None) == (Status.AWAITING_REPORTER, True)
        case = actions.send_message(case=case, actor=a.warga, words="Nomor 12.")
        assert (case.status, case.paused_at) == (Status.PROCESS, None)
        assert Message.objects.filter(template="casework/asked", recipient_id=a.warga.pk).count() == 1

    def test_a_checked_city_is_done_only_when_the_operator_says_so(self, a: World) -> None:
        with_options(a, check_results=True)
        case = self.finished(a)
        assert (case.status, case.closed_at) == (Status.CHECKING, None)
        assert not Message.objects.filter(template="casework/finished").exists()
        case = actions.return_work(case=case, actor=a.operator, reason="Masih gelap.")
        assert (case.status, case.done_at) == (Status.PROCESS, None)
        case = actions.finish(case=case, actor=a.andi, words="Kabel diganti juga.", photo_ids=[a.photo(a.andi).pk])
        case = actions.approve(case=case, actor=a.operator)
        assert case.status == Status.DONE
        assert case.closed_at is not None
        [message] = Message.objects.filter(template="casework/finished", recipient_id=a.warga.pk)
        assert "Kabel diganti juga." in message.text, "the reporter reads what was done, not that it was approved"

    def test_a_reopened_case_starts_anew_with_its_officer(self, a: World) -> None:
        case = actions.reopen(case=self.finished(a), actor=a.operator, reason="Ternyata masih mati.")
        assert (case.status, case.closed_at, case.done_at, case.accepted_at) == (Status.REOPENED, None, None, None)
        assert (case.assignee, case.reopened_count) == (a.andi, 1)
        assert actions.accept(case=case, actor=a.andi).status == Status.PROCESS

    @pytest.mark.parametrize("move", ["not_ours", "archive"])
    def test_closing_without_work_says_why(self, a: World, move: str) -> None:
        case = a.report()
        before = state_of(case)
        with pytest.raises(ValidationError):
            getattr(actions, move)(case=case, actor=a.operator, reason="  ")
        assert state_of(case) == before
        case = getattr(actions, move)(case=case, actor=a.operator, reason="Ini jalan provinsi.")
        assert case.closed_at is not None
        assert case.done_at is None, "closed is not done"
        [message] = Message.objects.filter(template="casework/closed", recipient_id=a.warga.pk)
        assert "Ini jalan provinsi." in message.text

    @pytest.mark.parametrize("days", [0, -1, 400])
    def test_postponing_has_a_day_within_a_year(self, a: World, days: int) -> None:
        case = a.report()
        before = state_of(case)
        until = timezone.localdate() + datetime.timedelta(days=days)
        with pytest.raises(ValidationError):
            actions.postpone(case=case, actor=a.operator, reason="Menunggu alat.", until=until)
        assert state_of(case) == before

    def test_a_city_narrows_the_table(self, a: World) -> None:
        MoveSetting.objects.create(module="siaran", move="archive", enabled=False)
        MoveSetting.objects.create(module="siaran", move="accept", sources=[Status.VERIFIED])
        MoveSetting.objects.create(module="siaran", move="verify", reason_demanded=True)
        transitions.forget("siaran")
        case = a.report()
        before = state_of(case)
        for move in (
            lambda: actions.archive(case=case, actor=a.operator, reason="Bukan laporan."),
            lambda: actions.accept(case=case, actor=a.andi),
        ):
            with pytest.raises(IllegalMove):
                move()
        with pytest.raises(ValidationError):
            actions.verify(case=case, actor=a.operator)
        assert state_of(case) == before
        assert "archive" not in [move.name for move in queries.view_of(case, a.operator).moves()]
        case = actions.verify(case=case, actor=a.operator, reason="Sudah dicek lewat telepon.")
        assert actions.accept(case=case, actor=a.andi).status == Status.PROCESS

    def test_a_task_of_a_case_is_not_public(self, a: World) -> None:
        case, task = a.report(), a.report()
        Case.objects.filter(pk=task.pk).update(parent=case)
        assert [found.pk for found in queries.public_cases("siaran")] == [case.pk]
        with pytest.raises(CaseNotFound):
            queries.case_for(a.tetangga, task.number)
        assert queries.case_for(a.operator, task.number).pk == task.pk


def with_options(a: World, **options: Any) -> None:
    """Sets options of SIARAN for the city that the test runs in."""
    Activation.objects.filter(city=a.city, module="siaran").update(options=options)
    a.city.__dict__.pop("options_by_module", None)
