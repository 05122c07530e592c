"""Reads about assets: what is near a place, and what a code on a lamp post means."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext as _

from balai.assets.models import Asset, AssetImport, AssetKind, AssetQuerySet, tidy_code
from balai.geography.fields import within

MAX_NEAR = 12
MAX_NEAR_METRES = 500.0
MAX_ALIKE = 5
"""So many assets of one code are named when someone has to say which one is meant."""
HISTORY = 20


class UnknownAsset(LookupError):
    """No asset has this code, or several do. The message may be shown."""

    def __init__(self, message: str, references: Iterable[str] = ()) -> None:
        self.references = tuple(references)
        super().__init__(message)


def with_relations() -> AssetQuerySet:
    """Assets with what a page shows of them, in one statement; without their shapes."""
    rows = Asset.objects.select_related("kind", "agency", "unit", "village__parent")
    return rows.defer("geometry", "village__geometry", "village__parent__geometry")


def near(lat: float, lon: float, metres: float, kind: str = "") -> list[Asset]:
    """The assets in service within so many metres (at most 500), nearest first, at most MAX_NEAR.

    Each has its `distance_m`; lines and areas count by their point. `kind` is a slug. Raises BadCoordinates.
    """
    rows = with_relations().in_service()
    if kind:
        rows = rows.filter(kind__slug=kind)
    found = within(rows, lat, lon, min(max(metres, 1.0), MAX_NEAR_METRES))
    return list(found.order_by("distance_m", "pk")[:MAX_NEAR])


def by_code(text: str) -> Asset:
    """The asset that someone means who types a code: `PJU-0123`, or `lampu:PJU-0123` where several share it.

    Out of service ones are found too, after those in service. Raises UnknownAsset, which names the choices where the
    code alone does not tell.
    """
    kind, colon, code = text.replace("\0", "").strip()[:90].rpartition(":")
    code = tidy_code(code)
    rows = with_relations().filter(code=code)
    if colon:
        rows = rows.filter(kind__slug=kind.strip().lower())
    # "in service" sorts before "out of service".
    found = list(rows.order_by("state", "kind__order", "pk")[:MAX_ALIKE]) if code else []
    if not found:
        raise UnknownAsset(_("No asset of this city has the code “%(code)s”.") % {"code": code})
    if len(found) == 1 or found[0].state != found[1].state:
        return found[0]
    references = [asset.reference for asset in found]
    message = _("Several assets have the code “%(code)s”. Write one of: %(choices)s.")
    raise UnknownAsset(message % {"code": code, "choices": ", ".join(references)}, references)


def kinds() -> list[AssetKind]:
    """The kinds in use, in the city's order."""
    return list(AssetKind.objects.filter(active=True))


def utilities() -> list[str]:
    """The owners outside the city that occur in the register, by name; at most 100."""
    rows = Asset.objects.exclude(utility="").order_by("utility").values_list("utility", flat=True)
    return list(rows.distinct()[:100])


def imports() -> list[AssetImport]:
    """The newest imports, without their files."""
    return list(AssetImport.objects.select_related("kind").defer("content").order_by(F("pk").desc())[:HISTORY])
