"""What LAKSA has beyond a case: the aspiration's own facts, official answers, rejections and appeals, comments, drafts.

Number, words, timeline, clocks, supporters, followers, photos and place are the case's: see balai.casework.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from balai.accounts.encryption import EncryptedTextField
from balai.agencies.models import Agency
from balai.casework.models import Case, Category, TimelineEntry, Visibility

PERSON = settings.AUTH_USER_MODEL


class AspirationKind(models.TextChoices):
    """What somebody wants to say with it."""

    ASPIRATION = "aspiration", pgettext_lazy("kind", "Aspiration")
    SUGGESTION = "suggestion", pgettext_lazy("kind", "Suggestion")
    CRITICISM = "criticism", pgettext_lazy("kind", "Criticism")
    QUESTION = "question", pgettext_lazy("kind", "Question")


class Outcome(models.TextChoices):
    """What became of it. Told while the case is closed; whoever opens it again leaves it standing."""

    ANSWERED = "answered", _("Answered")
    PLANNED = "planned", _("Accepted into the plan")
    DECLINED = "declined", _("Not accepted")
    FULFILLED = "fulfilled", _("Fulfilled")
    REJECTED = "rejected", _("Rejected under a rule")


class HeldFor(models.TextChoices):
    """Why something waits for review."""

    AUTHOR = "author", _("the author is new")
    WORDS = "words", _("a watched word")
    LINKS = "links", _("a link")
    REPORTS = "reports", _("reports of residents")


class Dimension(models.TextChoices):
    """The six dimensions of a smart city as the national programme (Gerakan Menuju Smart City) has them."""

    GOVERNANCE = "governance", _("Smart Governance")
    BRANDING = "branding", _("Smart Branding")
    ECONOMY = "economy", _("Smart Economy")
    LIVING = "living", _("Smart Living")
    SOCIETY = "society", _("Smart Society")
    ENVIRONMENT = "environment", _("Smart Environment")


class Topic(models.Model):
    """What the city says of a category of LAKSA beyond its name: the dimensions that it belongs to."""

    category = models.OneToOneField(
        Category, models.CASCADE, primary_key=True, related_name="topic", verbose_name=_("topic")
    )
    dimensions = ArrayField(
        models.CharField(max_length=12, choices=Dimension), default=list, blank=True, verbose_name=_("dimensions")
    )

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return str(self.category_id)


class Rule(models.Model):
    """A published rule under which an aspiration can be rejected."""

    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=1_000)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class Aspiration(models.Model):
    """A case of LAKSA. Its title is the first line of the case's description, which staff can correct; `title` is that
    line as the author last wrote it, for finding alike ones.

    While it is `held` for review its case is secret, so that no list shows it, and `wanted_visibility` is what its
    author chose. `answered_at` is the first official answer: the case's own clock stops at any word.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="aspiration")
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=AspirationKind, default=AspirationKind.ASPIRATION)
    held = models.BooleanField(_("waits for review"), default=False)
    held_for = models.CharField(_("why"), max_length=8, choices=HeldFor, blank=True)
    wanted_visibility = models.CharField(max_length=12, choices=Visibility)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    plan_year = models.PositiveSmallIntegerField(_("year of the plan"), null=True, blank=True)
    programme = models.CharField(_("programme"), max_length=200, blank=True)
    comment_count = models.PositiveIntegerField(_("comments"), default=0)
    answered_at = models.DateTimeField(_("first official answer"), null=True, blank=True)
    threshold_at = models.DateTimeField(_("supported by enough"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("official answer due"), null=True, blank=True)
    sekda_at = models.DateTimeField(_("laid before the city secretary"), null=True, blank=True)
    mayor_at = models.DateTimeField(_("laid before the mayor"), null=True, blank=True)

    class Meta:
        verbose_name = _("aspiration")
        verbose_name_plural = _("aspirations")
        indexes = [
            models.Index(fields=["case"], condition=Q(held=True), name="aspiration_held"),
            models.Index(fields=["-answered_at", "-case"], condition=~Q(answered_at=None), name="aspiration_answered"),
            models.Index(
                fields=["answer_due_at"],
                condition=Q(answered_at=None) & ~Q(answer_due_at=None),
                name="aspiration_answer_due",
            ),
            models.Index(fields=["outcome", "-case"], condition=~Q(outcome=""), name="aspiration_outcome"),
            models.Index(fields=["-sekda_at", "-case"], condition=~Q(sekda_at=None), name="aspiration_to_sekda"),
            models.Index(fields=["-mayor_at", "-case"], condition=~Q(mayor_at=None), name="aspiration_to_mayor"),
            models.Index(fields=["kind", "-case"], name="aspiration_kind"),
            GinIndex(OpClass("title", "gin_trgm_ops"), name="aspiration_title_alike"),
        ]
        constraints = [
            models.CheckConstraint(
                name="aspiration_held_with_reason",
                condition=Q(held=False, held_for="") | (Q(held=True) & ~Q(held_for="")),
            ),
            models.CheckConstraint(
                name="aspiration_planned_with_year", condition=~Q(outcome="planned") | Q(plan_year__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Answer(models.Model):
    """An official answer: an entry of the case's timeline, whose words and files it has, and who gave it.

    Without an agency the command room did.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="answers_given")
    entry = models.OneToOneField(TimelineEntry, models.PROTECT, related_name="+")
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency"), db_index=False
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.ANSWERED)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("official answer")
        verbose_name_plural = _("official answers")
        ordering = ["case", "at", "pk"]
        indexes = [models.Index(fields=["at"], include=["agency", "outcome", "case"], name="answer_counted")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


class DayCount(models.Model):
    """One number of a day of the city, so that the figures of a year cost the same in a city of any size.

    `part` says which: a Phase, Outcome or AspirationKind of the aspirations received on that day; the bucket of the
    time until the first official answer (balai.casework.tally.BOUNDS); of the answers given on that day their agency
    (its id, 0 for the command room) and outcome, as "7:planned".
    """

    class What(models.TextChoices):
        PHASE = "phase"
        KIND = "kind"
        OUTCOME = "outcome"
        ANSWERED = "answered"
        TIME = "time"
        RESIDENTS = "residents"
        GIVEN = "given"

    day = models.DateField()
    what = models.CharField(max_length=10, choices=What)
    part = models.CharField(max_length=32, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("number of a day")
        verbose_name_plural = _("numbers of days")
        constraints = [
            models.UniqueConstraint(fields=["day", "what", "part"], include=["count"], name="day_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.what} {self.part}: {self.count}"


class Rejection(models.Model):
    """An aspiration was rejected under a rule, and what became of the author's appeal, of which there is one at most.

    The reason and the words of the appeal are entries of the timeline. `hidden`: it is not shown to all any more.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="rejections")
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+", verbose_name=_("rule"))
    entry = models.OneToOneField(TimelineEntry, models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    at = models.DateTimeField(_("at"), default=timezone.now)
    hidden = models.BooleanField(_("not shown to all"), default=False)
    appealed_at = models.DateTimeField(_("appealed"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    granted = models.BooleanField(_("appeal granted"), null=True, blank=True)

    class Meta:
        verbose_name = _("rejection")
        verbose_name_plural = _("rejections")
        ordering = ["case", "pk"]
        indexes = [
            models.Index(
                fields=["appealed_at"], condition=~Q(appealed_at=None) & Q(decided_at=None), name="appeal_open"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=~Q(appealed_at=None), name="appeal_once"),
            models.CheckConstraint(
                name="appeal_decided_after_it",
                condition=Q(decided_at=None, granted=None)
                | (Q(appealed_at__isnull=False, granted__isnull=False) & Q(decided_at__gte=F("appealed_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule_id}"


class CommentState(models.TextChoices):
    """Who sees a comment: everyone, its author and the moderators, or both of them with the reason why it is gone."""

    SHOWN = "shown", _("shown")
    HELD = "held", _("waits for review")
    HIDDEN = "hidden", _("hidden")


class Comment(models.Model):
    """What a resident says about an aspiration, or (`is_update`) what its author tells of it.

    The aspiration's `comment_count` counts those that are shown.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="comments", db_index=False)
    author = models.ForeignKey(
        PERSON, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    is_update = models.BooleanField(_("news from the author"), default=False)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=6, choices=CommentState, default=CommentState.SHOWN)
    held_for = models.CharField(_("why"), max_length=8, choices=HeldFor, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    # Chosen by the author's client: sending the same comment twice makes one.
    key = models.UUIDField(null=True, blank=True)
    report_count = models.PositiveIntegerField(_("reports"), default=0)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        PERSON, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["case", "-at", "-id"], condition=Q(state="shown"), name="comment_shown"),
            models.Index(fields=["case", "author"], name="comment_of_case"),
            models.Index(fields=["author", "-at", "-id"], name="comment_of_author"),
            models.Index(fields=["at", "id"], condition=Q(state="held"), name="comment_held"),
            models.Index(
                fields=["-report_count", "at", "id"],
                condition=Q(report_count__gt=0, reviewed_at=None),
                name="comment_reported",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], condition=Q(key__isnull=False), name="comment_sent_once"),
            models.CheckConstraint(name="comment_hidden_with_reason", condition=~Q(state="hidden") | ~Q(reason="")),
            models.CheckConstraint(name="comment_held_with_reason", condition=~Q(state="held") | ~Q(held_for="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.pk}"


class CommentReport(models.Model):
    """A resident finds that a comment should not stand there; once per comment and resident."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("advertising or repetition")
        ABUSE = "abuse", _("insult or hatred")
        PRIVATE = "private", _("somebody's personal data")
        FALSE = "false", _("false information")
        OTHER = "other", _("something else")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    user = models.ForeignKey(PERSON, models.DO_NOTHING, related_name="+", db_constraint=False)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason)
    words = models.CharField(_("words"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("report of a comment")
        verbose_name_plural = _("reports of comments")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="comment_reported_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.reason}"


class Draft(models.Model):
    """An aspiration that somebody is still writing: its fields as JSON, encrypted, since nobody else has read them."""

    FIELDS: ClassVar = ("title", "text", "topic", "kind", "visibility", "lat", "lon", "village", "landmark")

    user = models.ForeignKey(PERSON, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    key = models.UUIDField(default=uuid.uuid4)
    content = EncryptedTextField()
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_once")]

    def __str__(self) -> str:
        return str(self.key)
