"""The API's type of finished work: before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from balai.attachments.models import Attachment
from balai.casework.schema import CasePhoto, CasePlace, photo_node
from balai.graphql import DateTime

PAIR_COLUMNS = (
    *("id", "number", "done_at", "category__name", "lat", "lon", "landmark", "village__name", "village__parent__name"),
)


class CasePair(graphene.ObjectType):
    """A finished case with a photo of the report and one of the result."""

    number = graphene.ID(required=True)
    category = graphene.String(required=True)
    place = graphene.Field(CasePlace, required=True)
    done_at = DateTime(required=True)
    before = graphene.Field(CasePhoto, required=True)
    after = graphene.Field(CasePhoto, required=True)


def pair(row: Mapping[str, Any], before: Attachment, after: Attachment) -> dict[str, Any]:
    """A CasePair of a row with PAIR_COLUMNS."""
    return {
        "number": row["number"],
        "category": row["category__name"],
        "place": {
            "lat": row["lat"],
            "lon": row["lon"],
            "village": row["village__name"],
            "district": row["village__parent__name"],
            "landmark": row["landmark"],
        },
        "done_at": row["done_at"],
        "before": photo_node(before),
        "after": photo_node(after),
    }
