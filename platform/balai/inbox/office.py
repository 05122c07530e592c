"""The back office: one's own unread messages on the welcome page, and how the city's outbox stands."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.notifications import actions, queries
from balai.notifications.kinds import kind_of
from balai.notifications.models import Channel, Message, Status
from balai.notifications.wording import masked
from balai.office.screens import CITY, PageScreen, Panel, View

PER_PAGE = 50


class Outbox(View):
    """What is under way and what never arrived. Addresses are masked, words are not shown."""

    page_title = gettext_lazy("Outgoing messages")
    permission = "notifications.view_message"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(queries.undelivered(), PER_PAGE).get_page(request.GET.get("p"))
        counts = queries.counts_of_waiting()
        return self.page(
            "inbox/office/outbox.html",
            failed=[self.row(message) for message in page],
            page_obj=page,
            waiting=[(status.label, counts[status]) for status in Status if counts.get(status)],
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        number = request.POST.get("message", "")
        known = number.isascii() and number.isdecimal() and len(number) <= 18
        message = Message.objects.filter(pk=number).first() if known else None
        if message is not None:
            try:
                actions.resend(message=message, actor=self.person)
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
            else:
                messages.success(request, _("The message is sent again."))
        return redirect("city.outbox:index")

    def row(self, message: Message) -> dict[str, Any]:
        """What the list says of a message."""
        return {
            "id": message.pk,
            "at": message.created_at,
            "kind": kind_of(message.kind).label or _("Account and security"),
            "channel": Channel(message.channel).label,
            "address": masked(message.channel, message.address),
            "reason": message.error,
            "can_resend": queries.can_be_resent(message),
        }


class OutboxScreen(PageScreen):
    scope = CITY
    name = "outbox"
    menu_label = gettext_lazy("Outgoing messages")
    icon = "mail"
    add_to_settings_menu = True
    menu_order = 620
    view_class = Outbox


class UnreadPanel(Panel):
    """How many messages the person has not read, where there are any."""

    name = "inbox-unread"
    order = 5
    template_name = "inbox/office/panel.html"
    most: ClassVar[int] = queries.MOST_UNREAD

    def is_shown(self) -> bool:
        self.unread = queries.unread_count(self.request.user)
        return self.unread > 0

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"unread": self.unread, "most": self.most}
