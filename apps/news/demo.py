"""News for the demo: six invented articles per city. No person in them is real and no figure is official."""

from __future__ import annotations

import datetime
import tomllib
import zlib
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.rich_text import RichText

from apps.news.actions import publish
from apps.news.demo_pictures import draw
from apps.news.models import NewsPage, today
from tenants.models import City

DAYS_BETWEEN = 3


def fill(city: City) -> None:
    """Publishes the city's articles, as demo_articles.toml lists them. Running it again adds nothing."""
    said = tomllib.loads(Path(__file__).with_name("demo_articles.toml").read_text())
    stories = {story["slug"]: story for story in said["story"]}
    own = said["city"].get(city.slug, said["city"]["elsewhere"])
    names = {**own, "city": city.name}
    for number, slug in enumerate(own["stories"]):
        if not NewsPage.objects.filter(slug=slug).exists():
            day = today() - datetime.timedelta(days=1 + number * DAYS_BETWEEN)
            publish(article(stories[slug], names), date=day)


def article(story: dict[str, Any], names: dict[str, Any]) -> NewsPage:
    """The article with its picture, not yet saved."""

    def say(text: str) -> str:
        filled = text.format(**names)
        return filled[:1].upper() + filled[1:]

    body: list[tuple[str, Any]] = [("paragraph", RichText(f"<p>{say(text)}</p>")) for text in story["paragraphs"]]
    if "heading" in story:
        body.insert(2, ("heading", story["heading"]))
    if "quote" in story:
        body.append(("quote", {"text": story["quote"], "source": say(story["source"])}))
    drawn = draw(story["scene"], zlib.crc32(f"{names['city']}/{story['slug']}".encode()))
    picture = get_image_model()(
        title=say(story["title"]), description=story["alt"], file=ContentFile(drawn, f"{story['slug']}.jpg")
    )
    picture.save()
    return NewsPage(
        title=picture.title,
        slug=story["slug"],
        category=story["category"],
        lead=say(story["lead"]),
        image=picture,
        image_alt=story["alt"],
        body=body,
    )
