"""A report's form that comes back: what it already sent is found, what is alike is shown with the other mistakes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from balai.attachments.models import Attachment
from balai.casework.models import Case
from tests.casework.world import World
from tests.siaran.test_pages import WORDS, browse, fields, text  # noqa: F401

pytestmark = pytest.mark.django_db
KEY = "6f1c2f6e-6a4b-4c36-9a55-0c1c5d1f0a11"


def test_sent_again_after_a_mistake_it_is_the_same_report(a: World, browse: Any) -> None:  # noqa: F811
    """The answer was lost on the way, and by then the kept photo belongs to the report."""
    client = browse(a.warga)
    page = text(client.post("/siaran/lapor/", fields(a, description="", form_key=KEY)))
    [kept] = re.findall(r'name="photos_kept" value="([0-9a-f-]+)" checked', page)
    again = fields(a, photos=[], photos_kept=[kept], form_key=KEY)
    first, second = client.post("/siaran/lapor/", again), client.post("/siaran/lapor/", again)
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert Case.objects.get().photo_count == 1


def test_a_kept_photo_of_another_report_is_no_photo(a: World, browse: Any) -> None:  # noqa: F811
    client = browse(a.warga)
    client.post("/siaran/lapor/", fields(a))
    used = Attachment.objects.get().pk
    other = fields(a, photos=[], photos_kept=[str(used)], description=f"{WORDS} Sekali lagi.", form_key=KEY)
    page = client.post("/siaran/lapor/", other | {"looked": "1"})
    assert page.status_code == 422
    assert "photos" in page.context["form"].errors
    assert Case.objects.count() == 1


def test_a_kept_photo_that_was_cleared_away_is_not_left_out_in_silence(a: World, browse: Any) -> None:  # noqa: F811
    client = browse(a.warga)
    page = text(client.post("/siaran/lapor/", fields(a, description="", form_key=KEY)))
    [kept] = re.findall(r'name="photos_kept" value="([0-9a-f-]+)" checked', page)
    Attachment.objects.filter(pk=kept).delete()
    again = fields(a, photos_kept=[kept], form_key=KEY)
    page = client.post("/siaran/lapor/", again)
    assert page.status_code == 422
    assert [error.code for error in page.context["form"].errors["photos"].as_data()] == ["lost"]
    assert WORDS in text(page)
    assert not Case.objects.exists()
    [other] = re.findall(r'name="photos_kept" value="([0-9a-f-]+)" checked', text(page))
    assert client.post("/siaran/lapor/", fields(a, photos=[], photos_kept=[other], form_key=KEY)).status_code == 303


def test_what_is_alike_is_shown_along_with_the_other_mistakes(a: World, browse: Any) -> None:  # noqa: F811
    client = browse(a.warga)
    client.post("/siaran/lapor/", fields(a))
    page = client.post("/siaran/lapor/", fields(a, photos=[]))
    assert page.status_code == 422
    assert "photos" in page.context["form"].errors
    assert Case.objects.get().number in text(page)
    assert client.post("/siaran/lapor/", fields(a, looked="1")).status_code == 303
    assert Case.objects.count() == 2
