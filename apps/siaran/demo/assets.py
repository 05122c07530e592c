"""A demo city's register of assets: a few dozen lamps, bridges, pumps and parks, by way of the ordinary import."""

from __future__ import annotations

import csv
import io
import random

from balai.assets.actions import receive_file, work_on
from balai.assets.models import Asset, AssetKind
from balai.geography.models import Area
from balai.geography.queries import locate
from tenants.models import City

KINDS = [
    # slug, name, icon, prefix of the codes, names, agency (or the owner outside the city), of each kelurahan every nth
    ("lampu", "Lampu jalan", "lamp", "PJU", "Lampu {village}", "dishub", 1),
    ("jembatan", "Jembatan", "road", "JBT", "Jembatan {village}", "dpu", 6),
    ("pompa", "Pompa air", "water", "POM", "Pompa {village}", "dpu", 9),
    ("taman", "Taman", "park", "TMN", "Taman {village}", "disperkim", 8),
    ("gardu", "Gardu listrik", "bulb", "GD", "Gardu {village}", "PLN", 7),
]
BY_CATEGORY = {"lampu-jalan": "lampu", "drainase": "pompa", "pohon": "taman"}
"""Which reports of the demo point at an asset, by their category."""
SPREAD_DEGREES = 0.0012


def make_assets(city: City) -> None:
    """Fills the register of the city. Its agencies must be there. Does nothing where there are kinds already."""
    if AssetKind.objects.exists():
        return
    dice = random.Random(f"assets of {city.slug}")  # noqa: S311 - nothing here is secret
    villages = list(Area.objects.filter(level="village", active=True).order_by("code"))
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(["kode", "jenis", "nama", "lat", "lon", "opd", "pemilik", "tahun pasang"])
    for order, (slug, name, icon, prefix, called, owner, every) in enumerate(KINDS):
        AssetKind.objects.create(slug=slug, name=name, icon=icon, order=order)
        for number, village in enumerate(villages[::every], start=1):
            lat, lon = (round(edge + dice.uniform(-1, 1) * SPREAD_DEGREES, 6) for edge in (village.lat, village.lon))
            if locate(lat, lon).outside:
                lat, lon = village.lat, village.lon
            owners = ("", owner) if owner == "PLN" else (owner, "")
            row = [f"{prefix}-{number:04}", slug, called.format(village=village.name), lat, lon]
            table.writerow([*row, *owners, dice.randint(2009, 2025)])
    done = work_on(receive_file(content=lines.getvalue().encode(), file_name="aset-demo.csv").pk)
    if done.faults:
        raise RuntimeError(f"the demo's assets were refused: {done.faults[:3]}")


def asset_of(category: str, village: Area) -> str:
    """The reference of an asset in this kelurahan that a report of the category may point at; empty where none is."""
    kind = BY_CATEGORY.get(category)
    if kind is None:
        return ""
    found = Asset.objects.filter(kind__slug=kind, village=village).select_related("kind").order_by("code").first()
    return found.reference if found is not None else ""
