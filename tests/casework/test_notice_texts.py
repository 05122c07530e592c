"""Mails about a case read as whole sentences, with the words of a case and without a secret one's."""

from __future__ import annotations

from pathlib import Path

import pytest

import balai.casework
from balai.casework.wording import name_of_case
from balai.notifications.models import Channel
from balai.notifications.rendering import render
from tests.casework.world import World

pytestmark = pytest.mark.django_db

FOLDER = Path(balai.casework.__file__).parent / "templates" / "casework"
WITH_WORDS = sorted(
    path.name.removesuffix("_message.txt")
    for path in FOLDER.glob("*_message.txt")
    if "{{ words }}" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("what", WITH_WORDS)
def test_a_sentence_is_whole_with_words_and_without(a: World, what: str, language: str) -> None:
    context = {
        "recipient": "Warga",
        "noun": name_of_case("siaran"),
        "number": "3674-2606-0001",
        "category": "Lampu jalan",
        "agency": "Dinas Perhubungan",
        "path": "/siaran/laporan/3674-2606-0001/",
    }
    words = "Petugas datang besok."
    told = render(f"casework/{what}", Channel.MAIL, context | {"words": words}, language).text.split("\n\n")
    kept = render(f"casework/{what}", Channel.MAIL, context | {"words": ""}, language).text.split("\n\n")
    assert told[2] == words
    assert words not in " ".join(kept)
    # The greeting, a whole sentence, then what leads to the page.
    assert kept[1].endswith("."), kept[1]
    assert kept[2].endswith(":")
    assert context["path"] in kept[3]
