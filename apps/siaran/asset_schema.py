"""The reports about one thing of the city, in the API."""

from __future__ import annotations

from typing import Any

import graphene

from apps.siaran.public_schema import NEWEST, CaseCardPage
from apps.siaran.queries import MODULE
from balai.assets.schema import asset_of
from balai.casework import queries as cases
from balai.casework.card_schema import card, card_rows
from balai.graphql import ConnectionField, page


class AssetQuery:
    """Fields of the module's Query."""

    asset_reports = ConnectionField(
        CaseCardPage,
        code=graphene.ID(required=True, description="As `asset` at the root takes it."),
        unfinished=graphene.Boolean(description="Only those that are not finished."),
        description="The reports about an asset that everyone may see, newest first.",
    )

    @staticmethod
    def resolve_asset_reports(
        _root: Any, info: Any, code: str, first: int, after: str | None = None, unfinished: bool = False
    ) -> dict[str, Any]:
        found = cases.public_cases(MODULE).filter(asset=asset_of(info, code))
        if unfinished:
            found = found.open()
        return page(card_rows(found), order=NEWEST, first=first, after=after, row=card)
