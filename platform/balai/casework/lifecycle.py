"""The life of a case as a table: which move is possible when, where it leads, which act it takes, and whether it asks
for a reason.

More statuses and moves are more rows; nothing else in the engine compares statuses. A city narrows the table with
`balai.casework.transitions`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from balai.agencies.queries import Act


class Phase(models.TextChoices):
    """The three words that the public knows: menunggu, proses, selesai."""

    WAITING = "waiting", pgettext_lazy("case", "Waiting")
    PROCESS = "process", pgettext_lazy("case", "In progress")
    DONE = "done", pgettext_lazy("case", "Done")


class Status(models.TextChoices):
    """Where a case stands, as staff read it."""

    WAITING = "waiting", pgettext_lazy("case", "Waiting")
    VERIFIED = "verified", pgettext_lazy("case", "Verified")
    POSTPONED = "postponed", pgettext_lazy("case", "Postponed")
    PROCESS = "process", pgettext_lazy("case", "In progress")
    AWAITING_REPORTER = "awaiting_reporter", pgettext_lazy("case", "Waiting for the reporter")
    CHECKING = "checking", pgettext_lazy("case", "Result being checked")
    REOPENED = "reopened", pgettext_lazy("case", "Reopened")
    DONE = "done", pgettext_lazy("case", "Done")
    NOT_OURS = "not_ours", pgettext_lazy("case", "Not our authority")
    DUPLICATE = "duplicate", pgettext_lazy("case", "Duplicate")
    ARCHIVED = "archived", pgettext_lazy("case", "Archived")


PHASES: dict[Status, Phase] = {
    Status.WAITING: Phase.WAITING,
    Status.VERIFIED: Phase.WAITING,
    Status.POSTPONED: Phase.WAITING,
    Status.PROCESS: Phase.PROCESS,
    Status.AWAITING_REPORTER: Phase.PROCESS,
    Status.CHECKING: Phase.PROCESS,
    Status.REOPENED: Phase.PROCESS,
    Status.DONE: Phase.DONE,
    Status.NOT_OURS: Phase.DONE,
    Status.DUPLICATE: Phase.DONE,
    Status.ARCHIVED: Phase.DONE,
}
OPEN = tuple(status for status in Status if PHASES[status] is not Phase.DONE)
CLOSED = tuple(status for status in Status if PHASES[status] is Phase.DONE)
UNSOLVED = (Status.NOT_OURS, Status.DUPLICATE, Status.ARCHIVED)
"""Closed without the work having been done; counted apart from what is done."""
EVERY = tuple(Status)
AT_WORK = (Status.WAITING, Status.VERIFIED, Status.PROCESS, Status.REOPENED)
"""Open, and nobody but the city is waited for."""
PAUSED = (Status.POSTPONED, Status.AWAITING_REPORTER)
"""Open, and the clocks stand still."""


def phase_of(status: str) -> Phase:
    """What the public reads of a status."""
    return PHASES[Status(status)]


def statuses_of(phase: str) -> tuple[Status, ...]:
    """The statuses that the public reads as this phase."""
    return tuple(status for status in Status if PHASES[status] == phase)


class Reason(enum.Enum):
    """Whether a move asks for words of its doer."""

    NONE = "none"
    OPTIONAL = "optional"
    DEMANDED = "demanded"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can be done with a case.

    `sources` are the statuses in which it is possible, `target` the one it leads to (None: it stays, or the move itself
    knows where to), `otherwise` where it leads instead in a city that wants it so. `act` is what the doer's post must
    allow; None marks a move of the reporter.

    The rest is for the moves of a module's own table (see transitions): `room` keeps a move to the command room, the
    holders of a post for the whole city; `of_tasks` marks one that a task has too; `when` says for a queries.View
    whether it makes sense now, beyond what the status says.
    """

    name: str
    label: Promise
    sources: tuple[Status, ...]
    target: Status | None
    act: Act | None
    reason: Reason = Reason.NONE
    otherwise: Status | None = None
    room: bool = False
    of_tasks: bool = False
    when: Callable[[Any], bool] | None = None


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move("verify", _("verify"), (Status.WAITING,), Status.VERIFIED, Act.ASSIGN, Reason.OPTIONAL),
        Move("forward", _("hand over to another agency"), OPEN, Status.WAITING, Act.ASSIGN, Reason.DEMANDED),
        Move("assign", _("give to an officer"), OPEN, None, Act.ASSIGN),
        Move("classify", _("correct the classification"), EVERY, None, Act.ASSIGN, Reason.OPTIONAL),
        Move("accept", _("take up"), AT_WORK, Status.PROCESS, Act.WORK),
        Move("on_the_way", _("set out"), (Status.PROCESS,), None, Act.WORK),
        Move("start", _("begin on the spot"), (Status.PROCESS,), None, Act.WORK),
        Move("finish", _("finish"), (Status.PROCESS,), Status.DONE, Act.WORK, Reason.DEMANDED, Status.CHECKING),
        Move("approve", _("approve the result"), (Status.CHECKING,), Status.DONE, Act.ASSIGN, Reason.OPTIONAL),
        Move("return_work", _("send back to work"), (Status.CHECKING,), Status.PROCESS, Act.ASSIGN, Reason.DEMANDED),
        Move("ask", _("ask the reporter"), AT_WORK, Status.AWAITING_REPORTER, Act.REPLY, Reason.DEMANDED),
        Move("postpone", _("postpone"), AT_WORK, Status.POSTPONED, Act.ASSIGN, Reason.DEMANDED),
        Move("resume", _("resume"), PAUSED, None, Act.ASSIGN, Reason.OPTIONAL),
        Move("not_ours", _("not our authority"), OPEN, Status.NOT_OURS, Act.ASSIGN, Reason.DEMANDED),
        Move("archive", _("archive"), OPEN, Status.ARCHIVED, Act.ASSIGN, Reason.DEMANDED),
        Move(
            "reopen",
            _("reopen"),
            (Status.DONE, Status.NOT_OURS, Status.ARCHIVED),
            Status.REOPENED,
            Act.ASSIGN,
            Reason.DEMANDED,
        ),
        Move("merge", _("join to another one"), OPEN, Status.DUPLICATE, Act.ASSIGN, Reason.OPTIONAL),
        Move("unmerge", _("part from the other one"), (Status.DUPLICATE,), None, Act.ASSIGN, Reason.OPTIONAL),
        Move("split", _("split into tasks"), AT_WORK, Status.PROCESS, Act.ASSIGN),
        Move("cancel_task", _("cancel the task"), OPEN, Status.ARCHIVED, Act.ASSIGN, Reason.DEMANDED),
        Move("transfer", _("hand over to another city"), OPEN, Status.NOT_OURS, Act.ASSIGN, Reason.DEMANDED),
        Move("send_back", _("return to the other city"), OPEN, Status.NOT_OURS, Act.ASSIGN, Reason.DEMANDED),
        Move("edit", _("correct a text"), EVERY, None, Act.ASSIGN, Reason.DEMANDED),
        Move("correct", _("correct your report"), (Status.WAITING,), None, None),
        Move("reply", _("write to the reporter"), EVERY, None, Act.REPLY, Reason.DEMANDED),
        Move("note", _("note for colleagues"), EVERY, None, Act.REPLY, Reason.DEMANDED),
        Move("message", _("write to the agency"), EVERY, None, None, Reason.DEMANDED),
        Move("rate", _("rate"), (Status.DONE,), None, None, Reason.OPTIONAL),
    )
}


OF_TASKS = frozenset({"assign", "forward", "accept", "on_the_way", "start", "finish", "note", "cancel_task"})
"""The moves of a case that is a task of another one; the reporter's side of it is the other one's."""
ONLY_OF_TASKS = frozenset({"cancel_task"})


def fits(move: Move, *, task: bool) -> bool:
    """Whether there is such a move at all of a task, or of a case that is none."""
    return move.of_tasks or move.name in OF_TASKS if task else move.name not in ONLY_OF_TASKS


def possible(status: str, moves: Iterable[Move] = MOVES.values()) -> list[Move]:
    """The moves that a case in this status allows, in the order of the table."""
    return [move for move in moves if status in move.sources]
