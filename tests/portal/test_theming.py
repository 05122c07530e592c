"""The look of a city: its own templates, colours and logo, and nobody else's."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.forms import modelform_factory
from django.template import Context, Engine
from django.test import Client
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from balai.portal import theming
from balai.portal.colour import PAPER, READABLE, WHITE, contrast, nearest_readable, on
from balai.portal.models import Theme
from balai.portal.theming import Tokens, current_look, folder, folders, look_of, style_sheet
from tenants.actions import change_city
from tenants.current import in_city
from tenants.models import City

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 64)) -> ContentFile[bytes]:
    stream = io.BytesIO()
    Image.new("RGB", size, "#0b5cad").save(stream, kind)
    return ContentFile(stream.getvalue(), name=f"logo.{kind.lower()}")


def themed(city: City, slug: str) -> City:
    return change_city(city, theme=slug)


# -- templates --------------------------------------------------------------------------------------------------------
@pytest.fixture
def two_themes(tmp_path: Path, settings: Any) -> Path:
    files = {
        "base/templates/page.html": "base page",
        "base/templates/frame.html": "[{% block inside %}base{% endblock %}|{% include 'part.html' %}]",
        "base/templates/part.html": "base part",
        "base/templates/only-base.html": "only base",
        "one/templates/page.html": "page of one",
        "one/templates/frame.html": "{% extends 'frame.html' %}{% block inside %}one{% endblock %}",
        "one/templates/only-one.html": "only one",
        "two/templates/part.html": "part of two",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    settings.THEMES_ROOT = tmp_path
    return tmp_path


def engine() -> Engine:
    return Engine(loaders=["balai.portal.theming.ThemeLoader"])


def rendered(an_engine: Engine, city: City, name: str) -> str:
    with in_city(city):
        return an_engine.get_template(name).render(Context())


@pytest.mark.django_db
def test_a_template_of_one_city_never_reaches_another(city_a: City, city_b: City, two_themes: Path) -> None:
    city_a, city_b = themed(city_a, "one"), themed(city_b, "two")
    warm = engine()
    # Each order: whoever comes first fills the cache.
    for first, second in ((city_a, city_b), (city_b, city_a)):
        cold = engine()
        for an_engine in (cold, warm):
            for city in (first, second, first):
                is_a = city.pk == city_a.pk
                assert rendered(an_engine, city, "page.html") == ("page of one" if is_a else "base page")
                assert rendered(an_engine, city, "frame.html") == ("[one|base part]" if is_a else "[base|part of two]")
                assert rendered(an_engine, city, "only-base.html") == "only base"


@pytest.mark.django_db
def test_what_one_city_lacks_is_not_remembered_for_another(city_a: City, city_b: City, two_themes: Path) -> None:
    city_a, city_b = themed(city_a, "one"), themed(city_b, "two")
    an_engine = engine()
    for _ in range(2):
        with pytest.raises(Exception, match=r"only-one\.html"):
            rendered(an_engine, city_b, "only-one.html")
        assert rendered(an_engine, city_a, "only-one.html") == "only one"


@pytest.mark.django_db
def test_the_hub_shows_the_base_theme(city_a: City, two_themes: Path) -> None:
    an_engine = engine()
    assert rendered(an_engine, themed(city_a, "one"), "page.html") == "page of one"
    connection.set_schema_to_public()  # type: ignore[attr-defined]
    assert an_engine.get_template("page.html").render(Context()) == "base page"


@pytest.mark.django_db
def test_a_template_is_read_once_per_theme(city_a: City, two_themes: Path) -> None:
    city_a, an_engine = themed(city_a, "one"), engine()
    assert rendered(an_engine, city_a, "page.html") == "page of one"
    (two_themes / "one/templates/page.html").write_text("changed on disk")
    assert rendered(an_engine, city_a, "page.html") == "page of one"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../theme.toml", "../../etc/passwd", "/etc/passwd"])
def test_no_file_outside_the_template_folders_is_read(name: str, city_a: City, two_themes: Path) -> None:
    (two_themes / "one/theme.toml").write_text("secret")
    with pytest.raises(Exception, match=r"theme\.toml|passwd"):
        rendered(engine(), themed(city_a, "one"), name)


# -- folders ----------------------------------------------------------------------------------------------------------
def test_a_missing_folder_falls_back_to_the_base() -> None:
    assert folder("no-such-theme") == folder("") == folder("base")


@pytest.mark.parametrize(
    "said", ['label = "X"', 'label = "X"\nprimary = "#000000"\naccent = "#ffffff"\ncolour = "red"']
)
def test_a_wrong_theme_toml_says_so(said: str, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/theme.toml").write_text(said)
    settings.THEMES_ROOT = tmp_path
    with pytest.raises(ImproperlyConfigured, match=r"broken/theme\.toml"):
        folder.__wrapped__("broken")


@pytest.mark.parametrize("one", folders(), ids=lambda one: str(one.slug))
def test_every_theme_passes_what_a_city_would_have_to(one: theming.Folder, settings: Any) -> None:
    Theme(
        primary=one.primary, accent=one.accent, font=one.font, header_style=one.header_style, tagline=one.tagline
    ).full_clean()
    for name in (one.logo, one.hero):
        owner = name.split("/")[0]
        assert (settings.THEMES_ROOT / owner / "static" / name).is_file()


# -- contrast ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("field", "colour"), [("primary", "#3fa9f5"), ("primary", "#ffd84d"), ("accent", "#7a7a7a")])
def test_an_unreadable_colour_is_refused_with_one_that_passes(field: str, colour: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        Theme(**{field: colour}).full_clean()
    [message] = refused.value.message_dict[field]
    ground = PAPER if field == "primary" else on(colour)
    assert f"{contrast(colour, ground):.3f}"[:4] in message
    suggestion = re.findall(r"#[0-9a-f]{6}", message)[-1]
    Theme(**{field: suggestion}).full_clean()


def test_a_ratio_just_below_is_not_rounded_up_to_a_pass() -> None:
    colour = "#757574"  # 4.33 … 4.5 on paper
    assert contrast(colour, PAPER) < READABLE
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        Theme(primary=colour).full_clean()
    assert float(re.findall(r"\d\.\d\d", str(refused.value))[0]) < READABLE


@pytest.mark.parametrize("wrong", ["red", "#fff", "#12345g", "0b5cad", "#0b5cad;}", "url(x)"])
def test_what_is_no_colour_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Theme(primary=wrong).full_clean()


@given(colours, colours)
def test_every_shade_made_of_accepted_colours_is_readable(primary: str, accent: str) -> None:
    primary = nearest_readable(primary, PAPER)
    accent = nearest_readable(accent, on(accent))
    assume(contrast(accent, on(accent)) >= READABLE)
    sheet = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6});", style_sheet(Tokens("base", primary, accent, "sistem"))))
    for shade in ("primary", "primary-dark", "primary-deep"):
        assert contrast(sheet[shade], WHITE) >= READABLE
        assert contrast(sheet[shade], PAPER) >= READABLE
    assert contrast(sheet["primary-dark"], sheet["primary-soft"]) >= READABLE
    for shade in ("accent", "accent-dark"):
        assert contrast(sheet[shade], sheet["on-accent"]) >= READABLE


# -- what a city shows ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_city_has_its_own_style_sheet(
    city_a: City, city_b: City, client_a: Client, client_b: Client, client_hub: Client
) -> None:
    with in_city(city_a):
        Theme.objects.create(primary="#7a1f5c", tagline="Only A")
    with in_city(city_b):
        Theme.objects.create(primary="#1f5c3a", font="sistem")
    of_a, of_b, of_hub = (client.get("/tema.css").content.decode() for client in (client_a, client_b, client_hub))
    assert "--primary:#7a1f5c" in of_a
    assert "#7a1f5c" not in of_b + of_hub
    assert "--primary:#1f5c3a" in of_b
    assert "@font-face" not in of_b
    assert f"--primary:{folder('base').primary}" in of_hub
    with in_city(city_a):
        assert current_look().tagline == "Only A"
    with in_city(city_b):
        assert current_look().tagline != "Only A"


@pytest.mark.django_db
def test_the_style_sheet_is_kept_for_a_year_under_its_version_only(city_a: City, client_a: Client) -> None:
    with in_city(city_a):
        address = current_look().css_url
    kept = client_a.get(address)
    assert kept["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in kept["Cache-Control"]
    for other in ("/tema.css", "/tema.css?v=000000000000"):
        assert client_a.get(other)["Cache-Control"] == "no-cache"
    with in_city(city_a):
        Theme.objects.create(accent="#ffcc00")
        assert current_look().css_url != address
    assert client_a.get(address)["Cache-Control"] == "no-cache"


@pytest.mark.django_db
def test_equal_looks_have_equal_versions(city_a: City, city_b: City) -> None:
    assert look_of(themed(city_a, "serang"), None).css_url == look_of(themed(city_b, "serang"), None).css_url


@pytest.mark.django_db
def test_a_look_costs_one_query(in_city_a: City, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    Theme.objects.count()  # the connection's search path is set with the first statement
    with django_assert_num_queries(1):
        current_look()


@pytest.mark.django_db
def test_a_draft_must_be_signed_and_is_never_kept(city_a: City, client_a: Client) -> None:
    with in_city(city_a):
        look = theming.draft_look(Theme(primary="#123456"))
    response = client_a.get(look.css_url)
    assert "--primary:#123456" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert client_a.get("/tema.css?draft=made-up").status_code == 404
    assert "#123456" not in client_a.get("/tema.css").content.decode()


@pytest.mark.django_db
def test_trying_a_folder_leaves_the_city_as_it_was(in_city_a: City) -> None:
    before = theming.theme_slugs()
    with suppress(RuntimeError), theming.trying("serang"):
        assert theming.theme_slugs() == ("serang", "base")
        raise RuntimeError
    assert theming.theme_slugs() == before
    assert City.objects.get(pk=in_city_a.pk).theme == in_city_a.theme


@pytest.mark.django_db
def test_a_schema_holds_one_theme(in_city_a: City) -> None:
    Theme.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.objects.create(id=2)


# -- the logo ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_uploaded_logo_is_shown_in_its_city_only(
    kind: str, city_a: City, city_b: City, client_a: Client, client_b: Client
) -> None:
    upload = picture(kind)
    with in_city(city_a):
        theme = Theme(logo=upload)
        theme.full_clean()
        theme.save()
        address = current_look().logo_url
    shown = client_a.get(address)
    assert shown.status_code == 200
    assert "immutable" in shown["Cache-Control"]
    assert shown["Content-Type"] == f"image/{kind.lower()}"
    assert shown["X-Content-Type-Options"] == "nosniff"
    upload.seek(0)
    assert shown.content == upload.read()
    elsewhere = client_b.get(address)
    assert elsewhere.status_code == 302
    assert elsewhere["Location"] == look_of(city_b, None).logo_url


@pytest.mark.django_db
@pytest.mark.parametrize(
    "upload",
    [
        ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", name="logo.svg"),
        ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>", name="logo.png"),
        picture(size=(2001, 10)),
        ContentFile(b"\x89PNG" + b"0" * (512 * 1024), name="large.png"),
    ],
    ids=["svg", "svg-called-png", "too-wide", "too-heavy"],
)
def test_a_logo_that_is_no_small_picture_is_refused(upload: ContentFile[bytes], in_city_a: City) -> None:
    form = modelform_factory(Theme, fields=["logo"])({}, MultiValueDict({"logo": [upload]}))  # type: ignore[list-item]
    assert not form.is_valid()
    assert set(form.errors) == {"logo"}
