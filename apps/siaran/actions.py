"""SIARAN's own rule on top of the engine: how many photos a report needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from apps.siaran.queries import MODULE
from balai.accounts.models import User
from balai.casework.guests import Guest
from balai.casework.intake import Received, submit_case
from balai.casework.models import Channel
from tenants.modules import module_options


def submit_report(
    *,
    reporter: User | Guest,
    category: str,
    description: str,
    place: dict[str, Any],
    photo_ids: Sequence[UUID],
    answers: Mapping[str, str] | None = None,
    visibility: str = "",
    classification: str = "",
    anonymous: bool = False,
    unless_reported: bool = False,
    from_app: bool = False,
    key: str = "",
    asset: str = "",
    earlier: str = "",
) -> Received:
    """A resident's report; see casework's submit_case for what it raises."""
    return submit_case(
        module=MODULE,
        reporter=reporter,
        category=category,
        description=description,
        place=place,
        photo_ids=photo_ids,
        answers=answers or {},
        visibility=visibility,
        classification=classification,
        hide_name=anonymous,
        unless_reported=unless_reported,
        channel=Channel.APP if from_app else Channel.WEB,
        idempotency_key=key,
        min_photos=module_options(MODULE).photos_required,
        asset=asset,
        earlier=earlier,
    )
