"""A real SMTP server that keeps what it is given instead of passing it on."""

from __future__ import annotations

import logging
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from balai.sandbox.actions import store

logger = logging.getLogger(__name__)

SIZE_LIMIT = 5 * 1024 * 1024


class Keeper:
    """aiosmtpd's handler."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        try:
            await sync_to_async(keep)(envelope.content, envelope.mail_from, envelope.rcpt_tos)
        except Exception:
            # A temporary refusal: the outbox of Balai tries again.
            logger.exception("mail could not be kept")
            return "451 Could not be kept, try again"
        return "250 Kept"


def keep(content: bytes, sender: str, addresses: list[str]) -> None:
    """Stores one row per recipient. `content` is the mail as it came over the wire."""
    close_old_connections()
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    reference = str(mail.get("Message-ID") or uuid4())
    for address in addresses:
        store(
            kind="mail",
            sender=str(mail.get("From") or sender),
            address=address,
            subject=str(mail.get("Subject") or ""),
            text=_body(mail, "plain"),
            html=_body(mail, "html"),
            reference=f"{reference} {address}",
        )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def make_server() -> SMTP:
    """The protocol object for one connection."""
    return SMTP(Keeper(), data_size_limit=SIZE_LIMIT, ident="Balai sandbox", enable_SMTPUTF8=True)
