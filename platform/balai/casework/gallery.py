"""Before and after: finished cases whose photos everyone may see."""

from __future__ import annotations

from collections.abc import Iterable

from balai.attachments.models import Attachment
from balai.attachments.queries import photos_of
from balai.casework.lifecycle import Status
from balai.casework.models import CaseQuerySet, Kind, TimelineEntry, Visibility
from balai.casework.queries import ENTRY_PHOTOS

BEFORE = (Kind.RECEIVED,)
AFTER = (Kind.FINISHED, Kind.CHECKING)


def finished_with_photos(cases: CaseQuerySet) -> CaseQuerySet:
    """Those that are done and came with a photo. Not the anonymous ones: their photos may tell who took them."""
    return cases.filter(status=Status.DONE, visibility=Visibility.PUBLIC, cover__isnull=False, done_at__isnull=False)


def before_and_after(case_ids: Iterable[int]) -> dict[int, tuple[Attachment, Attachment]]:
    """The first photo of the report and of the last result, by case; those without both are missing. Two statements."""
    entries = TimelineEntry.objects.filter(case__in=list(case_ids), kind__in=(*BEFORE, *AFTER), public=True)
    found = [entry for entry in entries.order_by("sequence").only("pk", "case_id", "kind", "data") if entry.data]
    photos = photos_of(ENTRY_PHOTOS, [entry.pk for entry in found if entry.data.get("photos")])
    before: dict[int, Attachment] = {}
    after: dict[int, Attachment] = {}
    for entry in found:
        if entry.pk in photos:
            if entry.kind in BEFORE:
                before.setdefault(entry.case_id, photos[entry.pk][0])
            else:
                after[entry.case_id] = photos[entry.pk][0]
    return {pk: (before[pk], after[pk]) for pk in before.keys() & after.keys()}
