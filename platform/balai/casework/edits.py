"""What is to be read of a timeline in which texts were corrected (see actions.editing)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from balai.casework.models import Case, Kind, TimelineEntry

EDITABLE = (
    Kind.REPLY,
    Kind.MESSAGE,
    Kind.ASKED,
    Kind.FINISHED,
    Kind.CHECKING,
    Kind.POSTPONED,
    Kind.NOT_OURS,
    Kind.ARCHIVED,
    Kind.ANSWERED,
    Kind.PLANNED,
    Kind.DECLINED,
    Kind.CONCLUDED,
    Kind.REJECTED,
)
"""Besides the report itself: entries whose words everyone reads."""


def newest(entries: Iterable[TimelineEntry]) -> dict[int, str]:
    """The words that are to be read of each corrected entry, by its sequence number."""
    return {entry.data["of"]: entry.words for entry in entries if entry.kind == Kind.EDITED}


def editable(entries: Sequence[TimelineEntry], case: Case) -> dict[int, str]:
    """The texts of a case that can be corrected, as they read now, by the sequence number of their entry."""
    now = newest(entries)
    found = {1: case.description}
    for entry in entries:
        if entry.public and entry.kind in EDITABLE and entry.words:
            found[entry.sequence] = now.get(entry.sequence, entry.words)
    return found


def applied(entries: Sequence[TimelineEntry], *, staff: bool) -> list[TimelineEntry]:
    """The entries as they are to be read: corrected ones with their new words, and of a correction only why it was
    made. Nothing is saved. With `staff` each correction has the words that it replaced as `former`.
    """
    now = newest(entries)
    current: dict[int, str] = {}
    for entry in entries:
        if entry.kind != Kind.EDITED:
            current[entry.sequence] = entry.words
            entry.words = now.get(entry.sequence, entry.words)
            continue
        of, words = entry.data["of"], entry.words
        entry.words = entry.data["why"]
        entry.former = current.get(of, "") if staff else ""  # type: ignore[attr-defined]
        current[of] = words
    return list(entries)
