from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def write() -> Callable[..., Any]:
    """write(city, "Title", **fields): a published article, with a picture unless picture=False."""
    from django.core.files.base import ContentFile
    from wagtail.images import get_image_model
    from wagtail.rich_text import RichText

    from apps.news.actions import publish
    from apps.news.models import NewsPage
    from tenants.current import in_city
    from tests.news.photos import photo_with_gps

    def write(city: Any, title: str, *, picture: bool = True, **fields: Any) -> NewsPage:
        with in_city(city):
            image = None
            if picture:
                image = get_image_model()(title=title, file=ContentFile(photo_with_gps(), "foto.jpg"))
                image.save()
            values = {"lead": f"{title} lead", "image": image, "image_alt": f"{title} alt"} | fields
            return publish(NewsPage(title=title, body=[("paragraph", RichText(f"<p>{title} text</p>"))], **values))

    return write
