"""The forms on a case's page at the desk. What they check is only shape; the rules are those of casework."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from balai.accounts.models import User
from balai.agencies.models import Agency, Unit
from balai.agencies.queries import active_agencies, candidates, officers_of
from balai.casework.actions.moving import MAX_REASON, MIN_REASON
from balai.casework.categories import categories, leaves
from balai.casework.lifecycle import Move, Reason
from balai.casework.models import Case, Category, Classification, Severity, Visibility

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
    """A form of one move. `case` is the case as it was read for this request, `move` the city's row of the table.

    A field `reason` is there when the move asks for one, and required when it is demanded.
    """

    def __init__(self, data: Any = None, *, case: Case, move: Move, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"id_{move.name}_%s", **kwargs)
        self.case, self.move = case, move
        if "reason" in self.fields:
            if move.reason is Reason.NONE:
                del self.fields["reason"]
            else:
                self.fields["reason"].required = move.reason is Reason.DEMANDED

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"])
        if self.move.reason is Reason.DEMANDED and len(reason) < MIN_REASON:
            raise forms.ValidationError(gettext("Please write at least %(least)d characters.") % {"least": MIN_REASON})
        return reason


class ReasonForm(MoveForm):
    """Nothing but the reason, which the reporter reads too."""

    reason = words_field(_("Reason"), _("Whoever sent it and everyone who sees it can read this."), MAX_REASON)


class InternalReasonForm(MoveForm):
    """Nothing but the reason, for colleagues."""

    reason = words_field(_("Reason"), _("Only colleagues who handle it can read this."), MAX_REASON)


class AssignForm(MoveForm):
    """To whom the report is given, and who had it when the page was shown. Who is away is named last, and says so."""

    officer = forms.ModelChoiceField(User.objects.none(), label=_("Officer"), empty_label=_("Choose an officer"))
    instead_of = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, case: Case, move: Move, **kwargs: Any) -> None:
        super().__init__(data, case=case, move=move, **kwargs)
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

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"), empty_label=_("Choose an agency"))
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("The agency decides")
    )
    reason = words_field(_("Reason"), _("Whoever sent it and everyone who sees it can read this."), MAX_REASON)

    def __init__(self, data: Any = None, *, case: Case, move: Move, **kwargs: Any) -> None:
        super().__init__(data, case=case, move=move, **kwargs)
        self.fields["agency"].queryset = active_agencies()  # type: ignore[attr-defined]
        units = Unit.objects.filter(active=True, agency__active=True).select_related("agency")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.agency.short_name}: {unit.name}"  # type: ignore[attr-defined]


class PostponeForm(MoveForm):
    """Until when, and why."""

    # The browser's own: Wagtail's chooser needs scripts that this page has no other use for.
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    reason = words_field(_("Reason"), _("Whoever sent it and everyone who sees it can read this."), MAX_REASON)

    def __init__(self, data: Any = None, *, case: Case, move: Move, **kwargs: Any) -> None:
        super().__init__(data, case=case, move=move, **kwargs)
        self.initial["until"] = timezone.localdate() + datetime.timedelta(days=7)


class ClassifyForm(MoveForm):
    """What kind of case it is. What stays as it was is no change."""

    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"), empty_label=None)
    classification = forms.ChoiceField(label=_("Classification"), choices=Classification.choices)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    visibility = forms.ChoiceField(
        label=_("Visibility"),
        choices=Visibility.choices,
        help_text=_("Anonymous hides the sender from the agency and the public, secret hides everything."),
    )
    reason = words_field(_("Reason"), _("Only colleagues who handle it can read this."), MAX_REASON)

    def __init__(self, data: Any = None, *, case: Case, move: Move, **kwargs: Any) -> None:
        super().__init__(data, case=case, move=move, **kwargs)
        found = leaves(categories(case.module))
        known = [row.pk for row in found]
        field = self.fields["category"]
        field.queryset = Category.objects.filter(pk__in=[*known, case.category_id])  # type: ignore[attr-defined]
        names = {row.pk: row.name for row in found} | {case.category_id: case.category.name}
        field.choices = list(names.items())  # type: ignore[attr-defined]
        self.initial.update(
            category=case.category_id,
            classification=case.classification,
            severity=case.severity,
            visibility=case.visibility,
        )


class ReplyForm(MoveForm):
    words = words_field(_("Your answer"), _("Whoever sent it is told by mail. Everyone who sees it can read this."))


class AskForm(MoveForm):
    words = words_field(
        _("Your question"), _("The clocks stand still until the reporter answers. Everyone can read the question.")
    )


class NoteForm(MoveForm):
    words = words_field(_("Note"), _("Only colleagues who handle it can read this."))
