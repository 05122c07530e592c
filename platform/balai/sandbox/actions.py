from __future__ import annotations

from django.db import transaction
from django_tenants.utils import schema_context

from balai.sandbox.models import Outgoing
from tenants.models import HUB_SCHEMA

KEPT = 2000
"""So many messages are kept; older ones go when new ones come."""


def store(
    *, kind: str, sender: str, address: str, text: str, reference: str, subject: str = "", html: str = ""
) -> bool:
    """Keeps the message; False for a repetition of the same `reference`."""
    values = {
        "kind": kind,
        "sender": sender[:254],
        "address": address[:254],
        "subject": subject[:300],
        # PostgreSQL's text holds no NUL.
        "text": text.replace("\0", ""),
        "html": html.replace("\0", ""),
    }
    with schema_context(HUB_SCHEMA), transaction.atomic():
        message, created = Outgoing.objects.get_or_create(reference=reference[:200], defaults=values)
        Outgoing.objects.filter(pk__lte=message.pk - KEPT).delete()
    return created
