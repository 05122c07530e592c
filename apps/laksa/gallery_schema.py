"""The API's type of an aspiration that has come true: before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from apps.laksa.queries import title_of
from balai.casework.gallery_schema import CasePair, pair_page
from balai.casework.models import CaseQuerySet
from balai.graphql import connection


class LaksaPair(graphene.ObjectType):
    """A finished aspiration with a photo of its author's and one of what became of it."""

    title = graphene.String(required=True)
    pair = graphene.Field(CasePair, required=True)


LaksaPairPage = connection(LaksaPair)


def laksa_pair_page(aspirations: CaseQuerySet, first: int, after: str | None) -> Any:
    """A page of LaksaPairs, the last finished first."""

    def node(row: Mapping[str, Any], pair: dict[str, Any]) -> dict[str, Any]:
        return {"title": title_of(row["description"]), "pair": pair}

    return pair_page(aspirations, first, after, "description", node=node)
