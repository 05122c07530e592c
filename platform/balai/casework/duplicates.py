"""Which open cases a new report may be about: asked before it is sent, so that people join instead of repeating.

Likely is what is of the same family of categories (all below the same top one), open, shown to all, and near: within
the category's radius, or in the same kelurahan where no point is known. Two things count for it: how close it is, and
how alike the words are (trigrams). Something very near needs no alike words, something farther off does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import FloatField, Q, QuerySet, Value
from django.db.models.functions import Left

from balai.casework.models import Case, CaseQuerySet, Category
from balai.casework.places import Place
from balai.casework.routing import lineage
from balai.geography.fields import Metres, box_around
from tenants.statements import Given, Statement

MAX_SHOWN = 5
MAX_COMPARED = 40
"""So many of the nearest are compared, however many lie around."""
COMPARED_CHARACTERS = 300
LIKELY = 0.25
"""Words as alike as this make a case likely at the edge of the radius; at half of the radius, any words do."""


def candidates(category: Category, place: Place, words: str) -> CaseQuerySet:
    """The nearest open cases of the family, with `distance_m` (None without a point) and `similarity` (0 to 1).

    One statement, whatever the size of the city: the nearest by the index of open points (see `lineage`).
    """
    given = _given(category, words)
    if place.lat is None or place.lon is None:
        return _in_village(place.village.id if place.village else None, **given)
    return _near(place.lat, place.lon, category.radius_m, box_around(place.lat, place.lon, category.radius_m), **given)


def likely(category: Category, place: Place, words: str) -> list[Mapping[str, Any]]:
    """The likely duplicates of a report, the likeliest first: {"id", "distance_m", "similarity"}. One statement."""
    if place.lat is None or place.lon is None:
        return likeliest(candidates(category, place, words).values(*COLUMNS), category.radius_m)
    box = dict(zip(SIDES, box_around(place.lat, place.lon, category.radius_m), strict=True))
    rows = NEAR.rows(lat=place.lat, lon=place.lon, metres=category.radius_m, **box, **_given(category, words))
    return likeliest([dict(zip(COLUMNS, row, strict=True)) for row in rows], category.radius_m)


def _given(category: Category, words: str) -> dict[str, Any]:
    return {"module": category.module, "top": lineage(category)[-1].pk, "words": words[:COMPARED_CHARACTERS]}


def _near(lat: Any, lon: Any, metres: Any, box: Any, **given: Any) -> CaseQuerySet:
    cases = _family(**given).filter(point__in_box=box).annotate(distance_m=Metres("point", lat, lon))
    return cases.filter(distance_m__lte=metres).order_by("distance_m", "-id")[:MAX_COMPARED]


def _in_village(village: int | None, **given: Any) -> CaseQuerySet:
    cases = _family(**given).filter(village=village).annotate(distance_m=Value(None, FloatField()))
    return cases.order_by("-received_at", "-id")[:MAX_COMPARED]


def _family(module: Any, top: Any, words: Any) -> CaseQuerySet:
    family = Q(category=top) | Q(category__parent=top) | Q(category__parent__parent=top)
    alike = TrigramSimilarity(Left("description", COMPARED_CHARACTERS), words)
    return Case.objects.open().shown_to_all().filter(family, module=module).annotate(similarity=alike)


def _written_near() -> QuerySet[Case, Any]:
    given = {name: Given(name) for name in ("module", "top", "words")}
    box = tuple(Given(side) for side in SIDES)
    return _near(Given("lat"), Given("lon"), Given("metres"), box, **given).values_list(*COLUMNS)


COLUMNS = ("id", "distance_m", "similarity")
SIDES = ("west", "south", "east", "north")
NEAR = Statement(_written_near)


def likeliest(rows: Iterable[Mapping[str, Any]], radius_m: float) -> list[Mapping[str, Any]]:
    """Those of the rows (`distance_m`, `similarity`) that are likely, the likeliest first, at most MAX_SHOWN."""
    scored = [(likelihood(row["distance_m"], row["similarity"], radius_m), row) for row in rows]
    scored.sort(key=lambda pair: -pair[0])
    return [row for score, row in scored if score >= LIKELY][:MAX_SHOWN]


def likelihood(distance_m: float | None, similarity: float, radius_m: float) -> float:
    """How likely two reports are about the same: up to 1 for the words, and up to a half for being close."""
    nearness = 0.0 if distance_m is None or radius_m <= 0 else max(0.0, 1 - distance_m / radius_m) / 2
    return similarity + nearness
