"""Writes about assets: one by hand, or a file of them."""

from __future__ import annotations

import datetime
import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.assets.checking import check
from balai.assets.faults import AssetFaults, refuse
from balai.assets.files import read
from balai.assets.models import Asset, AssetImport, AssetKind, tidy_code
from balai.audit.actions import record
from balai.geography import queries as geography
from balai.geography.codes import Level

BATCH = 1_000
STALE = datetime.timedelta(minutes=3)
"""After so long without a sign of work an import is taken up again. Writing 50,000 rows takes a third of it at most."""
MAX_ATTEMPTS = 3
Step = AssetImport.Step


@transaction.atomic
def save_asset(*, asset: Asset, actor: User | None = None) -> Asset:
    """Stores an asset that was made or changed by hand; finds its kelurahan. Raises ValidationError by field."""
    asset.code = tidy_code(asset.code)
    asset.full_clean(exclude=["village"])
    area = geography.area_index().find(asset.lat, asset.lon)
    if area is None:
        raise ValidationError({"lat": _("This place does not lie in this city.")})
    asset.village_id = area.id if area.level == Level.VILLAGE else None
    verb = "assets.added" if asset.pk is None else "assets.changed"
    asset.save()
    record(verb, asset, actor=actor, reference=asset.reference)
    return asset


@transaction.atomic
def receive_file(
    *, content: bytes, file_name: str, kind: AssetKind | None = None, actor: User | None = None
) -> AssetImport:
    """Keeps a file of assets so that `work_on` can import it, now or in the background."""
    received = AssetImport.objects.create(
        content=content,
        checksum=hashlib.sha256(content).hexdigest(),
        file_name="".join(filter(str.isprintable, file_name))[:120] or "–",
        kind=kind,
    )
    record("assets.file_received", received, actor=actor, checksum=received.checksum, file=received.file_name)
    return received


def work_on(import_id: int) -> AssetImport:
    """Checks and imports a received file: all of it or nothing. Safe to repeat, and to run twice at once.

    The result is in the row: `step` is DONE or REFUSED with `faults`. Does nothing while another worker is at it.
    """
    now = timezone.now()
    free = Q(seen_at=None) | Q(seen_at__lt=now - STALE)
    mine = AssetImport.objects.filter(free, pk=import_id, finished_at=None)
    if mine.update(seen_at=now, step=Step.CHECKING, checked=0, attempts=F("attempts") + 1):
        taken = AssetImport.objects.select_related("kind").get(pk=import_id)
        try:
            if taken.attempts > MAX_ATTEMPTS:
                raise refuse(_("The file could not be worked through in %(count)s attempts.") % {"count": MAX_ATTEMPTS})
            _import(taken)
        except AssetFaults as refused:
            _finish(taken, Step.REFUSED, faults=[fault.as_json() for fault in refused.faults])
    return AssetImport.objects.select_related("kind").defer("content").get(pk=import_id)


def _import(taken: AssetImport) -> None:
    """The work itself. Progress is committed while the rows are checked; then everything is written at once."""
    table = read(bytes(taken.content or b""))
    row = AssetImport.objects.filter(pk=taken.pk)
    row.update(total=len(table.records), seen_at=timezone.now())

    def report(checked: int) -> None:
        row.update(checked=checked, seen_at=timezone.now())

    assets = check(table, taken.kind, report)
    row.update(checked=len(assets), step=Step.WRITING, seen_at=timezone.now())
    with transaction.atomic():
        # Whoever took it up as well, thinking us dead, waits here and finds it finished.
        if not row.select_for_update().filter(finished_at=None).exists():
            return
        known = _write(assets, table.columns)
        _finish(taken, Step.DONE, created=len(assets) - known, updated=known)
        record("assets.imported", taken, created=len(assets) - known, updated=known, checksum=taken.checksum)


def _write(assets: list[Asset], columns: frozenset[str]) -> int:
    """Writes them, and says how many were known. What the file has no column for stays as it was."""
    changed = sorted({"lat", "lon", "village", "geometry", "updated_at"} | (columns - {"code", "kind"}))
    if "agency" in changed or "utility" in changed:
        changed = sorted({*changed, "agency", "unit", "utility"})
    known = 0
    for start in range(0, len(assets), BATCH):
        batch = assets[start : start + BATCH]
        codes, kinds = [asset.code for asset in batch], {asset.kind_id for asset in batch}
        there = set(Asset.objects.filter(kind__in=kinds, code__in=codes).values_list("kind_id", "code"))
        known += sum((asset.kind_id, asset.code) in there for asset in batch)
        Asset.objects.bulk_create(batch, update_conflicts=True, unique_fields=["kind", "code"], update_fields=changed)
    return known


def _finish(taken: AssetImport, step: str, **result: object) -> None:
    now = timezone.now()
    AssetImport.objects.filter(pk=taken.pk).update(step=step, finished_at=now, seen_at=now, content=None, **result)


def abandoned_imports() -> list[int]:
    """Imports that nobody works on: their queue was lost, or their worker died. At most ten at a time."""
    now = timezone.now()
    free = Q(seen_at=None, started_at__lt=now - datetime.timedelta(seconds=30)) | Q(seen_at__lt=now - STALE)
    rows = AssetImport.objects.filter(free, finished_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:10])
