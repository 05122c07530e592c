"""What happened to a case: append-only and hash-chained."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an entry of the timeline tells."""

    RECEIVED = "received", _("Report received")
    ROUTED = "routed", _("Forwarded to the responsible agency")
    ASSIGNED = "assigned", _("Given to an officer")
    ACCEPTED = "accepted", _("Taken up")
    STARTED = "started", _("Work has begun on the spot")
    FINISHED = "finished", _("Work finished")
    REPLY = "reply", _("Answer of the agency")
    MESSAGE = "message", _("Message of the reporter")
    NOTE = "note", _("Internal note")
    RATED = "rated", _("Rated by the reporter")
    VERIFIED = "verified", _("Verified")
    POSTPONED = "postponed", _("Postponed")
    RESUMED = "resumed", _("Resumed")
    ASKED = "asked", _("Question to the reporter")
    ON_THE_WAY = "on_the_way", _("The officer is on the way")
    CHECKING = "checking", _("Work finished, result being checked")
    APPROVED = "approved", _("Result approved")
    RETURNED = "returned", _("Sent back to work")
    NOT_OURS = "not_ours", _("Not our authority")
    ARCHIVED = "archived", _("Archived")
    REOPENED = "reopened", _("Reopened")
    CLASSIFIED = "classified", _("Classification corrected")
    EDITED = "edited", _("Text corrected")
    MERGED = "merged", _("Joined with another report")
    UNMERGED = "unmerged", _("Parted from the other report")
    SUPPORTED = "supported", _("Others report the same")
    SPLIT = "split", _("Split into tasks")
    TASK_CLOSED = "task_closed", _("A task is closed")
    TRANSFERRED = "transferred", _("Handed over to another city")
    ESCALATED = "escalated", _("Escalated")
    ACKNOWLEDGED = "acknowledged", _("Escalation acknowledged")
    LATE = "late", _("Past its due date")
    WARNED = "warned", _("Due soon")
    FLAGGED = "flagged", _("Evidence that does not fit")
