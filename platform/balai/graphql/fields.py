"""Marks on fields that the engine heeds: personal data and the cost of a list.

class ReportType(graphene.ObjectType):
    reporter_name = personal(graphene.String())
    photos = sized(graphene.List(graphene.NonNull(Photo), required=True), 4)
"""

from __future__ import annotations

from typing import Any

import graphene
from graphene.types.unmountedtype import UnmountedType


def personal(field: Any) -> graphene.Field:
    """Marks a field that tells something about a person or depends on who asks.

    An answer that touches it is never kept in a shared cache.
    """
    return _marked(field, personal=True)


def sized(field: Any, size: int) -> graphene.Field:
    """Tells how many items a list without a `first` argument has at most, for the cost limit (otherwise 10)."""
    return _marked(field, size=size)


def _marked(field: Any, **marks: Any) -> graphene.Field:
    mounted = field.Field() if isinstance(field, UnmountedType) else field
    mounted.balai = {**getattr(mounted, "balai", {}), **marks}
    return mounted
