"""Reads of the news."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError

from apps.news.models import NewsPage

CARD = "fill-720x405|format-jpeg"
LARGE = "max-1600x1200|format-jpeg"
SIZES = {"card": CARD, "large": LARGE}


def articles(category: str = "", columns: Collection[str] = ("image",)) -> QuerySet[NewsPage]:
    """Published articles that everyone may read; pictures are fetched only when `columns` has "image"."""
    rows: QuerySet[NewsPage] = NewsPage.objects.live().public()
    if category:
        rows = rows.filter(category=category)
    if "image" in columns:
        pictures = get_image_model().objects.prefetch_renditions(CARD, LARGE)
        rows = rows.prefetch_related(_pictures(pictures))
    if "html" not in columns:
        rows = rows.defer("body")
    return rows.order_by("-date", "-pk")


def _pictures(pictures: Any) -> Any:
    from django.db.models import Prefetch

    return Prefetch("image", pictures)


def article(slug: str) -> NewsPage | None:
    """The published article of this slug."""
    return articles(columns=("image", "html")).filter(slug=slug).first()


def categories_in_use() -> list[str]:
    """The categories that have a published article, in the order of the list."""
    used = set(NewsPage.objects.live().public().order_by().values_list("category", flat=True).distinct())
    return [value for value in NewsPage.Category.values if value in used]


def picture(page: NewsPage) -> dict[str, Any] | None:
    """The article's picture: address and size of the small and the large version, and its text alternative."""
    if page.image is None:
        return None
    try:
        card, large = page.image.get_rendition(CARD), page.image.get_rendition(LARGE)
    except SourceImageIOError:  # The file is gone; the article stays readable.
        return None
    return {
        "url": card.url,
        "width": card.width,
        "height": card.height,
        "large_url": large.url,
        "large_width": large.width,
        "large_height": large.height,
        "alt": page.image_alt or page.image.description,
    }
