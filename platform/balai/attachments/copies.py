"""Photos that go along when what they belong to is handed to another city: that city keeps rows and files of its own.

A copy has the id of its original, since the hash chain of a timeline names its photos by it; the two lie in different
schemas and storages and know nothing of each other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from balai.attachments.models import Attachment, Size
from balai.attachments.queries import opened

logger = logging.getLogger(__name__)

# Who sent it, where it belongs and when it came are the receiving city's own to say.
NOT_COPIED = {"uploader", "session", "owner_kind", "owner_id", "uploaded_at", "claimed_at"}


@dataclass(frozen=True, slots=True)
class Packed:
    """A photo outside any city: the columns of its row that go along, and its files."""

    columns: dict[str, Any]
    files: dict[Size, bytes]


def packed(photos: Iterable[Attachment]) -> list[Packed]:
    """The photos with their files, read from the current city. One whose file the storage has lost is left out."""
    found = []
    for photo in photos:
        columns = {
            field.attname: getattr(photo, field.attname)
            for field in Attachment._meta.concrete_fields
            if field.name not in NOT_COPIED and not field.generated and not field.is_relation
        }
        try:
            files = {size: _read(photo, size) for size in photo.sizes}
        except FileNotFoundError:
            logger.warning("photo %s has no file: it stays behind", photo.pk)
            continue
        found.append(Packed(columns, files))
    return found


def _read(photo: Attachment, size: Size) -> bytes:
    with opened(photo, size) as file:
        return file.read()


def unpack(photos: Iterable[Packed], *, owner_kind: str, owner_id: int, uploader_id: int | None) -> list[Attachment]:
    """Keeps the photos in the current city as part of something there.

    Call it within the transaction that writes the owner. The files are written at once: where the transaction fails
    they are strays, and swept as such.
    """
    now = timezone.now()
    kept = []
    for photo in photos:
        attachment = Attachment(
            **photo.columns,
            uploader_id=uploader_id,
            owner_kind=owner_kind,
            owner_id=owner_id,
            # Today's folder, whatever the photo's age: the sweep looks for strays in those of former days only.
            uploaded_at=now,
            claimed_at=now,
        )
        for size, body in photo.files.items():
            path = attachment.path(size)
            # Of an attempt that failed halfway: storages never overwrite, they would choose another name.
            default_storage.delete(path)
            default_storage.save(path, ContentFile(body))
        kept.append(attachment)
    Attachment.objects.bulk_create(kept)
    return kept
