"""Photos and PDFs that people hand in. The row says whose and what; the files lie in the city's own storage.

A photo is first an *unclaimed* upload, seen by its uploader alone, and becomes part of something (a timeline entry of
a case) when that thing is written. What it then belongs to decides who may see it: see `balai.attachments.queries`.
"""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.attachments.likeness import BAND_BITS, BANDS

PHOTO = "image/jpeg"


class Size(models.TextChoices):
    """The files that are kept, as they are named in the address: two of a photo, one of a document."""

    FULL = "foto", _("photo")
    THUMBNAIL = "kecil", _("thumbnail")
    DOCUMENT = "berkas", _("document")


def band(field: str, place: int) -> CombinedExpression:
    """The band (0 … 65535) of a column of hashes, as the indexes have it; place 0 is the lowest."""
    return F(field).bitrightshift(place * BAND_BITS).bitand(2**BAND_BITS - 1)


class Attachment(models.Model):
    """One photo, re-encoded as JPEG without any metadata; or one PDF as it was sent (see balai.attachments.documents),
    with a name and without measures.

    `id` is random (UUID4), so an address cannot be guessed from another. `owner_kind` and `owner_id` name what the
    photo belongs to, empty while it is unclaimed. `sha256` is of the stored photo, `sent_sha256` of what was sent.

    `taken_at`, `taken_lat` and `taken_lon` (see balai.attachments.evidence) are there only for uploads that will be
    checked, only while they wait: claiming blanks them, a constraint sees to it, and nothing serves or exports them.
    Later photos are compared with the `compared` ones: see balai.attachments.likeness.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The rows of a deleted account keep a number that leads nowhere, so that the photos of its cases stay.
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    session = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the session key of a visitor.")
    owner_kind = models.CharField(max_length=40, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    sent_sha256 = models.CharField(max_length=64, blank=True)
    across_hash = models.BigIntegerField(null=True, blank=True, help_text="Empty for a picture that shows too little.")
    down_hash = models.BigIntegerField(null=True, blank=True)
    compared = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_lat = models.FloatField(null=True, blank=True)
    taken_lon = models.FloatField(null=True, blank=True)
    media_type = models.CharField(max_length=40, default=PHOTO)
    name = models.CharField(max_length=80, blank=True, help_text="Of a document, without its ending.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    thumbnail_width = models.PositiveIntegerField()
    thumbnail_height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField(help_text="Size of the stored photo.")
    uploaded_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "uploaded_at", "pk"]
        indexes = [
            models.Index(fields=["owner_kind", "owner_id"], name="attachment_owner"),
            models.Index(fields=["uploaded_at"], condition=Q(claimed_at=None), name="attachment_unclaimed"),
            models.Index(fields=["uploader", "uploaded_at"], name="attachment_uploader"),
            models.Index(fields=["session", "uploaded_at"], condition=~Q(session=""), name="attachment_session"),
            models.Index(fields=["sha256"], condition=Q(compared=True), name="attachment_same_stored"),
            models.Index(fields=["sent_sha256"], condition=Q(compared=True), name="attachment_same_sent"),
            *(
                models.Index(band("across_hash", place), condition=Q(compared=True), name=f"attachment_band_{place}")
                for place in range(BANDS)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="attachment_claimed_with_owner",
                condition=Q(claimed_at=None, owner_kind="", owner_id=None)
                | (Q(claimed_at__isnull=False, owner_id__isnull=False) & ~Q(owner_kind="")),
            ),
            models.CheckConstraint(
                name="attachment_taken_while_waiting",
                condition=Q(claimed_at=None) | Q(taken_at=None, taken_lat=None, taken_lon=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_document(self) -> bool:
        """Whether it is a PDF and no photo."""
        return self.media_type != PHOTO

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The files that are kept of it."""
        return (Size.DOCUMENT,) if self.is_document else (Size.FULL, Size.THUMBNAIL)

    def path(self, size: Size | str) -> str:
        """Where the file lies in the city's storage: by the day of upload, so that strays are found by day."""
        return f"{self.folder}/{self.pk}-{Size(size).value}.{'pdf' if self.is_document else 'jpg'}"

    @property
    def folder(self) -> str:
        """The storage folder of the photo's day (UTC), for example "foto/2026/11/22"."""
        return f"foto/{self.uploaded_at.astimezone(datetime.UTC):%Y/%m/%d}"
