from __future__ import annotations

import datetime
from collections.abc import Iterator

from apps.news import queries


def addresses() -> Iterator[tuple[str, datetime.date | None]]:
    """Every published article and the day it last changed."""
    for article in queries.articles(columns=()).only("slug", "last_published_at").iterator(chunk_size=500):
        yield article.portal_path(), article.last_published_at.date() if article.last_published_at else None
