"""Putting a case aside so that it can go on from there: as a duplicate, or while another city has it.

What had run on its clocks stays run, and the time in between does not count.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models

from balai.casework import clocks
from balai.casework.lifecycle import PAUSED, Status
from balai.casework.models import Case

KEPT = ("status", "status_before", "postponed_until", *clocks.FIELDS)
GONE_ON_FIELDS = ("status", "status_before", "postponed_until", "closed_at")
"""What `go_on` changes besides the clocks."""


def kept(case: Case) -> dict[str, Any]:
    """Where the case stands now, as JSON."""
    found = {name: getattr(case, column.attname) for name, column in _columns().items()}
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in found.items()}


def go_on(case: Case, stood: dict[str, Any], since: datetime.datetime, now: datetime.datetime) -> None:
    """Puts the case back where it stood when it was put aside (`since`). Save GONE_ON_FIELDS and the clocks.

    What it was put aside for (`merged_into`, `to_city`) is to be taken away before.
    """
    for name, column in _columns().items():
        # A column that came with a later version keeps its value.
        if name in stood:
            setattr(case, column.attname, column.to_python(stood[name]))
    case.closed_at = None
    if case.status not in PAUSED:
        # To the clocks it was a pause.
        case.paused_at = since
        clocks.moved(case, Status.POSTPONED, now)


def _columns() -> dict[str, models.Field[Any, Any]]:
    return {column.name: column for column in Case._meta.concrete_fields if column.name in KEPT}
