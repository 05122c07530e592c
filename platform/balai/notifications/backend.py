"""Django's mail interface in front of the outbox, for libraries that send mail by themselves (Wagtail's moderation)."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from balai.notifications.actions import post


class OutboxBackend(BaseEmailBackend):
    """Writes each mail into the outbox of the current schema, one row per recipient.

    The sender becomes the city's; attachments are dropped, for nothing here sends any.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            html = ""
            if isinstance(mail, EmailMultiAlternatives):
                html = next((str(part[0]) for part in mail.alternatives if part[1] == "text/html"), "")
            for address in mail.recipients():
                post(
                    address=address,
                    subject=" ".join(str(mail.subject).split())[:200],
                    text=str(mail.body),
                    html=html,
                    language=get_language() or "",
                )
        return len(email_messages)
