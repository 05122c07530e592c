"""Outgoing messages: an outbox in the schema where each arises (every city's and the hub's)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    MAIL = "mail", _("Mail")
    SMS = "sms", _("SMS")


class Status(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED_TEMPORARY = "failed_temporary", _("failed, will be tried again")
    FAILED_PERMANENT = "failed_permanent", _("failed")


class Message(models.Model):
    """One mail or SMS to one person.

    `next_attempt_at` is set while there is still something to do: it is when the sweep looks at the row again, be it a
    lost task, a worker that was killed while sending, or a failure that may pass. `expires_at` is when sending makes no
    more sense (a one-time code). The body of a `secret` message is blanked once it is sent or given up.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
    )
    channel = models.CharField(_("channel"), max_length=4, choices=Channel)
    address = models.CharField(_("address"), max_length=254)
    template = models.CharField(_("template"), max_length=100)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    secret = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=120, unique=True, null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.template} ({self.status})"
