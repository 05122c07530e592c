"""The API's type of a photo."""

from __future__ import annotations

from typing import Any

import graphene

from balai.attachments.models import Attachment, Size
from balai.attachments.queries import address


class CasePhoto(graphene.ObjectType):
    """A photo, on the city's own host. Its address opens only to those who may see the case."""

    url = graphene.String(required=True)
    thumbnail = graphene.String(required=True, description="At most 480 pixels wide and high.")
    width = graphene.Int(required=True)
    height = graphene.Int(required=True)


def photo_node(photo: Attachment) -> dict[str, Any]:
    """A CasePhoto."""
    return {
        "url": address(photo.pk),
        "thumbnail": address(photo.pk, Size.THUMBNAIL),
        "width": photo.width,
        "height": photo.height,
    }
