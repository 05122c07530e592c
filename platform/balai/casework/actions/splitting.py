"""Work for several units: a case split into tasks, each a case of its own that only its agency sees.

A task has an agency, a unit, words and perhaps an officer; its place, photos and due dates are those of the case it is
part of. It does not climb the ladder: the case does.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from balai.accounts.models import User
from balai.agencies.models import Agency, Post, Unit
from balai.agencies.queries import Act, officers_of, officers_of_unit
from balai.casework import clocks, notices, numbers, transitions
from balai.casework.actions.moving import (
    MAX_REASON,
    MIN_REASON,
    STATUS_FIELDS,
    begin,
    draft,
    locked,
    move_to,
    save,
    wrong,
)
from balai.casework.errors import IllegalMove, NotAllowed
from balai.casework.lifecycle import OPEN, Status
from balai.casework.models import Case, Kind, TimelineEntry, Visibility
from balai.casework.queries import number_prefix, view_of
from balai.casework.wording import checked
from balai.casework.writing import SYSTEM, Draft, append, link, write

MAX_TASKS = 10
"""Open tasks of one case."""
MAX_TASK_WORDS = 1_000
NUMBER_TRIES = 5


@dataclass(frozen=True, slots=True)
class Order:
    """What a unit is asked to do. Without an officer the agency's own desk gives it to one."""

    agency: Agency
    words: str
    unit: Unit | None = None
    officer: User | None = None


@transaction.atomic
def split(*, case: Case, orders: Sequence[Order], actor: User) -> list[Case]:
    """Makes a task of each order; the case is in progress from now on. Further tasks can be added later.

    Raises NotAllowed, IllegalMove, ValidationError (agency, unit, officer, words), the number of the order (from 0)
    being the `params["order"]` of the errors.
    """
    row, _view, post = begin(case, "split", actor)
    if not orders:
        raise wrong("words", _("Say what is to be done, and by whom."), "missing")
    if row.tasks.open().count() + len(orders) > MAX_TASKS:
        message = _("At most %(limit)d tasks can be open at a time.")
        raise wrong("words", message % {"limit": MAX_TASKS}, "too_many")
    orders = [_checked(order, position) for position, order in enumerate(orders)]
    now = timezone.now()
    tasks = [_give_out(row, order, actor, post, now) for order in orders]
    move_to(row, Status.PROCESS, now)
    data = {"tasks": [[task.number, task.agency.name] for task in tasks if task.agency]}
    append(row, draft(post, Kind.SPLIT, actor, now, public=False, data=data))
    save(row, *STATUS_FIELDS)
    return tasks


def _checked(order: Order, position: int) -> Order:
    def refuse(field: str, message: str, code: str) -> ValidationError:
        return ValidationError({field: [ValidationError(message, code=code, params={"order": position})]})

    if not order.agency.active:
        raise refuse("agency", _("This agency takes nothing new any more."), "inactive")
    if order.unit is not None and order.unit.agency_id != order.agency.pk:
        raise refuse("unit", _("This unit belongs to another agency."), "foreign_unit")
    if order.officer is not None and not officers_of(order.agency).filter(pk=order.officer.pk).exists():
        message = _("%(officer)s is not a field officer of %(agency)s.")
        raise refuse("officer", message % {"officer": order.officer, "agency": order.agency}, "not_an_officer")
    if (
        order.officer is not None
        and not officers_of_unit(order.agency, order.unit).filter(pk=order.officer.pk).exists()
    ):
        message = _("%(officer)s works in another unit than %(unit)s.")
        raise refuse("officer", message % {"officer": order.officer, "unit": order.unit}, "not_of_the_unit")
    words = checked(
        order.words, "words", minimum=5, missing=_("Say what is to be done, and by whom."), maximum=MAX_TASK_WORDS
    )
    return Order(order.agency, words, order.unit, order.officer)


def _give_out(parent: Case, order: Order, actor: User, post: Post | None, now: datetime.datetime) -> Case:
    because = {"by": "task", "of": parent.number, "agency": order.agency.name}
    task = Case(
        module=parent.module,
        parent=parent,
        category=parent.category,
        agency=order.agency,
        unit=order.unit,
        assignee=order.officer,
        assigned_at=now if order.officer is not None else None,
        routed_because=because,
        # Whatever list forgets that it is a task: it never shows to all.
        visibility=Visibility.SECRET,
        channel=parent.channel,
        classification=parent.classification,
        severity=parent.severity,
        description=order.words,
        lat=parent.lat,
        lon=parent.lon,
        place_source=parent.place_source,
        village_id=parent.village_id,
        landmark=parent.landmark,
        cell=parent.cell,
        cover_id=parent.cover_id,
        photo_count=parent.photo_count,
        created_at=now,
        received_at=now,
        weight=0,
    )
    drafts = [draft(post, Kind.SPLIT, actor, now, words=order.words, public=False, data=because)]
    if order.officer is not None:
        data = {"officer": order.officer.pk, "instead_of": None}
        drafts.append(draft(post, Kind.ASSIGNED, actor, now, public=False, data=data))
    entries = _numbered(task, drafts)
    if order.officer is not None:
        notices.tell_officer(task, "assigned", entries[0])
    else:
        notices.tell_desk(task, "task", entries[0])
    return task


def _numbered(task: Case, drafts: list[Draft]) -> list[TimelineEntry]:
    """Writes the new task under a number that nobody has."""
    for _attempt in range(NUMBER_TRIES):
        task.number, task.timeline_length, task.timeline_head = numbers.new_number(number_prefix()), 0, ""
        entries = link(task, drafts)
        try:
            with transaction.atomic():
                task.save(force_insert=True)
        except IntegrityError as error:
            if "number" not in str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")):
                raise
        else:
            write(task, drafts, entries)
            return entries
    raise RuntimeError("no free case number was drawn")


@transaction.atomic
def cancel_task(*, case: Case, actor: User, reason: str) -> Case:
    """Closes a task without its work: for the desk that gave it out, and for the agency that it was given to.

    Raises NotAllowed, IllegalMove, ValidationError (reason).
    """
    row = locked(case)
    if row.parent_id is None:
        raise NotAllowed(_("This is not a task."))
    parent = locked(Case(pk=row.parent_id))
    view = view_of(row, actor)
    move = transitions.move(row.module, "cancel_task")
    post = view.standing.role_for(Act.ASSIGN, parent.agency_id) or view.standing.role_for(Act.ASSIGN, row.agency_id)
    if post is None:
        raise NotAllowed(_("You may not do this here."))
    if row.status not in move.sources:
        raise IllegalMove(move, row.status, view.moves())
    reason = checked(reason, "reason", minimum=MIN_REASON, missing=_("Say why."), maximum=MAX_REASON)
    now = timezone.now()
    _cancel(row, draft(post, Kind.ARCHIVED, actor, now, words=reason, public=False))
    _report(row, parent, draft(post, Kind.TASK_CLOSED, actor, now, words=reason, public=False))
    return row


def _cancel(task: Case, why: Draft) -> None:
    move_to(task, Status.ARCHIVED, why.at)
    [entry] = append(task, why)
    save(task, *STATUS_FIELDS)
    notices.tell_officer(task, "task_cancelled", entry)


def task_begun(task: Case, accepted: Draft) -> None:
    """An officer has taken up a task: for the reporter that is when the case is taken up, the first time."""
    parent = locked(Case(pk=task.parent_id))
    if parent.timeline.filter(kind=Kind.ACCEPTED).exists():
        return
    clocks.answered(parent, accepted.at)
    [entry] = append(parent, replace(accepted, photos=(), data={"task": task.number}))
    save(parent)
    notices.tell_reporter(parent, "taken_up", entry)


def task_done(task: Case, finished: Draft) -> None:
    """An officer has finished a task: the desk of its case is told."""
    parent = locked(Case(pk=task.parent_id))
    _report(task, parent, replace(finished, kind=Kind.TASK_CLOSED, photos=(), public=False))


def _report(task: Case, parent: Case, closed: Draft) -> None:
    """Writes into the case how its task ended. With the last one the desk has to check the whole."""
    data = {"task": task.number, "agency": task.agency.name if task.agency else "", "outcome": task.status}
    [entry] = append(parent, replace(closed, data=data))
    left = set(parent.tasks.values_list("status", flat=True))
    nobody_else = parent.status == Status.PROCESS and parent.assignee_id is None
    if left.isdisjoint(OPEN) and Status.DONE in left and nobody_else:
        parent.done_at = closed.at
        move_to(parent, Status.CHECKING, closed.at)
        [entry] = append(parent, Draft(Kind.CHECKING, closed.at, SYSTEM))
        notices.tell_desk(parent, "checking", entry)
    else:
        notices.tell_desk(parent, "task_closed", entry)
    save(parent, "done_at", *STATUS_FIELDS)


def settle(parent: Case, reason: str, post: Post | None, actor: User, now: datetime.datetime) -> None:
    """Cancels the tasks that are still open as their case ends, which takes a reason.

    Only for actions that end the case and save it. Raises ValidationError (without_tasks) where there is no reason.
    """
    tasks = parent.tasks.open().select_for_update(of=("self",)).select_related("category", "agency", "unit")
    open_tasks = list(tasks.order_by("pk"))
    if not open_tasks:
        return
    if len(reason.strip()) < MIN_REASON:
        names = pgettext("list", ", ").join(f"{task.agency} ({task.status_name})" for task in open_tasks)
        message = _("Tasks are still open: %(tasks)s. Wait for them, or say why it ends without them.")
        raise wrong("without_tasks", message % {"tasks": names}, "open_tasks")
    reason = checked(reason, "without_tasks", minimum=MIN_REASON, missing="", maximum=MAX_REASON)
    for task in open_tasks:
        _cancel(task, draft(post, Kind.ARCHIVED, actor, now, words=reason, public=False))
    data = {"tasks": [task.number for task in open_tasks], "outcome": Status.ARCHIVED.value}
    append(parent, draft(post, Kind.TASK_CLOSED, actor, now, words=reason, public=False, data=data))
