"""What happened to a case: append-only and hash-chained."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency
from balai.casework.models.case import PERSON, Case
from tenants.held import Version

CHANGES = Version("casework.changes")
"""Another one whenever something happened to a case of the city that its pages show."""


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
    RESCHEDULED = "rescheduled", _("Due date changed by a new service level")
    FLAGGED = "flagged", _("Evidence that does not fit")
    REVEALED = "revealed", _("Identity of the reporter looked at")
    PUBLISHED = "published", _("Reviewed and published")
    ANSWERED = "answered", _("Official answer")
    PLANNED = "planned", _("Accepted into the plan")
    DECLINED = "declined", _("Not accepted")
    CONCLUDED = "concluded", _("Closed as answered")
    REJECTED = "rejected", _("Rejected under a rule")
    APPEALED = "appealed", _("The author appeals")
    APPEAL_DISMISSED = "appeal_dismissed", _("Appeal dismissed")
    UPDATED = "updated", _("News from the author")
    ANSWER_DUE = "answer_due", _("So many support it that an official answer is due")
    TO_SEKDA = "to_sekda", _("So many support it that it is laid before the city secretary (Sekda)")
    TO_MAYOR = "to_mayor", _("So many support it that it is laid before the mayor")


class Appended(Exception):
    """Raised when something tries to change or delete an entry of a timeline."""


def _refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise Appended("a timeline is only ever added to")


class TimelineQuerySet(models.QuerySet["TimelineEntry"]):
    update = delete = bulk_update = update_or_create = _refuse

    def bulk_create(self, *args: Any, **options: Any) -> list[TimelineEntry]:
        """As Django's. Every change of a case is told in its timeline, so it is told here to those who keep pages."""
        CHANGES.changed()
        return super().bulk_create(*args, **options)

    def shown_to_all(self) -> TimelineQuerySet:
        """Entries that are not internal."""
        return self.filter(public=True)


class TimelineEntry(models.Model):
    """One event in the life of a case. Append-only and hash-chained: see balai.casework.chain.

    `role` is what the doer acted as: a Role of balai.agencies, "reporter" or "system". `data` holds plain facts about
    the event (no floats, so that it reads back as it was written), photos among them as [[id, sha256]].

    `origin` marks a copy of another city's entry, of a case that was handed over: the city (`city`, `city_name`), what
    the hash needs of rows that stayed there (`actor`, `agency`), and whether the content stayed too (`withheld`).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="timeline", verbose_name=_("case"), db_index=False)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(_("event"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(PERSON, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False)
    # Without it the doer of a copied entry could be guessed; empty in entries that are older than it, and in copies.
    actor_salt = models.CharField(max_length=32, blank=True)
    role = models.CharField(_("role"), max_length=12)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    public = models.BooleanField(_("public"), default=True)
    words = models.TextField(_("words"), blank=True)
    words_salt = models.CharField(max_length=32)
    words_digest = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    origin = models.JSONField(null=True, blank=True)

    objects = TimelineQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ["case", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="timeline_sequence_once"),
            models.CheckConstraint(name="timeline_from_one", condition=Q(sequence__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    delete = _refuse
