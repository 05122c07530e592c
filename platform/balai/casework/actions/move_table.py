"""The city's own table of moves: written as a whole, refused when cases would be stuck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.audit.actions import record
from balai.casework import transitions
from balai.casework.lifecycle import AT_WORK, CLOSED, MOVES, OPEN, PAUSED, Move, Reason, Status
from balai.casework.models import MoveSetting


@dataclass(frozen=True)
class Wanted:
    """One move as the city wants it; `sources` are the statuses in which it stays possible."""

    enabled: bool
    reason_demanded: bool
    sources: frozenset[str]


def stranded(wanted: Mapping[str, Wanted], table: Mapping[str, Move] = MOVES) -> list[Status]:
    """The open statuses from which no moves of staff lead to an end.

    A move of the reporter is no way out, as nobody can rely on it; neither is a merge, which needs another case.
    """
    leads: dict[Status, set[Status]] = {status: set() for status in OPEN}
    for name, move in table.items():
        if move.act is None or name == "merge" or (name in wanted and not wanted[name].enabled):
            continue
        targets = {status for status in (move.target, move.otherwise) if status is not None}
        for source in move.sources:
            if source not in leads or (name in wanted and source.value not in wanted[name].sources):
                continue
            leads[source] |= set(AT_WORK) if name == "resume" and source in PAUSED else targets
    saved: set[Status] = set(CLOSED)
    while more := {status for status, targets in leads.items() if status not in saved and targets & saved}:
        saved |= more
    return [status for status in OPEN if status not in saved]


@transaction.atomic
def set_moves(*, module: str, wanted: Mapping[str, Wanted], actor: User) -> list[str]:
    """Sets the city's table for a module; returns the names of the moves that changed, for which the audit has what
    was and what is.

    Raises ValidationError when an open status would have no way out, and nothing is changed.
    """
    stuck = stranded(wanted, transitions.table(module))
    if stuck:
        names = ", ".join(f"“{status.label}”" for status in stuck)
        message = _("Nothing was changed: reports would be stuck in %(statuses)s, with no move that leads to an end.")
        raise ValidationError(message % {"statuses": names}, code="stranded")
    # Two administrators at once: the second waits and then writes over the whole of the first.
    before = {row.move: row for row in MoveSetting.objects.select_for_update().filter(module=module)}
    changed = []
    for name, move in transitions.table(module).items():
        if name not in wanted:
            continue
        want = wanted[name]
        every = {status.value for status in move.sources}
        sources = sorted(every & want.sources)
        values: dict[str, Any] = {
            "enabled": want.enabled and bool(sources),
            "reason_demanded": want.reason_demanded and move.reason is Reason.OPTIONAL,
            "sources": [] if set(sources) == every or not sources else sources,
        }
        old = before.get(name)
        was = {key: getattr(old, key) for key in values} if old else {**_default(), "sources": []}
        if was == values:
            continue
        if values == _default():
            MoveSetting.objects.filter(module=module, move=name).delete()
        else:
            MoveSetting.objects.update_or_create(module=module, move=name, defaults=values)
        record("casework.move_set", f"{module}:{name}", actor=actor, was=was, now=values)
        changed.append(name)
    transaction.on_commit(lambda: transitions.forget(module))
    transitions.forget(module)
    return changed


def _default() -> dict[str, Any]:
    return {"enabled": True, "reason_demanded": False, "sources": []}


def current(module: str, names: Iterable[str]) -> dict[str, Wanted]:
    """The table as it is."""
    rows = {row.move: row for row in MoveSetting.objects.filter(module=module)}
    found, table = {}, transitions.table(module)
    for name in names:
        row, every = rows.get(name), frozenset(status.value for status in table[name].sources)
        kept = every & frozenset(row.sources) if row and row.sources else every
        found[name] = Wanted(row.enabled if row else True, bool(row and row.reason_demanded), kept)
    return found
