"""Forms of LAKSA's own moves on a case's page. What they check is only shape; the rules are the actions'."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.laksa.actions.answering import MAX_ANSWER, MAX_PROGRAMME
from apps.laksa.models import Rule
from balai.casework.actions import Order
from balai.casework.actions.moving import MAX_DOCUMENTS, MAX_PHOTOS, MAX_REASON
from balai.casework.actions.splitting import MAX_TASK_WORDS
from balai.casework.models import Case
from balai.casework.office.move_forms import AskForm, MoveForm, words_field
from balai.casework.office.ties_forms import ROWS, worker, workers
from balai.portal.forms import DocumentsField, PhotosField

READ_BY_ALL = _("The author and everyone who sees the aspiration can read it.")


class AskForChangesForm(AskForm):
    words = words_field(
        _("What should be changed?"),
        _("The author is told, can rewrite it and send it again. The clocks stand still until then."),
    )


class RejectForm(MoveForm):
    """Under which rule, why, and whether it stays to be read."""

    rule = forms.ModelChoiceField(Rule.objects.none(), label=_("Rule"), empty_label=_("Choose a rule"))
    reason = words_field(_("Reason"), _("The author reads it, and can appeal once."), MAX_REASON)
    hide = forms.BooleanField(
        label=_("Do not show it to all any more"),
        help_text=_("What waits for review is not shown in any case."),
        required=False,
    )

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        # Not cut off: a form cannot choose from a slice.
        self.fields["rule"].queryset = Rule.objects.filter(active=True)  # type: ignore[attr-defined]


class AppealForm(MoveForm):
    """Whether the author is right."""

    grant = forms.TypedChoiceField(
        label=_("The appeal is"),
        choices=[("1", _("granted: the aspiration is open again")), ("0", _("dismissed: the rejection stands"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = words_field(_("Reason"), _("The author is told."), MAX_REASON)


class DisposeForm(MoveForm):
    """The agency that has it from now on, and further ones that are asked as well."""

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        self.leads = case.agency_id is None
        choices = [("", gettext("None")), *workers()]
        for row in range(1, ROWS + 1):
            first = row == 1 and self.leads
            label = gettext("Responsible agency") if first else gettext("Further agency")
            self.fields[f"who_{row}"] = forms.ChoiceField(label=label, choices=choices, required=row == 1)
            if not first:
                field = words_field(gettext("What it is asked"), longest=MAX_TASK_WORDS)
                field.required, field.widget.attrs["rows"] = False, 2
                self.fields[f"words_{row}"] = field
        self.fields["reason"] = words_field(_("Words to the agencies"), READ_BY_ALL, MAX_REASON)
        self.fields["reason"].required = False

    def clean_reason(self) -> str:
        return str(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        orders = []
        for row in range(1, ROWS + 1):
            who, words = cleaned.get(f"who_{row}", ""), cleaned.get(f"words_{row}", "")
            if words and not who:
                self.add_error(f"who_{row}", gettext("Choose the agency."))
            elif who:
                agency, unit = worker(who)
                if not words and not (row == 1 and self.leads):
                    self.add_error(f"words_{row}", gettext("Say what the agency is asked."))
                orders.append(Order(agency, words, unit))
        return {"orders": orders, "reason": cleaned.get("reason", "")}


class _WithTasks(MoveForm):
    """Mixin: while agencies still owe an answer to a task, why it is not waited for."""

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        if case.tasks.open().exists():
            self.fields["without_tasks"] = words_field(
                _("Why the open tasks are not waited for"), _("Their agencies are told."), MAX_REASON
            )


class AnswerForm(MoveForm):
    """An official answer, with what belongs to it."""

    words = words_field(_("The answer"), READ_BY_ALL, MAX_ANSWER)
    photos = PhotosField(label=_("Photos"), most=MAX_PHOTOS, required=False)
    documents = DocumentsField(label=_("Documents (PDF)"), most=MAX_DOCUMENTS, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        for name in ("photos", "documents"):
            cleaned[f"{name[:-1]}_ids"] = [UUID(pk) for pk in cleaned.pop(name, [])]
        return cleaned


class PlanForm(_WithTasks):
    """In which year and by which programme."""

    year = forms.IntegerField(label=_("Year of the plan"), widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    programme = forms.CharField(
        label=_("Programme"), help_text=_("As the plan (RKPD, RPJMD) calls it."), max_length=MAX_PROGRAMME
    )
    words = words_field(_("What that means"), READ_BY_ALL, MAX_ANSWER)

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        self.initial["year"] = timezone.localdate().year + 1


class ConcludeForm(_WithTasks):
    """The official answer is the end of it; words to the author are welcome."""

    reason = words_field(_("Words to the author"), READ_BY_ALL, MAX_REASON)


class DeclineForm(_WithTasks):
    reason = words_field(_("Reason"), READ_BY_ALL, MAX_ANSWER)


class FulfilForm(_WithTasks, AnswerForm):
    """What is there now, with a photo or a document that shows it."""

    words = words_field(_("What was done"), READ_BY_ALL, MAX_ANSWER)
    photos = PhotosField(
        label=_("Photos of the result"),
        help_text=_("A photo or a document is needed."),
        most=MAX_PHOTOS,
        required=False,
    )
