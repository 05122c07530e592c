"""Which agency a new case goes to, and why.

The rules of a module are an ordered list, and the first active one whose conditions all fit decides. Where none fits,
the owner of the asset that the case points at takes it, then the category's own agency (or that of the one above);
without that nobody does yet, and the command room has to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext as _

from balai.agencies.models import Agency, Unit
from balai.assets.models import Asset, AssetKind
from balai.casework.models import RULES, Category, RoutingRule, Severity
from balai.geography.lookup import AreaRef
from balai.geography.models import Area
from tenants.held import Held


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes. `because` is kept with the case and told by `sentence`."""

    agency: Agency | None
    unit: Unit | None
    because: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a case the rules look at: ids of the category and the areas with those above them, nearest first."""

    categories: tuple[int, ...]
    areas: tuple[int, ...] = ()
    asset_kind: int | None = None
    asset_owner: int | None = None
    asset_utility: str = ""
    severity: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


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


def route(
    category: Category,
    village: AreaRef | None,
    *,
    asset: Asset | None = None,
    severity: str = "",
    answers: Mapping[str, Any] | None = None,
) -> Route:
    """The agency for a case of this category at this place. Without a statement (see `lineage`; the asset with its
    owner)."""
    categories, areas = lineage(category), areas_around(village)
    facts = Facts(
        categories=tuple(item.pk for item in categories),
        areas=tuple(area.id for area in areas),
        asset_kind=asset.kind_id if asset is not None else None,
        asset_owner=asset.agency_id if asset is not None else None,
        asset_utility=asset.utility if asset is not None else "",
        severity=severity,
        answers=answers or {},
    )
    rule = first_fitting(facts, rules_in_force(category.module))
    return by_rule(rule) if rule is not None else by_default(categories, asset)


def rules_in_force(module: str) -> list[RoutingRule]:
    """The active rules of the module's list in force, in its order, with all that they name. From memory: the objects
    are shared, they must not be changed."""
    return _in_force.get().get(module, [])


def _load_in_force() -> dict[str, list[RoutingRule]]:
    rows = RoutingRule.objects.filter(draft=False, active=True, agency__active=True).order_by("module", "order", "pk")
    related = rows.select_related("agency", "unit", "category", "area", "asset_kind", "asset_owner")
    return {module: list(rules) for module, rules in groupby(related.defer("area__geometry"), attrgetter("module"))}


_in_force = Held("casework.rules", _load_in_force)


@receiver([post_save, post_delete], sender=RoutingRule)
@receiver([post_save, post_delete], sender=Agency)
@receiver([post_save, post_delete], sender=Unit)
@receiver([post_save, post_delete], sender=Category)
@receiver([post_save, post_delete], sender=AssetKind)
@receiver([post_save, post_delete], sender=Area)
def _rules_changed(**_told: object) -> None:
    RULES.changed()


def first_fitting(facts: Facts, rules: Iterable[RoutingRule]) -> RoutingRule | None:
    """The first of the rules, given in their order, that is active and fits. Pure."""
    return next((rule for rule in rules if rule.active and rule.agency.active and fits(rule, facts)), None)


def fits(rule: RoutingRule, facts: Facts) -> bool:
    """Whether all conditions of the rule hold. Pure."""
    return (
        (rule.category_id is None or rule.category_id in facts.categories)
        and (rule.area_id is None or rule.area_id in facts.areas)
        and (rule.asset_kind_id is None or rule.asset_kind_id == facts.asset_kind)
        and (rule.asset_owner_id is None or rule.asset_owner_id == facts.asset_owner)
        and (not rule.asset_utility or rule.asset_utility.casefold() == facts.asset_utility.casefold())
        and (not rule.severity or rule.severity == facts.severity)
        and (not rule.question or _given(rule.answer, facts.answers.get(rule.question)))
    )


def _given(wanted: str, answer: Any) -> bool:
    """Whether the answer is the wanted one, or one of several that were ticked."""
    answers = answer if isinstance(answer, list) else [answer]
    return any(_plain(item) == wanted.strip().casefold() for item in answers if item is not None)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip().casefold()


def by_rule(rule: RoutingRule) -> Route:
    """Where the rule leads. A unit that is not in use any more leaves the case to its agency."""
    unit = rule.unit if rule.unit is not None and rule.unit.active else None
    because = {
        "by": "rule",
        "rule": rule.pk,
        "position": rule.order,
        "category": rule.category.name if rule.category is not None else None,
        "area": rule.area.name if rule.area is not None else None,
        "agency": rule.agency.name,
        "unit": unit.name if unit is not None else None,
    }
    more = {
        "asset_kind": rule.asset_kind.name if rule.asset_kind is not None else "",
        "asset_owner": rule.asset_owner.name if rule.asset_owner is not None else rule.asset_utility,
        "severity": rule.severity,
        "question": rule.question,
    }
    return Route(rule.agency, unit, because | {name: value for name, value in more.items() if value})


def by_default(categories: Sequence[Category], asset: Asset | None) -> Route:
    """Where a case goes that no rule fits."""
    if asset is not None and asset.agency is not None and asset.agency.active:
        unit = asset.unit if asset.unit is not None and asset.unit.active else None
        because = {"by": "asset", "asset": str(asset), "agency": asset.agency.name}
        return Route(asset.agency, unit, because | {"unit": unit.name if unit is not None else None})
    for item in categories:
        if item.default_agency is not None and item.default_agency.active:
            agency = item.default_agency
            return Route(agency, None, {"by": "category", "category": item.name, "agency": agency.name})
    return Route(None, None, {"by": "nobody", "category": categories[0].name})


def sentence(because: Mapping[str, Any]) -> str:
    """Why a case is where it is, for people. An answer is not repeated: everyone reads this."""
    match because.get("by"):
        case "rule" | "category":
            said = _about(because)
            return f"{said} {_conditions(because)}".strip()
        case "asset":
            return _("%(asset)s belongs to %(agency)s.") % because
        case "nobody":
            return _("No agency is set for “%(category)s” yet; the command room decides.") % because
        case "task":
            return _("A task of %(of)s, given to %(agency)s.") % because
        case "disposed":
            return _("Given to %(agency)s by the command room.") % because
        case "person":
            return _("Handed over to %(agency)s: %(reason)s") % because
        case _:
            return ""


def _about(because: Mapping[str, Any]) -> str:
    if because.get("category") and because.get("area"):
        return _("Reports about “%(category)s” in %(area)s go to %(agency)s.") % because
    if because.get("category"):
        return _("Reports about “%(category)s” go to %(agency)s.") % because
    if because.get("area"):
        return _("Reports in %(area)s go to %(agency)s.") % because
    return _("These reports go to %(agency)s.") % because


def _conditions(because: Mapping[str, Any]) -> str:
    """The rule's further conditions, each in a short sentence."""
    said = []
    if because.get("asset_kind"):
        said.append(_("Kind of asset: %(asset_kind)s.") % because)
    if because.get("asset_owner"):
        said.append(_("Owner of the asset: %(asset_owner)s.") % because)
    if because.get("severity"):
        said.append(_("Severity: %(severity)s.") % {"severity": Severity(because["severity"]).label})
    if because.get("question"):
        said.append(_("Because of an answer in the report."))
    return " ".join(said)
