"""Reads: where messages come from and which are due."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from balai.notifications.models import Message
from tenants.connection import connection
from tenants.models import City


def here() -> City:
    """The current city, or the hub's row on the hub."""
    tenant = connection.tenant
    if not isinstance(tenant, City) or tenant.schema_name != connection.schema_name:
        tenant = City.objects.get(schema_name=connection.schema_name)
    return tenant


def mail_sender() -> str:
    """The From line of mails sent from here: the city's own address, else the installation's under the city's name."""
    city = here()
    return formataddr((city.short_name, city.mail_sender or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def due() -> QuerySet[Message]:
    """Messages that nobody has finished and whose time has come, the longest waiting first."""
    return Message.objects.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at", "pk")


def sms_is_offered() -> bool:
    """Whether phone numbers can be written to."""
    return bool(settings.SMS_GATEWAY_URL)
