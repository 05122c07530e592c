"""How fast LAKSA is with 100,000 aspirations in a city: bench/run laksa."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django

django.setup()

from django.db import connection as database  # noqa: E402  (Django has to be set up before any model is imported)
from django.db import transaction  # noqa: E402

from apps.laksa import actions, queries  # noqa: E402
from apps.laksa.figures import figures  # noqa: E402
from apps.laksa.schema import NEWEST, ORDERS  # noqa: E402
from balai.accounts.models import User  # noqa: E402
from balai.casework.models import Case, Supporter  # noqa: E402
from balai.casework.periods import Period, today  # noqa: E402
from balai.graphql import page  # noqa: E402
from bench.aspirations import fill_aspirations  # noqa: E402
from bench.city import people  # noqa: E402
from bench.load import Measure, at_most, p95, recorded, report, transaction_ms  # noqa: E402
from tenants.connection import connection  # noqa: E402
from tenants.current import in_city  # noqa: E402
from tenants.models import City  # noqa: E402

ASPIRATIONS = 100_000
WORDS = ["taman", "sepeda", "puskesmas", "umkm", "kali", "sekolah lampu", "gotong royong", "tidak-ada-di-mana-pun"]
TIMES = 15
CLICKS = 200
AT_ONCE = 50


class Laksa:
    """The measures, one method each, against a filled city."""

    def __init__(self, city: City) -> None:
        self.city, self.information = city, dict[str, str]()
        with in_city(city):
            self.people = people(f"pendukung.{city.slug}.{int(time.time())}", CLICKS + AT_ONCE)

    def list(self) -> dict[str, Measure]:
        """Twenty by support that fit a text: the words are common, rare, several and none."""
        samples = []
        with in_city(self.city):
            for _time in range(TIMES):
                for word in WORDS:
                    with recorded() as statements:
                        rows = queries.aspirations(text=word).select_related("aspiration", "category")
                        list(rows.order_by(*ORDERS["most_supported"])[:21])
                    samples.append(transaction_ms(statements))
        return {"list by support with text search, p95": at_most(p95(samples), 60, "ms in the database")}

    def count(self) -> dict[str, Measure]:
        """How many fit a text, as the list says it."""
        samples = []
        with in_city(self.city):
            for word in WORDS:
                with recorded() as statements:
                    page(queries.aspirations(text=word), order=NEWEST, first=1)["counted"]()
                samples += [transaction_ms(statements[-1:]) for _time in range(TIMES)]
        return {"count with text search, p95": at_most(p95(samples), 60, "ms in the database")}

    def figures(self) -> dict[str, Measure]:
        """The figures of a year: their cost is that of the days, not of the aspirations."""
        samples = []
        with in_city(self.city):
            actions.update_figures()
            last = today()
            for _time in range(TIMES):
                with recorded() as statements:
                    figures(Period(last - timedelta(days=364), last))
                samples.append(transaction_ms(statements))
        return {"figures of a year, p95": at_most(p95(samples), 60, "ms in the database")}

    def support(self) -> dict[str, Measure]:
        """One click each on one aspiration after another; then many at once on a single one."""
        samples, waits = [], []
        with in_city(self.city):
            wished = list(Case.objects.filter(module="laksa", closed_at=None).order_by("-weight")[: CLICKS + 1])
            clickers = list(User.objects.filter(pk__in=self.people).order_by("pk"))
            for case, person in zip(wished[1:], clickers, strict=False):
                with transaction.atomic():
                    with recorded() as statements:
                        actions.support(case=case, person=person)
                    transaction.set_rollback(True)
                began = time.perf_counter()
                samples.append(transaction_ms(statements))
                waits.append((time.perf_counter() - began) * 1000)
            self.information["support click"] = (
                f"{len(statements)} statements; with COMMIT on the disk and the way to the database and back "
                f"{statistics.median(waits):.1f} ms in the middle, {p95(waits):.1f} ms p95"
            )
            together = wished[0]
            before = Supporter.objects.filter(case=together).count()

        def click(person: User) -> None:
            try:
                with in_city(self.city):
                    actions.support(case=together, person=person)
            finally:
                database.close()

        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(click, clickers[CLICKS:]))
        with in_city(self.city):
            counted = Supporter.objects.filter(case=together).count() - before
            weighed = Case.objects.get(pk=together.pk).weight - together.weight
        return {
            "support click, p95": at_most(p95(samples), 5, "ms in the database"),
            f"{AT_ONCE} at once: off by": at_most(abs(counted - AT_ONCE) + abs(weighed - AT_ONCE), 0, "supporters"),
        }


MEASURES = ("list", "count", "figures", "support")


def main() -> int:
    """Fills the city, measures, reports. 1 where a bar was missed."""
    parser = argparse.ArgumentParser()
    for name, kind in (("cases", int), ("open-cases", int), ("seconds", float), ("clients", int), ("port", int)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    laksa = Laksa(fill_aspirations("usul", min(options.cases, ASPIRATIONS)))
    measures: dict[str, Measure] = {}
    for name in MEASURES:
        if name.startswith(options.only):
            measures |= getattr(laksa, name)()
            connection.set_schema_to_public()
    return 0 if report("laksa", measures, laksa.information) else 1


if __name__ == "__main__":
    sys.exit(main())
