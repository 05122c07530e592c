"""An officer's work, as lists: by deadline, by distance, as a route, and what is finished."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import F, IntegerField, Q, Value
from django.db.models.functions import Coalesce, Least

from balai.accounts.models import User
from balai.agencies.queries import Standing
from balai.casework import queries
from balai.casework.models import Case, CaseQuerySet
from balai.casework.routes import MAX_STOPS, length_of, order_of
from balai.geography.distance import checked, distance

MAX_TASKS = 200
"""Looked through when tasks are put in order by distance; nobody has so many."""
MAX_NEAREST = 50
NEVER = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)


def by_deadline(tasks: CaseQuerySet) -> CaseQuerySet:
    """The tasks with `due`, the next deadline, never empty; order by ("due", "id")."""
    answer = models.Case(models.When(answered_at=None, then=F("answer_due_at")))
    # LEAST passes over what is empty.
    # A task within a report has no clocks of its own: it is due when the report is.
    of_the_report = Least(F("parent__update_due_at"), F("parent__done_due_at"))
    due = Coalesce(Least(answer, F("update_due_at"), F("done_due_at")), of_the_report, Value(NEVER))
    return tasks.annotate(due=due)


def own_first(tasks: CaseQuerySet, user: User, units: Collection[int]) -> CaseQuerySet:
    """The tasks with `others`: 0 for the officer's own and those that wait for one of these units, else 1.

    Order by ("others", …) so that a unit's officers see its work before what anyone of the agency may take up.
    """
    own = models.When(Q(assignee=user) | Q(unit__in=units), then=Value(0))
    return tasks.annotate(others=models.Case(own, default=Value(1), output_field=IntegerField()))


def nearest(rows: Sequence[Mapping[str, Any]], lat: float, lon: float) -> list[dict[str, Any]]:
    """The rows (with lat and lon) by distance from a place, each with `distance_m`; those without a place last.

    Raises geography's BadCoordinates.
    """
    lat, lon = checked(lat, lon)
    found = []
    for row in rows:
        known = row["lat"] is not None and row["lon"] is not None
        found.append({**row, "distance_m": distance(lat, lon, row["lat"], row["lon"]) if known else None})
    return sorted(found, key=lambda row: (row["distance_m"] is None, row["distance_m"] or 0.0, row["id"]))


def route(rows: Sequence[Mapping[str, Any]], lat: float, lon: float) -> tuple[list[dict[str, Any]], int]:
    """Those of the rows that have a place, the MAX_STOPS nearest, in the order of going there, each with the
    `distance_m` from the stop before; and the metres of it all. Raises geography's BadCoordinates."""
    stops = [row for row in nearest(rows, lat, lon) if row["distance_m"] is not None][:MAX_STOPS]
    places = [(float(row["lat"]), float(row["lon"])) for row in stops]
    order = order_of((lat, lon), places)
    found, before = [], (lat, lon)
    for position in order:
        found.append({**stops[position], "distance_m": distance(*before, *places[position])})
        before = places[position]
    return found, round(length_of((lat, lon), [places[position] for position in order]))


def own_tasks(user: User, module: str, *, standing: Standing) -> CaseQuerySet:
    """The officer's open tasks that are theirs already: what a day's route leads to."""
    return queries.tasks_of(user, module, standing=standing).filter(assignee=user)


def finished_by(user: User, module: str, text: str = "") -> CaseQuerySet:
    """What the officer has finished, for the archive; order by ("-done_at", "-id"). `text` as in queries.searched."""
    finished = Case.objects.filter(assignee=user, done_at__isnull=False, module=module)
    return queries.searched(finished, text)
