"""Messages to people: outbox, inbox and delivery ledger, in the schema where they arise (each city's, the hub's)."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    MAIL = "mail", _("Mail")
    SMS = "sms", _("SMS")
    INBOX = "inbox", _("Inbox only")


class Status(models.TextChoices):
    QUEUED = "queued", _("queued")
    HELD = "held", _("waits for the end of the quiet hours")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED_TEMPORARY = "failed_temporary", _("failed, will be tried again")
    FAILED_PERMANENT = "failed_permanent", _("failed")


FAILED = (Status.FAILED_TEMPORARY, Status.FAILED_PERMANENT)


class Message(models.Model):
    """One message to one person: what goes out by mail or SMS and what stands in the person's inbox.

    `next_attempt_at` is set while there is still something to do: it is when the sweep looks at the row again, be it a
    lost task, a worker that was killed while sending, the end of quiet hours, or a failure that may pass. `expires_at`
    is when sending makes no more sense (a one-time code). The body of a `secret` message is blanked once it is sent or
    given up, and it never stands in the inbox.

    `kind` names what the person can choose a channel for (see kinds.py; empty: always sent, at once). `about` names
    what it tells of ("case:36741234567"), `path` the page of the city that it leads to. `key` is what its links are
    made from.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    address = models.CharField(_("address"), max_length=254, blank=True)
    template = models.CharField(_("template"), max_length=100)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    secret = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=120, unique=True, null=True, blank=True)

    kind = models.CharField(_("kind"), max_length=20, blank=True)
    about = models.CharField(max_length=80, blank=True)
    path = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    key = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        indexes = [
            # Behind the sweep: only what is still to do, whatever the age of the table.
            models.Index(
                fields=["next_attempt_at"],
                name="message_due",
                condition=models.Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["created_at"], name="message_created"),
            models.Index(fields=["recipient", "-id"], name="message_recipient"),
            # Behind the number in every page's header.
            models.Index(
                fields=["recipient"],
                name="message_unread",
                condition=models.Q(read_at=None, secret=False),
            ),
            models.Index(fields=["about", "-id"], name="message_about", condition=~models.Q(about="")),
            # Behind the office's list of what never arrived.
            models.Index(fields=["-id"], name="message_failed", condition=models.Q(status="failed_permanent")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.template} ({self.status})"


class Outcome(models.TextChoices):
    """What one line of the delivery ledger tells. That a message was queued, its own row tells (`created_at`)."""

    SENT = "sent", _("sent")
    FAILED_TEMPORARY = "failed_temporary", _("failed, will be tried again")
    FAILED_PERMANENT = "failed_permanent", _("failed")
    RESENT = "resent", _("sent again by hand")


class Delivery(models.Model):
    """A line of a message's delivery ledger. `reason` is technical and free of personal data; `actor` sent it again."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome)
    channel = models.CharField(max_length=5, choices=Channel)
    reason = models.CharField(max_length=300, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
    )

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.outcome}"


class Preference(models.Model):
    """How one person wants to be told in this city. Who has no row is told by mail, else by SMS, not at night.

    `channels` maps a kind to a Channel; a kind that is missing goes the best way there is. Quiet hours are the city's
    time and may pass midnight. With a `digest_at` the kinds that belong into a digest stand in the inbox, and one mail
    a working day sums them up; `next_digest_at` is when the sweep makes it.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_constraint=False)
    channels = models.JSONField(default=dict, blank=True)
    quiet = models.BooleanField(default=True)
    quiet_from = models.TimeField(default=datetime.time(21))
    quiet_until = models.TimeField(default=datetime.time(6))
    language = models.CharField(max_length=8, blank=True)
    digest_at = models.TimeField(null=True, blank=True)
    next_digest_at = models.DateTimeField(null=True, blank=True)
    last_digest_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message preference")
        verbose_name_plural = _("message preferences")
        indexes = [
            models.Index(
                fields=["next_digest_at"],
                name="preference_digest_due",
                condition=models.Q(next_digest_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
