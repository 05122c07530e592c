"""LAKSA's desk: the engine's, with the moves, the facts and the bulk acts of aspirations."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from apps.laksa import actions, queries
from apps.laksa.models import Aspiration, Dimension, Outcome
from apps.laksa.office.forms import (
    AnswerForm,
    AppealForm,
    AskForChangesForm,
    ConcludeForm,
    DeclineForm,
    DisposeForm,
    FulfilForm,
    PlanForm,
    RejectForm,
)
from balai.casework import actions as casework
from balai.casework import responses
from balai.casework.actions import Order
from balai.casework.models import Case, Visibility
from balai.casework.office import CaseDesk
from balai.casework.office.bulk import BulkMove, BulkReplyForm
from balai.casework.office.move_forms import InternalReasonForm, ReasonForm, ReplyForm
from balai.casework.office.moves import StaffMove
from balai.casework.office.ties_moves import at_fields
from balai.modules import Text


def dispose(*, case: Case, actor: Any, orders: list[Order], reason: str) -> Case:
    """Disposes it; what is wrong with one agency is said at its own fields."""
    try:
        return actions.dispose(case=case, orders=orders, actor=actor, reason=reason)
    except ValidationError as fault:
        further = [error.params["order"] for errors in fault.error_dict.values() for error in errors if error.params]
        # The first of the form is no task where the aspiration had no agency yet.
        row = further[0] + 1 + (case.agency_id is None) if further else 1
        fields = {"words": f"words_{row}", "agency": f"who_{row}", "unit": f"who_{row}", "officer": f"who_{row}"}
        raise at_fields(fault, fields) from fault


OWN_MOVES = (
    StaffMove(
        "verify",
        ReasonForm,
        actions.verify,
        _("Verify"),
        _("It is an aspiration, complete and for our city"),
        _("The aspiration is verified. If it waited for review, it is shown now."),
    ),
    StaffMove(
        "decide_appeal",
        AppealForm,
        actions.decide_appeal,
        _("Decide on the appeal"),
        _("Decide"),
        _("The appeal is decided. The author has been told."),
    ),
    StaffMove(
        "dispose",
        DisposeForm,
        dispose,
        _("Dispose to agencies"),
        _("Dispose"),
        _("The aspiration is disposed. The agencies have been told."),
    ),
    StaffMove(
        "answer",
        AnswerForm,
        actions.answer,
        _("Answer officially"),
        _("Publish the official answer"),
        _("The official answer is published. The author has been told."),
    ),
    StaffMove(
        "plan",
        PlanForm,
        actions.plan,
        _("Accept into the plan"),
        _("Accept into the plan"),
        _("The aspiration is accepted into the plan. The author has been told."),
    ),
    StaffMove(
        "conclude",
        ConcludeForm,
        actions.conclude,
        _("Close as answered"),
        _("The answer says it all"),
        _("The aspiration is closed as answered. The author has been told."),
    ),
    StaffMove(
        "decline",
        DeclineForm,
        actions.decline,
        _("Decline"),
        _("Decline the aspiration"),
        _("The aspiration is declined. The author has been told why."),
    ),
    StaffMove(
        "fulfil",
        FulfilForm,
        actions.fulfil,
        _("Report as fulfilled"),
        _("It is there"),
        _("The aspiration is reported as fulfilled."),
    ),
    StaffMove(
        "hand_back",
        InternalReasonForm,
        actions.hand_back,
        _("Hand back to the command room"),
        _("Hand back"),
        _("The aspiration is back at the command room."),
    ),
    StaffMove(
        "ask",
        AskForChangesForm,
        casework.ask,
        _("Ask for changes"),
        _("Send it back to the author"),
        _("The author has been asked for changes."),
    ),
    StaffMove(
        "reject",
        RejectForm,
        actions.reject,
        _("Reject under a rule"),
        _("Reject"),
        _("The aspiration is rejected. The author has been told why and may appeal."),
    ),
    StaffMove(
        "reply",
        ReplyForm,
        casework.reply,
        _("Write to the author"),
        _("Send the words"),
        _("The words are sent. They are no official answer."),
    ),
)
OFFERED = (
    *("approve", "return_work", "verify", "decide_appeal", "dispose"),
    *("answer", "conclude", "plan", "decline", "fulfil"),
    *(
        "hand_back",
        "ask",
        "reject",
        "reply",
        "resume",
        "postpone",
        "classify",
        "merge",
        "unmerge",
        "not_ours",
        "reopen",
    ),
    *("note", "cancel_task"),
)
"""In this order. Disposing gives out tasks too, and what is to be closed without an answer is rejected under a rule."""

BULK = {
    "verify": BulkMove(
        _("Verify"), ReasonForm, lambda case, actor, data: actions.verify(case=case, actor=actor, **data)
    ),
    "reply": BulkMove(
        _("Write to the author"),
        BulkReplyForm,
        lambda case, actor, data: casework.reply(case=case, actor=actor, words=responses.fill(data["words"], case)),
    ),
}


class AspirationDesk(CaseDesk):
    """The desk with what an aspiration is called and what is known of it."""

    incoming = _("Incoming aspirations")

    def __init__(self, module: str, **parts: Any) -> None:
        super().__init__(module, moves=OWN_MOVES, bulk=BULK, **parts)
        # What waits for a decision comes right behind the inbox.
        inbox, *others = self.screens
        own = list(parts.get("screens", ()))
        self.screens = [inbox, *own, *(screen for screen in others if screen not in own)]
        self.moves = {name: self.moves[name] for name in OFFERED}

    def heading(self, case: Case) -> str:
        return queries.title_of(case.description) if case.parent_id is None else super().heading(case)

    def words(self, case: Case) -> str:
        return queries.text_of(case.description) if case.parent_id is None else super().words(case)

    def next_moves(self, case: Case) -> tuple[str, ...]:
        return ("approve", "verify", "decide_appeal", "dispose" if case.agency_id is None else "answer")

    def more_facts(self, case: Case) -> list[tuple[Text, str]]:
        aspiration = Aspiration.objects.filter(case=case).first()
        return _facts(case, aspiration) if aspiration is not None else []


def _facts(case: Case, aspiration: Aspiration) -> list[tuple[Text, str]]:
    above = [pk for pk in (case.category_id, case.category.parent_id) if pk is not None]
    tagged = queries.dimensions_of(above)
    dimensions = next((tagged[pk] for pk in above if pk in tagged), [])
    comma = pgettext("list", ", ")
    facts: list[tuple[Text, str]] = [(_("Kind"), aspiration.get_kind_display())]
    if dimensions:
        facts.append((_("Dimensions"), comma.join(str(Dimension(value).label) for value in dimensions)))
    if aspiration.held:
        facts.append((_("Waits for review"), aspiration.get_held_for_display()))
        facts.append((_("Visibility once published"), str(Visibility(aspiration.wanted_visibility).label)))
    if aspiration.outcome and not case.is_open:
        facts.append((_("Outcome"), aspiration.get_outcome_display()))
    if aspiration.plan_year and aspiration.outcome in (Outcome.PLANNED, Outcome.FULFILLED):
        facts.append((_("In the plan"), f"{aspiration.plan_year}: {aspiration.programme}"))
    if aspiration.answered_at is not None:
        facts.append(
            (_("First official answer"), date_format(timezone.localtime(aspiration.answered_at), "j F Y, H:i"))
        )
    elif aspiration.answer_due_at is not None and case.is_open:
        facts.append((_("Official answer due"), date_format(timezone.localtime(aspiration.answer_due_at), "j F Y")))
    for laid, moment in (
        (_("Laid before the Sekda"), aspiration.sekda_at),
        (_("Laid before the mayor"), aspiration.mayor_at),
    ):
        facts += [(laid, date_format(timezone.localtime(moment), "j F Y"))] if moment is not None else []
    facts += [(_("Comments"), str(aspiration.comment_count))] if aspiration.comment_count else []
    rejection = queries.last_rejection(case)
    if rejection is not None:
        facts.append((_("Rejected under"), rejection.rule.title))
        if rejection.appealed_at is not None:
            state = {None: _("not decided yet"), True: _("granted"), False: _("dismissed")}[rejection.granted]
            facts.append((_("Appeal"), str(state)))
    return facts
