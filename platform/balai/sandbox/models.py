"""What the embedded mode sent out: it has no mail server and no SMS gateway of its own, so it keeps the messages."""

from __future__ import annotations

from django.db import models


class Outgoing(models.Model):
    """A mail or SMS as it left Balai. `reference` is the sender's own id of it."""

    kind = models.CharField(max_length=4, choices=[("mail", "Mail"), ("sms", "SMS")])
    sender = models.CharField(max_length=254)
    address = models.CharField(max_length=254, db_index=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    reference = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
