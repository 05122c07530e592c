"""The components as a screen reader finds them: names, descriptions and mistakes belong to their fields."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory


class Report(forms.Form):
    category = forms.ChoiceField(
        choices=[("1", "Lamp"), ("2", "Road")], widget=forms.RadioSelect, help_text="Choose one"
    )
    text = forms.CharField(max_length=500, widget=forms.Textarea, help_text="What happened?")
    landmark = forms.CharField(required=False)
    photo = forms.FileField(widget=forms.FileInput(attrs={"accept": "image/*"}))
    paper = forms.FileField(required=False)
    anonymous = forms.BooleanField(required=False, help_text="Nobody sees your name")
    when = forms.SplitDateTimeField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, initial="t")


def ids(html: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', html)


@pytest.mark.parametrize(
    "data", [None, {}, {"category": "9", "text": "<b>", "landmark": "x"}], ids=["new", "empty", "wrong"]
)
def test_a_form_is_wired_together(data: dict[str, str] | None) -> None:
    form = Report(data)
    html = str(form)
    found = ids(html)
    assert len(found) == len(set(found)), "an id twice"
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(described.split()) <= set(found), described
    for label in re.findall(r'<label[^>]*\sfor="([^"]+)"', html):
        assert label in found, label
    for target in re.findall(r'href="#([^"]+)"', html):
        assert target in found, target


def test_mistakes_stand_in_the_summary_and_at_their_fields() -> None:
    html = str(Report({"category": "9"}))
    assert html.index("error-summary") < html.index("field__error")
    assert 'href="#id_category_0"' in html
    assert 'href="#id_text"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_text_error"' in html
    assert "data-focus" in html
    assert "data-focus" not in str(Report())


def test_what_was_typed_is_kept_and_escaped() -> None:
    html = str(Report({"text": "<script>alert(1)</script>", "landmark": '"><img src=x>'}))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<img src=x>" not in html


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    form = Report()
    optional = render_to_string("components/field.html", {"field": form["landmark"]})
    required = render_to_string("components/field.html", {"field": form["text"]})
    assert "field__optional" in optional
    assert "field__optional" not in required


def test_a_long_text_counts_its_characters_and_a_picture_gets_previews() -> None:
    html = str(Report())
    assert 'data-count-for="id_text" data-max="500"' in html
    assert html.count("data-module") == 1  # the photo, not the paper


def test_stars_are_plain_radios() -> None:
    class Rate(forms.Form):
        stars = forms.ChoiceField(choices=[(str(n), n) for n in range(1, 6)])

    html = render_to_string("components/rating.html", {"field": Rate({"stars": "4"})["stars"]})
    assert re.findall(r'value="(\d)" checked', html) == ["4"]
    assert [int(value) for value in re.findall(r'value="(\d)"', html)] == [5, 4, 3, 2, 1]
    assert "checked" not in render_to_string("components/rating.html", {"field": Rate()["stars"]})


@pytest.mark.parametrize(
    ("state", "late", "classes"),
    [
        ("waiting", False, ["waiting"]),
        ("process", True, ["process", "late"]),
        ("done", False, ["done"]),
        ("other", False, []),
    ],
)
def test_states_are_told_in_words_and_late_is_apart(state: str, late: bool, classes: list[str]) -> None:
    html = render_to_string("components/status.html", {"state": state, "late": late})
    assert re.findall(r"tag--(\w+)", html) == classes
    assert re.sub(r"<[^>]+>", "", html).strip()


@pytest.mark.parametrize(("number", "links"), [(1, {"page=2"}), (2, {"page=1", "page=3"}), (3, {"page=2"})])
def test_pages_keep_the_rest_of_the_query(number: int, links: set[str]) -> None:
    request = RequestFactory().get("/laporan/?q=lampu&page=9")
    page = Paginator(range(30), 10).page(number)
    html = render_to_string("components/pagination.html", {"page": page, "request": request})
    found = re.findall(r'href="\?([^"]+)"', html)
    assert all("q=lampu" in link for link in found)
    assert {
        part for link in found for part in link.replace("&amp;", "&").split("&") if part.startswith("page")
    } == links


def test_one_page_needs_no_pages() -> None:
    page = Paginator(range(3), 10).page(1)
    assert not render_to_string("components/pagination.html", {"page": page}).strip()


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("components/case_card.html", {"case": {"title": "<i>x</i>", "url": "/a/", "state": "waiting"}}),
        (
            "components/timeline.html",
            {"entries": [{"title": "<i>x</i>", "when": "now", "text": "<i>x</i>", "by": "<i>"}]},
        ),
        ("components/alert.html", {"title": "<i>x</i>", "text": "<i>x</i>"}),
        ("components/empty.html", {"title": "<i>x</i>", "text": "<i>x</i>"}),
        ("components/details.html", {"summary": "<i>x</i>", "text": "<i>x</i>"}),
        ("components/gallery.html", {"photos": [{"url": "/x.jpg", "alt": "<i>x</i>"}]}),
    ],
)
def test_texts_are_escaped(template: str, context: dict[str, Any]) -> None:
    html = render_to_string(template, context)
    assert "<i>" not in html
    assert "&lt;i&gt;" in html


def test_the_500_page_needs_nothing() -> None:
    html = engines["django"].get_template("500.html").render()
    assert "<h1>" in html
    assert 'href="/"' in html
