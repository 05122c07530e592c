"""What staff keep at their desk: saved filters, response templates, and the record of what was done in bulk."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency
from balai.casework.models.case import PERSON, Case
from balai.casework.models.category import Category


class SavedFilter(models.Model):
    """What the inbox was narrowed to, under a name. One's own, or shared with all who see the agency's cases."""

    module = models.SlugField(_("module"), max_length=40)
    owner = models.ForeignKey(PERSON, models.DO_NOTHING, related_name="+", db_constraint=False)
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("shared with")
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filter"), max_length=1000)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["module", "owner", "name"], name="saved_filter_once_per_name")]

    def __str__(self) -> str:
        return self.name


class AnswerFor(models.TextChoices):
    """The forms that a response template is offered in, by the name of their move."""

    REPLY = "reply", _("write to the reporter")
    ASK = "ask", _("ask the reporter")
    FINISH = "finish", _("finish")


class ResponseTemplate(models.Model):
    """Words that an agency writes often. `words` may hold the placeholders of balai.casework.responses."""

    module = models.SlugField(_("module"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    move = models.CharField(_("offered for"), max_length=20, choices=AnswerFor, default=AnswerFor.REPLY)
    status = models.CharField(_("offered in status"), max_length=20, blank=True, help_text=_("Empty: in every status."))
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("With all categories below it. Empty: for all."),
    )
    agency = models.ForeignKey(
        Agency,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency"),
        help_text=_("Empty: for all."),
    )
    words = models.TextField(_("words"), max_length=1500)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("response template")
        verbose_name_plural = _("response templates")
        ordering = ["order", "name", "pk"]
        indexes = [models.Index(fields=["module", "move"], condition=Q(active=True), name="response_template_offered")]

    def __str__(self) -> str:
        return self.name


class BulkRun(models.Model):
    """One move made with many cases. Its key comes with the form: sent twice, it is the same run."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    module = models.SlugField(max_length=40)
    move = models.CharField(max_length=20)
    actor = models.ForeignKey(PERSON, models.DO_NOTHING, related_name="+", db_constraint=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        indexes = [models.Index(fields=["actor", "at"], name="bulk_run_actor")]

    def __str__(self) -> str:
        return f"{self.move} {self.key}"


class BulkItem(models.Model):
    """What became of one case in a bulk run; written in the same transaction as the move, so it happens once."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_index=False)
    done = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="bulk_item_once_per_case")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.done}"
