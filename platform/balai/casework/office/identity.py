"""Who reported, at the desk; and the act by which the command room has a hidden name shown."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.casework import contacts, reveal
from balai.casework.errors import CaseError
from balai.casework.models import Contact, Reveal
from balai.casework.office.case_page import CasePanel, CaseView


class RevealForm(forms.Form):
    """Why somebody has to know."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you need to know who sent it?"),
        help_text=gettext_lazy("It is recorded with your name, and whoever sent it can read it."),
        min_length=reveal.MIN_REASON,
        max_length=reveal.MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Identity(CasePanel):
    """The reporter: what this person may know of them, or why not."""

    name = "identity"
    title = gettext_lazy("Who sent it")
    aside = True
    order = 20
    template_name = "casework/office/identity.html"

    def context(self) -> dict[str, Any]:
        view, case = self.view, self.case
        hidden = case.hides_name and not view.shows_reporter
        shown = None
        if case.hides_name and view.revealed:
            shown = Reveal.objects.filter(case=case, actor=view.standing.user_id).first()
        return {
            "identity": reveal.identity_of(view),
            "hidden": hidden,
            "until": shown.until if shown is not None else None,
            "form": (self.page.refused.get("identity") or RevealForm()) if hidden and view.room_post else None,
            "reveal_url": self.desk.url("identity", case.number),
            "has_account": case.reporter_id is not None,
            "entered": case.entered_by_id is not None,
            "contact": case.entered_by_id is not None and not hidden and Contact.objects.filter(case=case).exists(),
            "erase_url": self.desk.url("erase_contact", case.number),
        }


class RevealPage(CaseView):
    """Has the hidden name shown to this person for a while (POST)."""

    address, url_name = "identitas", "identity"
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        form = RevealForm(request.POST)
        if form.is_valid():
            try:
                reveal.reveal(case=self.case, actor=self.person, reason=form.cleaned_data["reason"])
            except ValidationError as fault:
                form.add_error("reason", fault.messages)
            except CaseError as fault:
                messages.error(request, str(fault))
                return redirect(self.case_url)
            else:
                messages.success(request, _("The name is shown to you for half an hour. This has been recorded."))
                return redirect(self.case_url)
        return self.show(status=422, identity=form)


class EraseContact(CaseView):
    """Erases what is known of the resident for whom the case was entered, at their request (POST)."""

    address, url_name = "hapus-kontak", "erase_contact"
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        if not self.view.shows_reporter:
            messages.error(request, _("You may not do this here."))
        elif contacts.erase_contact(case=self.case, actor=self.person):
            messages.success(request, _("The resident's name and contact are erased."))
        return redirect(self.case_url)
