from __future__ import annotations

import datetime

from django import template

register = template.Library()


@register.filter
def as_date(text: str) -> datetime.date:
    """The date of an answer of the API ("2026-08-17")."""
    return datetime.date.fromisoformat(text)
