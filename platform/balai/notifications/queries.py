"""Reads: where messages come from, who can be reached how, what is due, and a person's inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from balai.notifications import links
from balai.notifications.kinds import Access, access_to
from balai.notifications.models import FAILED, Channel, Message, Preference, Status
from balai.notifications.planning import DEFAULT
from tenants.connection import connection
from tenants.models import City
from tenants.statements import Statement, among

MOST_UNREAD = 100
"""The number in the header is counted no further: it says "99+"."""
MOST_ABOUT = 20
HAND_OVER = timedelta(seconds=60)
"""How long a queued message may wait for a worker before the sweep takes the alarm for lost."""


class Recipient(Protocol):
    """A person who can be written to (accounts.User)."""

    pk: Any
    name: str
    language: str
    email: str | None
    phone: str | None
    phone_verified: bool


def here() -> City:
    """The current city, or the hub's row on the hub."""
    tenant = connection.tenant
    if not isinstance(tenant, City) or tenant.schema_name != connection.schema_name:
        tenant = City.objects.get(schema_name=connection.schema_name)
    return tenant


def zone() -> ZoneInfo:
    """The clock of the current city."""
    return ZoneInfo(here().timezone)


def mail_sender() -> str:
    """The From line of mails sent from here: the city's own address, else the installation's under the city's name."""
    city = here()
    return formataddr((city.short_name, city.mail_sender or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def queued() -> QuerySet[Message]:
    """Messages that wait for a worker: one-time codes, for which somebody sits and waits, then the longest waiting."""
    # Twice as long as any waits: the clock of whoever wrote it may be ahead of the worker's.
    soon = timezone.now() + 2 * HAND_OVER
    rows = Message.objects.filter(status=Status.QUEUED, next_attempt_at__lte=soon)
    return rows.order_by("-secret", "next_attempt_at", "pk")


def due() -> QuerySet[Message]:
    """Messages that nobody has finished and whose time has come, the longest waiting first."""
    return Message.objects.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at", "pk")


def sms_is_offered() -> bool:
    """Whether phone numbers can be written to."""
    return bool(settings.SMS_GATEWAY_URL)


def reachable(people: Iterable[Recipient]) -> dict[Any, dict[str, str]]:
    """The verified addresses of people by channel, in one statement; someone without any has an empty dict."""
    people = list(people)
    mails = {person.pk: person.email for person in people if person.email}
    proved: set[tuple[Any, str]] = set()
    if mails:
        proved = set(PROVED.rows(people=list(mails), mails=list(mails.values())))
    found: dict[Any, dict[str, str]] = {}
    for person in people:
        found[person.pk] = {}
        if (person.pk, mails.get(person.pk)) in proved:
            found[person.pk][Channel.MAIL] = mails[person.pk]
        if person.phone and person.phone_verified:
            found[person.pk][Channel.SMS] = person.phone
    return found


def preferences(user_ids: Iterable[Any]) -> dict[Any, Preference]:
    """What people have chosen here, by their id, in one statement; who chose nothing is missing."""
    return {row.user_id: row for row in CHOSEN.objects(people=list(user_ids))}


CHOSEN = Statement(lambda: Preference.objects.filter(among("user_id", "people")))
PROVED = Statement(
    lambda: (
        apps.get_model("account", "EmailAddress")
        ._default_manager.filter(among("user_id", "people"), among("email", "mails"), verified=True)
        .values_list("user_id", "email")
    )
)


def preference_of(user_id: Any) -> Preference:
    """The person's preferences, or those of everybody who chose nothing."""
    return Preference.objects.filter(user_id=user_id).first() or DEFAULT


# -- the inbox -------------------------------------------------------------------------------------------------------


def inbox(user: Any) -> QuerySet[Message]:
    """Everything the person was told in this city, newest first; without one-time codes."""
    return Message.objects.filter(recipient_id=user.pk, secret=False).defer("html").order_by("-pk")


def message_of_link(token: str) -> Message | None:
    """The message that a link's token names; None for a token that was not made here or whose message is gone."""
    key = links.key_of(token)
    return Message.objects.select_related("recipient").filter(key=key).first() if key is not None else None


def unread_count(user: Any) -> int:
    """How many messages the person has not read, at most MOST_UNREAD; one look into a small index."""
    unread = Message.objects.filter(recipient_id=user.pk, secret=False, read_at=None)
    return unread.order_by()[:MOST_UNREAD].count()


def handles(message: Message, user: Any) -> bool:
    """Whether the user handles, as staff, what the message is about."""
    return bool(message.about) and access_to(message.about, user) is Access.HANDLES


def can_be_resent(message: Message) -> bool:
    """Whether there is something to send again."""
    return message.status in FAILED and not message.secret


def messages_about(
    about: str, *, kind: str = "", recipient_id: int | None = None, ledger: bool = True
) -> list[Message]:
    """What was sent about something ("case:36741234567"), newest first, at most MOST_ABOUT.

    `kind` and `recipient_id` narrow it. One statement, and one more for the ledgers.
    """
    rows = Message.objects.filter(about=about, secret=False).defer("text", "html")
    if kind:
        rows = rows.filter(kind=kind)
    if recipient_id is not None:
        rows = rows.filter(recipient_id=recipient_id)
    return list((rows.prefetch_related("deliveries") if ledger else rows).order_by("-pk")[:MOST_ABOUT])


# -- the office ------------------------------------------------------------------------------------------------------


def undelivered() -> QuerySet[Message]:
    """The messages that never arrived, newest first."""
    return Message.objects.filter(status=Status.FAILED_PERMANENT).defer("text", "html").order_by("-pk")


def counts_of_waiting() -> Mapping[str, int]:
    """How many messages are under way, by status: what is finished is not counted, whatever the age of the table."""
    rows = Message.objects.filter(next_attempt_at__isnull=False).order_by().values_list("status")
    return dict(rows.annotate(count=Count("pk")))
