"""The news as staff write it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Page

from apps.news.actions import index_page
from apps.news.models import NewsIndexPage, NewsPage
from tenants.actions import deactivate
from tenants.current import in_city
from tenants.models import City
from tests.news.photos import photo_with_gps
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
Write = Callable[..., NewsPage]


@pytest.fixture
def editor(city_a: City) -> Client:
    return signed_in(city_a, staff(city_a, emergency_key=True))


def form(**fields: Any) -> dict[str, Any]:
    """What the editor of an article posts."""
    return {
        "title": "Kabar",
        "slug": "kabar",
        "date": "2026-05-01",
        "category": "kesehatan",
        "lead": "Ringkas",
        "image": "",
        "image_alt": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-id": "",
        "body-0-value": "Judul kecil",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **fields,
    }


def test_the_menu_leads_to_the_list_which_is_made_once(city_a: City, editor: Client) -> None:
    first = editor.get("/kantor/news/articles/")
    assert first.status_code == 302
    assert editor.get("/kantor/news/articles/")["Location"] == first["Location"]
    assert editor.get(first["Location"]).status_code == 200
    with in_city(city_a):
        assert NewsIndexPage.objects.count() == 1
        assert index_page().get_parent().title == city_a.short_name


def test_only_news_can_be_made_under_the_citys_root(city_a: City) -> None:
    with in_city(city_a):
        listing = index_page()
        root = listing.get_parent()
        creatable = root.specific_class.creatable_subpage_models()
        assert creatable == [NewsIndexPage]
        assert not NewsIndexPage.can_create_at(root)
        assert NewsPage.creatable_subpage_models() == []
        assert listing.creatable_subpage_models() == [NewsPage]


def test_writing_and_publishing_an_article(city_a: City, editor: Client, client_a: Client) -> None:
    with in_city(city_a):
        listing = index_page().pk
    assert editor.get(f"/kantor/pages/add/news/newspage/{listing}/").status_code == 200
    response = editor.post(f"/kantor/pages/add/news/newspage/{listing}/", form(**{"action-publish": "1"}))
    assert response.status_code == 302
    page = client_a.get("/news/kabar/").content.decode()
    assert "<h2>Judul kecil</h2>" in page


def test_an_incomplete_article_is_refused_and_nothing_is_saved(city_a: City, editor: Client) -> None:
    with in_city(city_a):
        listing = index_page().pk
    response = editor.post(
        f"/kantor/pages/add/news/newspage/{listing}/", form(**{"lead": "", "date": "kemarin", "action-publish": "1"})
    )
    assert response.status_code == 200
    with in_city(city_a):
        assert not NewsPage.objects.exists()


def test_the_preview_shows_what_is_not_saved(city_a: City, editor: Client, write: Write) -> None:
    article = write(city_a, "Lama", slug="lama")
    url = f"/kantor/pages/{article.pk}/edit/preview/"
    assert editor.post(url, form(title="Baru sekali", slug="lama")).json()["is_valid"]
    shown = editor.get(url)
    assert shown.status_code == 200
    assert "Baru sekali" in shown.content.decode()
    assert "Judul kecil" in shown.content.decode()
    # The request within the request left nobody on the hub: the session is the city's, and so is the next write.
    assert editor.get("/kantor/").status_code == 200
    assert connection.schema_name == "public"
    with in_city(city_a):
        assert NewsPage.objects.get(pk=article.pk).title == "Lama"


def test_the_preview_of_the_list(city_a: City, editor: Client, write: Write) -> None:
    write(city_a, "Kabar")
    with in_city(city_a):
        listing = index_page().pk
    fields = {"title": "Berita", "slug": "news", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    assert editor.post(f"/kantor/pages/{listing}/edit/preview/", fields).json()["is_valid"]
    assert "Kabar" in editor.get(f"/kantor/pages/{listing}/edit/preview/").content.decode()


def test_off_its_pages_are_not_found_in_the_explorer(city_a: City, editor: Client, write: Write) -> None:
    article = write(city_a, "Kabar")
    with in_city(city_a):
        listing = index_page()
        root = listing.get_parent().pk
    deactivate(city_a, "dummy")
    deactivate(city_a, "news")
    assert editor.get("/kantor/news/articles/").status_code == 404
    assert editor.get(f"/kantor/pages/{article.pk}/edit/").status_code == 404
    assert editor.post(f"/kantor/pages/{article.pk}/delete/").status_code == 404
    assert editor.get(f"/kantor/pages/add/news/newspage/{listing.pk}/").status_code in (302, 403, 404)
    assert listing.title not in [page.title for page in editor.get(f"/kantor/pages/{root}/").context["pages"]]
    with in_city(city_a):
        assert Page.objects.filter(pk=article.pk).exists()


def test_without_a_right_to_pages_nothing_is_written(city_a: City) -> None:
    with in_city(city_a):
        listing = index_page().pk
    client = signed_in(city_a, staff(city_a))
    assert client.get("/kantor/news/articles/").status_code == 403
    response = client.post(f"/kantor/pages/add/news/newspage/{listing}/", form(**{"action-publish": "1"}))
    assert response.status_code == 302
    with in_city(city_a):
        assert not NewsPage.objects.exists()


class TestPictures:
    """Whichever way a picture comes in, nothing of the camera stays in it."""

    def upload(self, client: Client, content: bytes, name: str = "foto.jpg") -> Any:
        file = SimpleUploadedFile(name, content, "image/jpeg")
        return client.post("/kantor/images/add/", {"title": "Foto", "file": file, "collection": 1})

    def test_the_form_of_one_picture(self, city_a: City, editor: Client) -> None:
        assert self.upload(editor, photo_with_gps(orientation=6)).status_code in (200, 302)
        self.check(city_a, (600, 900))

    def test_many_pictures_at_once(self, city_a: City, editor: Client) -> None:
        file = SimpleUploadedFile("foto.jpg", photo_with_gps(), "image/jpeg")
        response = editor.post(
            "/kantor/images/multiple/add/",
            {"title": "Foto", "files[]": file, "collection": 1},
            headers={"x-requested-with": "XMLHttpRequest"},
        )
        if response.status_code != 404:
            assert json.loads(response.content)["success"]
            self.check(city_a, (900, 600))

    def check(self, city: City, size: tuple[int, int]) -> None:
        with in_city(city):
            picture = get_image_model().objects.get()
            with picture.file.open("rb") as file:
                content = file.read()
            assert (picture.width, picture.height) == size
            assert picture.file_size == len(content)
            with picture.get_rendition("width-300").file.open("rb") as file:
                small = file.read()
        for body in (content, small):
            assert b"SecretPhone" not in body
            assert not Image.open(io.BytesIO(body)).getexif()

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("foto.jpg", b"not a picture"),
            ("foto.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
            ("foto.gif", b"GIF89a"),
        ],
    )
    def test_what_is_no_picture_is_refused(self, city_a: City, editor: Client, name: str, content: bytes) -> None:
        self.upload(editor, content, name)
        with in_city(city_a):
            assert not get_image_model().objects.exists()

    def test_a_bomb_is_refused(self, city_a: City, editor: Client) -> None:
        out = io.BytesIO()
        Image.new("1", (20_000, 20_000)).save(out, "PNG")
        self.upload(editor, out.getvalue(), "bomb.png")
        with in_city(city_a):
            assert not get_image_model().objects.exists()
