"""Importing the assets of a city from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.assets.actions import receive_file, work_on
from balai.assets.faults import Fault
from balai.assets.files import MAX_BYTES
from balai.assets.models import AssetImport, AssetKind
from tenants.current import in_city
from tenants.models import HUB_SCHEMA, City


class Command(BaseCommand):
    help = "Imports assets of a city from CSV or GeoJSON; lists every fault and changes nothing if there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("city", help="slug of the city, for example tangerang-selatan")
        parser.add_argument("file", type=Path, help="CSV (UTF-8) or GeoJSON FeatureCollection, WGS 84")
        parser.add_argument("--kind", default="", help="slug of the kind of all assets in the file, for example lampu")

    def handle(self, *args: Any, **options: Any) -> None:
        city = City.objects.exclude(schema_name=HUB_SCHEMA).filter(slug=options["city"]).first()
        if city is None:
            raise CommandError(_("No city has the slug “%(slug)s”.") % {"slug": options["city"]})
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}
            ) from error
        with in_city(city):
            done = work_on(receive_file(content=content, file_name=path.name, kind=_kind(options["kind"])).pk)
        if done.step == AssetImport.Step.REFUSED:
            lines = [f"  {Fault(**fault)}" for fault in done.faults]
            heading = ngettext(
                "%(file)s: %(count)s fault; nothing was imported.",
                "%(file)s: %(count)s faults; nothing was imported.",
                len(lines),
            )
            raise CommandError("\n".join([heading % {"file": path.name, "count": len(lines)}, *lines]))
        changes = _("%(created)s new, %(updated)s renewed") % {"created": done.created, "updated": done.updated}
        self.stdout.write(self.style.SUCCESS(f"{city.name}: {changes}."))


def _kind(slug: str) -> AssetKind | None:
    if not slug:
        return None
    kind = AssetKind.objects.filter(slug=slug, active=True).first()
    if kind is None:
        known = ", ".join(AssetKind.objects.filter(active=True).values_list("slug", flat=True)) or "–"
        raise CommandError(
            _("No kind of asset has the slug “%(slug)s”. Kinds: %(known)s.") % {"slug": slug, "known": known}
        )
    return kind
