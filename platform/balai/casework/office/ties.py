"""Panels and pages of a case's ties: its tasks, duplicates, its part in another city, and texts to correct."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.agencies.queries import Act
from balai.casework import actions, again, edits, elsewhere, kin
from balai.casework.errors import CaseError
from balai.casework.models import Case
from balai.casework.office.case_page import CasePanel, CaseView
from balai.casework.office.move_forms import words_field
from balai.casework.office.moves import add_faults

EXCERPT = 100


class Ties(CasePanel):
    """Where else the case is handled."""

    name = "ties"
    title = gettext_lazy("Also handled elsewhere")
    quiet = True
    order = 5
    template_name = "casework/office/ties.html"

    def __init__(self, page: CaseView) -> None:
        super().__init__(page)
        self.earlier, self.later = again.before(self.view), again.after(self.view)

    def is_shown(self) -> bool:
        case = self.case
        tied = case.to_city or case.from_city or case.merged_into_id or case.parent_id
        return bool(tied or self.earlier or self.later)

    def context(self) -> dict[str, Any]:
        into, parent = kin.merged_into(self.view), kin.task_of(self.case)
        return {
            "to_city": elsewhere.part_to(self.case),
            "from_city": elsewhere.part_from(self.case),
            "earlier": self.earlier,
            "earlier_url": self.link(self.earlier),
            "later": [{"case": each, "url": self.link(each)} for each in self.later],
            "into": into,
            "into_url": self.link(into),
            "parent": parent,
            "parent_url": self.link(parent),
            "parent_photos": [self.page.picture(photo) for photo in kin.photos_of_report(parent)] if parent else [],
        }

    def link(self, other: Case | None) -> str:
        """The other case's page at this desk, where the person sees it."""
        if other is None or not self.desk.cases(self.page.standing).filter(pk=other.pk).exists():
            return ""
        return self.desk.url("report", other.number)


class Duplicates(CasePanel):
    """The reports that were joined to this one, with their words and photos."""

    name = "duplicates"
    title = gettext_lazy("Others sent the same")
    order = 20
    template_name = "casework/office/duplicates.html"

    def __init__(self, page: CaseView) -> None:
        super().__init__(page)
        # Whoever only stands behind it has sent nothing.
        self.merged = kin.merged(self.view) if self.case.weight > 1 else []

    def is_shown(self) -> bool:
        return bool(self.merged)

    def context(self) -> dict[str, Any]:
        return {
            "duplicates": [
                {
                    "case": each.case,
                    "url": self.desk.url("report", each.case.number),
                    "photos": [self.page.picture(photo) for photo in each.photos],
                }
                for each in self.merged
            ]
        }


class Tasks(CasePanel):
    """The tasks that the case was split into: who has each, how far it is, and a way to cancel it."""

    name = "tasks"
    title = gettext_lazy("Tasks given out")
    order = 25
    template_name = "casework/office/tasks.html"

    def __init__(self, page: CaseView) -> None:
        super().__init__(page)
        self.works = kin.tasks(self.case) if self.case.parent_id is None else []

    def is_shown(self) -> bool:
        return bool(self.works)

    def context(self) -> dict[str, Any]:
        may_cancel = self.view.standing.can(Act.ASSIGN, self.case.agency_id) and not self.case.to_city
        return {
            "progress": kin.progress(self.case),
            "cancel_url": self.desk.url("cancel_one", self.case.number),
            "works": [
                {
                    "case": work.case,
                    "officer": work.officer,
                    "result": work.result,
                    "photos": [self.page.picture(photo) for photo in work.photos],
                    "can_cancel": work.case.is_open and may_cancel,
                }
                for work in self.works
            ],
        }


class CancelOne(CaseView):
    """Cancels one of the case's tasks (POST), for the desk that gave it out."""

    address, url_name = "cancel-task", "cancel_one"

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        task = Case.objects.filter(parent=self.case.pk, number=request.POST.get("task", "")).first()
        if task is None:
            raise Http404("no such task")
        try:
            actions.cancel_task(case=task, actor=self.person, reason=request.POST.get("reason", ""))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        except CaseError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The task is cancelled."))
        return redirect(f"{self.case_url}#tasks-title")


class Texts(CasePanel):
    """Leads to the correction of a text that others can read."""

    name = "texts"
    title = gettext_lazy("Correct a text")
    quiet = True
    aside = True
    order = 60
    template_name = "casework/office/texts.html"

    def is_shown(self) -> bool:
        return self.view.can("edit")

    def context(self) -> dict[str, Any]:
        url = self.desk.url("edit", self.case.number)
        return {
            "texts": [{"url": f"{url}?of={of}", "words": words[:EXCERPT]} for of, words in texts_of(self.case).items()]
        }


def texts_of(case: Case) -> dict[int, str]:
    """The texts of a case that staff can correct, by the sequence number of their entry."""
    return edits.editable(list(case.timeline.order_by("sequence")), case)


class EditForm(forms.Form):
    """The text as it is to read, and why."""

    words = words_field(gettext_lazy("Text"), gettext_lazy("The former text stays readable for colleagues only."))
    reason = words_field(
        gettext_lazy("Reason"), gettext_lazy("Whoever sent it and everyone who sees it can read this."), 500
    )


class Edit(CaseView):
    """Corrects one text; `of` in the address says which."""

    address = url_name = "edit"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        of, texts = self.chosen()
        return self.form(EditForm(initial={"words": texts[of]}), of)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        of, _texts = self.chosen()
        form = EditForm(request.POST)
        if form.is_valid():
            try:
                actions.edit(case=self.case, actor=self.person, of=of, **form.cleaned_data)
            except ValidationError as fault:
                add_faults(form, fault)
            except CaseError as fault:
                form.add_error(None, str(fault))
            else:
                messages.success(request, _("The text is corrected. Everyone sees that, and why."))
                return redirect(self.case_url)
        return self.form(form, of, status=422)

    def chosen(self) -> tuple[int, dict[int, str]]:
        """Which text, and all of them. Raises Http404."""
        texts = texts_of(self.case)
        of = self.request.GET.get("of", "1")
        if not self.view.can("edit") or not of.isdecimal() or int(of) not in texts:
            raise Http404("no such text to correct")
        return int(of), texts

    def form(self, form: EditForm, of: int, status: int = 200) -> HttpResponse:
        return self.page(
            "casework/office/edit.html",
            title=_("Correct a text of %(number)s") % {"number": self.case.number},
            crumbs=[(self.desk.url(), _("Incoming reports")), (self.case_url, self.case.number)],
            status=status,
            form=form,
            action=f"{self.desk.url('edit', self.case.number)}?of={of}",
            back=self.case_url,
        )
