"""One report, several units: tasks."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from balai.attachments.queries import Sender, photo_for
from balai.casework import actions, kin, queries
from balai.casework.actions import Order
from balai.casework.errors import CaseNotFound, IllegalMove, NotAllowed
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind
from balai.casework.queries import case_for, tasks_of, view_of
from balai.notifications.models import Message
from tests.casework.world import World

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def split(a: World, case: Case | None = None, **fields: Any) -> tuple[Case, list[Case]]:
    case = case or a.report(photos=1, **fields)
    orders = [
        Order(a.dishub, "Ganti lampu yang padam.", unit=a.lamps),
        Order(a.dlh, "Pangkas dahan yang menutupi lampu."),
    ]
    return case, actions.split(case=case, orders=orders, actor=a.operator)


def finish(a: World, task: Case, officer: Any) -> Case:
    actions.accept(case=task, actor=officer)
    return actions.finish(case=task, actor=officer, words="Dahan sudah dipangkas.", photo_ids=[a.photo(officer).pk])


def test_each_unit_has_its_task_with_the_reports_place_photos_and_words(a: World) -> None:
    case, [lamp, tree] = split(a)
    assert fresh(case).status == Status.PROCESS
    assert (lamp.agency, lamp.unit, tree.agency) == (a.dishub, a.lamps, a.dlh)
    assert (tree.lat, tree.village_id, tree.reporter_id) == (case.lat, case.village_id, None)
    assert list(tasks_of(a.sweeper, "siaran")) == [tree]
    assert tree in Case.objects.handled_by(view_of(tree, a.sweeper).standing)
    assert kin.task_of(tree) == case
    [photo] = kin.photos_of_report(case)
    assert photo_for(Sender(a.sweeper), photo.pk) is not None
    for row in (fresh(case), fresh(lamp), fresh(tree)):
        assert queries.chain_faults(row) == []
    told = {message.address: message.template for message in Message.objects.filter(template="casework/task")}
    assert a.operator.email not in told  # who did it is not told
    assert a.room.email in told  # the other agency has no desk of its own


def test_a_task_is_never_public_and_tells_nothing_of_the_reporter(a: World) -> None:
    case, [_lamp, tree] = split(a, visibility="anonymous")
    for person in (None, a.warga, a.tetangga):
        with pytest.raises(CaseNotFound):
            case_for(person, tree.number)
    assert tree not in Case.objects.shown_to_all()
    assert not view_of(case, a.sweeper).shows_reporter
    assert not view_of(case, a.sweeper).is_staff
    assert not view_of(tree, a.sweeper).case.reporter_id


def test_a_secret_report_is_read_only_through_its_task(a: World) -> None:
    case = a.report(photos=1)
    Case.objects.filter(pk=case.pk).update(visibility="secret")
    case, [_lamp, tree] = split(a, fresh(case))
    with pytest.raises(CaseNotFound):
        case_for(a.sweeper, case.number)
    assert case_for(a.sweeper, tree.number) == tree


def test_the_public_sees_how_far_it_is(a: World) -> None:
    case, [lamp, tree] = split(a)
    assert kin.progress(case) == kin.Progress(0, 2)
    finish(a, tree, a.sweeper)
    assert kin.progress(case) == kin.Progress(1, 2)
    actions.cancel_task(case=lamp, actor=a.operator, reason="Lampu ternyata menyala.")
    assert kin.progress(case) == kin.Progress(1, 1)
    shown = {entry.kind for entry in queries.timeline(view_of(fresh(case), a.warga))}
    assert not shown & {Kind.SPLIT, Kind.TASK_CLOSED, Kind.FINISHED}


def test_with_the_last_task_the_desk_checks_the_whole(a: World) -> None:
    case, [lamp, tree] = split(a)
    finish(a, tree, a.sweeper)
    assert fresh(case).status == Status.PROCESS
    assert fresh(case).answered_at is not None
    finish(a, lamp, a.andi)
    assert fresh(case).status == Status.CHECKING
    actions.approve(case=case, actor=a.operator)
    row = fresh(case)
    assert (row.status, queries.chain_faults(row)) == (Status.DONE, [])
    assert [work.result for work in kin.tasks(case)] == ["Dahan sudah dipangkas."] * 2
    assert [len(work.photos) for work in kin.tasks(case)] == [1, 1]


def test_a_report_does_not_end_while_a_task_is_open_unless_it_is_said_why(a: World) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    case, [lamp, tree] = split(a, case)
    before = (fresh(case).status, fresh(case).timeline_length)
    photo = a.photo(a.andi).pk
    with pytest.raises(ValidationError) as refusal:
        actions.finish(case=case, actor=a.andi, words="Sudah beres semua.", photo_ids=[photo])
    assert "without_tasks" in refusal.value.message_dict
    assert (fresh(case).status, fresh(case).timeline_length) == before
    actions.finish(
        case=case,
        actor=a.andi,
        words="Sudah beres semua.",
        photo_ids=[photo],
        without_tasks="Dahan patah sendiri oleh angin.",
    )
    assert fresh(case).status == Status.DONE
    assert {fresh(task).status for task in (lamp, tree)} == {Status.ARCHIVED}
    said = fresh(case).timeline.get(kind=Kind.TASK_CLOSED)
    assert (said.words, said.public) == ("Dahan patah sendiri oleh angin.", False)


def test_archiving_cancels_what_is_open(a: World) -> None:
    case, tasks = split(a)
    actions.archive(case=case, actor=a.operator, reason="Ternyata bukan di sini.")
    assert {fresh(task).status for task in tasks} == {Status.ARCHIVED}


def test_who_may_cancel_a_task(a: World) -> None:
    case, [_lamp, tree] = split(a)
    for stranger in (a.warga, a.andi, a.mayor, a.sweeper):
        with pytest.raises(NotAllowed):
            actions.cancel_task(case=tree, actor=stranger, reason="Tidak perlu lagi.")
    with pytest.raises(ValidationError):
        actions.cancel_task(case=tree, actor=a.operator, reason="")
    assert fresh(tree).status == Status.WAITING
    actions.cancel_task(case=tree, actor=a.room, reason="Tidak perlu lagi.")
    assert fresh(tree).status == Status.ARCHIVED
    with pytest.raises(IllegalMove):
        actions.cancel_task(case=tree, actor=a.room, reason="Tidak perlu lagi.")
    with pytest.raises(NotAllowed):
        actions.cancel_task(case=case, actor=a.room, reason="Tidak perlu lagi.")


def test_a_task_has_its_own_few_moves_and_cannot_be_split(a: World) -> None:
    _case, [_lamp, tree] = split(a)
    names = {move.name for move in view_of(fresh(tree), a.room).moves()}
    assert names == {"assign", "forward", "note", "cancel_task"}
    for refused in (
        lambda: actions.split(case=tree, orders=[Order(a.dishub, "Sekali lagi.")], actor=a.room),
        lambda: actions.reply(case=tree, actor=a.room, words="Halo pelapor."),
        lambda: actions.archive(case=tree, actor=a.room, reason="Tidak perlu."),
        lambda: actions.merge(case=tree, into=a.report(), actor=a.room),
    ):
        with pytest.raises((NotAllowed, IllegalMove)):
            refused()
    assert fresh(tree).status == Status.WAITING


def test_a_task_climbs_no_ladder(a: World) -> None:
    _case, tasks = split(a)
    finish(a, tasks[1], a.sweeper)
    for task in tasks:
        row = fresh(task)
        assert (row.next_deadline_at, row.late_since, row.rung) == (None, None, 0)


def test_an_order_that_makes_no_sense_is_refused_and_gives_out_nothing(a: World) -> None:
    case = a.report()
    good = Order(a.dlh, "Pangkas dahan itu.")
    a.dlh.active = True
    for orders, field in (
        ([], "words"),
        ([good, Order(a.dlh, "ya")], "words"),
        ([good, Order(a.dlh, "Ganti lampunya.", unit=a.lamps)], "unit"),
        ([good, Order(a.dlh, "Ganti lampunya.", officer=a.andi)], "officer"),
        ([good] * 11, "words"),
    ):
        with pytest.raises(ValidationError) as refusal:
            actions.split(case=case, orders=orders, actor=a.operator)
        assert field in refusal.value.message_dict
    for stranger in (a.warga, a.andi, a.sweeper):
        with pytest.raises(NotAllowed):
            actions.split(case=case, orders=[good], actor=stranger)
    assert Case.objects.count() == 1
    assert fresh(case).status == Status.WAITING


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_reads_all_tasks_in_so_many_statements(a: World, count: int, statements: Any) -> None:
    case = a.report()
    orders = [Order(a.dlh, f"Pangkas dahan nomor {number}.") for number in range(count)]
    for task in actions.split(case=case, orders=orders, actor=a.operator):
        finish(a, task, a.sweeper)
    with statements() as seen:
        assert len(kin.tasks(case)) == count
    assert len(seen) == 4
