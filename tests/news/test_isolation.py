"""Nothing of one city's news, pictures and documents is found in another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from apps.news.models import NewsPage
from tenants.current import in_city
from tenants.models import City
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
Write = Callable[..., NewsPage]


def test_pages_feeds_sitemaps_and_the_api(
    city_a: City, city_b: City, client_a: Client, client_b: Client, write: Write
) -> None:
    write(city_a, "Hanya di A", slug="hanya-di-a")
    write(city_b, "Hanya di B", slug="hanya-di-b")
    for path in ("/", "/news/", "/news/rss.xml", "/sitemap.xml"):
        client_a.get(path)  # fills whatever is kept
        text = client_b.get(path).content.decode().lower()
        assert "hanya-di-b" in text, path
        assert "hanya-di-a" not in text, path
    assert client_b.get("/news/hanya-di-a/").status_code == 404
    query = '{ news { article(slug: "hanya-di-a") { title } articles { totalCount } } }'
    answer = client_b.post("/graphql/", {"query": query}, content_type="application/json").json()
    assert "Hanya di A" not in str(answer)


def test_a_pictures_address_answers_in_its_city_only(
    city_a: City, city_b: City, client_a: Client, client_b: Client, write: Write
) -> None:
    article = write(city_a, "Bergambar")
    with in_city(city_a):
        assert article.image is not None
        url = article.image.get_rendition("width-200").url
        original = article.image.file.url
    shown = client_a.get(url)
    assert shown.status_code == 200
    assert b"".join(shown.streaming_content)[:3] == b"\xff\xd8\xff"
    assert client_b.get(url).status_code == 404
    assert client_b.get(url.replace(city_a.schema_name, city_b.schema_name)).status_code == 404
    # The picture as it was sent is nobody's business.
    assert client_a.get(original).status_code == 404
    for name in ("../original_images/foto.jpg", "..%2Foriginal_images%2Ffoto.jpg", "%2e%2e"):
        assert client_a.get(f"/media/{city_a.schema_name}/images/{name}").status_code in (400, 404)


def test_sizes_of_pictures_are_kept_per_city(city_a: City, city_b: City, write: Write) -> None:
    one, other = write(city_a, "Gambar A"), write(city_b, "Gambar B")
    assert caches["renditions"].key_func.__name__ == "make_key"  # type: ignore[attr-defined]
    with in_city(city_a):
        assert one.image is not None
        url = one.image.get_rendition("width-100").url
    with in_city(city_b):
        picture = get_image_model().objects.get(pk=other.image.pk)  # type: ignore[union-attr]
        # Both cities count their pictures from one: the same number must not lead to the other's file.
        assert picture.get_rendition("width-100").url != url
        assert city_b.schema_name in picture.get_rendition("width-100").url


def test_documents(city_a: City, client_a: Client, client_b: Client) -> None:
    with in_city(city_a):
        document = get_document_model().objects.create(title="Rencana", file=ContentFile(b"A", "rencana.txt"))
        url = document.url
    assert b"".join(client_a.get(url).streaming_content) == b"A"
    assert client_b.get(url).status_code == 404


def test_staff_of_one_city_cannot_open_or_search_what_is_anothers(city_a: City, city_b: City, write: Write) -> None:
    article = write(city_a, "Rahasia dapur")
    spy = signed_in(city_b, staff(city_b, emergency_key=True))
    for path in (
        f"/kantor/pages/{article.pk}/edit/",
        f"/kantor/pages/{article.pk}/history/",
        f"/kantor/images/{article.image.pk}/",  # type: ignore[union-attr]
    ):
        assert "Rahasia dapur" not in spy.get(path).content.decode()
    for path in (
        "/kantor/pages/search/?q=Rahasia",
        "/kantor/images/?q=Rahasia",
        "/kantor/choose-page/search/?q=Rahasia",
    ):
        response = spy.get(path)
        assert response.status_code == 200
        assert "Rahasia dapur" not in response.content.decode()
    found = signed_in(city_a, staff(city_a, emergency_key=True)).get("/kantor/pages/search/?q=Rahasia")
    assert "Rahasia dapur" in found.content.decode()
