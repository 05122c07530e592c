"""Changing the routing rules: a draft of the whole list is prepared beside the one in force, tried, and put into force.

Each act locks the module's rules, so that two administrators are served one after the other.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.audit.actions import record
from balai.casework.models import RoutingRule
from balai.casework.simulation import simulate

MAX_RULES = 300
CONDITIONS = (
    "category_id",
    "area_id",
    "asset_kind_id",
    "asset_owner_id",
    "asset_utility",
    "severity",
    "question",
    "answer",
)
COPIED = (*CONDITIONS, "module", "order", "active", "agency_id", "unit_id")


def fingerprint(module: str) -> str:
    """What changes when either list does: who puts a draft into force must have seen both as they are."""
    rows = RoutingRule.objects.filter(module=module).order_by("draft", "order", "pk")
    values = [list(row) for row in rows.values_list("draft", *COPIED)]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _locked(module: str) -> list[RoutingRule]:
    """The draft in its order; all rules of the module are locked until the transaction ends."""
    rows = list(RoutingRule.objects.select_for_update().filter(module=module).order_by("order", "pk"))
    return [row for row in rows if row.draft]


@transaction.atomic
def begin_draft(*, module: str) -> None:
    """Prepares a copy of the list in force. Does nothing where a draft is being prepared already."""
    if _locked(module):
        return
    rules = RoutingRule.objects.in_force(module)
    RoutingRule.objects.bulk_create(
        [RoutingRule(draft=True, **{name: getattr(rule, name) for name in COPIED}) for rule in rules]
    )


@transaction.atomic
def discard_draft(*, module: str) -> None:
    """Forgets what was prepared."""
    RoutingRule.objects.drafted(module).delete()


@transaction.atomic
def save_rule(*, rule: RoutingRule, position: int | None = None) -> RoutingRule:
    """Keeps a line of the draft, a new one at the position (from 1; default: the end). Raises ValidationError."""
    draft = _locked(rule.module)
    rule.draft = True
    rule.full_clean()
    others = [line for line in draft if line.pk != rule.pk]
    if len(others) >= MAX_RULES:
        raise ValidationError(_("A list has at most %(limit)d rules.") % {"limit": MAX_RULES})
    here = next((index for index, line in enumerate(draft) if line.pk == rule.pk), len(others))
    rule.save()
    others.insert(here if position is None else max(0, min(position - 1, len(others))), rule)
    _number(others)
    return rule


@transaction.atomic
def move_rule(*, module: str, rule_id: int, by: int) -> None:
    """Moves a line of the draft up (-1) or down (1). A line that is gone, or at the end, stays."""
    draft = _locked(module)
    here = next((index for index, line in enumerate(draft) if line.pk == rule_id), None)
    if here is None or not 0 <= here + by < len(draft):
        return
    draft.insert(here + by, draft.pop(here))
    _number(draft)


@transaction.atomic
def remove_rule(*, module: str, rule_id: int) -> None:
    """Takes a line out of the draft. Raises ValidationError for the last one: a draft of nothing is none."""
    draft = _locked(module)
    if [line.pk for line in draft] == [rule_id]:
        raise ValidationError(_("This is the only rule. Switch it off instead of removing it."))
    RoutingRule.objects.filter(pk__in=[line.pk for line in draft if line.pk == rule_id]).delete()
    _number([line for line in draft if line.pk != rule_id])


def _number(lines: list[RoutingRule]) -> None:
    for order, line in enumerate(lines, start=1):
        line.order = order
    RoutingRule.objects.bulk_update(lines, ["order"])


@transaction.atomic
def put_into_force(*, module: str, seen: str, actor: User) -> dict[str, Any]:
    """The draft takes the place of the list in force; cases that are there already stay where they are.

    `seen` is the fingerprint of what the person tried on past cases. Raises ValidationError where a list has changed
    since. Returns what the audit keeps: how many rules, and how many of the past cases would have gone elsewhere.
    """
    draft = _locked(module)
    if fingerprint(module) != seen:
        raise ValidationError(_("The list has changed since you tried it. Please look at what it does now."))
    outcome = simulate(module)
    before = RoutingRule.objects.in_force(module).count()
    RoutingRule.objects.in_force(module).delete()
    RoutingRule.objects.filter(pk__in=[line.pk for line in draft]).update(draft=False)
    details = {
        "rules": len(draft),
        "rules_before": before,
        "past_cases": outcome.total,
        "elsewhere": outcome.elsewhere,
        "list": seen,
    }
    record("casework.routing_changed", f"routing:{module}", actor=actor, **details)
    return details
