"""Whether the reporter was told: the panel of a case's page, and sending a failed message again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.casework.office.case_page import CasePanel, CaseView
from balai.casework.told import messages_to_reporters, shows_address
from balai.notifications.actions import resend
from balai.notifications.queries import can_be_resent
from balai.notifications.wording import delivery_sentence


class Told(CasePanel):
    name = "told"
    title = gettext_lazy("Told to whoever sent it")
    aside = True
    order = 40
    template_name = "casework/office/told.html"

    def context(self) -> dict[str, Any]:
        shown = shows_address(self.view)
        return {
            "resend_url": self.desk.url("resend", self.case.number),
            "receipts": [
                {
                    "id": message.pk,
                    "title": message.subject,
                    "at": message.created_at,
                    "sentence": delivery_sentence(message, show_address=shown),
                    "lines": message.deliveries.all(),
                    "can_resend": can_be_resent(message),
                }
                for message in messages_to_reporters(self.view)
            ],
        }


class Resend(CaseView):
    """The button beside a message that did not arrive."""

    address, url_name = "resend", "resend"

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        chosen = {str(message.pk): message for message in messages_to_reporters(self.view)}
        message = chosen.get(request.POST.get("message", ""))
        if message is None:
            raise Http404("no such message about this case")
        try:
            resend(message=message, actor=self.person)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("The message is sent again."))
        return redirect(self.case_url)
