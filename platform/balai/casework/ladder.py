"""The ladder of a late case: head of agency → Sekda → Walikota. Who stands on which rung, and what is said about it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.models import Post, Role
from balai.agencies.queries import Standing, standing_of
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Clock, Escalation, Kind, Rung, Step
from balai.casework.writing import Draft, append

ROLES = {Rung.HEAD: Role.HEAD, Rung.SEKDA: Role.SEKDA, Rung.MAYOR: Role.MAYOR}
STEPS = {Rung.HEAD: Step.HEAD, Rung.SEKDA: Step.SEKDA, Rung.MAYOR: Step.MAYOR}
RUNGS = {step.value: rung for rung, step in STEPS.items()}
KINDS = (Kind.WARNED, Kind.LATE, Kind.ESCALATED, Kind.ACKNOWLEDGED, Kind.RESCHEDULED)
"""Entries of the timeline that `sentence` puts into words."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds which rung today: user ids by rung and agency (None for the city's own roles)."""

    by_rung: Mapping[tuple[Rung, int | None], frozenset[int]] = field(default_factory=dict)

    def of(self, rung: Rung, agency_id: int | None) -> frozenset[int]:
        """The people on the rung for a case of this agency; nobody is head of no agency."""
        if rung == Rung.HEAD and agency_id is None:
            return frozenset()
        return self.by_rung.get((rung, agency_id if rung == Rung.HEAD else None), frozenset())


def holders() -> Holders:
    """Who holds which rung in the current city today: one statement."""
    rungs = {role.value: rung for rung, role in ROLES.items()}
    posts = Post.objects.current().filter(role__in=list(rungs), user__is_active=True)
    found: dict[tuple[Rung, int | None], set[int]] = {}
    for role, agency_id, user_id in posts.values_list("role", "agency_id", "user_id"):
        found.setdefault((rungs[role], agency_id), set()).add(user_id)
    return Holders({key: frozenset(people) for key, people in found.items()})


def rung_of(standing: Standing, case: Case) -> Post | None:
    """The post by which the person holds the rung that the case is on; None for everybody else."""
    role = ROLES.get(Rung(case.rung))
    for post in standing.posts:
        if post.role == role and (role != Role.HEAD or post.agency_id == case.agency_id):
            return post
    return None


@transaction.atomic
def acknowledge(*, case: Case, actor: User) -> Case:
    """The holder of the rung says that they know. It stops no clock, but everybody sees it; twice is once.

    Raises NotAllowed for anyone else.
    """
    row = Case.objects.select_for_update(of=("self",)).select_related("agency").defer("words").get(pk=case.pk)
    post = rung_of(standing_of(actor), row)
    if post is None or row.late_since is None:
        raise NotAllowed(_("Only whoever the report was escalated to can acknowledge it."))
    if row.acknowledged_at is not None:
        return row
    now = timezone.now()
    row.acknowledged_at = now
    taken = Escalation.objects.filter(case=row, step=STEPS[Rung(row.rung)]).order_by("-pk")
    Escalation.objects.filter(pk__in=list(taken.values_list("pk", flat=True)[:1])).update(
        acknowledged_at=now, acknowledged_by=actor
    )
    append(
        row,
        Draft(Kind.ACKNOWLEDGED, now, post.role, actor=actor, agency=post.agency, data={"rung": STEPS[Rung(row.rung)]}),
    )
    row.save(update_fields=["acknowledged_at", "timeline_length", "timeline_head"])
    return row


def sentence(data: Mapping[str, Any], kind: str) -> str:
    """What a warning, a missed due date or an escalation says on the timeline."""
    if kind == Kind.ACKNOWLEDGED:
        return str(Step(data["rung"]).label) if data.get("rung") else ""
    if kind == Kind.RESCHEDULED:
        dates = {
            name: day_of_deadline(datetime.datetime.fromisoformat(data[name])) if data.get(name) else "–"
            for name in ("from", "to")
        }
        return _("By “%(policy)s”: due %(to)s instead of %(from)s.") % {"policy": data.get("policy", ""), **dates}
    if "due" not in data:
        return ""
    due = timezone.localtime(datetime.datetime.fromisoformat(data["due"]))
    values = {"clock": Clock(data["clock"]).label, "due": day_of_deadline(due)}
    if kind != Kind.ESCALATED:
        return _("Due: %(clock)s, %(due)s.") % values
    parts = [
        _("Nobody holds the post “%(role)s”; the next rung is told instead.") % {"role": Step(rung).label}
        for rung in data.get("vacant", ())
    ]
    if data.get("rung"):
        parts.insert(0, _("To: %(role)s. Due was %(clock)s, %(due)s.") % {**values, "role": Step(data["rung"]).label})
    return " ".join(parts)


def day_of_deadline(due: datetime.datetime) -> str:
    """A deadline for people: one at midnight is the end of the day before."""
    local = timezone.localtime(due)
    if local.time() == datetime.time(0):
        return date_format(local - datetime.timedelta(microseconds=1), "j F Y")
    return date_format(local, "j F Y, H:i")
