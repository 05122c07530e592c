"""The news in the portal."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.news import queries
from apps.news.models import NewsPage
from balai.portal.views import OperationView
from tenants.current import current_city

FEED_LENGTH = 20


class Articles(OperationView):
    """The list, newest first, of all categories or of one."""

    document = "news/articles"
    template_name = "news/articles.html"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"after": request.GET.get("setelah") or None, "category": self.category}

    @property
    def category(self) -> str:
        asked = self.request.GET.get("kategori", "")
        return asked if asked in NewsPage.Category.values else ""

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        info = data["news"]["articles"]["pageInfo"]
        following = {"kategori": self.category, "setelah": info["endCursor"]}
        query = urlencode({name: value for name, value in following.items() if value})
        return {
            "category": self.category,
            "next_url": f"{reverse('news:index')}?{query}" if info["hasNextPage"] else "",
            "first_page": not self.request.GET.get("setelah"),
        }


class Article(OperationView):
    """One article."""

    document = "news/article"
    template_name = "news/article.html"
    required = ("news.article",)

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"crumbs": [{"label": _("News"), "url": reverse("news:index")}]}


class NewestArticles(Feed):
    """RSS of the newest articles."""

    def title(self) -> str:
        return _("News of %(city)s") % {"city": current_city().short_name}

    def link(self) -> str:
        return reverse("news:index")

    def description(self) -> str:
        return _("What city hall does and decides.")

    def items(self) -> list[NewsPage]:
        return list(queries.articles(columns=())[:FEED_LENGTH])

    def item_title(self, item: NewsPage) -> str:
        return item.title

    def item_description(self, item: NewsPage) -> str:
        return item.lead

    def item_link(self, item: NewsPage) -> str:
        return item.portal_path()

    def item_pubdate(self, item: NewsPage) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(item.date, datetime.time(7)))
