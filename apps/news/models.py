"""News: an index under the city's root, and articles under it. Wagtail keeps their drafts, versions and workflow."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.blocks import CharBlock, RichTextBlock, StructBlock, TextBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.search import index

from balai.office.pages import ModulePage

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class QuoteBlock(StructBlock):
    """What somebody said, with the name."""

    text = TextBlock(label=_("Quotation"))
    source = CharBlock(label=_("Who said it"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "news/blocks/quote.html"


def today() -> Any:
    """The date in the city's time zone."""
    return timezone.localdate()


class NewsIndexPage(ModulePage):
    """The list of articles; one in each city, made by apps.news.actions.index_page."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["news.NewsPage"]
    search_fields: list[Any] = []

    class Meta:
        verbose_name = _("news list")
        verbose_name_plural = _("news lists")

    def portal_path(self) -> str:
        return reverse("news:index")

    def portal_view(self, request: HttpRequest) -> HttpResponse:
        from apps.news.views import Articles

        return Articles.as_view()(request)  # type: ignore[return-value]


class NewsPage(ModulePage):
    """An article. `date` is the day it bears; readers see it from its publication on."""

    class Category(models.TextChoices):
        ANNOUNCEMENT = "pengumuman", _("Announcements")
        SERVICE = "layanan", _("Public services")
        BUILDING = "pembangunan", _("Building and roads")
        HEALTH = "kesehatan", _("Health")
        EDUCATION = "pendidikan", _("Education")
        ECONOMY = "ekonomi", _("Economy")
        CULTURE = "budaya", _("Culture and sport")

    date: models.DateField[Any, Any] = models.DateField(_("date"), default=today)
    category: models.CharField[Any, Any] = models.CharField(
        _("category"), max_length=16, choices=Category, default=Category.ANNOUNCEMENT
    )
    lead: models.CharField[Any, Any] = models.CharField(
        _("lead"), max_length=300, help_text=_("One or two sentences that say it all.")
    )
    image: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    image_alt: models.CharField[Any, Any] = models.CharField(
        _("what the picture shows"),
        max_length=200,
        blank=True,
        help_text=_("For people who cannot see it. Empty: the description in the library of pictures."),
    )
    body = StreamField(
        [
            ("paragraph", RichTextBlock(label=_("Paragraph"), features=TEXT_FEATURES, icon="pilcrow")),
            ("heading", CharBlock(label=_("Heading"), icon="title", template="news/blocks/heading.html")),
            ("image", ImageBlock(label=_("Picture"), template="news/blocks/image.html")),
            ("quote", QuoteBlock()),
        ],
        verbose_name=_("text"),
    )

    parent_page_types = ["news.NewsIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *ModulePage.content_panels,
        FieldRowPanel([FieldPanel("date"), FieldPanel("category")]),
        FieldPanel("lead"),
        FieldPanel("image"),
        FieldPanel("image_alt"),
        FieldPanel("body"),
    ]
    search_fields = [
        *ModulePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.FilterField("date"),
        index.FilterField("category"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [models.Index(fields=["-date", "-page_ptr"], name="news_newest")]

    def portal_path(self) -> str:
        return reverse("news:article", args=[self.slug])

    def portal_view(self, request: HttpRequest) -> HttpResponse:
        from apps.news.views import Article

        request.previewed_article = self  # type: ignore[attr-defined]
        return Article.as_view()(request, slug=self.slug)  # type: ignore[return-value]
