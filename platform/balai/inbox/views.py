"""The inbox: what a person was told, what became of each message, and how the person wants to be told."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from balai.inbox.forms import PreferencesForm
from balai.portal.operation_view import run, shipped_document
from balai.portal.views import OperationFormView, OperationView


def shown(node: dict[str, Any]) -> dict[str, Any]:
    """An InboxMessage as the templates use it: with its address, and its times as times."""
    receipt = node["receipt"]
    return {
        **node,
        "url": reverse("inbox:message", args=[node["id"]]),
        "at": parse_datetime(receipt["createdAt"]),
        "failed": receipt["status"] in ("FAILED_TEMPORARY", "FAILED_PERMANENT"),
        "lines": [{**line, "at": parse_datetime(line["at"])} for line in receipt.get("deliveries", [])],
    }


class Inbox(OperationView):
    """Everything the person was told in this city, newest first."""

    document = "inbox"
    template_name = "inbox/inbox.html"
    login_required = True

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"after": request.GET.get("setelah") or None}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        info = data["inbox"]["pageInfo"]
        later = f"{reverse('inbox:inbox')}?{urlencode({'setelah': info['endCursor']})}"
        return {
            "inbox": [shown(node) for node in data["inbox"]["nodes"]],
            "next_url": later if info["hasNextPage"] else "",
        }


class MarkAllRead(OperationFormView):
    """The button above the inbox."""

    mutation = "mark_all_read"
    form_class = django_forms.Form
    login_required = True
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse("inbox:inbox")


class Message(OperationView):
    """One message; opening it is reading it."""

    document = "message"
    template_name = "inbox/message.html"
    login_required = True

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"id": str(kwargs["pk"])}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        data = self.answer(**kwargs)
        if not data["inboxMessage"]["read"]:
            run(shipped_document("mark_read", type(self)), {"ids": [str(kwargs["pk"])]}, request)
        return self.show(data)

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"message": shown(data["inboxMessage"])}


class Resend(Message, OperationFormView):
    """The button on a message that could not be sent."""

    mutation = "resend"
    form_class = django_forms.Form
    success_message = _("The message is sent again.")
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def get_mutation_variables(self, form: django_forms.Form, **kwargs: Any) -> dict[str, Any]:
        return {"id": str(kwargs["pk"])}

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse("inbox:message", args=[payload["receipt"]["id"]])


class Preferences(OperationFormView):
    """How the person wants to be told in this city."""

    document = "preferences"
    mutation = "update_preferences"
    form_class = PreferencesForm
    template_name = "inbox/preferences.html"
    login_required = True
    success_message = _("Your choice holds from now on.")

    def get_form(self, answer: dict[str, Any], **kwargs: Any) -> django_forms.Form:
        return PreferencesForm(answer["messagePreferences"], **kwargs)

    def get_mutation_variables(self, form: django_forms.Form, **kwargs: Any) -> dict[str, Any]:
        assert isinstance(form, PreferencesForm)
        return form.variables()

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse("inbox:preferences")
