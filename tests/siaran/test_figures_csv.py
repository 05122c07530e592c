"""The figures of the performance page as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from apps.siaran.figures_csv import figure_columns
from balai.agencies.models import Agency
from balai.casework.models import Case
from tenants.current import in_city
from tests.casework.world import World
from tests.siaran.test_pages import browse, text  # noqa: F401

pytestmark = pytest.mark.django_db
CSV_STATEMENTS = 7


def table(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_the_table_says_what_the_page_says(a: World, browse: Any) -> None:  # noqa: F811
    for _number in range(5):
        a.report()
    a.report(category="sampah")
    response = browse().get("/siaran/kinerja.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "kinerja-tangerang-selatan-" in response["Content-Disposition"]
    rows = table(response)
    assert list(rows[0]) == [name for name, _about in figure_columns()]
    assert [(row["level"], row["name"], row["received"]) for row in rows] == [
        ("city", "Kota Tangerang Selatan", "6"),
        ("agency", "Dinas Lingkungan Hidup", "1"),
        ("agency", "Dinas Perhubungan", "5"),
        ("village", "Barat Daya", "6"),
    ]
    # Of one report no share is told; of five it is.
    assert [row["unprocessed_share"] for row in rows[:3]] == ["1.0", "", "1.0"]
    assert rows[3]["code"] == "36.74.01.1001"


def test_a_category_narrows_the_kelurahan_too(a: World, browse: Any) -> None:  # noqa: F811
    a.report()
    a.report(category="sampah")
    rows = table(browse().get("/siaran/kinerja.csv?kategori=sampah"))
    assert [(row["level"], row["received"], row["category"]) for row in rows] == [
        ("city", "1", "sampah"),
        ("agency", "1", "sampah"),
        ("village", "1", "sampah"),
    ]
    page = text(browse().get("/siaran/kinerja/?kategori=sampah"))
    assert "Barat Daya" in page
    assert "kategori=sampah" in page.split("/siaran/kinerja.csv?")[1].split('"')[0]


def test_nothing_secret_and_nothing_of_another_city(a: World, b: World, browse: Any) -> None:  # noqa: F811
    Case.objects.filter(pk=a.report().pk).update(visibility="secret")
    with in_city(b.city):
        b.report()
    rows = table(browse().get("/siaran/kinerja.csv"))
    assert [(row["level"], row["received"]) for row in rows] == [("city", "0")]


def test_a_name_that_looks_like_a_formula_is_text(a: World, browse: Any) -> None:  # noqa: F811
    Agency.objects.filter(pk=a.dishub.pk).update(name="=HYPERLINK(1)")
    a.report()
    assert table(browse().get("/siaran/kinerja.csv"))[1]["name"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("query", ["dari=x", "dari=2026-05-02&sampai=2026-05-01", "kategori=%00ufo", "waktu=abad"])
def test_hostile_periods_have_a_table(a: World, browse: Any, query: str) -> None:  # noqa: F811
    assert table(browse().get(f"/siaran/kinerja.csv?{query}"))[0]["level"] == "city"


def test_the_open_data_page_tells_of_it(a: World, browse: Any) -> None:  # noqa: F811
    page = text(browse().get("/siaran/data/"))
    assert "/siaran/kinerja.csv?" in page
    assert "unprocessed_share" in page


@pytest.mark.parametrize("count", [1, 3])
def test_statements(a: World, browse: Any, statements: Any, count: int) -> None:  # noqa: F811
    for _number in range(count):
        a.report()
        a.report(category="sampah")
    client = browse()
    client.get("/siaran/kinerja.csv?kategori=lampu")
    with statements() as seen:
        client.get("/siaran/kinerja.csv?kategori=sampah")
    assert len([sql for sql in seen if "casework_" in sql or "agencies_" in sql]) == CSV_STATEMENTS
