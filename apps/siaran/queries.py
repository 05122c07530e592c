"""What SIARAN asks of the casework engine: the same reads, narrowed to this module."""

from __future__ import annotations

from balai.casework.categories import categories, leaves
from balai.casework.models import Category

MODULE = "siaran"


def choices() -> list[tuple[Category, str | None]]:
    """The categories that a report can have, each with the name of the group it is in, in the city's order."""
    rows = categories(MODULE)
    names = {row.pk: row.name for row in rows}
    order = {row.pk: position for position, row in enumerate(rows)}
    found = leaves(rows)
    # A group's members stand together, where the group stands.
    found.sort(key=lambda row: (order.get(row.parent_id or row.pk, 0), order[row.pk]))
    return [(row, names.get(row.parent_id or 0)) for row in found]
