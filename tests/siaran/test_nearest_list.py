"""The public list, nearest first: bounded, by an index, and with no more of the position than it needs."""

from __future__ import annotations

from copy import copy as copy_of
from typing import Any

import pytest
from django.db import connection

from balai.casework import queries
from balai.casework.models import Case
from tests.casework.world import World
from tests.siaran.test_pages import browse, text  # noqa: F401
from tests.siaran.test_schema import ask, codes

pytestmark = pytest.mark.django_db
NEAREST = """
query ($lat: Float, $lon: Float, $first: Int, $after: String, $category: ID) {
  siaran { reports(order: NEAREST, lat: $lat, lon: $lon, first: $first, after: $after, category: $category) {
    nodes { number distanceM } pageInfo { hasNextPage endCursor } totalCount
  } }
}
"""


def at(a: World, north: float, **fields: Any) -> Case:
    return a.report(place={"lat": a.inside["lat"] + north, "lon": a.inside["lon"]}, **fields)


def test_the_nearest_come_first_page_by_page(a: World) -> None:
    cases = [at(a, north) for north in (0.009, 0.001, 0.005, 0.003, 0.001)]
    Case.objects.filter(pk=at(a, 0).pk).update(visibility="secret")
    wanted = [cases[number].number for number in (4, 1, 3, 2, 0)]
    seen: list[str] = []
    metres: list[int] = []
    after = None
    for _page in range(3):
        found = ask(NEAREST, **a.inside, first=2, after=after)[0]["siaran"]["reports"]
        seen += [node["number"] for node in found["nodes"]]
        metres += [node["distanceM"] for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
    assert seen == wanted
    assert metres == [111, 111, 334, 556, 1001]
    assert found["totalCount"] == 5


def test_filters_hold_and_what_is_far_is_left_out(a: World) -> None:
    at(a, 0.001)
    rubbish = at(a, 0.002, category="sampah")
    found = ask(NEAREST, **a.inside, category="sampah")[0]["siaran"]["reports"]
    assert [node["number"] for node in found["nodes"]] == [rubbish.number]
    far = {"lat": a.inside["lat"] + 1, "lon": a.inside["lon"]}
    assert ask(NEAREST, **far)[0]["siaran"]["reports"]["nodes"] == []


@pytest.mark.parametrize(
    ("place", "code"), [({}, "BAD_REQUEST"), ({"lat": -6.3}, "BAD_REQUEST"), ({"lat": 123.0, "lon": 1.0}, "INVALID")]
)
def test_without_a_place_on_earth_there_is_no_order(a: World, place: dict[str, float], code: str) -> None:
    assert codes(ask(NEAREST, **place)[1]) == [code]


def test_it_is_bounded_and_reads_the_index_of_places(a: World) -> None:
    source, rare = a.report(), at(a, 0.02, category="sampah")
    copies = []
    for number in range(3000):
        copy = copy_of(source)
        copy.pk, copy.number, copy.idempotency_key = None, f"3674{number:08d}", ""
        copy.lat, copy.lon = a.inside["lat"] + number % 60 / 10_000, a.inside["lon"] + number // 60 / 10_000
        copies.append(copy)
    Case.objects.bulk_create(copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casework_case")
    found = queries.nearest(queries.public_cases("siaran"), **a.inside).order_by("distance_m", "-id")
    assert found.count() == queries.MAX_NEAREST
    plan = found[:21].explain()
    assert "Index Scan using case_point" in plan
    assert "Order By: (point <->" in plan
    assert "Seq Scan on casework_case" not in plan
    # Of a rare kind the index of places would be walked through the whole city.
    assert [row.pk for row in queries.nearest(queries.public_cases("siaran", category="sampah"), **a.inside)] == [
        rare.pk
    ]
    plan = queries.nearest(queries.public_cases("siaran", category="sampah"), **a.inside).explain()
    assert "Order By: (point <->" not in plan


def test_the_page_rounds_the_position(a: World, browse: Any) -> None:  # noqa: F811
    near, far = at(a, 0.001), at(a, 0.008)
    client = browse()
    exact_one = client.get("/siaran/laporan/?urut=terdekat&dekat=-6.3100412,106.7100387")
    assert exact_one.status_code == 302
    assert exact_one["Location"] == "/siaran/laporan/?urut=terdekat&dekat=-6.310%2C106.710"
    response = client.get(exact_one["Location"])
    page = text(response)
    assert page.index(near.number) < page.index(far.number)
    assert "sekitar 100 m dari sini" in page
    assert "dekat=-6.310%2C106.710" in page
    for exact in ("6.3100412", "106.7100387"):
        assert exact not in page
    # What leads elsewhere takes no position along.
    for part in page.split('href="')[1:]:
        address = part.split('"')[0]
        assert "dekat=" not in address or address.startswith(("/siaran/laporan/", "?", "/masuk/", "/akun/"))


@pytest.mark.parametrize("place", ["", "di sini", "1", "nan,nan", "91,0", "1,2,3", "inf,1", "-6.3,"])
def test_a_position_that_is_none_gives_the_usual_list(a: World, browse: Any, place: str) -> None:  # noqa: F811
    case = a.report()
    response = browse().get("/siaran/laporan/", {"urut": "terdekat", "dekat": place}, follow=True)
    assert response.status_code == 200
    assert case.number in text(response)
    assert "dari sini" not in text(response)


def test_without_javascript_the_order_is_not_offered(a: World, browse: Any) -> None:  # noqa: F811
    page = text(browse().get("/siaran/laporan/"))
    button = page.split("balai/nearest.js")[1].split("data-locate")[0]
    assert " hidden>" in button
    assert "dekat=" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_two_statements(a: World, statements: Any, count: int) -> None:
    for number in range(count):
        at(a, number / 1000)
    document = NEAREST.replace("totalCount", "")
    ask(document, **a.inside)
    with statements() as seen:
        assert len(ask(document, **a.inside)[0]["siaran"]["reports"]["nodes"]) == count
    assert len(seen) == 2, seen
