"""The way out: SMTP for mails, an HTTP gateway for SMS.

The SMS protocol (docs/operators.md): POST to SMS_GATEWAY_URL, `Authorization: Bearer <SMS_GATEWAY_TOKEN>`, a JSON body
{"id", "to", "text", "sender"}. `to` is E.164; `id` is the same for every attempt at one message, so that a gateway can
drop a repetition. 2xx accepts; 400, 404, 410 and 422 refuse this message for good; anything else may pass.
"""

from __future__ import annotations

import http.client
import json
import smtplib
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from balai.notifications.kinds import kinds
from balai.notifications.links import stop_path
from balai.notifications.models import Channel, Message
from balai.notifications.queries import here, mail_sender
from balai.notifications.rendering import footer

TIMEOUT_SECONDS = 10
REFUSED_FOR_GOOD = {400, 404, 410, 422}


class TemporaryFailure(Exception):
    """The message may get through later."""


class PermanentFailure(Exception):
    """The message will never get through."""


def send(message: Message) -> None:
    """Hands the message over. Raises TemporaryFailure or PermanentFailure, with a reason free of personal data."""
    (send_sms if message.channel == Channel.SMS else send_mail)(message)


def send_mail(message: Message) -> None:
    sender = mail_sender()
    can_be_stopped = message.kind in kinds() and message.recipient_id is not None
    stop_url = here().url + stop_path(message.key) if can_be_stopped else ""
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text + (footer(stop_url, message.language) if stop_url else ""),
        from_email=sender,
        to=[message.address],
        headers={
            # The same for every attempt: receiving servers drop a repetition.
            "Message-ID": f"<{reference(message)}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>",
            "Auto-Submitted": "auto-generated",
            # RFC 8058: one click in the mail program, without a page in between.
            **(
                {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
                if stop_url
                else {}
            ),
        },
        connection=get_connection(settings.MAIL_TRANSPORT, timeout=TIMEOUT_SECONDS),
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _reason in refusal.recipients.values()]
        raise _by_code("recipient refused", codes) from refusal
    except smtplib.SMTPDataError as refusal:
        raise _by_code("mail refused", [refusal.smtp_code]) from refusal
    except (smtplib.SMTPException, OSError) as problem:
        # Also a refused sender or sign-in: the operator repairs that, and the messages must then still go out.
        code = getattr(problem, "smtp_code", "")
        raise TemporaryFailure(f"mail server: {type(problem).__name__} {code}".strip()) from problem
    except (ValueError, UnicodeError) as problem:
        raise PermanentFailure(f"not a mail: {type(problem).__name__}") from problem


def _by_code(what: str, codes: list[int]) -> Exception:
    words = f"{what}: {', '.join(map(str, codes))}"
    return PermanentFailure(words) if codes and all(code >= 500 for code in codes) else TemporaryFailure(words)


def send_sms(message: Message) -> None:
    address = urlsplit(settings.SMS_GATEWAY_URL)
    if not address.hostname or address.scheme not in ("http", "https"):
        raise PermanentFailure("no SMS gateway is configured")
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    gateway = kind(address.hostname, address.port, timeout=TIMEOUT_SECONDS)
    body = {"id": reference(message), "to": message.address, "text": message.text, "sender": here().short_name}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"}
    try:
        gateway.request("POST", address._replace(scheme="", netloc="").geturl() or "/", json.dumps(body), headers)
        status = gateway.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        raise TemporaryFailure(f"SMS gateway: {type(problem).__name__}") from problem
    finally:
        gateway.close()
    if 200 <= status < 300:
        return
    raise (PermanentFailure if status in REFUSED_FOR_GOOD else TemporaryFailure)(f"SMS gateway: {status}")


def reference(message: Message) -> str:
    """Names the message in the whole installation; the time keeps it unique after a database was made anew."""
    return f"{here().schema_name}.{message.pk}.{int(message.created_at.timestamp())}"
