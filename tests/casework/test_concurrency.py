"""Two at once, with real threads and real commits: a city of its own, made before and dropped after."""

from __future__ import annotations

import copy
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from balai.accounts.models import User
from balai.casework import actions, intake, queries, receipts, support, tracking
from balai.casework.actions import Order, arrival
from balai.casework.errors import AlreadyTaken, CaseError
from balai.casework.guests import Guest
from balai.casework.models import Case, Receipt, Supporter, Transfer
from tests.casework.world import World


@pytest.fixture
def c(django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A committed city. Tasks are not sent: what they would do is in the rows."""
    from allauth.account.models import EmailAddress
    from django.core.cache import cache
    from django_tenants.utils import schema_context

    from tenants.actions import create_city
    from tenants.current import in_city
    from tenants.models import City

    monkeypatch.setattr("tenants.tasks.Task.apply_async", lambda *args, **options: None)
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        city = create_city(
            name="Kota Serentak", short_name="Serentak", slug="serentak", code="36.74", modules=["siaran"]
        )
        try:
            world = World(city)
            with in_city(city):
                yield world
        finally:
            connection.set_schema_to_public()
            with schema_context("public"), connection.cursor() as cursor:
                cursor.execute(f'DROP SCHEMA "{city.schema_name}" CASCADE')
                EmailAddress.objects.filter(user__email__endswith="example.org").delete()
                people = User.objects.filter(email__endswith="example.org")
                people._raw_delete(people.db)
                City.objects.filter(pk=city.pk).delete()
            cache.clear()


def together(world: World, *works: Callable[[], Any]) -> list[Any]:
    """Runs the works at the same moment, each in a thread with a connection of its own; returns results or errors."""
    from tenants.current import in_city

    results: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            with in_city(world.city):
                gate.wait(timeout=10)
                results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_a_report_sent_four_times_at_once_is_one_case(c: World) -> None:
    photo = c.photo(c.warga).pk
    results = together(c, *[lambda: c.report(photo_ids=[photo], idempotency_key="tap-tap")] * 4)
    assert {getattr(result, "number", result) for result in results} == {Case.objects.get().number}
    case = Case.objects.get()
    assert case.photo_count == 1
    assert queries.chain_faults(case) == []


def test_one_photo_in_two_reports_at_once_belongs_to_one(c: World) -> None:
    photo = c.photo(c.warga).pk
    results = together(c, *[lambda: c.report(photo_ids=[photo])] * 2)
    assert sum(isinstance(result, Case) for result in results) == 1
    assert Case.objects.count() == 1


def test_of_two_operators_one_assigns_and_the_other_is_told(c: World) -> None:
    case = c.report()
    results = together(
        c,
        lambda: actions.assign(case=case, officer=c.andi, actor=c.operator),
        lambda: actions.assign(case=case, officer=c.budi, actor=c.head),
    )
    winner = next(result for result in results if isinstance(result, Case))
    loser = next(result for result in results if not isinstance(result, Case))
    assert isinstance(loser, AlreadyTaken)
    kept = Case.objects.get(pk=case.pk)
    assert kept.assignee_id == winner.assignee_id
    assert kept.timeline.filter(kind="assigned").count() == 1
    assert winner.assignee.name in str(loser)


def test_of_two_officers_one_takes_it_up(c: World) -> None:
    case = c.report()
    results = together(
        c, lambda: actions.accept(case=case, actor=c.andi), lambda: actions.accept(case=case, actor=c.budi)
    )
    assert sum(isinstance(result, AlreadyTaken) for result in results) == 1
    assert Case.objects.get(pk=case.pk).timeline.filter(kind="accepted").count() == 1


def test_a_double_tap_on_finish_finishes_once(c: World) -> None:
    case = actions.accept(case=c.report(), actor=c.andi)
    photos = [c.photo(c.andi).pk, c.photo(c.andi).pk]
    results = together(
        c,
        *[
            lambda photo=photo: actions.finish(case=case, actor=c.andi, words="Sudah diganti baru.", photo_ids=[photo])
            for photo in photos
        ],
    )
    assert sum(isinstance(result, CaseError) for result in results) == 1
    assert Case.objects.get(pk=case.pk).timeline.filter(kind="finished").count() == 1


def test_many_voices_at_once_keep_the_chain_whole(c: World) -> None:
    case = c.report()
    works: list[Callable[[], Any]] = []
    for number in range(4):
        works.append(lambda number=number: actions.reply(case=case, actor=c.operator, words=f"Jawaban {number}"))
        works.append(lambda number=number: actions.send_message(case=case, actor=c.warga, words=f"Pesan {number}"))
    results = together(c, *works)
    assert all(isinstance(result, Case) for result in results), results
    kept = Case.objects.get(pk=case.pk)
    assert kept.timeline_length == 2 + len(works)
    assert queries.chain_faults(kept) == []


def test_me_too_by_many_at_once_counts_each_person_once(c: World) -> None:
    """Two residents with three taps each, a guest with three, and one who thinks better of it."""
    case = c.report()
    people: list[Any] = [c.tetangga, c.mayor, Guest(session_key="one"), Guest(session_key="two")]
    taps = [lambda who=who: support.support(case=case, person=who) for who in people[:3] for _ in range(3)]
    support.support(case=case, person=people[3])
    results = together(c, *taps, lambda: support.withdraw(case=case, person=people[3]))
    assert all(isinstance(result, Case) for result in results), results
    kept = Case.objects.get(pk=case.pk)
    assert kept.weight == 1 + 3
    stored = sorted((row.user_id or 0, row.session) for row in Supporter.objects.filter(case=case))
    assert stored == sorted([(c.tetangga.pk, ""), (c.mayor.pk, ""), (0, people[2].session)])
    told = list(kept.timeline.filter(kind="supported").order_by("sequence").values_list("data__weight", flat=True))
    assert len(told) == len(set(told))
    assert {2, 3} <= set(told), "every milestone is told, and once"
    assert queries.chain_faults(kept) == []


def test_in_and_out_at_once_leaves_weight_and_rows_in_step(c: World) -> None:
    case = c.report()
    join, leave = (
        lambda: support.support(case=case, person=c.tetangga),
        lambda: support.withdraw(case=case, person=c.tetangga),
    )
    results = together(c, join, leave, join, leave, join, leave)
    assert all(isinstance(result, Case) for result in results), results
    kept = Case.objects.get(pk=case.pk)
    assert kept.weight == 1 + Supporter.objects.filter(case=case).count()
    assert queries.chain_faults(kept) == []


def test_a_guests_message_sent_four_times_at_once_is_one_message(c: World) -> None:
    received = intake.submit_case(
        module="siaran", reporter=Guest(), category="lampu", description="Lampu mati sejak kemarin.", place=c.inside
    )
    case, guest, key = received.case, Guest(digests=tracking.digests(received.code)), uuid.uuid4()
    write = lambda: actions.send_message(case=case, actor=guest, words="Masih mati.")  # noqa: E731
    results = together(c, *[lambda: receipts.once(actor=guest, key=key, act="message", case=case, do=write)] * 4)
    assert all(isinstance(result, Case) for result in results), results
    kept = Case.objects.get(pk=case.pk)
    assert kept.timeline.filter(kind="message").count() == 1
    assert Receipt.objects.get().actor_id is None
    assert queries.chain_faults(kept) == []


def test_two_who_join_two_reports_either_way_make_one_merge(c: World) -> None:
    first, second = c.report(), c.report(c.tetangga)
    results = together(
        c,
        lambda: actions.merge(case=first, into=second, actor=c.operator),
        lambda: actions.merge(case=second, into=first, actor=c.head),
    )
    assert sum(isinstance(result, Case) for result in results) == 1, results
    rows = Case.objects.filter(pk__in=(first.pk, second.pk))
    assert sorted(rows.values_list("status", flat=True)) == ["duplicate", "waiting"]
    assert sorted(rows.values_list("weight", flat=True)) == [1, 2]
    assert all(queries.chain_faults(row) == [] for row in rows)


def test_the_last_two_tasks_done_at_once_send_the_report_to_be_checked_once(c: World) -> None:
    case = c.report()
    orders = [Order(c.dishub, "Ganti lampunya."), Order(c.dishub, "Cat tiangnya.")]
    lamp, pole = actions.split(case=case, orders=orders, actor=c.operator)
    for task, officer in ((lamp, c.andi), (pole, c.budi)):
        actions.accept(case=task, actor=officer)
    photos = {officer.pk: c.photo(officer).pk for officer in (c.andi, c.budi)}
    results = together(
        c,
        *[
            lambda task=task, officer=officer: actions.finish(
                case=task, actor=officer, words="Sudah diganti baru.", photo_ids=[photos[officer.pk]]
            )
            for task, officer in ((lamp, c.andi), (pole, c.budi))
        ],
    )
    assert all(isinstance(result, Case) for result in results), results
    kept = Case.objects.get(pk=case.pk)
    assert (kept.status, kept.timeline.filter(kind="checking").count()) == ("checking", 1)
    assert queries.chain_faults(kept) == []


def test_a_report_that_ends_while_its_task_is_finished_waits_for_nobody(c: World) -> None:
    case = actions.accept(case=c.report(), actor=c.andi)
    [task] = actions.split(case=case, orders=[Order(c.dishub, "Cat tiangnya.")], actor=c.operator)
    actions.accept(case=task, actor=c.budi)
    photo = c.photo(c.budi).pk
    results = together(
        c,
        lambda: actions.finish(case=task, actor=c.budi, words="Sudah dicat baru.", photo_ids=[photo]),
        lambda: actions.archive(case=case, actor=c.operator, reason="Tidak perlu lagi."),
    )
    assert isinstance(results[1], Case), results
    assert isinstance(results[0], Case | CaseError), results
    for row in Case.objects.filter(pk__in=(case.pk, task.pk)):
        assert not row.is_open
        assert queries.chain_faults(row) == []


def test_a_hand_over_that_is_delivered_four_times_at_once_arrives_once(c: World) -> None:
    """The workers of the receiving city; here it hands to itself under another name, since one city is committed."""
    case = c.report(photos=1)
    packet = _packet(c, case)
    Case.objects.filter(pk=case.pk).update(number="3674-000-000-001")
    results = together(c, *[lambda: arrival.take_in(copy.deepcopy(packet))] * 4)
    assert len({str(result) for result in results}) == 1, results
    assert Case.objects.filter(number=case.number).count() == 1
    assert Transfer.objects.filter(direction="in").count() == 1


def _packet(c: World, case: Case) -> arrival.Packet:
    transfer = Transfer.objects.create(case=case, direction="out", city="lain", reason="Titiknya di sana.", **c.inside)
    packet = arrival.packet(transfer.key)
    assert packet is not None
    Transfer.objects.all().delete()
    # The photo's id is taken here already.
    packet.photos.clear()
    return packet
