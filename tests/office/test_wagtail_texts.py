"""What Wagtail's Indonesian lacks and we add."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import wagtail
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils import translation

from balai.launcher.catalogs import placeholders
from balai.office import middleware

OURS = Path(middleware.__file__).parent / "wagtail_texts/locale/id/LC_MESSAGES/django.po"
WAGTAIL = Path(wagtail.__file__).parent


def read(path: Path) -> Catalog:
    with open(path, "rb") as file:
        return read_po(file)


def wagtails(language: str) -> dict[Any, Any]:
    paths = WAGTAIL.glob(f"**/locale/{language}/LC_MESSAGES/django.po")
    return {message.id: message.string for path in paths for message in read(path) if message.id}


def test_each_text_is_still_one_of_wagtails() -> None:
    """A text that Wagtail changed would show in English again."""
    assert {message.id for message in read(OURS) if message.id} <= wagtails("en").keys()


def test_what_is_filled_in_stays() -> None:
    wrong = []
    for message in read(OURS):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if any(placeholders(text) not in [placeholders(one) for one in ids] for text in texts):
            wrong.append(ids[0])
    assert wrong == []


@pytest.mark.parametrize("text", ["Search…", "Keyboard shortcuts", "Sort menu order", "Image is decorative"])
def test_the_back_office_speaks_them(text: str) -> None:
    if not OURS.with_suffix(".mo").exists():
        pytest.skip("the catalogues are not compiled: bin/translations compile")
    with translation.override("id-id"):
        assert translation.gettext(text) != text
