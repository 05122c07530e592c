"""What a list of routing rules would have done with the cases of the last 90 days, beside the list in force.

Cases that are alike in all that the two lists look at go the same way, so they are counted together by the database:
the cost grows with the number of different combinations, not with the number of cases.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from balai.agencies.models import Agency, Unit
from balai.casework import routing
from balai.casework.models import Case, Category, RoutingRule
from balai.geography.models import Area

DAYS = 90
MAX_COMBINATIONS = 20_000
"""The most frequent are tried; `Outcome.left_out` says how many cases are in the others."""
MAX_EXAMPLES = 3
ASSET = ("asset__kind_id", "asset__agency_id", "asset__unit_id", "asset__utility")

Destination = tuple[int | None, int | None]
"""Ids of the agency and the unit."""


@dataclass
class Shift:
    """Cases that would go from one place to another."""

    origin: str
    target: str
    count: int = 0
    examples: list[str] = field(default_factory=list)
    """Numbers of some of them."""


@dataclass
class Outcome:
    """What would change. `total` are the cases of the period that were tried."""

    since: datetime.datetime
    total: int = 0
    elsewhere: int = 0
    shifts: list[Shift] = field(default_factory=list)
    nowhere: int = 0
    """Cases that the new list gives to nobody."""
    combinations: int = 0
    left_out: int = 0


def simulate(module: str, *, days: int = DAYS) -> Outcome:
    """The draft of the module against the list in force. A fixed number of statements; see the top of this file.

    Compared are the two lists, not where a case is today: people may have handed it over since.
    """
    since = timezone.now() - datetime.timedelta(days=days)
    now, then = (_Router(module, draft=draft) for draft in (False, True))
    rules = [*now.rules, *then.rules]
    keys: dict[str, Any] = {}
    names = ["category_id", *ASSET]
    if any(rule.area_id for rule in rules):
        names.append("village_id")
    if any(rule.severity for rule in rules):
        names.append("severity")
    questions = sorted({rule.question for rule in rules if rule.question})
    for number, question in enumerate(questions):
        keys[f"answer_{number}"] = KeyTransform(question, "answers")
    cases = Case.objects.filter(module=module, received_at__gte=since, parent=None)
    groups = cases.order_by().values(*names, **keys).annotate(cases=Count("pk"), example=Max("number"))
    outcome, world = Outcome(since), _World(module)
    shifts: dict[tuple[Destination, Destination], Shift] = {}
    for row in groups.order_by("-cases")[:MAX_COMBINATIONS]:
        answers = {question: row[f"answer_{number}"] for number, question in enumerate(questions)}
        facts = world.facts(row, answers)
        origin, target = now.destination(facts, row, world), then.destination(facts, row, world)
        outcome.combinations += 1
        outcome.total += row["cases"]
        outcome.nowhere += row["cases"] if target == (None, None) else 0
        if origin == target:
            continue
        outcome.elsewhere += row["cases"]
        shift = shifts.setdefault((origin, target), Shift(world.name(origin), world.name(target)))
        shift.count += row["cases"]
        if len(shift.examples) < MAX_EXAMPLES:
            shift.examples.append(row["example"])
    if outcome.combinations == MAX_COMBINATIONS:
        outcome.left_out = cases.count() - outcome.total
    outcome.shifts = sorted(shifts.values(), key=lambda shift: -shift.count)
    return outcome


class _World:
    """The city's categories, areas, agencies and units, by id."""

    def __init__(self, module: str) -> None:
        rows = Category.objects.filter(module=module).values_list("pk", "parent_id", "default_agency_id")
        self.parents: dict[int, int | None] = {}
        self.defaults: dict[int, int | None] = {}
        for pk, parent, agency in rows:
            self.parents[pk], self.defaults[pk] = parent, agency
        self.around: dict[int, int | None] = dict(Area.objects.values_list("pk", "parent_id"))
        self.agencies = {row.pk: row for row in Agency.objects.all()}
        self.units = {row.pk: row for row in Unit.objects.all()}

    def _lineage(self, start: int | None, above: Mapping[int, int | None]) -> tuple[int, ...]:
        found: list[int] = []
        while start is not None:
            found.append(start)
            start = above.get(start)
        return tuple(found)

    def facts(self, row: Mapping[str, Any], answers: Mapping[str, Any]) -> routing.Facts:
        """What the rules look at, of a group of cases."""
        return routing.Facts(
            categories=self._lineage(row["category_id"], self.parents),
            areas=self._lineage(row.get("village_id"), self.around),
            asset_kind=row["asset__kind_id"],
            asset_owner=row["asset__agency_id"],
            asset_utility=row["asset__utility"] or "",
            severity=row.get("severity", ""),
            answers=answers,
        )

    def active(self, agency: int | None) -> bool:
        return agency is not None and self.agencies[agency].active

    def unit_in_use(self, unit: int | None) -> int | None:
        return unit if unit is not None and self.units[unit].active else None

    def name(self, destination: Destination) -> str:
        """For people; empty for nobody."""
        agency, unit = destination
        if agency is None:
            return ""
        name = self.agencies[agency].name
        return f"{name}, {self.units[unit].name}" if unit is not None else name


class _Router:
    """One list of rules, and those of it that can fit a category."""

    def __init__(self, module: str, *, draft: bool) -> None:
        rows = RoutingRule.objects.drafted(module) if draft else RoutingRule.objects.in_force(module)
        self.rules = [rule for rule in rows.select_related("agency") if rule.active and rule.agency.active]
        self._by_category: dict[tuple[int, ...], list[RoutingRule]] = {}

    def destination(self, facts: routing.Facts, row: Mapping[str, Any], world: _World) -> Destination:
        """Where this list sends the cases: as routing.route decides for a single one."""
        if facts.categories not in self._by_category:
            fitting = [rule for rule in self.rules if rule.category_id in (None, *facts.categories)]
            self._by_category[facts.categories] = fitting
        rule = routing.first_fitting(facts, self._by_category[facts.categories])
        if rule is not None:
            return rule.agency_id, world.unit_in_use(rule.unit_id)
        if world.active(facts.asset_owner):
            return facts.asset_owner, world.unit_in_use(row["asset__unit_id"])
        for category in facts.categories:
            if world.active(world.defaults[category]):
                return world.defaults[category], None
        return None, None
