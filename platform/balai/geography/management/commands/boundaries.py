"""Importing the boundaries of a city from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.geography.actions import ImportResult, import_boundaries
from balai.geography.boundaries import MAX_BYTES
from balai.geography.faults import BoundaryFaults
from tenants.current import in_city
from tenants.models import HUB_SCHEMA, City


class Command(BaseCommand):
    help = "Imports the areas of a city from a GeoJSON file; lists every fault and changes nothing if there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("city", help="slug of the city, for example tangerang-selatan")
        parser.add_argument("file", type=Path, help="GeoJSON FeatureCollection, WGS 84")
        parser.add_argument("--source", default="", help="where the boundaries come from; the file's name by default")
        parser.add_argument("--approximate", action="store_true", help="these are not the official boundaries")
        parser.add_argument("--repair", action="store_true", help="mend outlines that cross themselves, and say which")

    def handle(self, *args: Any, **options: Any) -> None:
        city = _city(options["city"])
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                document = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}
            ) from error
        try:
            with in_city(city):
                result = import_boundaries(
                    document=document,
                    source=options["source"] or path.name,
                    approximate=options["approximate"],
                    repair=options["repair"],
                )
        except BoundaryFaults as refused:
            lines = [f"  {fault}" for fault in refused.faults]
            heading = ngettext(
                "%(file)s: %(count)s fault; nothing was imported.",
                "%(file)s: %(count)s faults; nothing was imported.",
                len(lines),
            )
            raise CommandError("\n".join([heading % {"file": path.name, "count": len(lines)}, *lines])) from refused
        self._report(city, result)

    def _report(self, city: City, result: ImportResult) -> None:
        for note in result.notes:
            self.stdout.write(self.style.WARNING(_("  Note: %s") % note))
        levels = ", ".join(f"{count} {level.label}" for level, count in result.levels.items())
        changes = _("%(created)s new, %(updated)s renewed, %(retired)s retired") % {
            "created": result.created,
            "updated": result.updated,
            "retired": result.retired,
        }
        self.stdout.write(self.style.SUCCESS(f"{city.name}: {levels} ({changes})."))
        if result.boundary_set.approximate:
            self.stdout.write(_("These boundaries are approximate, not the official ones."))


def _city(slug: str) -> City:
    cities = City.objects.exclude(schema_name=HUB_SCHEMA)
    city = cities.filter(slug=slug).first()
    if city is None:
        known = ", ".join(cities.order_by("slug").values_list("slug", flat=True)[:20]) or "–"
        raise CommandError(_("No city has the slug “%(slug)s”. Cities: %(known)s.") % {"slug": slug, "known": known})
    return city
