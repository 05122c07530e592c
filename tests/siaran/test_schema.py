"""SIARAN in the API: what each caller gets, what is refused, and in how many statements."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from balai.accounts.models import User
from balai.casework import actions, queries
from balai.casework.models import Case
from balai.graphql import execute, trusted
from tenants.current import in_city
from tests.casework.world import World

pytestmark = pytest.mark.django_db


def ask(document: str, user: User | None = None, **variables: Any) -> tuple[Any, list[Any]]:
    """Data and errors of a document, in the current city."""
    from django.contrib.auth.models import AnonymousUser

    request: HttpRequest = RequestFactory().post("/graphql/")
    request.user = user or AnonymousUser()
    result = execute(document, variables, request)
    return result.data, result.errors or []


def codes(errors: list[Any]) -> list[str]:
    return [error.extensions["code"] for error in errors]


REPORTS = """
query ($first: Int, $after: String) {
  siaran {
    reports(first: $first, after: $after) {
      nodes {
        number status excerpt thumbnail category { slug name } place { village district landmark } agency { shortName }
      }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
}
"""
NEARBY = """
query ($lat: Float!, $lon: Float!) { siaran { nearby(lat: $lat, lon: $lon, metres: 50) { number distanceM } } }
"""
PEOPLE = """
query ($n: ID!) {
  siaran { report(number: $n) { reporterName officerName mine staff moves timeline { by words internal } } }
}
"""
MAP = "{ siaran { mapReports(west: 106, south: -7, east: 107, north: -6) { points { number category } more } } }"
REPORT = trusted.by_name("siaran/report").text
SUBMIT = trusted.by_name("siaran/submit_report").text


class TestReading:
    def test_categories_with_their_group(self, a: World) -> None:
        data, errors = ask("{ siaran { categories { slug name group } } }")
        assert errors == []
        assert data["siaran"]["categories"] == [
            {"slug": "lubang", "name": "Jalan rusak", "group": "Jalan"},
            {"slug": "lampu", "name": "Lampu jalan", "group": "Jalan"},
            {"slug": "sampah", "name": "Sampah", "group": None},
        ]

    def test_pages_neither_skip_nor_repeat_while_reports_come_in(self, a: World) -> None:
        before = {a.report().number for _ in range(5)}
        seen: list[str] = []
        after = None
        while True:
            data, errors = ask(REPORTS, first=2, after=after)
            assert errors == []
            page = data["siaran"]["reports"]
            seen += [node["number"] for node in page["nodes"]]
            a.report()
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert len(seen) == len(set(seen))
        assert before <= set(seen)

    def test_bad_arguments(self, a: World) -> None:
        assert codes(ask(REPORTS, first=0)[1]) == ["BAD_REQUEST"]
        assert codes(ask(REPORTS, first=51)[1]) == ["BAD_REQUEST"]
        assert codes(ask(REPORTS, after="x")[1]) == ["BAD_CURSOR"]
        nearby = "query ($lat: Float!) { siaran { nearby(lat: $lat, lon: 106.7) { number } } }"
        assert codes(ask(nearby, lat=123.0)[1]) == ["INVALID"]
        box = "{ siaran { mapReports(west: 500, south: 0, east: 1, north: 1) { more } } }"
        assert codes(ask(box)[1]) == ["INVALID"]

    def test_absent_and_forbidden_alike(self, a: World) -> None:
        case = a.report()
        Case.objects.filter(pk=case.pk).update(visibility="secret")
        answers = {str(ask(REPORT, number=number)[1][0].message) for number in (case.number, "3674-000-000-000", "x")}
        assert len(answers) == 1
        assert ask(REPORT, a.warga, number=case.number)[1] == []

    def test_another_modules_case_is_not_siarans(self, a: World) -> None:
        case = a.report()
        Case.objects.filter(pk=case.pk).update(module="laksa")
        assert codes(ask(REPORT, a.warga, number=case.number)[1]) == ["NOT_FOUND"]

    def test_what_each_is_told_of_the_people(self, a: World) -> None:
        case = actions.accept(case=a.report(), actor=a.andi)
        actions.add_note(case=case, actor=a.andi, words="Rahasia dinas.")
        told = {}
        for name, user in (("visitor", None), ("warga", a.warga), ("operator", a.operator), ("sweeper", a.sweeper)):
            data, errors = ask(PEOPLE, user, n=case.number)
            assert errors == []
            told[name] = data["siaran"]["report"]
        for outsider in ("visitor", "sweeper"):
            report = told[outsider]
            assert (report["reporterName"], report["officerName"], report["moves"]) == (None, None, [])
            assert a.andi.name not in str(report)
            assert "Rahasia dinas." not in str(report)
        assert told["warga"]["reporterName"] == a.warga.name
        assert told["warga"]["moves"] == ["message"]
        assert told["warga"]["officerName"] is None
        assert a.andi.name not in str(told["warga"])
        assert told["operator"]["reporterName"] == a.warga.name
        assert told["operator"]["officerName"] == a.andi.name
        assert any(event["internal"] for event in told["operator"]["timeline"])

    def test_an_anonymous_reporter_is_named_to_nobody_else(self, a: World) -> None:
        case = a.report(visibility="anonymous", photos=1)
        for user in (None, a.tetangga, a.operator, a.andi, a.mayor):
            data, _errors = ask(
                "query ($n: ID!) { siaran { report(number: $n) { reporterName photos { url } } } }", user, n=case.number
            )
            assert data["siaran"]["report"]["reporterName"] is None
            assert bool(data["siaran"]["report"]["photos"]) is (user in (a.operator, a.andi, a.mayor))
        data, _errors = ask(REPORTS)
        assert data["siaran"]["reports"]["nodes"][0]["thumbnail"] is None

    def test_my_reports_and_tasks_need_someone(self, a: World) -> None:
        mine, tasks = "{ siaran { myReports { nodes { number } } } }", "{ siaran { myTasks { nodes { number } } } }"
        case = a.report(visibility="anonymous", photos=1)
        assert codes(ask(mine)[1]) == codes(ask(tasks)[1]) == ["UNAUTHENTICATED"]
        assert codes(ask(tasks, a.warga)[1]) == ["FORBIDDEN"]
        assert codes(ask(tasks, a.operator)[1]) == ["FORBIDDEN"]
        for document, user, field in ((mine, a.warga, "myReports"), (tasks, a.andi, "myTasks")):
            data, errors = ask(document, user)
            assert errors == []
            assert data["siaran"][field]["nodes"] == [{"number": case.number}]

    def test_nearby_is_ordered_and_bounded(self, a: World) -> None:
        near = a.report(place={"lat": a.inside["lat"] + 0.0001, "lon": a.inside["lon"]})
        nearer = a.report()
        a.report(place={"lat": a.inside["lat"] + 0.009, "lon": a.inside["lon"]})
        data, _errors = ask(NEARBY, **a.inside)
        assert data["siaran"]["nearby"] == [
            {"number": nearer.number, "distanceM": 0},
            {"number": near.number, "distanceM": 11},
        ]

    def test_the_map_says_when_there_is_more(self, a: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries, "MAX_ON_MAP", 2)
        document = "{ siaran { mapReports(west: 106, south: -7, east: 107, north: -6) { points { number } more } } }"
        for count, more in ((1, False), (2, False), (3, True)):
            a.report()
            data, _errors = ask(document)
            assert len(data["siaran"]["mapReports"]["points"]) == min(count, 2)
            assert data["siaran"]["mapReports"]["more"] is more


class TestWriting:
    def submit(self, a: World, user: User | None, **changes: Any) -> tuple[Any, list[Any]]:
        variables = {
            "category": "lampu",
            "description": "Lampu jalan di depan rumah mati sejak kemarin.",
            **a.inside,
            "photos": [str(a.photo(a.warga).pk)],
        } | changes
        return ask(SUBMIT, user, **variables)

    def test_a_report(self, a: World) -> None:
        data, errors = self.submit(a, a.warga)
        assert errors == []
        payload = data["siaranSubmitReport"]
        assert payload["errors"] == []
        assert payload["created"] is True
        assert payload["report"]["number"] == Case.objects.get().number

    def test_the_same_key_again(self, a: World) -> None:
        key = str(uuid.uuid4())
        first, _errors = self.submit(a, a.warga, key=key)
        again, _errors = self.submit(a, a.warga, key=key)
        assert again["siaranSubmitReport"]["report"] == first["siaranSubmitReport"]["report"]
        assert again["siaranSubmitReport"]["created"] is False
        assert Case.objects.count() == 1

    def test_refusals_name_the_field(self, a: World) -> None:
        for changes, field, code in (
            ({"description": ""}, "description", "MISSING"),
            ({"category": "ufo"}, "category", "UNKNOWN_CATEGORY"),
            ({"photos": []}, "photos", "MISSING"),
            ({"photos": [str(uuid.uuid4())]}, "photos", "UNKNOWN_PHOTO"),
            ({"lat": 0.0, "lon": 0.0}, "place", "OUTSIDE_CITY"),
            ({"lat": None, "lon": None, "village": "x", "landmark": "Pasar"}, "village", "UNKNOWN_VILLAGE"),
        ):
            data, errors = self.submit(a, a.warga, **changes)
            assert errors == []
            [error] = data["siaranSubmitReport"]["errors"]
            assert (error["field"], error["code"]) == (field, code)
            assert error["message"]
            assert data["siaranSubmitReport"]["report"] is None
        assert not Case.objects.exists()

    def test_an_officers_work_and_the_rating(self, a: World) -> None:
        case = a.report()
        number = case.number

        def do(name: str, user: User | None, **variables: Any) -> list[str]:
            data, errors = ask(trusted.by_name(f"siaran/{name}").text, user, number=number, **variables)
            if errors:
                return codes(errors)
            payload = next(iter(data.values()))
            return [error["code"] for error in payload["errors"]]

        assert do("accept_task", None) == ["UNAUTHENTICATED"]
        assert do("accept_task", a.warga) == ["FORBIDDEN"]
        assert do("accept_task", a.sweeper) == ["FORBIDDEN"]
        assert do("start_task", a.andi) == ["ILLEGAL_MOVE"]
        assert do("accept_task", a.andi) == []
        assert do("accept_task", a.budi) == ["CONFLICT"]
        assert do("start_task", a.andi) == []
        assert do("finish_task", a.andi, words="", photos=[]) == ["MISSING", "MISSING"]
        assert do("rate_report", a.warga, rating=5) == ["ILLEGAL_MOVE"]
        photo = str(a.photo(a.andi).pk)
        assert do("finish_task", a.andi, words="Lampu sudah diganti baru.", photos=[photo]) == []
        assert do("rate_report", a.tetangga, rating=1) == ["FORBIDDEN"]
        assert do("rate_report", a.warga, rating=6) == ["OUT_OF_RANGE"]
        assert do("rate_report", a.warga, rating=5) == []
        assert do("add_message", a.warga, words="Terima kasih!") == []
        assert do("add_message", a.tetangga, words="Hai") == ["FORBIDDEN"]
        kept = Case.objects.get(pk=case.pk)
        assert (kept.status, kept.rating) == ("done", 5)
        assert queries.chain_faults(kept) == []

    def test_numbers_of_a_mean_nothing_in_b(self, a: World, b: World) -> None:
        case = actions.accept(case=a.report(), actor=a.andi)
        with in_city(b.city):
            for name, user, variables in (
                ("accept_task", a.andi, {}),
                ("accept_task", b.andi, {}),
                ("add_message", a.warga, {"words": "Halo"}),
                ("rate_report", a.warga, {"rating": 1}),
                ("finish_task", a.andi, {"words": "Sudah selesai semua.", "photos": []}),
            ):
                data, errors = ask(trusted.by_name(f"siaran/{name}").text, user, number=case.number, **variables)
                assert errors == []
                assert [error["code"] for error in next(iter(data.values()))["errors"]] == ["NOT_FOUND"]
        assert Case.objects.get(pk=case.pk).timeline_length == case.timeline_length


class TestStatements:
    """Literal counts, the same with one row and with three."""

    @pytest.fixture(autouse=True)
    def _city_is_known(self, a: World) -> None:
        """In a request the middleware has read the city's modules already."""
        assert a.city.options_by_module

    @pytest.mark.parametrize(
        ("document", "user", "count"),
        [
            (REPORTS.replace("totalCount", ""), None, 1),
            (REPORTS, None, 2),
            ("{ siaran { categories { slug name group } } }", None, 1),
            ("{ siaran { counts { status count } } }", None, 1),
            (MAP, None, 2),  # one of them, in a transaction only: whether the boundaries have changed
            ("{ siaran { nearby(lat: -6.31, lon: 106.71) { number thumbnail agency { name } } } }", None, 1),
            ("{ siaran { myReports { nodes { number thumbnail place { village } } } } }", "warga", 1),
            ("{ siaran { myTasks { nodes { number thumbnail place { village } } } } }", "andi", 2),
        ],
    )
    def test_lists(self, a: World, statements: Any, document: str, user: str | None, count: int) -> None:
        who = getattr(a, user) if user else None
        for rows in (1, 3):
            while Case.objects.count() < rows:
                a.report(photos=1)
            with statements() as seen:
                _data, errors = ask(document, who)
            assert errors == []
            assert len(seen) == count, "\n".join(seen)

    @pytest.mark.parametrize(("user", "count"), [(None, 3), ("warga", 6), ("operator", 7)])
    def test_one_report(self, a: World, statements: Any, user: str | None, count: int) -> None:
        case = a.report(photos=2)
        for _ in range(3):
            actions.reply(case=case, actor=a.operator, words="Kami ke sana.")
            with statements() as seen:
                _data, errors = ask(REPORT, getattr(a, user) if user else None, number=case.number)
            assert errors == []
            assert len(seen) == count, "\n".join(seen)

    def test_only_what_is_asked_for_is_fetched(self, a: World, statements: Any) -> None:
        case = a.report(photos=2)
        with statements() as seen:
            ask("query ($n: ID!) { siaran { report(number: $n) { number status } } }", n=case.number)
        assert len(seen) == 1
