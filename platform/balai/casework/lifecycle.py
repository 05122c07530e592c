"""The life of a case as a table: which move is possible when, where it leads, and which act it takes.

More statuses and moves are more rows; nothing else in the engine compares statuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from balai.agencies.queries import Act


class Status(models.TextChoices):
    """Where a case stands. The public knows three words: menunggu, proses, selesai."""

    WAITING = "waiting", pgettext_lazy("case", "Waiting")
    PROCESS = "process", pgettext_lazy("case", "In progress")
    DONE = "done", pgettext_lazy("case", "Done")


OPEN = (Status.WAITING, Status.PROCESS)
CLOSED = tuple(status for status in Status if status not in OPEN)
EVERY = tuple(Status)


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can be done with a case.

    `sources` are the statuses in which it is possible, `target` the one it leads to (None: it stays). `act` is what
    the doer's post must allow; None marks a move of the reporter.
    """

    name: str
    label: Promise
    sources: tuple[Status, ...]
    target: Status | None
    act: Act | None


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move("forward", _("hand over to another agency"), OPEN, Status.WAITING, Act.ASSIGN),
        Move("assign", _("give to an officer"), OPEN, None, Act.ASSIGN),
        Move("accept", _("take up"), OPEN, Status.PROCESS, Act.WORK),
        Move("start", _("begin on the spot"), (Status.PROCESS,), None, Act.WORK),
        Move("finish", _("finish"), (Status.PROCESS,), Status.DONE, Act.WORK),
        Move("reply", _("write to the reporter"), EVERY, None, Act.REPLY),
        Move("note", _("note for colleagues"), EVERY, None, Act.REPLY),
        Move("message", _("write to the agency"), EVERY, None, None),
        Move("rate", _("rate"), (Status.DONE,), None, None),
    )
}


def possible(status: str, moves: Iterable[Move] = MOVES.values()) -> list[Move]:
    """The moves that a case in this status allows, in the order of the table."""
    return [move for move in moves if status in move.sources]
