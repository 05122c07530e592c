"""The API's type of finished work: before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import graphene

from balai.attachments.models import Attachment
from balai.casework.card_schema import CasePlace
from balai.casework.gallery import before_and_after, finished_with_photos
from balai.casework.models import CaseQuerySet
from balai.casework.photo_schema import CasePhoto, photo_node
from balai.graphql import DateTime, connection, page

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


CasePairPage = connection(CasePair)
Node = Callable[[Mapping[str, Any], dict[str, Any]], dict[str, Any]]


def pair_page(cases: CaseQuerySet, first: int, after: str | None, *columns: str, node: Node | None = None) -> Any:
    """A page of those of the cases that are finished with photos, the last finished first. Three statements.

    `node` makes a node of a row with PAIR_COLUMNS and these `columns`, and its CasePair; without it that is the node.
    """
    rows = finished_with_photos(cases).values(*PAIR_COLUMNS, *columns)
    answer = page(rows, order=("-done_at", "-id"), first=first, after=after)
    photos = before_and_after(row["id"] for row in answer["nodes"])
    pairs = [(row, pair(row, *photos[row["id"]])) for row in answer["nodes"] if row["id"] in photos]
    answer["nodes"] = [node(row, found) if node is not None else found for row, found in pairs]
    return answer
