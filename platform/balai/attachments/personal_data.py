"""What the attachments of a city know of a person: who sent a photo."""

from __future__ import annotations

from typing import Any

from balai.accounts.models import User
from balai.attachments import actions
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender, address, document_address


def export(user: User) -> dict[str, Any]:
    """The photos that the person sent."""
    photos = Attachment.objects.filter(uploader=user).order_by("uploaded_at")
    return {
        "photos": [
            {
                "at": photo.uploaded_at.isoformat(),
                "address": document_address(photo.pk) if photo.is_document else address(photo.pk),
                "used": photo.claimed_at is not None,
            }
            for photo in photos
        ]
    }


def erase(user: User) -> None:
    """Removes waiting uploads; photos that belong to something stay, without their sender."""
    for photo_id in Attachment.objects.filter(uploader=user, claimed_at=None).values_list("pk", flat=True):
        actions.discard(photo_id=photo_id, sender=Sender(user))
    Attachment.objects.filter(uploader=user).update(uploader=None)
