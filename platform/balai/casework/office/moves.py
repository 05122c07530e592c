"""What staff do with a case by a form on its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.attachments.uploads import limits_photos
from balai.casework import actions, responses, transitions
from balai.casework.errors import CaseError, IllegalMove
from balai.casework.lifecycle import Move
from balai.casework.models import AnswerFor, ResponseTemplate
from balai.casework.office.case_page import CasePanel, CaseView
from balai.casework.office.move_forms import (
    AskForm,
    AssignForm,
    ClassifyForm,
    ForwardForm,
    InternalReasonForm,
    MoveForm,
    NoteForm,
    PostponeForm,
    ReasonForm,
    ReplyForm,
)
from balai.casework.wording import MAX_WORDS
from balai.modules import Text
from balai.portal.photo_uploads import keep_photos


@dataclass(frozen=True)
class StaffMove:
    """A move that staff make by a form.

    `name` is one of the lifecycle's moves. `act(case=, actor=, **cleaned)` makes it. `title` heads the form, `button`
    sends it, and `done` says afterwards what happened.
    """

    name: str
    form: type[MoveForm]
    act: Callable[..., Any]
    title: Text
    button: Text
    done: Text


DESK_MOVES = (
    StaffMove(
        "approve",
        ReasonForm,
        actions.approve,
        gettext_lazy("Approve the result"),
        gettext_lazy("The work is done"),
        gettext_lazy("The result is approved, it is done. Whoever sent it has been told."),
    ),
    StaffMove(
        "return_work",
        InternalReasonForm,
        actions.return_work,
        gettext_lazy("Send back to work"),
        gettext_lazy("Send back"),
        gettext_lazy("It is sent back. Whoever works on it has been told."),
    ),
    StaffMove(
        "verify",
        ReasonForm,
        actions.verify,
        gettext_lazy("Verify"),
        gettext_lazy("It is real, complete and ours"),
        gettext_lazy("The report is verified."),
    ),
    StaffMove(
        "assign",
        AssignForm,
        actions.assign,
        gettext_lazy("Give to an officer"),
        gettext_lazy("Give to the officer"),
        gettext_lazy("The report is given to the officer, who has been told."),
    ),
    StaffMove(
        "reply",
        ReplyForm,
        actions.reply,
        gettext_lazy("Answer the reporter"),
        gettext_lazy("Send the answer"),
        gettext_lazy("The answer is sent."),
    ),
    StaffMove(
        "ask",
        AskForm,
        actions.ask,
        gettext_lazy("Ask the reporter"),
        gettext_lazy("Send the question"),
        gettext_lazy("The question is sent. The report waits for the reporter's answer."),
    ),
    StaffMove(
        "forward",
        ForwardForm,
        actions.forward,
        gettext_lazy("Hand over to another agency"),
        gettext_lazy("Hand over"),
        gettext_lazy("The report is handed over. The agency and the reporter have been told."),
    ),
    StaffMove(
        "resume",
        ReasonForm,
        actions.resume,
        gettext_lazy("Resume"),
        gettext_lazy("Take it up again"),
        gettext_lazy("It is taken up again. Its clocks run on."),
    ),
    StaffMove(
        "postpone",
        PostponeForm,
        actions.postpone,
        gettext_lazy("Postpone"),
        gettext_lazy("Postpone it"),
        gettext_lazy("It is postponed. Whoever sent it has been told why."),
    ),
    StaffMove(
        "classify",
        ClassifyForm,
        actions.classify,
        gettext_lazy("Correct the classification"),
        gettext_lazy("Correct"),
        gettext_lazy("The classification is corrected."),
    ),
    StaffMove(
        "archive",
        ReasonForm,
        actions.archive,
        gettext_lazy("Archive"),
        gettext_lazy("Close without work"),
        gettext_lazy("The report is archived. The reporter has been told why."),
    ),
    StaffMove(
        "reopen",
        ReasonForm,
        actions.reopen,
        gettext_lazy("Reopen"),
        gettext_lazy("Open it again"),
        gettext_lazy("It is open again. Whoever sent it has been told."),
    ),
    StaffMove(
        "note",
        NoteForm,
        actions.add_note,
        gettext_lazy("Note for colleagues"),
        gettext_lazy("Keep the note"),
        gettext_lazy("The note is kept."),
    ),
)


class Moves(CasePanel):
    """The forms of what the person can do with the case now."""

    name = "moves"
    title = gettext_lazy("What to do")
    order = 30
    template_name = "casework/office/moves.html"

    @cached_property
    def offered(self) -> list[StaffMove]:
        possible = {move.name for move in self.view.moves()}
        # A form that was refused is shown whatever is possible by now: its words would be lost.
        return [move for name, move in self.desk.moves.items() if name in possible or name in self.page.refused]

    def is_shown(self) -> bool:
        return bool(self.offered)

    def context(self) -> dict[str, Any]:
        refused = self.page.refused
        next_ones = self.desk.next_moves(self.case)
        table = transitions.moves(self.case.module)
        return {
            "moves": [
                {
                    "name": move.name,
                    "title": move.title,
                    "button": move.button,
                    "form": refused.get(move.name) or move.form(case=self.case, move=table[move.name]),
                    "url": self.desk.url("move", self.case.number, move.name),
                    "templates": self.templates(move.name),
                    "preview": self.page.previewed if move.name in refused else "",
                    "open": move.name in (refused or next_ones),
                }
                for move in self.offered
            ]
        }

    def templates(self, name: str) -> list[ResponseTemplate]:
        """The words that are kept ready for this move."""
        return responses.offered(name, self.case, self.desk.module) if name in AnswerFor.values else []


class MovePage(CaseView):
    """Does one thing with a case (POST). What was typed stays when it is refused."""

    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        # Oversized files are refused while they arrive, without losing the words that came with them.
        return limits_photos(super().as_view(**initkwargs))

    def post(self, request: HttpRequest, number: str, move: str) -> HttpResponse:
        made = self.desk.moves.get(move)
        if made is None:
            raise Http404(move)
        row = transitions.move(self.desk.module, move)
        if "preview" in request.POST and move in AnswerFor.values:
            return self.preview(made, row)
        form = made.form(request.POST, case=self.case, move=row, files=request.FILES)
        keep_photos(request, form)
        if form.is_valid():
            try:
                made.act(case=self.case, actor=self.person, **form.cleaned_data)
            except ValidationError as fault:
                add_faults(form, fault)
            except CaseError as fault:
                form.add_error(None, str(fault))
            else:
                messages.success(request, str(made.done))
                # The case may have gone to an agency that this person does not see.
                still_here = self.desk.cases(self.standing).filter(pk=self.case.pk).exists()
                return redirect(self.case_url if still_here else self.desk.url())
        elif self.case.status not in row.sources:
            form.add_error(None, str(IllegalMove(row, self.case.status, self.view.moves())))
        messages.error(request, _("Nothing was done. Please see the message at the form."))
        return self.show(status=422, **{move: form})

    def preview(self, made: StaffMove, row: Move) -> HttpResponse:
        """The page with the words as they would be sent; nothing is sent. A template chosen replaces the words."""
        given, rows = self.request.POST, responses.offered(row.name, self.case, self.desk.module)
        template = next((kept for kept in rows if str(kept.pk) == given.get("template")), None)
        words = responses.fill(template.words if template else given.get("words", "")[:MAX_WORDS], self.case)
        self.previewed = words
        form = made.form(case=self.case, move=row)
        form.initial["words"] = words
        return self.show(200, **{row.name: form})


def add_faults(form: forms.Form, fault: ValidationError) -> None:
    """Puts what an action refused at the fields that it named."""
    for name, faults in fault.message_dict.items():
        form.add_error(name if name in form.fields else None, faults)
