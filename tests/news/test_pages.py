"""The news as residents read it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.news import demo, queries
from apps.news.models import NewsIndexPage, NewsPage
from apps.news.tasks import publish_scheduled
from tenants.actions import deactivate
from tenants.current import in_city
from tenants.models import City

pytestmark = pytest.mark.django_db
Write = Callable[..., NewsPage]


def test_the_list_shows_the_newest_first_with_pictures(city_a: City, client_a: Client, write: Write) -> None:
    write(city_a, "Lampu jalan", date=datetime.date(2026, 3, 1))
    write(city_a, "Taman kota", date=datetime.date(2026, 5, 1))
    page = client_a.get("/news/").content.decode()
    assert page.index("Taman kota") < page.index("Lampu jalan")
    assert 'alt="Taman kota alt"' in page
    assert "1 Mei 2026" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(city_a: City, client_a: Client, write: Write, count: int) -> None:
    for number in range(count):
        write(city_a, f"Artikel {number}")
    client_a.get("/news/")  # makes the pictures' sizes once
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client_a.get("/news/").status_code == 200
    told = [query["sql"] for query in asked.captured_queries if "search_path" not in query["sql"]]
    assert len(told) == LIST_STATEMENTS, "\n".join(told)


LIST_STATEMENTS = 10
"""Three find the city and its modules (nothing is cached here), one the look; six are the news'."""


def test_pages_of_the_list(city_a: City, client_a: Client, write: Write) -> None:
    for number in range(14):
        write(city_a, f"Artikel {number:02}", date=datetime.date(2026, 1, 1 + number), picture=False)
    first = client_a.get("/news/")
    assert "Artikel 13" in first.content.decode()
    assert "Artikel 01" not in first.content.decode()
    second = client_a.get(first.context["next_url"]).content.decode()
    assert "Artikel 01" in second
    assert "Artikel 13" not in second


def test_one_category(city_a: City, client_a: Client, write: Write) -> None:
    write(city_a, "Vaksin", category=NewsPage.Category.HEALTH)
    write(city_a, "Aspal", category=NewsPage.Category.BUILDING)
    page = client_a.get("/news/?kategori=kesehatan").content.decode()
    assert "Vaksin" in page
    assert "Aspal" not in page
    assert client_a.get("/news/?kategori=<script>").status_code == 200


def test_an_article(city_a: City, client_a: Client, write: Write) -> None:
    article = write(city_a, "Jalan baru", slug="jalan-baru")
    page = client_a.get("/news/jalan-baru/").content.decode()
    assert "<h1>Jalan baru</h1>" in page
    assert "Jalan baru text" in page
    with in_city(city_a):
        assert article.url == "/news/jalan-baru/"
        assert article.full_url == f"{city_a.url}/news/jalan-baru/"


def test_a_draft_a_withdrawn_and_a_private_article_are_not_found(city_a: City, client_a: Client, write: Write) -> None:
    from wagtail.models import PageViewRestriction

    with in_city(city_a):
        draft = NewsPage(title="Rahasia", lead="x", live=False, body=[])
    write(city_a, "Terbuka")
    with in_city(city_a):
        NewsIndexPage.objects.get().add_child(instance=draft)
        withdrawn = NewsPage.objects.get(title="Terbuka")
        withdrawn.unpublish()
    private = write(city_a, "Terbatas")
    with in_city(city_a):
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    for slug in ("rahasia", "terbuka", "terbatas", "tidak-ada"):
        assert client_a.get(f"/news/{slug}/").status_code == 404
    assert "Rahasia" not in client_a.get("/news/").content.decode()
    assert "rahasia" not in client_a.get("/sitemap.xml").content.decode()
    assert "Terbatas" not in client_a.get("/news/rss.xml").content.decode()


def test_an_empty_list_says_so(client_a: Client) -> None:
    response = client_a.get("/news/")
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()


def test_an_article_whose_picture_is_gone_stays_readable(city_a: City, client_a: Client, write: Write) -> None:
    article = write(city_a, "Tanpa gambar", slug="tanpa-gambar")
    with in_city(city_a):
        assert article.image is not None
        article.image.file.storage.delete(article.image.file.name)
    page = client_a.get("/news/tanpa-gambar/")
    assert page.status_code == 200
    assert "Tanpa gambar alt" not in page.content.decode()


def test_the_feed(city_a: City, client_a: Client, write: Write) -> None:
    write(city_a, "Kabar & warta", slug="kabar")
    response = client_a.get("/news/rss.xml")
    feed = ElementTree.fromstring(response.content)
    assert [item.text for item in feed.iter("title")][1] == "Kabar & warta"
    assert f"http://{city_a.host}/news/kabar/" in [item.text for item in feed.iter("link")]


def test_the_sitemap_has_the_articles(city_a: City, client_a: Client, write: Write) -> None:
    write(city_a, "Kabar", slug="kabar")
    assert "/news/kabar/" in client_a.get("/sitemap.xml").content.decode()


def test_the_api(city_a: City, client_a: Client, write: Write) -> None:
    write(city_a, "Kabar", slug="kabar", category=NewsPage.Category.HEALTH, date=datetime.date(2026, 2, 3))
    query = """{ news {
      articles(first: 1) { nodes { title date url category { slug } image { url width alt } } totalCount }
      article(slug: "kabar") { html } categories { slug } } }"""
    answer = client_a.post("/graphql/", {"query": query}, content_type="application/json").json()
    assert "errors" not in answer
    found = answer["data"]["news"]
    node = found["articles"]["nodes"][0]
    assert (node["title"], node["date"], node["url"], node["image"]["width"]) == (
        "Kabar",
        "2026-02-03",
        "/news/kabar/",
        720,
    )
    assert "Kabar text" in found["article"]["html"]
    assert found["categories"] == [{"slug": "kesehatan"}]


def test_off_nothing_of_it_is_left(city_a: City, client_a: Client, write: Write) -> None:
    write(city_a, "Kabar", slug="kabar")
    deactivate(city_a, "dummy")
    deactivate(city_a, "news")
    for path in ("/news/", "/news/kabar/", "/news/rss.xml"):
        assert client_a.get(path).status_code == 404
    assert "/news/" not in client_a.get("/").content.decode()
    assert "/news/" not in client_a.get("/sitemap.xml").content.decode()
    answer = client_a.post("/graphql/", {"query": "{ news { categories { slug } } }"}, content_type="application/json")
    assert answer.json()["data"] == {"news": None}


def test_timed_articles_appear_by_the_task(city_a: City, client_a: Client, write: Write) -> None:
    write(city_a, "Umum")
    now = timezone.now()
    with in_city(city_a):
        timed = NewsPage(title="Nanti", slug="nanti", lead="x", live=False, body=[])
        NewsIndexPage.objects.get().add_child(instance=timed)
        timed.go_live_at = now + datetime.timedelta(hours=1)
        timed.save_revision().publish()
        publish_scheduled()
        assert not NewsPage.objects.get(slug="nanti").live
        with time_machine.travel(now + datetime.timedelta(hours=2)):
            publish_scheduled()
    assert client_a.get("/news/nanti/").status_code == 200


class TestDemo:
    def test_six_articles_and_again_no_more(self, city_a: City, client_a: Client) -> None:
        with in_city(city_a):
            demo.fill(city_a)
            demo.fill(city_a)
            articles = list(queries.articles())
        assert len(articles) == 6
        assert all(article.image is not None for article in articles)
        text = client_a.get("/news/").content.decode()
        assert "{" not in "".join(article.title + article.lead for article in articles)
        for article in articles:
            assert article.title in text
            assert client_a.get(article.portal_path()).status_code == 200

    def test_no_city_reads_of_another(self, city_a: City, city_b: City) -> None:
        texts: dict[str, Any] = {}
        for city in (city_a, city_b):
            with in_city(city):
                demo.fill(city)
                texts[city.slug] = " ".join(
                    f"{page.title} {page.lead} {page.body.render_as_block()}" for page in NewsPage.objects.all()
                )
        assert "Tangerang" not in texts["serang"]
        assert "Serang" not in texts["tangerang-selatan"].replace("Pasar Serpong", "")
