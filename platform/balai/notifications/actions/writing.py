"""Putting messages into the outbox, within the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import schema_context

from balai.notifications import links, queries
from balai.notifications.kinds import kinds
from balai.notifications.models import Channel, Message, Status
from balai.notifications.planning import DEFAULT, Plan, plan
from balai.notifications.queries import HAND_OVER, Recipient
from balai.notifications.rendering import render
from tenants.connection import connection
from tenants.tasks import queue

ALARM = "notifications.alarm"


class _Letter(NamedTuple):
    """To whom one message of a batch goes, by which way and in which language."""

    person: Recipient | None
    plan: Plan
    language: str
    dedupe_key: str | None


def notify(
    *,
    template: str,
    to: Recipient | None = None,
    address: str = "",
    channel: str = Channel.MAIL,
    context: Mapping[str, Any] | None = None,
    language: str = "",
    dedupe_key: str | None = None,
    secret: bool = False,
    expires_in: timedelta | None = None,
    kind: str = "",
    about: str = "",
    path: str = "",
    urgent: bool = False,
) -> Message | None:
    """Writes a message into the outbox and the person's inbox, and queues its delivery.

    `template` is a key (see rendering). Either `address` with `channel`, or `to` alone: then the person's preferences
    for the `kind` decide (see kinds; without one it always goes at once), and someone without a verified address finds
    it in the inbox. `about` names what it tells of, `path` the page of the city that it leads to: the template gets a
    link of the message's own as `path` instead, which expires. A second call with the same `dedupe_key` returns the
    first message's row. None only where there is neither an address nor a person. Templates must not put personal data
    into links. Raises KeyError for a kind that no app has.
    """
    if not address:
        if to is None:
            return None
        letters = _AddressBook([to], asked=bool(kind)).letters([to], {to.pk: dedupe_key}, language, kind, urgent)
    else:
        letters = [_Letter(to, Plan(channel, address), _language(language, "", to), dedupe_key)]
    values = {"secret": secret, "kind": kind, "about": about, "path": path, "urgent": urgent}
    return _stored(_composed(letters, template, context or {}, expires_in, values))[0]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that several people are told; see `notify`. Each one's message has the `dedupe_key` with a colon and
    their number behind it."""

    template: str
    to: Iterable[Recipient]
    dedupe_key: str
    context: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    about: str = ""
    path: str = ""
    urgent: bool = False


def notify_each(**notice: Any) -> list[Message]:
    """Writes a Notice of these fields with three statements, however many people it goes to."""
    return notify_all([Notice(**notice)])


def notify_all(notices: Iterable[Notice]) -> list[Message]:
    """Writes several notices with three statements, however many they are and however many people they go to."""
    addressed = [(notice, list({person.pk: person for person in notice.to}.values())) for notice in notices]
    everyone = {person.pk: person for _notice, people in addressed for person in people}
    if not everyone:
        return []
    book = _AddressBook(list(everyone.values()), asked=any(notice.kind for notice, _people in addressed))
    messages = []
    for notice, people in addressed:
        keys: dict[Any, str | None] = {person.pk: f"{notice.dedupe_key}:{person.pk}" for person in people}
        values = {"kind": notice.kind, "about": notice.about, "path": notice.path, "urgent": notice.urgent}
        letters = book.letters(people, keys, "", notice.kind, notice.urgent)
        messages += _composed(letters, notice.template, notice.context, None, values)
    return _stored(messages)


def post(*, address: str, subject: str, text: str, html: str = "", language: str = "") -> Message:
    """Writes a mail with ready-made words into the outbox (see backend.py); prefer `notify`."""
    with transaction.atomic():
        message = Message.objects.create(
            channel=Channel.MAIL,
            address=address,
            template="",
            language=language,
            subject=subject,
            text=text,
            html=html,
            next_attempt_at=timezone.now() + HAND_OVER,
        )
        ring()
    return message


def ring() -> None:
    """Wakes a worker for what is queued, after the commit.

    Until one has begun, nobody else need wake it: it finds all that was committed by then. So in a rush one message to
    the broker does for many reports. Should the alarm be lost, the sweep rings it.
    """
    schema = connection.schema_name

    def wake() -> None:
        with schema_context(schema):
            if cache.add(ALARM, 1, HAND_OVER.seconds):
                call_worker()

    # What was written is written, whatever becomes of the alarm.
    transaction.on_commit(wake, robust=True)


def call_worker() -> None:
    """Has a worker deliver what is queued, whether one was called before or not."""
    from balai.notifications.tasks import deliver_queued

    queue(deliver_queued)


def silence() -> None:
    """The worker is awake: what is queued from now on needs another alarm."""
    cache.delete(ALARM)


class _AddressBook:
    """Addresses, and choices where any kind is `asked` about: looked up once for a batch of letters."""

    def __init__(self, people: list[Recipient], *, asked: bool) -> None:
        self.chosen = queries.preferences(person.pk for person in people) if asked else {}
        self.reachable = queries.reachable(people)
        self.now, self.zone = timezone.now(), queries.zone()

    def letters(
        self, people: list[Recipient], keys: Mapping[Any, str | None], language: str, kind: str, urgent: bool
    ) -> list[_Letter]:
        if kind:
            kinds()[kind]  # An unknown one is a programmer's mistake, and would never be silenced.
        found = []
        for person in people:
            preference = self.chosen.get(person.pk, DEFAULT) if kind else DEFAULT
            way = plan(preference, self.reachable[person.pk], kind=kind, urgent=urgent, now=self.now, zone=self.zone)
            found.append(_Letter(person, way, _language(language, preference.language, person), keys[person.pk]))
        return found


def _language(asked: str, preferred: str, person: Recipient | None) -> str:
    return asked or preferred or (person.language if person is not None else "") or queries.here().language


def _composed(
    letters: list[_Letter],
    template: str,
    context: Mapping[str, Any],
    expires_in: timedelta | None,
    values: Mapping[str, Any],
) -> list[Message]:
    now = timezone.now()
    messages = []
    for letter in letters:
        key = uuid.uuid4()
        leads = {"path": links.link_path(key)} if values["path"] else {}
        words = render(template, letter.plan.channel, {"recipient": letter.person, **context, **leads}, letter.language)
        message = Message(
            recipient_id=letter.person.pk if letter.person is not None else None,
            channel=letter.plan.channel,
            address=letter.plan.address,
            template=template,
            language=letter.language,
            key=key,
            dedupe_key=letter.dedupe_key,
            expires_at=now + expires_in if expires_in else None,
            **words._asdict(),
            **values,
        )
        dispatch(message, letter.plan)
        messages.append(message)
    return messages


def _stored(messages: list[Message]) -> list[Message]:
    with transaction.atomic(savepoint=False):
        # One statement whether the message is new or was written before: then its row stays as it is.
        Message.objects.bulk_create(
            messages, update_conflicts=True, unique_fields=["dedupe_key"], update_fields=["dedupe_key"]
        )
        # A repetition wakes the worker for nothing: it finds the rows claimed or done.
        if any(message.status == Status.QUEUED for message in messages):
            ring()
    return messages


def dispatch(message: Message, way: Plan) -> None:
    """Sets on the message (in memory) by which way and when it goes."""
    message.channel, message.address = way.channel, way.address
    if way.channel == Channel.INBOX:
        message.status, message.next_attempt_at = Status.SENT, None
    elif way.held_until is not None:
        message.status, message.next_attempt_at = Status.HELD, way.held_until
    else:
        message.status, message.next_attempt_at = Status.QUEUED, timezone.now() + HAND_OVER
