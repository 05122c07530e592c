"""Who may see which photo."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import F, Func, IntegerField, Q, QuerySet
from django.db.models.lookups import In
from django.urls import reverse
from django.utils.module_loading import import_string

from balai.accounts.models import User
from balai.attachments.likeness import NEAR, probes
from balai.attachments.models import PHOTO, Attachment, Size, band

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Access(enum.Enum):
    """What someone may do with a photo."""

    NONE = "none"
    PRIVATE = "private"
    """This person may see it, others perhaps not: it is never kept by a cache."""
    PUBLIC = "public"


Door = Callable[[int, Any], Access]
"""Says, for the owner with this id, what a person (a User, a visitor as views.visitor_of knows them, None: anyone at
all) may do with its photos."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who uploads: a signed-in person, or a visitor by the key of the session."""

    user: User | None = None
    session_key: str = ""
    visitor: Any = None
    """Who a visitor is to the doors."""

    @property
    def session(self) -> str:
        """What is stored of a visitor's session: a digest, since the key itself opens the session."""
        if self.user is not None or not self.session_key:
            return ""
        return hashlib.sha256(self.session_key.encode()).hexdigest()

    def owns(self, attachment: Attachment) -> bool:
        """Whether this sender uploaded the photo."""
        if self.user is not None:
            return attachment.uploader_id == self.user.pk
        return bool(self.session) and attachment.session == self.session


@cache
def doors() -> dict[str, Door]:
    """The door of every kind of owner: each app's config names its own in `photo_doors = {kind: "dotted.function"}`."""
    return {
        kind: import_string(dotted)
        for config in apps.get_app_configs()
        for kind, dotted in getattr(config, "photo_doors", {}).items()
    }


def photo_for(sender: Sender, photo_id: UUID) -> tuple[Attachment, Access] | None:
    """The photo, if this person may see it, and how; None for an absent and for a forbidden one alike."""
    attachment = Attachment.objects.filter(pk=photo_id).first()
    if attachment is None:
        return None
    if attachment.claimed_at is None:
        access = Access.PRIVATE if sender.owns(attachment) else Access.NONE
    else:
        door = doors()[attachment.owner_kind]
        assert attachment.owner_id is not None
        access = door(attachment.owner_id, None)
        somebody = sender.user if sender.user is not None else sender.visitor
        if access is Access.NONE and somebody is not None:
            access = door(attachment.owner_id, somebody)
    return None if access is Access.NONE else (attachment, access)


def signed_in(user: User | AnonymousUser) -> User | None:
    """The user, or None for a visitor."""
    return user if isinstance(user, User) and user.is_active else None


def photos_of(owner_kind: str, owner_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """The photos of several owners in one statement, in the order in which they were sent. Asks no permission."""
    return _of(Attachment.objects.filter(media_type=PHOTO), owner_kind, owner_ids)


def files_of(owner_kind: str, owner_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Photos and documents of several owners in one statement, in the order of sending. Asks no permission."""
    return _of(Attachment.objects.all(), owner_kind, owner_ids)


def documents_of(owner_kind: str, owner_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """The documents of several owners in one statement, in the order in which they were sent. Asks no permission."""
    return _of(Attachment.objects.exclude(media_type=PHOTO), owner_kind, owner_ids)


def _of(attachments: QuerySet[Attachment], owner_kind: str, owner_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    ids = list(owner_ids)
    if ids:
        for attachment in attachments.filter(owner_kind=owner_kind, owner_id__in=ids):
            assert attachment.owner_id is not None
            found.setdefault(attachment.owner_id, []).append(attachment)
    return found


def unclaimed(sender: Sender, ids: Iterable[UUID]) -> list[Attachment]:
    """Those of the ids that are waiting uploads of this sender, in the order asked for."""
    return [row for row in uploads(sender, ids) if row.claimed_at is None]


def uploads(sender: Sender, ids: Iterable[UUID]) -> list[Attachment]:
    """Those of the ids that this sender has uploaded, waiting or claimed by now, in the order asked for."""
    wanted = list(dict.fromkeys(ids))
    rows = Attachment.objects.in_bulk(wanted) if wanted else {}
    return [row for key in wanted if (row := rows.get(key)) is not None and sender.owns(row)]


MOST_ALIKE = 20


def same_photos(photo: Attachment) -> list[Attachment]:
    """Compared photos of the city that are this very one: the same file was sent, or the same came out of it.

    At most MOST_ALIKE, newest first.
    """
    same = Q(sha256=photo.sha256)
    if photo.sent_sha256:
        same |= Q(sent_sha256=photo.sent_sha256)
    return list(
        Attachment.objects.filter(same, compared=True).exclude(pk=photo.pk).order_by("-uploaded_at")[:MOST_ALIKE]
    )


def alike_photos(photo: Attachment, within: int = NEAR) -> list[Attachment]:
    """Compared photos of the city that show the same picture, the most alike first, each with its `bits_apart`.

    `within` is how many of 64 bits of each hash may differ, at most NEAR. At most MOST_ALIKE. A picture that shows too
    little is like no other.
    """
    if within > NEAR:
        raise ValueError(f"likeness is found within {NEAR} bits")
    if photo.across_hash is None or photo.down_hash is None:
        return []
    across, down = _apart("across_hash", photo.across_hash), _apart("down_hash", photo.down_hash)
    shared_band = Q()
    for place, values in enumerate(probes(photo.across_hash)):
        shared_band |= Q(In(band("across_hash", place), values))
    return list(
        Attachment.objects.filter(shared_band, compared=True)
        .exclude(pk=photo.pk)
        .alias(across=across, down=down)
        .filter(across__lte=within, down__lte=within)
        .annotate(bits_apart=F("across") + F("down"))
        .order_by("bits_apart", "-uploaded_at")[:MOST_ALIKE]
    )


def _apart(field: str, value: int) -> Func:
    """In how many bits a column of hashes differs from the value."""
    return Func(
        F(field).bitxor(value),
        template="bit_count((%(expressions)s)::bit(64))",
        output_field=IntegerField(),
    )


def address(photo_id: UUID | str, size: Size = Size.FULL) -> str:
    """The path of a photo within its city's site."""
    return reverse("photo", args=[photo_id, size.value])


def document_address(document_id: UUID | str) -> str:
    """The path of a document within its city's site."""
    return reverse("document", args=[document_id])


def opened(attachment: Attachment, size: Size | str) -> BinaryIO:
    """The file itself. Raises FileNotFoundError when the storage has lost it."""
    return default_storage.open(attachment.path(size), "rb")  # type: ignore[return-value]
