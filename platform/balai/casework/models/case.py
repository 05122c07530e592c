"""The case itself."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency, Unit
from balai.agencies.queries import Act, Standing
from balai.assets.models import Asset
from balai.attachments.models import Attachment
from balai.casework import lifecycle
from balai.casework.lifecycle import Status
from balai.casework.models.category import Category
from balai.casework.models.kinds import SHOWN_TO_ALL, Channel, Classification, PlaceSource, Severity, Visibility
from balai.geography.fields import point_column
from balai.geography.models import Area

PERSON = settings.AUTH_USER_MODEL
CELL_RESOLUTION = 11
"""H3 cells of about 2,100 m²; coarser ones follow from it."""


class Clock(models.TextChoices):
    """The three clocks of a service level: the first answer, the next word, the solution."""

    ANSWER = "answer", _("the first answer")
    UPDATE = "update", _("the next word")
    SOLUTION = "solution", _("the solution")


class Rung(models.IntegerChoices):
    """How far up a late case has climbed: OPD → Sekda → Walikota."""

    NONE = 0, _("not escalated")
    HEAD = 1, _("head of agency")
    SEKDA = 2, _("city secretary (Sekda)")
    MAYOR = 3, _("mayor")


class Verdict(models.TextChoices):
    """What the reporter says of the finished work."""

    SOLVED = "solved", _("solved")
    HALF = "half", _("half solved")
    NOT_SOLVED = "not", _("not solved")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        """Cases that somebody still has to deal with."""
        return self.filter(closed_at=None)

    def shown_to_all(self) -> CaseQuerySet:
        """Cases that anyone may see (an anonymous one without its reporter). A task of a case is its agency's own."""
        return self.filter(visibility__in=SHOWN_TO_ALL, parent=None)

    def handled_by(self, standing: Standing) -> CaseQuerySet:
        """Cases that this member of staff may see because of a post; none for an outsider."""
        agencies = standing.agencies(Act.SEE)
        if agencies is None:
            return self.all()
        return self.filter(agency__in=agencies) if agencies else self.none()

    def seen_by(self, standing: Standing, digests: Collection[str] = ()) -> CaseQuerySet:
        """Cases that the person may see for any reason: shown to all, their own, or of their agency.

        `digests` are those of the tracking codes that a guest holds.
        """
        agencies = standing.agencies(Act.SEE)
        if agencies is None:
            return self.all()
        allowed = Q(visibility__in=SHOWN_TO_ALL, parent=None)
        if standing.user_id is not None:
            allowed |= Q(reporter_id=standing.user_id)
        if digests:
            allowed |= Q(access_digest__in=digests)
        if agencies:
            allowed |= Q(agency__in=agencies)
        return self.filter(allowed)


class Case(models.Model):
    """One concern of one resident, from its receipt to its end.

    Each clock has a column of its own, set by its own event and by nothing else: `received_at` when the city got it,
    `answered_at` when the agency first said something to the reporter, `done_at` when the work was finished,
    `closed_at` when it left the open statuses. `description` is the text as shown; the timeline keeps the original.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    module = models.SlugField(_("module"), max_length=40, db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="cases", verbose_name=_("category"))
    # Empty: no rule named an agency, and the command room has to.
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("agency"), db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("unit"))
    routed_because = models.JSONField(default=dict, help_text="See balai.casework.routing.")
    # People live in the public schema: an erased account leaves a number that leads nowhere.
    reporter = models.ForeignKey(
        PERSON, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    assignee = models.ForeignKey(
        PERSON,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("officer"),
    )

    # The staff who entered it for someone: at the walk-in desk, from a telephone call.
    entered_by = models.ForeignKey(
        PERSON, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
    )
    # Keyed hash of the tracking code by which a guest follows the case; the code itself is kept nowhere.
    access_digest = models.CharField(max_length=64, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("task of"),
        db_index=False,
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("duplicate of"),
        db_index=False,
    )
    earlier = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="later",
        verbose_name=_("reported again after"),
        db_index=False,
    )
    weight = models.PositiveIntegerField(_("residents behind it"), default=1)

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.WAITING)
    status_before = models.CharField(
        max_length=20, choices=Status, blank=True, help_text="Where it returns to when it is resumed or unmerged."
    )
    postponed_until = models.DateField(_("postponed until"), null=True, blank=True)
    classification = models.CharField(
        _("classification"), max_length=20, choices=Classification, default=Classification.COMPLAINT
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MODERATE)
    visibility = models.CharField(_("visibility"), max_length=12, choices=Visibility, default=Visibility.PUBLIC)
    # Set when the name was hidden, by the reporter or by staff, and never unset by staff: see reveal.
    name_hidden = models.BooleanField(_("name of the reporter hidden"), default=False)
    channel = models.CharField(_("intake channel"), max_length=12, choices=Channel, default=Channel.WEB)
    description = models.TextField(_("description"))
    answers = models.JSONField(default=dict, blank=True, help_text="To the category's questions, by their slug.")
    answers_told = models.JSONField(default=list, blank=True, help_text="The same for people: see questions.Answers.")

    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    point = point_column()
    place_source = models.CharField(_("place known by"), max_length=8, choices=PlaceSource, blank=True)
    village = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kelurahan"), db_index=False
    )
    landmark = models.CharField(_("landmark"), max_length=200, blank=True)
    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("asset"), db_index=False
    )
    # H3 at CELL_RESOLUTION, as a signed integer: the cells of one coarser cell follow each other.
    cell = models.BigIntegerField(null=True, blank=True, editable=False)
    from_city = models.SlugField(
        _("handed over by"), blank=True, db_index=False, help_text="Slug of the city that sent it here."
    )
    to_city = models.SlugField(
        _("handed over to"), blank=True, db_index=False, help_text="Slug of the city that has it now."
    )

    created_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    read_at = models.DateTimeField(_("first opened by staff"), null=True, blank=True)
    assigned_at = models.DateTimeField(_("given to an officer"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("taken up by the officer"), null=True, blank=True)
    on_the_way_at = models.DateTimeField(_("officer set out"), null=True, blank=True)
    started_at = models.DateTimeField(_("begun on the spot"), null=True, blank=True)
    answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    done_at = models.DateTimeField(_("finished"), null=True, blank=True)
    checked_at = models.DateTimeField(_("result checked"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reopened_at = models.DateTimeField(_("reopened"), null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)

    # The clocks: see balai.casework.clocks.
    policy = models.ForeignKey(
        "casework.SlaPolicy", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    pauses = models.JSONField(default=list, blank=True, help_text="Pauses that are over: [[since, until], …].")
    answer_due_at = models.DateTimeField(_("first answer due"), null=True, blank=True)
    update_due_at = models.DateTimeField(_("next word due"), null=True, blank=True)
    done_due_at = models.DateTimeField(_("solution due"), null=True, blank=True)
    last_update_at = models.DateTimeField(_("last word of the agency"), null=True, blank=True)
    paused_at = models.DateTimeField(_("clocks stopped"), null=True, blank=True)
    next_deadline_at = models.DateTimeField(null=True, blank=True, help_text="When the sweep looks at it next.")
    late_since = models.DateTimeField(_("late since"), null=True, blank=True)
    late_clock = models.CharField(_("late with"), max_length=10, choices=Clock, blank=True)
    rung = models.PositiveSmallIntegerField(_("rung of the ladder"), choices=Rung, default=Rung.NONE)
    acknowledged_at = models.DateTimeField(_("escalation acknowledged"), null=True, blank=True)

    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    rating_words = models.TextField(_("words on the rating"), blank=True)
    rated_at = models.DateTimeField(_("rated"), null=True, blank=True)
    verdict = models.CharField(_("verdict of the reporter"), max_length=8, choices=Verdict, blank=True)

    photo_count = models.PositiveSmallIntegerField(default=0)
    cover = models.ForeignKey(Attachment, models.SET_NULL, null=True, blank=True, related_name="+")
    timeline_length = models.PositiveIntegerField(default=0)
    timeline_head = models.CharField(max_length=64, blank=True)
    # Chosen by the reporter's client: sending the same report twice makes one case.
    idempotency_key = models.CharField(max_length=64, blank=True)
    words = models.GeneratedField(
        expression=SearchVector("description", "landmark", config="indonesian"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-received_at", "-id"]
        # A column that stands first in one of these has no index of its own: each costs every report some time, and
        # every question some planning.
        indexes = [
            models.Index(
                fields=["module", "-received_at", "-id"],
                condition=Q(visibility__in=SHOWN_TO_ALL, parent=None),
                name="case_public_newest",
            ),
            models.Index(
                fields=["module", "-weight", "-received_at", "-id"],
                condition=Q(visibility__in=SHOWN_TO_ALL, parent=None),
                name="case_public_supported",
            ),
            models.Index(
                fields=["module", "received_at", "id"],
                condition=Q(visibility__in=SHOWN_TO_ALL, parent=None, closed_at=None),
                name="case_public_waiting",
            ),
            models.Index(
                fields=["module", "-done_at", "-id"],
                condition=Q(status=Status.DONE, visibility=Visibility.PUBLIC, parent=None, cover__isnull=False),
                name="case_public_gallery",
            ),
            # The map, the areas and the counts read nothing but this, however wide the rows are.
            models.Index(
                fields=["module", "cell"],
                # Those that every map reads first: a column costs more the later it stands.
                include=["lat", "lon", "late_since", "status", "category", "village", "received_at", "closed_at"],
                condition=Q(visibility__in=SHOWN_TO_ALL, parent=None),
                name="case_public_map",
            ),
            models.Index(fields=["reporter", "-received_at", "-id"], name="case_reporter"),
            models.Index(fields=["agency", "-received_at", "-id"], name="case_agency"),
            # An officer's tasks: those of one person and those of nobody, within an agency; and what was finished.
            models.Index(
                fields=["agency", "assignee", "received_at", "id"], condition=Q(closed_at=None), name="case_tasks"
            ),
            models.Index(
                fields=["assignee", "module", "-done_at", "-id"],
                condition=Q(done_at__isnull=False, assignee__isnull=False),
                name="case_finished",
            ),
            models.Index(fields=["village", "-received_at"], name="case_village"),
            models.Index(
                fields=["village", "-received_at", "-id"], condition=Q(closed_at=None), name="case_village_open"
            ),
            # Behind the sweep: only what is still to do, whatever the age of the table.
            models.Index(
                fields=["next_deadline_at"], condition=Q(next_deadline_at__isnull=False), name="case_next_deadline"
            ),
            models.Index(fields=["agency", "late_since"], condition=Q(late_since__isnull=False), name="case_late"),
            models.Index(fields=["asset", "-received_at", "-id"], condition=Q(asset__isnull=False), name="case_asset"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="case_tasks_of"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="case_merged_into"),
            models.Index(fields=["earlier"], condition=Q(earlier__isnull=False), name="case_earlier"),
            # The desk's: newest or oldest first, by status, and what nobody has opened yet.
            models.Index(fields=["module", "-received_at", "-id"], name="case_desk_newest"),
            models.Index(fields=["module", "status", "-received_at", "-id"], name="case_desk_status"),
            models.Index(fields=["module", "-received_at", "-id"], condition=Q(read_at=None), name="case_desk_unread"),
            GistIndex(fields=["point"], name="case_point"),
            GistIndex(fields=["point"], condition=Q(closed_at=None), name="case_point_open"),
            GinIndex(fields=["words"], name="case_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "idempotency_key"], condition=~Q(idempotency_key=""), name="case_sent_once"
            ),
            models.UniqueConstraint(
                fields=["idempotency_key"],
                condition=Q(reporter=None) & ~Q(idempotency_key=""),
                name="case_sent_once_by_a_guest",
            ),
            models.UniqueConstraint(
                fields=["access_digest"], condition=~Q(access_digest=""), name="case_access_digest_once"
            ),
            models.CheckConstraint(
                name="case_next_deadline_of_open", condition=Q(closed_at=None) | Q(next_deadline_at=None)
            ),
            models.CheckConstraint(
                name="case_hidden_name_is_not_public", condition=~Q(name_hidden=True, visibility=Visibility.PUBLIC)
            ),
            models.CheckConstraint(
                name="case_place_whole_or_none",
                condition=Q(lat=None, lon=None) | Q(lat__isnull=False, lon__isnull=False),
            ),
            models.CheckConstraint(name="case_rating_range", condition=Q(rating=None) | Q(rating__range=(1, 5))),
            models.CheckConstraint(
                name="case_closed_with_its_status",
                condition=Q(status__in=lifecycle.OPEN, closed_at=None)
                | (~Q(status__in=lifecycle.OPEN) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="case_clocks_in_order",
                condition=(Q(done_at=None) | Q(done_at__gte=F("received_at")))
                & (Q(answered_at=None) | Q(answered_at__gte=F("received_at"))),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to deal with it."""
        return self.closed_at is None

    @property
    def is_shown_to_all(self) -> bool:
        """Whether anyone may see the case (not who reported it)."""
        return self.visibility in SHOWN_TO_ALL and self.parent_id is None

    @property
    def hides_name(self) -> bool:
        """Whether the agency and the public must not learn who reported."""
        return self.name_hidden or self.visibility == Visibility.ANONYMOUS

    @property
    def phase(self) -> lifecycle.Phase:
        """What the public reads of its status."""
        return lifecycle.phase_of(self.status)

    @property
    def status_name(self) -> str:
        """The status for staff. Quicker than Django's own, which hashes every choice each time."""
        return str(lifecycle.Status(self.status).label)

    @property
    def is_late(self) -> bool:
        """Whether it carries the red mark."""
        return self.late_since is not None

    @property
    def is_rated(self) -> bool:
        """Whether the reporter has judged the work as it was last finished."""
        return self.rated_at is not None and (self.done_at is None or self.rated_at >= self.done_at)

    @property
    def due_at(self) -> datetime.datetime | None:
        """What the city has to do next is due then; None when nothing is."""
        if not self.is_open or self.paused_at is not None:
            return None
        answer = self.answer_due_at if self.answered_at is None else None
        return min((due for due in (answer, self.update_due_at, self.done_due_at) if due is not None), default=None)
