"""The news in the API: `news { articles article categories }`."""

from __future__ import annotations

from typing import Any

import graphene

from apps.news import queries
from apps.news.models import NewsPage
from balai.graphql import ConnectionField, Date, NotFound, asked_for, connection, page, sized


class NewsCategory(graphene.ObjectType):
    """A subject of articles."""

    slug = graphene.String(required=True)
    name = graphene.String(required=True)

    @staticmethod
    def resolve_slug(category: Any, _info: Any) -> str:
        return str(category.value)

    @staticmethod
    def resolve_name(category: Any, _info: Any) -> str:
        return str(category.label)


class NewsPicture(graphene.ObjectType):
    """The picture of an article: 720×405 for cards, and the whole of it, at most 1600 pixels wide."""

    url = graphene.String(required=True)
    width = graphene.Int(required=True)
    height = graphene.Int(required=True)
    large_url = graphene.String(required=True)
    large_width = graphene.Int(required=True)
    large_height = graphene.Int(required=True)
    alt = graphene.String(required=True)


class NewsArticle(graphene.ObjectType):
    """A published article."""

    id = graphene.ID(required=True)
    slug = graphene.String(required=True)
    title = graphene.String(required=True)
    lead = graphene.String(required=True)
    date = Date(required=True)
    category = graphene.Field(NewsCategory, required=True)
    image = graphene.Field(NewsPicture)
    url = graphene.String(required=True, description="Address of the page, without the host.")
    html = graphene.String(required=True, description="The text, as HTML that the editors' tools have cleaned.")

    @staticmethod
    def resolve_category(article: NewsPage, _info: Any) -> NewsPage.Category:
        return NewsPage.Category(article.category)

    @staticmethod
    def resolve_image(article: NewsPage, _info: Any) -> dict[str, Any] | None:
        return queries.picture(article)

    @staticmethod
    def resolve_url(article: NewsPage, _info: Any) -> str:
        return article.portal_path()

    @staticmethod
    def resolve_html(article: NewsPage, _info: Any) -> str:
        return str(article.body.render_as_block())


NewsArticlePage = connection(NewsArticle)


class Query(graphene.ObjectType):
    """News of the city."""

    articles = ConnectionField(NewsArticlePage, category=graphene.String(), description="Newest first.")
    article = graphene.Field(NewsArticle, slug=graphene.String(required=True))
    categories = sized(graphene.List(graphene.NonNull(NewsCategory), required=True), len(NewsPage.Category))

    @staticmethod
    def resolve_articles(
        _root: Any, info: Any, first: int, after: str | None = None, category: str = ""
    ) -> dict[str, Any]:
        rows = queries.articles(category, asked_for(info, "nodes"))
        return page(rows, order=("-date", "-id"), first=first, after=after)

    @staticmethod
    def resolve_article(_root: Any, info: Any, slug: str) -> NewsPage:
        # Set by the editors' preview only, on a request that Wagtail makes itself.
        draft: NewsPage | None = getattr(info.context.request, "previewed_article", None)
        found = draft or queries.article(slug)
        if found is None:
            raise NotFound
        return found

    @staticmethod
    def resolve_categories(_root: Any, _info: Any) -> list[NewsPage.Category]:
        return [NewsPage.Category(value) for value in queries.categories_in_use()]
