"""The table of moves as the current city wants it: the module's own, narrowed by the city's settings.

A module whose cases have a life of their own names its table in its card, `case_moves = "dotted.TABLE"`: a dict of
Moves by name in which every move of the suite has an entry. Without one the suite's table is the module's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from django.apps import apps
from django.core.cache import cache
from django.utils.module_loading import import_string

from balai.casework.lifecycle import MOVES, Move, Reason, Status
from balai.casework.models.transition import MoveSetting

CACHED_SECONDS = 300


def table(module: str) -> Mapping[str, Move]:
    """The moves of a module's cases, before any city has narrowed them."""
    dotted = getattr(apps.app_configs.get(module), "case_moves", "")
    found: Mapping[str, Move] = import_string(dotted) if dotted else MOVES
    return found


def moves(module: str) -> dict[str, Move]:
    """The moves by name, in the order of the module's table; those that the city has switched off have no sources."""
    stored = cache.get(_key(module))
    if stored is None:
        columns = ("move", "enabled", "reason_demanded", "sources")
        stored = list(MoveSetting.objects.filter(module=module).values_list(*columns))
        cache.set(_key(module), stored, CACHED_SECONDS)
    changed = {name: (enabled, demanded, sources) for name, enabled, demanded, sources in stored}
    return {name: _narrowed(move, *changed[name]) if name in changed else move for name, move in table(module).items()}


def move(module: str, name: str) -> Move:
    """One move as the city wants it."""
    return moves(module)[name]


def forget(module: str) -> None:
    """Call it when a setting has changed: the next reader sees it."""
    cache.delete(_key(module))


def _key(module: str) -> str:
    return f"casework.moves.{module}"


def _narrowed(move: Move, enabled: bool, demanded: bool, sources: list[str]) -> Move:
    kept = tuple(status for status in move.sources if not sources or status in sources) if enabled else ()
    reason = Reason.DEMANDED if demanded and move.reason is Reason.OPTIONAL else move.reason
    return dataclasses.replace(move, sources=tuple(Status(status) for status in kept), reason=reason)
