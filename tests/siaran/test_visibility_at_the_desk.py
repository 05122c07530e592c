"""Public, anonim, rahasia at the desk: its lists, its files, its papers. The tables say who gets through."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from balai.casework import actions, reveal
from balai.casework.models import Case
from tenants.current import in_city
from tests.casework.pdf_text import text_of
from tests.casework.test_desk import desk_of
from tests.casework.world import World
from tests.siaran.test_visibility_matrix import AGENCY, WORDS, viewers

pytestmark = pytest.mark.django_db

DESK = "/kantor/siaran/reports/"
NAME = "Zulaikha Pelapor"
LISTS = {"list": "", "board": "board/", "csv": "export/csv/", "xlsx": "export/xlsx/"}
PAPERS = {"page": "", "print": "print/", "pdf": "pdf/", "chain": "chain/"}


def read(client: Client, path: str) -> str:
    """What a person reads of the answer, whatever kind of file it is; "" where there is none for them."""
    response = client.get(path)
    assert response.status_code in (200, 403, 404), f"{path}: {response.status_code}"
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response.status_code != 200:
        return ""
    if response["Content-Type"] == "application/pdf":
        return text_of(content)
    if "spreadsheetml" in response["Content-Type"]:
        rows = load_workbook(io.BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True)
        return "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)
    return content.decode()


def addresses(case: Case) -> dict[str, str]:
    lists = {name: f"{DESK}{below}" for name, below in LISTS.items()}
    return lists | {name: f"{DESK}{case.number}/{below}" for name, below in PAPERS.items()}


def named(a: World, **fields: Any) -> Case:
    """A case of somebody with a telling name, given to an officer."""
    a.warga.name = NAME
    a.warga.save()
    return actions.assign(case=a.report(description=WORDS, photos=1, **fields), officer=a.andi, actor=a.operator)


@pytest.mark.parametrize("visibility", ["public", "anonymous", "secret"])
def test_who_gets_which_list_file_and_paper(a: World, visibility: str) -> None:
    case = named(a, visibility=visibility)
    through: dict[str, set[str]] = {name: set() for name in (*LISTS, *PAPERS, "words", "name", "point")}
    for viewer, user in viewers(a).items():
        client = desk_of(a, user) if user is not None else Client(headers={"host": a.city.host})
        if user is None:
            for path in addresses(case).values():
                with in_city(a.city):
                    assert client.get(path).status_code == 302, path
            continue
        for name, path in addresses(case).items():
            text = read(client, path)
            if case.number in text:
                through[name].add(viewer)
            if "roboh menimpa" in text.replace("\n", " "):
                through["words"].add(viewer)
            # The person's own name stands in the head of every page.
            if viewer != "reporter" and NAME in text:
                through["name"].add(viewer)
        if str(case.lat) in read(client, f"{DESK}{case.number}/point/"):
            through["point"].add(viewer)
    names = set() if visibility == "anonymous" else AGENCY
    assert through == dict.fromkeys((*LISTS, *PAPERS, "words", "point"), AGENCY) | {"name": names}


def test_after_the_act_the_room_alone_has_the_name_on_papers_and_nobody_in_files(a: World) -> None:
    case = named(a, visibility="anonymous")
    reveal.reveal(case=case, actor=a.room, reason="Saksi, diminta polisi.")
    found = {
        (viewer, name)
        for viewer, user in viewers(a).items()
        if user is not None and viewer != "reporter"
        for name, path in addresses(case).items()
        if NAME in read(desk_of(a, user), path)
    }
    assert found == {("room", paper) for paper in PAPERS}


def test_another_citys_desk_has_nothing_of_it(a: World, b: World) -> None:
    case = named(a, visibility="public")
    for user in (a.operator, a.room, b.operator, b.room):
        with in_city(b.city):
            client = desk_of(b, user)
            for name, path in addresses(case).items():
                text = read(client, path)
                assert "roboh" not in text, name
                assert NAME not in text, name
                assert case.number not in text, name
