"""Public, anonim, rahasia: every visibility, every viewer, every door. The tables say who gets through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from balai.agencies.actions import appoint
from balai.agencies.models import Role
from balai.attachments.queries import address
from balai.casework import actions
from balai.casework.models import Case
from tests.casework.test_desk import desk_of
from tests.casework.world import CORNERS, World, person
from tests.siaran.test_pages import browse

__all__ = ["browse"]
pytestmark = pytest.mark.django_db

WORDS = "Papan reklame roboh menimpa trotoar depan kios."
AGENCY = {"officer", "operator", "head", "room", "sekda", "mayor"}
EVERYONE = {"public", "resident", "reporter", "operator of another agency"} | AGENCY
INSIDE = AGENCY | {"reporter"}

DOORS: dict[str, dict[str, set[str]]] = {
    # door: who gets through, by visibility
    "page": {"public": EVERYONE, "anonymous": EVERYONE, "secret": INSIDE},
    "api": {"public": EVERYONE, "anonymous": EVERYONE, "secret": INSIDE},
    "photo": {"public": EVERYONE, "anonymous": INSIDE, "secret": INSIDE},
    "list": {"public": EVERYONE, "anonymous": EVERYONE, "secret": set()},
    "search": {"public": EVERYONE, "anonymous": EVERYONE, "secret": set()},
    "nearby": {"public": EVERYONE, "anonymous": EVERYONE, "secret": set()},
    "map": {"public": EVERYONE, "anonymous": EVERYONE, "secret": set()},
    "csv": {"public": EVERYONE, "anonymous": EVERYONE, "secret": set()},
    "geojson": {"public": EVERYONE, "anonymous": EVERYONE, "secret": set()},
    "feed": {"public": EVERYONE, "anonymous": EVERYONE, "secret": set()},
    "open311": {"public": EVERYONE, "anonymous": EVERYONE, "secret": set()},
    "own list": {"public": {"reporter"}, "anonymous": {"reporter"}, "secret": {"reporter"}},
    "tasks": {"public": {"officer"}, "anonymous": {"officer"}, "secret": {"officer"}},
    "desk": {"public": AGENCY, "anonymous": AGENCY, "secret": AGENCY},
    # who reads the reporter's name on any of these
    "name": {"public": AGENCY, "anonymous": set(), "secret": AGENCY},
}


def viewers(a: World) -> dict[str, Any]:
    sekda, other = person(f"sekda.{a.city.slug}"), person(f"other.{a.city.slug}")
    appoint(user=sekda, role=Role.SEKDA)
    appoint(user=other, role=Role.OPERATOR, agency=a.dlh)
    return {
        "public": None,
        "resident": a.tetangga,
        "reporter": a.warga,
        "officer": a.andi,
        "operator": a.operator,
        "operator of another agency": other,
        "head": a.head,
        "room": a.room,
        "sekda": sekda,
        "mayor": a.mayor,
    }


def doors(a: World, case: Case) -> dict[str, Callable[[Client], str]]:
    """What each door answers to a browser; the case's number is in it for whoever gets through."""
    west, south = CORNERS[a.city.code]
    box = f"{west},{south},{west + 0.04},{south + 0.04}"

    def get(path: str) -> Callable[[Client], str]:
        def answer(client: Client) -> str:
            response = client.get(path)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            return content.decode(errors="replace") if response.status_code == 200 else ""

        return answer

    def query(text: str) -> Callable[[Client], str]:
        def answer(client: Client) -> str:
            body = {"query": f"{{ siaran {{ {text} }} }}"}
            response = client.post("/graphql/", body, "application/json", headers={"x-requested-with": "tests"})
            return str((response.json().get("data") or {}).get("siaran") or "")

        return answer

    def photo(client: Client) -> str:
        assert case.cover_id is not None
        return case.number if get(address(case.cover_id))(client) else ""

    near = f"lat: {a.inside['lat']}, lon: {a.inside['lon']}"
    return {
        "page": get(f"/siaran/laporan/{case.number}/"),
        "api": query(f'report(number: "{case.number}") {{ number reporterName timeline {{ by words }} }}'),
        "photo": photo,
        "list": get("/siaran/laporan/"),
        "search": query('reports(text: "reklame roboh") { nodes { number excerpt } }'),
        "nearby": query(f"nearby({near}) {{ number excerpt }}"),
        "map": get(f"/siaran/peta.geojson?bbox={box}&zoom=18"),
        "csv": get("/siaran/data/laporan.csv"),
        "geojson": get("/siaran/data/laporan.geojson"),
        "feed": get("/siaran/laporan.rss"),
        "open311": get("/siaran/open311/v2/requests.json"),
        "own list": get("/siaran/laporan-saya/"),
        "tasks": query("myTasks { nodes { number } }"),
    }


@pytest.mark.parametrize("visibility", ["public", "anonymous", "secret"])
def test_who_gets_through_which_door(a: World, browse: Any, visibility: str) -> None:
    from django.core.cache import cache

    reporter = a.warga
    reporter.name = "Zulaikha Pelapor"
    reporter.save()
    case = a.report(visibility=visibility, description=WORDS, photos=1)
    case = actions.assign(case=case, officer=a.andi, actor=a.operator)
    through: dict[str, set[str]] = {name: set() for name in DOORS}
    for viewer, user in viewers(a).items():
        cache.clear()
        client = browse(user)
        answers = {name: door(client) for name, door in doors(a, case).items()}
        if user is not None:
            office = desk_of(a, user).get(f"/kantor/siaran/reports/{case.number}/")
            answers["desk"] = office.content.decode() if office.status_code == 200 else ""
        for name, answer in answers.items():
            if case.number in answer:
                through[name].add(viewer)
            elif name != "search":
                assert "reklame roboh" not in answer, f"{viewer} reads the words at {name}"
            # The reporter's own account stands in the head of every page.
            if viewer != "reporter" and reporter.name in answer:
                through["name"].add(viewer)
    assert through == {name: table[visibility] for name, table in DOORS.items()}
