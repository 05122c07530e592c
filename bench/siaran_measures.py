"""How fast SIARAN is with 200,000 cases in a city, against the same SQL bare: bench/run siaran."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
import tracemalloc
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

import orjson  # noqa: E402  (Django has to be set up before any model is imported)
from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from balai.casework import clusters, duplicates, queries  # noqa: E402
from balai.casework.categories import category_for_case  # noqa: E402
from balai.casework.models import CHANGES, Case, Escalation  # noqa: E402
from balai.casework.places import place_of  # noqa: E402
from balai.casework.sweep import sweep  # noqa: E402
from balai.geography.queries import locate  # noqa: E402
from bench.city import Filled, fill, fill_open  # noqa: E402
from bench.load import (  # noqa: E402
    Measure,
    Recording,
    at_least,
    at_most,
    bare,
    database_ms,
    getter,
    p95,
    poster,
    rate,
    recorded,
    report,
)
from tenants.connection import connection  # noqa: E402
from tenants.current import in_city  # noqa: E402

SUBMIT = """mutation Submit(
  $category: ID!, $description: String!, $lat: Float, $lon: Float, $key: UUID, $unlessReported: Boolean
) {
  siaranSubmitReport(
    category: $category, description: $description, lat: $lat, lon: $lon, key: $key, unlessReported: $unlessReported
  ) {
    report { number status } errors { field message code }
  }
}"""
RECORDED = 40
ROUNDS = 3
PLACES = 8_000
FAR_DEGREES = 0.012
RARE = ("trotoar", "kebisingan", "reklame", "lainnya")
WORDS = "Lampu jalan padam di dekat rumah nomor, mohon diperbaiki."
SWEPT = 10_000
INFORMATION = {
    "Signalen on such a machine": "29 reports/s (47 on persistent connections) at 47 statements each; "
    "staff list 11 pages/s with 146 statements; map box 79–94/s"
}


class Siaran:
    """The measures, one method each, against a filled city."""

    def __init__(self, filled: Filled, options: argparse.Namespace) -> None:
        self.city, self.filled, self.options = filled.city, filled, options
        # Other places in every run: where the last one reported, the same words are likely duplicates.
        self.dice = random.Random()
        self.information = dict(INFORMATION)
        self.places = self._places() if "submit".startswith(options.only) else []

    def _places(self) -> list[tuple[str, float, float]]:
        """Categories and places in the city, around its villages, where nothing like a report of ours is open."""
        found: list[tuple[str, float, float]] = []
        with in_city(self.city):
            while len(found) < PLACES:
                category = category_for_case("siaran", self.dice.choice(RARE))
                assert category is not None
                lat, lon = (
                    round(middle + self.dice.uniform(-FAR_DEGREES, FAR_DEGREES), 6)
                    for middle in self.dice.choice(self.filled.villages)
                )
                if locate(lat, lon).outside or duplicates.likely(category, place_of(lat=lat, lon=lon), WORDS):
                    continue
                found.append((category.slug, lat, lon))
        return found

    def submission(self) -> dict[str, Any]:
        """The body of one report, at a place of its own."""
        category, lat, lon = self.places.pop()
        variables = {
            "category": category,
            "description": WORDS.replace("nomor", f"nomor {self.dice.randrange(1000)}"),
            "lat": lat,
            "lon": lon,
            "key": str(uuid.uuid4()),
            "unlessReported": True,
        }
        return {"query": SUBMIT, "variables": variables}

    def submit(self) -> dict[str, Measure]:
        self._recorded_submission(0)  # what is kept in memory or cache is there from now on
        recordings = [self._recorded_submission(number) for number in range(1, RECORDED)]
        most = max(len(recording.statements) for recording in recordings)
        # In turns: whatever else the machine does slows both down.
        rates = [(self._bare_rate(recordings), self._submission_rate(turn)) for turn in range(ROUNDS)]
        bare_rate, our_rate = (statistics.mean(found) for found in zip(*rates, strict=True))
        return {
            "submit: statements": at_most(most, 16, "statements"),
            "submit: reports a second": at_least(our_rate, bare_rate, 0.3),
        }

    def _bare_rate(self, recordings: list[Recording]) -> float:
        return self.rate(bare(self.city.schema_name, recordings, self.options.clients))

    def _submission_rate(self, turn: int) -> float:
        """Every client has places and residents of its own, others in every turn."""
        places, tokens = self.places, self.filled.tokens[RECORDED:]
        share = ROUNDS * self.options.clients

        def make(number: int) -> Callable[[int], None]:
            mine = turn * self.options.clients + number
            self.places, own = places[mine::share], tokens[mine::share]
            return poster(
                self.city.host, self.options.port, lambda _turn: self.submission(), lambda turn: own[turn % len(own)]
            )

        return self.rate(make)

    def _recorded_submission(self, number: int) -> Recording:
        client = Client(headers={"host": self.city.host, "X-Session-Token": self.filled.tokens[number]})
        body = self.submission()
        with transaction.atomic():
            with recorded() as statements:
                answer = client.post("/graphql/", orjson.dumps(body), content_type="application/json").json()
            made = answer["data"]["siaranSubmitReport"]["report"]
            assert made or not answer["data"]["siaranSubmitReport"]["errors"], answer
            with in_city(self.city):
                row = Case.objects.get(number=made["number"]).pk if made else 0
            transaction.set_rollback(True)
        if not made:  # a likely duplicate
            return self._recorded_submission(number)
        if sum(sql.startswith('INSERT INTO "casework_case"') for sql, _params in statements) > 1:
            # Its first number was taken already: run bare, that INSERT would only fail again.
            return self._recorded_submission(number)
        return Recording(statements, row, (made["number"], body["variables"]["key"]))

    def page(self, title: str, path: str, most: int, cookie: str = "") -> dict[str, Measure]:
        """A page of the portal or the back office against its own SQL: all that it takes to make it anew."""
        client = Client(headers={"host": self.city.host, "cookie": cookie} if cookie else {"host": self.city.host})
        client.get(path)  # what is kept in memory or cache is there from now on
        with in_city(self.city):
            CHANGES.changed()  # but not the page itself
        with recorded() as statements:
            answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        bare_rate = self.rate(bare(self.city.schema_name, [Recording(statements)], self.options.clients))
        ours = self.rate(lambda _number: getter(self.city.host, self.options.port, lambda _turn: path, cookie))
        return {
            f"{title}: statements": at_most(len(statements), most, "statements"),
            f"{title}: pages a second": at_least(ours, bare_rate, 0.3),
        }

    def list(self) -> dict[str, Measure]:
        path = "/siaran/laporan/"
        measures = self.page("public list of 20", path, 8)
        # A visitor with a cookie gets a page of their own.
        anew = self.rate(lambda _number: getter(self.city.host, self.options.port, lambda _turn: path, "csrftoken=x"))
        self.information["public list, made anew for each visitor"] = f"{anew:.0f} pages/s"
        return measures

    def inbox(self) -> dict[str, Measure]:
        path = reverse("siaran.reports:index", urlconf=settings.ROOT_URLCONF)
        cookie = f"{settings.SESSION_COOKIE_NAME}={self.filled.desk}"
        return self.page("staff inbox of 20", path, 8, cookie)

    def map(self) -> dict[str, Measure]:
        """The whole city at the zoom at which it fills a screen, with and without a filter."""
        taken: dict[str, list[float]] = {}
        with in_city(self.city):
            one = {"phase": "waiting", "category": "sampah"}
            wanted: dict[str, dict[str, Any]] = {"all": {}, "waiting, one category": one}
            for name, filters in wanted.items():
                with recorded() as statements:
                    clusters.clusters("siaran", (106.6, -6.4, 106.8, -6.2), 12, **filters)
                taken[name] = database_ms(self.city.schema_name, statements[-1])
        return {
            f"map clusters of the city ({name}), p95": at_most(p95(samples), 50, "ms in the database")
            for name, samples in taken.items()
        }

    def sweep(self) -> dict[str, Measure]:
        """Ten thousand due cases, once for the time and once for the memory; and a million that wait."""
        due = fill_open("tenggat", SWEPT, due=-timedelta(hours=1))
        with in_city(due):
            make_due()
            began = time.monotonic()
            swept = sweep(seconds=600.0).cases
            took = time.monotonic() - began
            make_due()
            tracemalloc.start()  # slows it down: not in the same pass as the clock
            peaks = []
            while sweep(seconds=0.0).cases:
                peaks.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.reset_peak()
            tracemalloc.stop()
        idle = fill_open("sepi", self.options.open_cases, due=timedelta(days=3))
        with in_city(idle):
            samples = []
            for _time in range(20):
                began = time.monotonic()
                assert sweep().cases == 0
                samples.append((time.monotonic() - began) * 1000)
        growth = max(peaks[1:]) / max(peaks[0], 1)
        return {
            f"sweep of {swept:,} due cases": at_most(took, 60, "s"),
            "sweep: peak memory, last batch to first": at_most(growth, 1.5, "×"),
            f"idle sweep over {self.options.open_cases:,} open": at_most(p95(samples), 50, "ms"),
        }

    def nearby(self) -> dict[str, Measure]:
        taken = []
        with in_city(self.city):
            for lat, lon in self.dice.sample(self.filled.villages, 40):
                with recorded() as statements:
                    list(queries.nearby("siaran", lat, lon, 50))
                taken += database_ms(self.city.schema_name, statements[0], 3)
        return {"cases within 50 m, p95": at_most(p95(taken), 1, "ms in the database")}

    def rate(self, make: Callable[[int], Callable[[int], None]]) -> float:
        """Asks a second, of all clients together."""
        return rate(make, self.options.clients, self.options.seconds)


def make_due() -> None:
    """All open cases of the current city are due an hour ago, and nothing was done about it."""
    earlier = timezone.now() - timedelta(hours=1)
    Case.objects.open().update(next_deadline_at=earlier, late_since=None, late_clock="", rung=0)
    Escalation.objects.all().delete()


MEASURES = ("map", "nearby", "submit", "list", "inbox", "sweep")
"""The map first: as autovacuum leaves the table, not with a minute of submissions at full speed in it."""


def main() -> int:
    """Fills the city, measures, reports. 1 where a bar was missed."""
    parser = argparse.ArgumentParser()
    for name, kind in (("cases", int), ("open-cases", int), ("seconds", float), ("clients", int), ("port", int)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    began = time.monotonic()
    siaran = Siaran(fill("ukur", options.cases), options)
    print(f"city ready after {time.monotonic() - began:.0f} s", flush=True)
    measures: dict[str, Measure] = {}
    for name in MEASURES:
        if name.startswith(options.only):
            measures |= getattr(siaran, name)()
            connection.set_schema_to_public()
    return 0 if report("siaran", measures, siaran.information) else 1


if __name__ == "__main__":
    sys.exit(main())
