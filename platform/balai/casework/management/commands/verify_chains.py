"""manage.py verify_chains <slug>: whether the timelines of a city's cases are as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from balai.casework import chain
from balai.casework.models import Case, TimelineEntry
from tenants.current import in_city
from tenants.models import City

BATCH = 500


def broken() -> Iterator[tuple[str, list[str]]]:
    """The number of each case of the current city whose chain does not hold, with its faults; BATCH cases at a time."""
    last = 0
    while cases := list(
        Case.objects.filter(pk__gt=last).only("pk", "number", "timeline_length", "timeline_head").order_by("pk")[:BATCH]
    ):
        entries: dict[int, list[TimelineEntry]] = {case.pk: [] for case in cases}
        rows = TimelineEntry.objects.filter(case__in=entries).order_by("case", "sequence")
        for entry in rows.iterator(chunk_size=BATCH):
            entries[entry.case_id].append(entry)
        for case in cases:
            if faults := chain.faults(case, entries[case.pk]):
                yield case.number, faults
        last = cases[-1].pk


class Command(BaseCommand):
    help = "Checks the hash chain of every case of a city. Ends with an error when one does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the city")

    def handle(self, *args: Any, **options: Any) -> None:
        city = City.objects.filter(slug=options["slug"]).first()
        if city is None:
            raise CommandError(f"There is no city {options['slug']!r}.")
        count = 0
        with in_city(city):
            total = Case.objects.count()
            for number, faults in broken():
                count += 1
                self.stdout.write(f"{number}: {'; '.join(faults)}")
        if count:
            raise CommandError(f"{count} of {total} timelines are not as they were written.")
        self.stdout.write(f"All {total} timelines are whole.")
