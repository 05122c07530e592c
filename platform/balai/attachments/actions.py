"""Writes: keeping an upload, making it part of something, sweeping what nobody claimed."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.attachments import documents, photos
from balai.attachments.evidence import Taken
from balai.attachments.models import Attachment, Size
from balai.attachments.queries import Sender

MAX_PER_HOUR = 60
UNCLAIMED_FOR = datetime.timedelta(hours=24)
STRAYS_SOUGHT_DAYS = 7
SWEEP_BATCH = 500
CLAIMED_FIELDS = [
    *("owner_kind", "owner_id", "position", "claimed_at"),
    *("taken_at", "taken_lat", "taken_lon", "compared"),
]


class TooManyUploads(ValidationError):
    """The sender has uploaded as many photos in an hour as is allowed."""


class UnknownPhoto(ValidationError):
    """A photo that the sender did not upload, or that is used already, or that was swept."""


def store_photo(file: BinaryIO, *, owner: Sender, evidence: Taken | None = None) -> Attachment:
    """Checks, re-encodes and keeps a photo as an unclaimed upload of the sender.

    With `evidence`, when and where it was taken is kept until it is claimed: what the file says, else what the sender's
    device said (`Taken()` for nothing). Raises photos.BadPhoto, TooManyUploads; PermissionError for a sender who is
    nobody.
    """
    if owner.user is None and not owner.session:
        raise PermissionError("an upload needs a person or a session")
    _check_rate(owner)
    photo = photos.prepare(file)
    known = Taken() if evidence is None else photo.taken.filled_from(evidence)
    attachment = Attachment(
        id=uuid.uuid4(),
        uploader=owner.user,
        session=owner.session,
        sha256=photo.sha256,
        sent_sha256=photo.sent_sha256,
        across_hash=photo.likeness.across if photo.likeness else None,
        down_hash=photo.likeness.down if photo.likeness else None,
        taken_at=known.at,
        taken_lat=known.lat,
        taken_lon=known.lon,
        width=photo.full.width,
        height=photo.full.height,
        thumbnail_width=photo.thumbnail.width,
        thumbnail_height=photo.thumbnail.height,
        bytes=len(photo.full.body),
        uploaded_at=timezone.now(),
    )
    _keep(attachment, {Size.FULL: photo.full.body, Size.THUMBNAIL: photo.thumbnail.body})
    return attachment


def store_document(file: BinaryIO, *, owner: Sender, name: str = "") -> Attachment:
    """Checks and keeps a PDF as an unclaimed upload of the sender; `name` is what the sender calls the file.

    Raises documents.BadDocument, TooManyUploads; PermissionError for a sender who is nobody.
    """
    if owner.user is None and not owner.session:
        raise PermissionError("an upload needs a person or a session")
    _check_rate(owner)
    document = documents.prepare(file, name)
    attachment = Attachment(
        id=uuid.uuid4(),
        uploader=owner.user,
        session=owner.session,
        media_type=documents.MEDIA_TYPE,
        name=document.name,
        sha256=document.sha256,
        sent_sha256=document.sha256,
        width=0,
        height=0,
        thumbnail_width=0,
        thumbnail_height=0,
        bytes=len(document.body),
        uploaded_at=timezone.now(),
    )
    _keep(attachment, {Size.DOCUMENT: document.body})
    return attachment


def _keep(attachment: Attachment, files: Mapping[Size, bytes]) -> None:
    written = []
    try:
        for size, body in files.items():
            written.append(default_storage.save(attachment.path(size), ContentFile(body)))
        attachment.save(force_insert=True)
    except BaseException:
        for name in written:
            default_storage.delete(name)
        raise


def _check_rate(owner: Sender) -> None:
    recent = Attachment.objects.filter(uploaded_at__gt=timezone.now() - datetime.timedelta(hours=1))
    mine = recent.filter(uploader=owner.user) if owner.user is not None else recent.filter(session=owner.session)
    if mine.count() >= MAX_PER_HOUR:
        raise TooManyUploads(
            _("You have sent %(limit)d photos within an hour. Please wait a little before you send more.")
            % {"limit": MAX_PER_HOUR},
            code="too_many_uploads",
        )


def claim(
    *, ids: Iterable[uuid.UUID], sender: Sender, owner_kind: str, owner_id: int, compared: bool = False
) -> list[Attachment]:
    """Makes the sender's waiting uploads part of something, in this order; all of them or none.

    When and where they were taken is forgotten. With `compared`, `queries.same_photos` and `queries.alike_photos` find
    them from now on. Call it within the transaction that writes the owner. Raises UnknownPhoto.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    with transaction.atomic():
        rows = {row.pk: row for row in Attachment.objects.select_for_update(of=("self",)).filter(pk__in=wanted)}
        for key in wanted:
            row = rows.get(key)
            if row is None or row.claimed_at is not None or not sender.owns(row):
                raise UnknownPhoto(
                    _("A photo is no longer available. Please choose it again."),
                    code="unknown_photo",
                    params={"id": str(key)},
                )
        now = timezone.now()
        for position, key in enumerate(wanted):
            row = rows[key]
            row.owner_kind, row.owner_id, row.position, row.claimed_at = owner_kind, owner_id, position, now
            row.taken_at = row.taken_lat = row.taken_lon = None
            row.compared = compared
        Attachment.objects.bulk_update(rows.values(), CLAIMED_FIELDS)
    return [rows[key] for key in wanted]


def discard(*, photo_id: uuid.UUID, sender: Sender) -> bool:
    """Removes a waiting upload of the sender; False if there is no such upload."""
    with transaction.atomic():
        row = Attachment.objects.select_for_update().filter(pk=photo_id, claimed_at=None).first()
        if row is None or not sender.owns(row):
            return False
        _delete([row])
    return True


def sweep(*, now: datetime.datetime | None = None) -> int:
    """Removes uploads that nobody claimed within 24 hours, and files whose row was never committed.

    Returns how many photos went. Safe to run twice at once.
    """
    now = now or timezone.now()
    count = 0
    while True:
        with transaction.atomic():
            stale = Attachment.objects.select_for_update(skip_locked=True).filter(
                claimed_at=None, uploaded_at__lt=now - UNCLAIMED_FOR
            )
            rows = list(stale.order_by("uploaded_at")[:SWEEP_BATCH])
            _delete(rows)
        count += len(rows)
        if len(rows) < SWEEP_BATCH:
            break
    return count + _sweep_strays(now)


def _delete(rows: list[Attachment]) -> None:
    paths = [row.path(size) for row in rows for size in row.sizes]
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()

    def remove() -> None:
        for path in paths:
            default_storage.delete(path)

    transaction.on_commit(remove)


def _sweep_strays(now: datetime.datetime) -> int:
    """A transaction that was rolled back leaves its files: they are looked for by day, two to eight days later."""
    gone: set[uuid.UUID] = set()
    for days in range(2, 2 + STRAYS_SOUGHT_DAYS):
        folder = Attachment(uploaded_at=now - datetime.timedelta(days=days)).folder
        files = {name: uuid.UUID(name[:36]) for name in default_storage.listdir(folder)[1]}
        known = (
            set(Attachment.objects.filter(pk__in=set(files.values())).values_list("pk", flat=True)) if files else set()
        )
        for name, key in files.items():
            if key not in known:
                default_storage.delete(f"{folder}/{name}")
                gone.add(key)
    return len(gone)
