"""Which agency a new case goes to, and why.

The most specific active rule decides: one of the category itself before one of the category above it, then one for the
kelurahan before the kecamatan before the whole city, then the lower `order`, then the older rule. Without a rule the
category's own agency takes it; without that nobody does yet, and the command room has to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from balai.agencies.models import Agency, Unit
from balai.casework.models import Category, RoutingRule
from balai.geography.lookup import AreaRef


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes. `because` is kept with the case and told by `sentence`."""

    agency: Agency | None
    unit: Unit | None
    because: dict[str, Any]


def lineage(category: Category) -> list[Category]:
    """The category and those above it, nearest first. Select `parent__parent` with it to save statements."""
    found = [category]
    while (above := found[-1].parent) is not None:
        found.append(above)
    return found


def areas_around(village: AreaRef | None) -> list[AreaRef]:
    """The kelurahan, its kecamatan and its city: nearest first."""
    found = []
    while village is not None:
        found.append(village)
        village = village.parent
    return found


def route(category: Category, village: AreaRef | None) -> Route:
    """The agency for a case of this category at this place. One statement (see `lineage`)."""
    categories, areas = lineage(category), areas_around(village)
    rules = RoutingRule.objects.filter(
        Q(area=None) | Q(area__in=[area.id for area in areas]),
        active=True,
        agency__active=True,
        category__in=[item.pk for item in categories],
    ).select_related("agency", "unit")
    return choose(categories, areas, list(rules))


def choose(categories: Sequence[Category], areas: Sequence[AreaRef], rules: Sequence[RoutingRule]) -> Route:
    """The decision itself, from the rules that match. Pure."""
    nearness = {item.pk: distance for distance, item in enumerate(categories)}
    names = {item.pk: item.name for item in categories}
    places = {area.id: (distance, area.name) for distance, area in enumerate(areas)}

    def rank(rule: RoutingRule) -> tuple[int, int, int, int]:
        distance = places[rule.area_id][0] if rule.area_id is not None else len(places)
        return nearness[rule.category_id], distance, rule.order, rule.pk

    best = min(rules, key=rank, default=None)
    if best is not None:
        unit = best.unit if best.unit is not None and best.unit.active else None
        area = places[best.area_id][1] if best.area_id is not None else None
        because = {"by": "rule", "rule": best.pk, "category": names[best.category_id], "area": area}
        return Route(best.agency, unit, because | {"agency": best.agency.name, "unit": unit.name if unit else None})
    for item in categories:
        if item.default_agency is not None and item.default_agency.active:
            agency = item.default_agency
            return Route(agency, None, {"by": "category", "category": item.name, "agency": agency.name})
    return Route(None, None, {"by": "nobody", "category": categories[0].name})


def sentence(because: Mapping[str, Any]) -> str:
    """Why a case is where it is, for people."""
    match because.get("by"):
        case "rule" if because.get("area"):
            return _("Reports about “%(category)s” in %(area)s go to %(agency)s.") % because
        case "rule" | "category":
            return _("Reports about “%(category)s” go to %(agency)s.") % because
        case "nobody":
            return _("No agency is set for “%(category)s” yet; the command room decides.") % because
        case "task":
            return _("A task of report %(of)s, given to %(agency)s.") % because
        case "person":
            return _("Handed over to %(agency)s: %(reason)s") % because
        case _:
            return ""
