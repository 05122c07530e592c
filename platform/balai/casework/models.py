"""A case is whatever a resident brings. These tables are shared by every module that takes cases (see Case.module)."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.agencies.models import Agency, Unit
from balai.agencies.queries import Act, Standing
from balai.attachments.models import Attachment
from balai.casework import lifecycle
from balai.casework.lifecycle import Status
from balai.geography.fields import point_column
from balai.geography.models import Area

PERSON = settings.AUTH_USER_MODEL
MAX_DEPTH = 3


class Visibility(models.TextChoices):
    """Who sees what. Anonymous hides who reported from the agency and the public, secret hides the whole case."""

    PUBLIC = "public", _("public")
    ANONYMOUS = "anonymous", _("anonymous")
    SECRET = "secret", _("secret")


SHOWN_TO_ALL = (Visibility.PUBLIC, Visibility.ANONYMOUS)


class Channel(models.TextChoices):
    """How a case came in. A city has a dozen channels and one log."""

    WEB = "web", _("portal")
    APP = "app", _("mobile app")
    WALK_IN = "walk_in", _("service desk")
    DISTRICT = "district", _("kelurahan or kecamatan office")
    CALL_112 = "call_112", _("call to 112")
    WHATSAPP = "whatsapp", "WhatsApp"
    TELEGRAM = "telegram", "Telegram"
    SMS = "sms", "SMS"
    EMAIL = "email", _("mail")
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    X = "x", "X"


class PlaceSource(models.TextChoices):
    """How the place of a case is known."""

    GPS = "gps", _("position of the phone")
    PIN = "pin", _("pin on the map")
    AREA = "area", _("kelurahan and landmark")


class Category(models.Model):
    """What a case is about: a tree of at most three levels, per city and module. Cases go to its leaves."""

    module = models.SlugField(_("module"), max_length=40)
    slug = models.SlugField(_("address"), max_length=50)
    name = models.CharField(_("name"), max_length=80)
    icon = models.CharField(_("icon"), max_length=40, default="tag", help_text=_("A name of the icon sprite."))
    help = models.CharField(_("help"), max_length=200, blank=True, help_text=_("Shown below the choice."))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)
    default_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible agency")
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["module", "order", "name"]
        constraints = [models.UniqueConstraint(fields=["module", "slug"], name="category_slug_once_per_module")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        above: list[Category] = []
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk or len(above) >= MAX_DEPTH - 1:
                raise ValidationError({"parent": _("Categories have at most three levels and no circles.")})
            above.append(ancestor)
            ancestor = ancestor.parent
        if self.parent is not None and self.parent.module != self.module:
            raise ValidationError({"parent": _("This category belongs to another module.")})


class RoutingRule(models.Model):
    """Cases of a category (and in an area) go to an agency and unit. The most specific rule decides; see routing."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="rules", verbose_name=_("category"))
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("area"),
        help_text=_("Empty for the whole city."),
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="rules", verbose_name=_("agency"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Decides between equals: lower wins."))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["category", "order", "pk"]

    def __str__(self) -> str:
        return f"{self.category} → {self.agency}"

    def clean(self) -> None:
        if self.unit is not None and self.unit.agency_id != self.agency_id:
            raise ValidationError({"unit": _("This unit belongs to another agency.")})


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        """Cases that somebody still has to deal with."""
        return self.filter(closed_at=None)

    def shown_to_all(self) -> CaseQuerySet:
        """Cases that anyone may see (an anonymous one without its reporter)."""
        return self.filter(visibility__in=SHOWN_TO_ALL)

    def handled_by(self, standing: Standing) -> CaseQuerySet:
        """Cases that this member of staff may see because of a post; none for an outsider."""
        agencies = standing.agencies(Act.SEE)
        if agencies is None:
            return self.all()
        return self.filter(agency__in=agencies) if agencies else self.none()

    def seen_by(self, standing: Standing) -> CaseQuerySet:
        """Cases that the person may see for any reason: shown to all, their own, or of their agency."""
        agencies = standing.agencies(Act.SEE)
        if agencies is None:
            return self.all()
        allowed = Q(visibility__in=SHOWN_TO_ALL)
        if standing.user_id is not None:
            allowed |= Q(reporter_id=standing.user_id)
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
    module = models.SlugField(_("module"), max_length=40)
    category = models.ForeignKey(Category, models.PROTECT, related_name="cases", verbose_name=_("category"))
    # Empty: no rule named an agency, and the command room has to.
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("agency")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("unit"))
    routed_because = models.JSONField(default=dict, help_text="See balai.casework.routing.")
    # People live in the public schema: an erased account leaves a number that leads nowhere.
    reporter = models.ForeignKey(
        PERSON, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
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

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.WAITING)
    visibility = models.CharField(_("visibility"), max_length=12, choices=Visibility, default=Visibility.PUBLIC)
    channel = models.CharField(_("intake channel"), max_length=12, choices=Channel, default=Channel.WEB)
    description = models.TextField(_("description"))

    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    point = point_column()
    place_source = models.CharField(_("place known by"), max_length=8, choices=PlaceSource, blank=True)
    village = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kelurahan")
    )
    landmark = models.CharField(_("landmark"), max_length=200, blank=True)

    created_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    assigned_at = models.DateTimeField(_("given to an officer"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("taken up by the officer"), null=True, blank=True)
    started_at = models.DateTimeField(_("begun on the spot"), null=True, blank=True)
    answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    done_at = models.DateTimeField(_("finished"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    rating_words = models.TextField(_("words on the rating"), blank=True)
    rated_at = models.DateTimeField(_("rated"), null=True, blank=True)

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
        indexes = [
            models.Index(
                fields=["module", "-received_at", "-id"],
                condition=Q(visibility__in=SHOWN_TO_ALL),
                name="case_public_newest",
            ),
            models.Index(fields=["reporter", "-received_at", "-id"], name="case_reporter"),
            models.Index(fields=["agency", "-received_at", "-id"], name="case_agency"),
            models.Index(fields=["assignee", "-received_at"], condition=Q(closed_at=None), name="case_tasks"),
            models.Index(fields=["village", "-received_at"], name="case_village"),
            GistIndex(fields=["point"], name="case_point"),
            GistIndex(fields=["point"], condition=Q(closed_at=None), name="case_point_open"),
            GinIndex(fields=["words"], name="case_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "idempotency_key"], condition=~Q(idempotency_key=""), name="case_sent_once"
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
        return self.visibility in SHOWN_TO_ALL


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


class Appended(Exception):
    """Raised when something tries to change or delete an entry of a timeline."""


def _refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise Appended("a timeline is only ever added to")


class TimelineQuerySet(models.QuerySet["TimelineEntry"]):
    update = delete = bulk_update = update_or_create = _refuse

    def shown_to_all(self) -> TimelineQuerySet:
        """Entries that are not internal."""
        return self.filter(public=True)


class TimelineEntry(models.Model):
    """One event in the life of a case. Append-only and hash-chained: see balai.casework.chain.

    `role` is what the doer acted as: a Role of balai.agencies, "reporter" or "system". `data` holds plain facts about
    the event (no floats, so that it reads back as it was written), photos among them as [[id, sha256]].
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="timeline", verbose_name=_("case"))
    sequence = models.PositiveIntegerField()
    kind = models.CharField(_("event"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(PERSON, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False)
    role = models.CharField(_("role"), max_length=12)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    public = models.BooleanField(_("public"), default=True)
    words = models.TextField(_("words"), blank=True)
    words_salt = models.CharField(max_length=32)
    words_digest = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

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
