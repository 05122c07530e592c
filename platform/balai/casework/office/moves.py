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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.casework import actions
from balai.casework.errors import CaseError
from balai.casework.office.case_page import CasePanel, CaseView
from balai.casework.office.move_forms import AssignForm, ForwardForm, MoveForm, NoteForm, ReplyForm
from balai.modules import Text


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
        "forward",
        ForwardForm,
        actions.forward,
        gettext_lazy("Hand over to another agency"),
        gettext_lazy("Hand over"),
        gettext_lazy("The report is handed over. The agency and the reporter have been told."),
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

    def offered(self) -> list[StaffMove]:
        return [move for move in self.desk.moves.values() if self.view.can(move.name)]

    def is_shown(self) -> bool:
        return bool(self.offered())

    def context(self) -> dict[str, Any]:
        refused = self.page.refused
        first = "assign" if self.case.assignee_id is None else ""
        return {
            "moves": [
                {
                    "name": move.name,
                    "title": move.title,
                    "button": move.button,
                    "form": refused.get(move.name) or move.form(case=self.case),
                    "url": self.desk.url("move", self.case.number, move.name),
                    "open": move.name in refused or (not refused and move.name == first),
                }
                for move in self.offered()
            ]
        }


class MovePage(CaseView):
    """Does one thing with a case (POST). What was typed stays when it is refused."""

    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, number: str, move: str) -> HttpResponse:
        made = self.desk.moves.get(move)
        if made is None:
            raise Http404(move)
        form = made.form(request.POST, case=self.case)
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
        messages.error(request, _("Nothing was done. Please see the message at the form."))
        if not self.view.can(move):
            # The move is not possible any more, so its form is not on the page either.
            for said in form.non_field_errors():
                messages.error(request, str(said))
            return redirect(self.case_url)
        return self.show(status=422, **{move: form})


def add_faults(form: forms.Form, fault: ValidationError) -> None:
    """Puts what an action refused at the fields that it named."""
    for name, faults in fault.message_dict.items():
        form.add_error(name if name in form.fields else None, faults)
