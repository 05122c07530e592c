"""Writes of the news."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from apps.news.models import NewsIndexPage, NewsPage
from tenants.current import current_city


@transaction.atomic
def index_page() -> NewsIndexPage:
    """The city's list of news; made under its root when it is missing. The root and the site get the city's name."""
    found: NewsIndexPage | None = NewsIndexPage.objects.first()
    if found is not None:
        return found
    city = current_city()
    # Locked, so that two clicks at once make one list.
    site = Site.objects.select_for_update().get(is_default_site=True)
    found = NewsIndexPage.objects.first()
    if found is not None:
        return found
    site.site_name, site.hostname = city.short_name, city.host
    site.save()
    root: Page = site.root_page
    if root.title != city.short_name:
        root.title = root.draft_title = city.short_name
        root.save()
    with translation.override(city.language):
        made = NewsIndexPage(title=_("News"), slug="news", show_in_menus=True)
    root.add_child(instance=made)
    made.save_revision().publish()
    return made


def publish(page: NewsPage, **fields: Any) -> NewsPage:
    """Adds the article under the list and publishes it."""
    for name, value in fields.items():
        setattr(page, name, value)
    with transaction.atomic():
        index_page().add_child(instance=page)
        page.save_revision().publish()
    return page
