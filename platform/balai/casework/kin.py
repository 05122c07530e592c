"""The cases that belong with a case: its duplicates and what it is a duplicate of, its tasks and what it is one of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from balai.attachments.models import Attachment
from balai.attachments.queries import photos_of
from balai.casework.lifecycle import UNSOLVED, Status
from balai.casework.models import Case, Kind, TimelineEntry
from balai.casework.queries import ENTRY_PHOTOS, View, names_of, with_relations
from balai.geography.fields import within

MAX_SHOWN = 20
MAX_ALIKE = 5
NEAR_METRES = 150.0


@dataclass(frozen=True, slots=True)
class Joined:
    """A duplicate as it is shown with the case it was joined to."""

    case: Case
    photos: list[Attachment]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a case's tasks are done; cancelled ones do not count."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Work:
    """A task as the desk of its case sees it: who has it, and what was done."""

    case: Case
    officer: str
    result: str = ""
    photos: list[Attachment] = field(default_factory=list)


def merged(view: View) -> list[Joined]:
    """The duplicates that were joined to the case, as far as the person may see each, with their photos likewise.

    Staff who see the case see them all; anyone else those that they would see anyway. At most MAX_SHOWN, newest first,
    in three statements.
    """
    cases = Case.objects.filter(merged_into=view.case.pk)
    if not view.is_staff:
        cases = cases.seen_by(view.standing)
    rows = list(cases.select_related("category", "agency").defer("words").order_by("-received_at", "-id")[:MAX_SHOWN])
    shown = [row.pk for row in rows if view.is_staff or View(row, view.standing).shows_report_photos]
    photos = _photos_of_reports(shown)
    return [Joined(row, photos.get(row.pk, [])) for row in rows]


def merged_into(view: View) -> Case | None:
    """What the case is a duplicate of, if the person may see that one."""
    if view.case.merged_into_id is None:
        return None
    return Case.objects.seen_by(view.standing).defer("words").filter(pk=view.case.merged_into_id).first()


def alike(case: Case) -> list[Case]:
    """Open cases of the same module and agency around the case, nearest first: it may be the same. One statement."""
    if case.lat is None or case.lon is None:
        return []
    others = Case.objects.open().filter(module=case.module, agency=case.agency_id, parent=None).exclude(pk=case.pk)
    found = within(with_relations(others), case.lat, case.lon, NEAR_METRES)
    return list(found.order_by("distance_m", "-id")[:MAX_ALIKE])


def progress(case: Case) -> Progress | None:
    """How far the case's tasks have come; None where it has none."""
    counts = Case.objects.filter(parent=case.pk).aggregate(
        done=Count("pk", filter=Q(status=Status.DONE)), total=Count("pk", filter=~Q(status__in=UNSOLVED))
    )
    return Progress(**counts) if counts["total"] else None


def tasks(case: Case) -> list[Work]:
    """The tasks of a case, oldest first, with their officers and results: in four statements. Asks no permission."""
    rows = list(
        Case.objects.filter(parent=case.pk).select_related("agency", "unit").defer("words").order_by("pk")[:MAX_SHOWN]
    )
    names = names_of(row.assignee_id for row in rows)
    last = TimelineEntry.objects.filter(case__in=[row.pk for row in rows], kind__in=(Kind.FINISHED, Kind.ARCHIVED))
    ends = {entry.case_id: entry for entry in last.order_by("pk")}
    photos = photos_of(ENTRY_PHOTOS, [entry.pk for entry in ends.values()])
    return [
        Work(
            row,
            names.get(row.assignee_id or 0, ""),
            ends[row.pk].words if row.pk in ends else "",
            photos.get(ends[row.pk].pk, []) if row.pk in ends else [],
        )
        for row in rows
    ]


def task_of(task: Case) -> Case | None:
    """The case that a task is part of. Asks no permission: who has the task reads what was reported."""
    if task.parent_id is None:
        return None
    return Case.objects.defer("words").get(pk=task.parent_id)


def photos_of_report(case: Case) -> list[Attachment]:
    """The photos that came with the report. Asks no permission."""
    return _photos_of_reports([case.pk]).get(case.pk, [])


def _photos_of_reports(cases: Iterable[int]) -> dict[int, list[Attachment]]:
    """The photos that came with each case, by the case, in two statements."""
    received = TimelineEntry.objects.filter(case__in=list(cases), kind=Kind.RECEIVED).values_list("case_id", "pk")
    entries = dict(received)
    photos = photos_of(ENTRY_PHOTOS, entries.values())
    return {case: photos[entry] for case, entry in entries.items() if entry in photos}
