"""The forms on a report's page at the desk. What they check is only shape; the rules are those of casework."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from balai.accounts.models import User
from balai.agencies.models import Agency, Unit
from balai.agencies.queries import active_agencies, candidates, officers_of
from balai.casework.models import Case

LONGEST = 2000


def words_field(label: Any, help_text: Any = "", longest: int = LONGEST) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=longest,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MoveForm(forms.Form):
    """A form of one move. `case` is the report as it was read for this request."""

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data, auto_id=f"id_{self.prefix_of_ids}_%s")
        self.case = case

    prefix_of_ids = "move"


class AssignForm(MoveForm):
    """To whom the report is given, and who had it when the page was shown. Who is away is named last, and says so."""

    prefix_of_ids = "assign"
    officer = forms.ModelChoiceField(User.objects.none(), label=_("Officer"), empty_label=_("Choose an officer"))
    instead_of = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        self.offered = candidates(case.agency, case.unit) if case.agency is not None else []
        field = self.fields["officer"]
        if case.agency is not None:
            field.queryset = officers_of(case.agency)  # type: ignore[attr-defined]
        pairs = [(item.user.pk, item.label) for item in self.offered]
        field.choices = [("", field.empty_label), *pairs]  # type: ignore[attr-defined]
        self.initial["instead_of"] = case.assignee_id

    @property
    def nobody_to_choose(self) -> bool:
        """Whether the agency has no officer at all."""
        return not self.offered


class ForwardForm(MoveForm):
    """Another agency or unit, and why."""

    prefix_of_ids = "forward"
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"), empty_label=_("Choose an agency"))
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("The agency decides")
    )
    reason = words_field(_("Reason"), _("The reporter and everyone who sees the report can read it."), 500)

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        self.fields["agency"].queryset = active_agencies()  # type: ignore[attr-defined]
        units = Unit.objects.filter(active=True, agency__active=True).select_related("agency")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.agency.short_name}: {unit.name}"  # type: ignore[attr-defined]


class ReplyForm(MoveForm):
    prefix_of_ids = "reply"
    words = words_field(_("Your answer"), _("The reporter is told by mail. Everyone who sees the report can read it."))


class NoteForm(MoveForm):
    prefix_of_ids = "note"
    words = words_field(_("Note"), _("Only colleagues who handle this report can read it."))
