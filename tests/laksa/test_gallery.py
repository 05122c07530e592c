"""The gallery: what has come true, before and after."""

from __future__ import annotations

from typing import Any

import pytest

from apps.laksa import actions
from balai.casework import actions as casework
from balai.casework.models import CHANGES, Case
from tests.laksa.box import Box
from tests.siaran.test_schema import ask

pytestmark = pytest.mark.django_db
PAGE = "/laksa/galeri/"
PAIRS = """
query ($topic: ID) { laksa { gallery(topic: $topic) { nodes { title pair { number before { url } after { url } } } } } }
"""
DONE = "Taman sudah dibuka dan dirawat warga bersama petugas."


def came_true(box: Box, title: str, **fields: Any) -> Case:
    case = box.disposed(title=title, photo_ids=[box.photo(box.warga).pk], **fields)
    evidence = box.photo(box.operator)
    case = actions.fulfil(case=case, actor=box.operator, words=DONE, photo_ids=[evidence.pk])
    return casework.approve(case=case, actor=box.room)


def pairs(**variables: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(PAIRS, **variables)[0]["laksa"]["gallery"]["nodes"]
    return found


def test_what_has_come_true_is_shown_with_both_photos(box: Box, browse: Any) -> None:
    shown = came_true(box, "Taman di lahan kosong")
    hidden = [came_true(box, title, visibility=title) for title in ("anonymous", "secret")]
    waiting = box.disposed(photo_ids=[box.photo(box.warga).pk])
    page = browse().get(PAGE).content.decode()
    assert "Taman di lahan kosong" in page
    assert page.count('loading="lazy"') == 2
    for case in (*hidden, waiting):
        assert case.number not in page
    [node] = pairs()
    assert (node["title"], node["pair"]["number"]) == ("Taman di lahan kosong", shown.number)
    assert node["pair"]["before"]["url"] != node["pair"]["after"]["url"]
    assert pairs(topic=shown.category.slug) == [node]
    assert pairs(topic="tidak-ada") == []


def test_another_city_shows_nothing_of_it(box: Box, b: Any, browse: Any) -> None:
    from django.test import Client

    came_true(box, "Taman di lahan kosong")
    theirs = Client(headers={"host": b.city.host}).get(PAGE)
    assert theirs.status_code in (200, 404)
    assert "Taman di lahan kosong" not in theirs.content.decode()


def test_without_any_it_says_so(box: Box, browse: Any) -> None:
    assert "Belum ada yang terwujud" in browse().get(PAGE).content.decode()


def test_statements_do_not_grow(box: Box, browse: Any, statements: Any) -> None:
    client = browse()
    client.get(PAGE)
    counts = []
    for count in (1, 3):
        for number in range(count):
            came_true(box, f"Taman nomor {count}-{number}")
        CHANGES.changed()
        with statements() as seen:
            client.get(PAGE)
        counts.append(len(seen))
    assert counts == [3, 3]
