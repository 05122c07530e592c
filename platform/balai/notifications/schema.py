"""A person's messages in the API: the inbox, what became of each, and how the person wants to be told."""

from __future__ import annotations

import datetime
import functools
from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from balai.graphql import (
    ConnectionField,
    DateTime,
    NotFound,
    SignInRequired,
    asked_for,
    connection,
    page,
    personal,
    sized,
)
from balai.graphql import Mutation as BaseMutation
from balai.notifications import actions, links, queries
from balai.notifications.kinds import MessageKind, kinds
from balai.notifications.models import Channel, Delivery, Message, Outcome, Preference, Status
from balai.notifications.wording import delivery_sentence, masked

MOST_LINES = 10
"""The newest lines of a ledger that are shown."""
NEWEST = ("-id",)

MessageChannel = graphene.Enum.from_enum(
    Channel, name="MessageChannel", description=lambda value: str(value.label) if value else "A way to be told."
)
MessageStatus = graphene.Enum.from_enum(
    Status, name="MessageStatus", description=lambda value: str(value.label) if value else "How a delivery stands."
)
DeliveryOutcome = graphene.Enum.from_enum(
    Outcome, name="DeliveryOutcome", description=lambda value: str(value.label) if value else "What happened."
)


class MessageDelivery(graphene.ObjectType):
    """A line of a message's delivery ledger."""

    at = DateTime(required=True)
    outcome = graphene.Field(DeliveryOutcome, required=True)
    outcome_name = graphene.String(required=True)
    channel = graphene.Field(MessageChannel, required=True)
    reason = graphene.String(required=True, description="Technical; may be empty.")
    next_attempt_at = DateTime()


class MessageReceipt(graphene.ObjectType):
    """Whether, when and by which way somebody was told."""

    id = graphene.ID(required=True)
    title = graphene.String(required=True)
    created_at = DateTime(required=True)
    channel = graphene.Field(MessageChannel, required=True)
    status = graphene.Field(MessageStatus, required=True)
    address = graphene.String(required=True, description="Masked, like “s•••@e•••.org”; may be empty.")
    sentence = graphene.String(required=True, description="How the delivery stands, for people.")
    sent_at = DateTime()
    next_attempt_at = DateTime()
    can_resend = personal(graphene.Boolean(required=True))
    deliveries = sized(
        graphene.List(graphene.NonNull(MessageDelivery), required=True, description="Oldest first."), MOST_LINES
    )


class InboxMessage(graphene.ObjectType):
    """A message in the caller's inbox."""

    id = graphene.ID(required=True)
    title = graphene.String(required=True)
    text = graphene.String(required=True)
    kind = graphene.String(required=True, description="Name of a kind of messagePreferences; may be empty.")
    path = graphene.String(required=True, description="The page of the city that it is about; may be empty.")
    read = graphene.Boolean(required=True)
    receipt = graphene.Field(MessageReceipt, required=True)


class MessageKindChoice(graphene.ObjectType):
    """A kind of messages and the way that the caller chose for it."""

    kind = graphene.ID(required=True)
    name = graphene.String(required=True)
    channel = graphene.Field(MessageChannel, description="Null: by mail, else by SMS.")
    in_digest = graphene.Boolean(required=True, description="Whether a daily digest takes its place.")


class MessagePreferences(graphene.ObjectType):
    """How the caller wants to be told in this city. Times are the city's clock, like “21:00”."""

    kinds = sized(graphene.List(graphene.NonNull(MessageKindChoice), required=True), 10)
    channels = sized(
        graphene.List(graphene.NonNull(MessageChannel), required=True, description="The ways that there are here."), 3
    )
    quiet = graphene.Boolean(required=True, description="Whether mails and SMS wait for the end of the quiet hours.")
    quiet_from = graphene.String(required=True)
    quiet_until = graphene.String(required=True)
    language = graphene.String(required=True, description="Of the messages; empty: as in the account.")
    digest_at = graphene.String(description="When the daily digest comes, on working days; null: single messages.")
    digest_is_offered = graphene.Boolean(required=True)


def receipt_node(
    message: Message, *, may_resend: bool, show_address: bool = True, ledger: bool = True
) -> dict[str, Any]:
    """A MessageReceipt of a message that came with its ledger (or without: `ledger` false)."""
    return {
        "id": message.pk,
        "title": message.subject,
        "created_at": message.created_at,
        "channel": Channel(message.channel),
        "status": Status(message.status),
        "address": masked(message.channel, message.address) if show_address else "",
        "sentence": delivery_sentence(message, show_address=show_address),
        "sent_at": message.sent_at,
        "next_attempt_at": message.next_attempt_at,
        "can_resend": may_resend and queries.can_be_resent(message),
        "deliveries": [_line(line) for line in list(message.deliveries.all())[-MOST_LINES:]] if ledger else [],
    }


def _line(line: Delivery) -> dict[str, Any]:
    return {
        "at": line.at,
        "outcome": Outcome(line.outcome),
        "outcome_name": Outcome(line.outcome).label,
        "channel": Channel(line.channel),
        "reason": line.reason,
        "next_attempt_at": line.next_attempt_at,
    }


def _message_node(message: Message, *, ledger: bool = True) -> dict[str, Any]:
    # In the inbox the page itself is linked: that does not expire.
    text = message.text.replace(links.link_path(message.key), message.path) if message.path else message.text
    return {
        "id": message.pk,
        "title": message.subject,
        "text": text.strip(),
        "kind": message.kind,
        "path": message.path,
        "read": message.read_at is not None,
        "receipt": receipt_node(message, may_resend=True, ledger=ledger),
    }


def _offered(user: Any) -> dict[str, MessageKind]:
    """The kinds that the person can choose a way for."""
    return {name: kind for name, kind in kinds().items() if kind.listed and (user.is_staff or not kind.staff)}


def _preferences_node(row: Preference, user: Any) -> dict[str, Any]:
    offered = _offered(user)
    return {
        "kinds": [
            {
                "kind": name,
                "name": kind.label,
                "channel": Channel(row.channels[name]) if row.channels.get(name) else None,
                "in_digest": kind.digest and row.digest_at is not None,
            }
            for name, kind in offered.items()
        ],
        "channels": [channel for channel in Channel if channel != Channel.SMS or queries.sms_is_offered()],
        "quiet": row.quiet,
        "quiet_from": f"{row.quiet_from:%H:%M}",
        "quiet_until": f"{row.quiet_until:%H:%M}",
        "language": row.language,
        "digest_at": f"{row.digest_at:%H:%M}" if row.digest_at else None,
        "digest_is_offered": any(kind.digest for kind in offered.values()),
    }


def _person(info: Any) -> Any:
    if not info.context.user.is_authenticated:
        raise SignInRequired
    return info.context.user


def _message(user: Any, message_id: str) -> Message:
    """A message of the caller. Raises NotFound."""
    found = queries.inbox(user).prefetch_related("deliveries").filter(pk=_number(message_id)).first()
    if found is None:
        raise NotFound
    return found


def _number(text: str) -> int:
    """The row that an id names; 0, which is no row's, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


class Query(graphene.ObjectType):
    inbox = personal(
        ConnectionField(
            connection(InboxMessage), description="What the caller was told in this city, newest first; kept 90 days."
        )
    )
    inbox_message = personal(
        graphene.Field(InboxMessage, required=True, id=graphene.ID(required=True), description="One of the inbox.")
    )
    unread_messages = personal(
        graphene.Int(required=True, description=f"How many are unread, at most {queries.MOST_UNREAD}; 0 for visitors.")
    )
    message_preferences = personal(graphene.Field(MessagePreferences, required=True))

    @staticmethod
    def resolve_inbox(_root: Any, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        rows = queries.inbox(_person(info))
        ledger = "nodes.receipt.deliveries" in asked_for(info)
        rows = rows.prefetch_related("deliveries") if ledger else rows
        node = functools.partial(_message_node, ledger=ledger)
        return page(rows, order=NEWEST, first=first, after=after, row=node)

    @staticmethod
    def resolve_inbox_message(_root: Any, info: Any, id: str) -> dict[str, Any]:  # noqa: A002
        return _message_node(_message(_person(info), id))

    @staticmethod
    def resolve_unread_messages(_root: Any, info: Any) -> int:
        user = info.context.user
        return queries.unread_count(user) if user.is_authenticated else 0

    @staticmethod
    def resolve_message_preferences(_root: Any, info: Any) -> dict[str, Any]:
        user = _person(info)
        return _preferences_node(queries.preference_of(user.pk), user)


class MarkMessagesRead(BaseMutation):
    """Marks messages of the caller's inbox as read: these, or all where no ids are given."""

    class Arguments:
        ids = graphene.List(graphene.NonNull(graphene.ID), description="At most 100.")

    unread = graphene.Int(description="How many are still unread.")
    sign_in = True

    @classmethod
    def perform(cls, info: Any, ids: list[str] | None = None) -> MarkMessagesRead:
        user = info.context.user
        if ids is None:
            actions.mark_all_read(user=user)
        else:
            actions.mark_read(user=user, ids=[_number(text) for text in ids])
        return cls(unread=queries.unread_count(user))


class ResendMessage(BaseMutation):
    """Sends a failed message again: one's own, or one about a case that the caller handles. Twice sends once."""

    class Arguments:
        id = graphene.ID(required=True)

    receipt = graphene.Field(MessageReceipt)
    sign_in = True

    @classmethod
    def perform(cls, info: Any, id: str) -> ResendMessage:  # noqa: A002
        user = info.context.user
        message = Message.objects.filter(pk=_number(id), secret=False).first()
        if message is None or not (message.recipient_id == user.pk or queries.handles(message, user)):
            raise NotFound
        sent = actions.resend(message=message, actor=user)
        return cls(receipt=receipt_node(sent, may_resend=True, show_address=sent.recipient_id == user.pk))


class ChannelChoice(graphene.InputObjectType):
    """The way for one kind of messages."""

    kind = graphene.ID(required=True)
    channel = MessageChannel(description="Null: by mail, else by SMS.")


class UpdateMessagePreferences(BaseMutation):
    """Changes how the caller is told in this city; what is left out stays. Times like “21:00”, the city's clock."""

    class Arguments:
        channels = graphene.List(graphene.NonNull(ChannelChoice))
        quiet = graphene.Boolean()
        quiet_from = graphene.String()
        quiet_until = graphene.String()
        language = graphene.String(description="Empty: as in the account.")
        digest_at = graphene.String(description="Null: no digest but single messages.")

    preferences = graphene.Field(MessagePreferences)
    sign_in = True

    @classmethod
    def perform(cls, info: Any, **given: Any) -> UpdateMessagePreferences:
        user, changes = info.context.user, dict(given)
        if given.get("channels") is not None:
            chosen = {choice["kind"]: choice.get("channel") for choice in given["channels"]}
            if not chosen.keys() <= _offered(user).keys():
                raise ValidationError({"channels": _("Choose one of the ways that are offered.")})
            changes["channels"] = {name: channel.value if channel else "" for name, channel in chosen.items()}
        for name in ("quiet_from", "quiet_until", "digest_at"):
            if given.get(name) is not None:
                changes[name] = _time(name, given[name])
        row = actions.change_preferences(user=user, **changes)
        return cls(preferences=_preferences_node(row, user))


def _time(field: str, text: str) -> datetime.time:
    try:
        return datetime.datetime.strptime(text.strip()[:8], "%H:%M").time()
    except ValueError:
        raise ValidationError({field: _("Write a time like 21:00.")}) from None


class Mutation(graphene.ObjectType):
    mark_messages_read = MarkMessagesRead.Field()
    resend_message = ResendMessage.Field()
    update_message_preferences = UpdateMessagePreferences.Field()
