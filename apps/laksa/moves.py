"""The life of an aspiration: the engine's moves that it shares, and its own.

baru (WAITING) → diverifikasi (VERIFIED), menunggu pelapor (AWAITING_REPORTER), or rejected under a rule (ARCHIVED) →
didisposisi (PROCESS) → answered, and then closed by the command room because the answer says it all, accepted into the
plan, or declined (DONE), or fulfilled with evidence (CHECKING where the city checks, then DONE). What an end meant is
the aspiration's `outcome`.
"""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from apps.laksa import queries
from balai.agencies.queries import Act
from balai.casework import lifecycle
from balai.casework.lifecycle import MOVES, Move, Reason, Status
from balai.casework.queries import View

BY_THE_ROOM = ("verify", "classify", "not_ours", "archive", "reopen", "merge", "unmerge", "split")
"""The command room's alone: an agency answers, it does not decide what is asked of whom."""
CHECKED_BY_THE_ROOM = ("approve", "return_work")
NOT_HERE = ("forward", "assign", "accept", "on_the_way", "start", "finish", "transfer", "send_back")
"""Aspirations are answered by agencies, not mended by officers; and they are wishes for this city."""

CALLED = {
    "ask": _("ask for changes"),
    "reply": _("write to the author"),
    "correct": _("correct your aspiration"),
}
"""What moves of the engine are called here, where it says which are possible."""

AT_WORK = (Status.PROCESS, Status.REOPENED)

OWN = (
    Move("resend", _("send again"), (Status.AWAITING_REPORTER,), None, None),
    Move(
        "reject",
        _("reject under a rule"),
        (Status.WAITING, Status.VERIFIED, Status.AWAITING_REPORTER, Status.REOPENED),
        Status.ARCHIVED,
        Act.ASSIGN,
        Reason.DEMANDED,
        room=True,
    ),
    Move(
        "appeal",
        _("appeal"),
        (Status.ARCHIVED,),
        None,
        None,
        Reason.DEMANDED,
        when=lambda view: queries.may_appeal(view.case),
    ),
    Move(
        "decide_appeal",
        _("decide on the appeal"),
        (Status.ARCHIVED,),
        Status.REOPENED,
        Act.ASSIGN,
        Reason.DEMANDED,
        room=True,
        when=lambda view: queries.open_appeal(view.case) is not None,
    ),
    Move(
        "dispose",
        _("dispose to agencies"),
        (Status.VERIFIED, Status.PROCESS, Status.REOPENED),
        Status.PROCESS,
        Act.ASSIGN,
        Reason.OPTIONAL,
        room=True,
    ),
    Move("hand_back", _("hand back to the command room"), AT_WORK, Status.VERIFIED, Act.ASSIGN, Reason.DEMANDED),
    Move("answer", _("answer officially"), lifecycle.AT_WORK, None, Act.REPLY, Reason.DEMANDED, of_tasks=True),
    Move("plan", _("accept into the plan"), AT_WORK, Status.DONE, Act.REPLY, Reason.DEMANDED),
    Move("decline", _("decline"), AT_WORK, Status.DONE, Act.REPLY, Reason.DEMANDED),
    Move(
        "conclude",
        _("close as answered"),
        AT_WORK,
        Status.DONE,
        Act.ASSIGN,
        Reason.OPTIONAL,
        room=True,
        # A board asks this of every card, so not of the answers: that one is official the action sees to.
        when=lambda view: view.case.answered_at is not None,
    ),
    Move(
        "fulfil",
        _("report as fulfilled"),
        (*AT_WORK, Status.DONE),
        Status.DONE,
        Act.REPLY,
        Reason.DEMANDED,
        Status.CHECKING,
        when=lambda view: queries.may_be_fulfilled(view.case),
    ),
)


def _here(move: Move) -> Move:
    move = dataclasses.replace(move, label=CALLED.get(move.name, move.label))
    if move.name in NOT_HERE:
        return dataclasses.replace(move, sources=())
    if move.name == "rate":
        return dataclasses.replace(move, sources=(*AT_WORK, Status.DONE), when=lambda view: queries.may_rate(view.case))
    when = _is_published if move.name == "classify" else None
    return dataclasses.replace(move, room=move.name in (*BY_THE_ROOM, *CHECKED_BY_THE_ROOM), when=when)


def _is_published(view: View) -> bool:
    """Its visibility is not corrected while it waits for review: publishing gives it the one that its author chose."""
    return view.case.parent_id is not None or not queries.is_held(view.case)


TABLE: dict[str, Move] = {move.name: move for move in (*map(_here, MOVES.values()), *OWN)}
