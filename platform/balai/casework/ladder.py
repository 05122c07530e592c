"""The ladder of a late case: head of agency → Sekda → Walikota. Who stands on which rung, and what is said about it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.models import Post, Role
from balai.agencies.queries import Standing, posts_stood_in_for, standing_of
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Clock, Escalation, Kind, Rung, Step
from balai.casework.writing import Draft, append

ROLES = {Rung.HEAD: Role.HEAD, Rung.SEKDA: Role.SEKDA, Rung.MAYOR: Role.MAYOR}
RUNG_OF_ROLE = {role.value: rung for rung, role in ROLES.items()}
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
    posts = Post.objects.current().filter(role__in=list(RUNG_OF_ROLE), user__is_active=True)
    found: dict[tuple[Rung, int | None], set[int]] = {}
    for role, agency_id, user_id in posts.values_list("role", "agency_id", "user_id"):
        found.setdefault((RUNG_OF_ROLE[role], agency_id), set()).add(user_id)
    return Holders({key: frozenset(people) for key, people in found.items()})


def posts_on_rungs(user: User, standing: Standing) -> list[Post]:
    """The posts by which the person stands on rungs of the ladder: their own, then those of absent holders whose deputy
    they are (see Absence). One statement for who is nobody's deputy, none for who holds no post."""
    if not standing.is_staff:
        return []
    posts = [*standing.posts, *posts_stood_in_for(user)]
    return [post for post in posts if post.role in ROLES.values()]


def rung_of(posts: Iterable[Post], case: Case) -> Post | None:
    """Which of these posts (see posts_on_rungs) is on the rung that the case is on; None where none is."""
    role = ROLES.get(Rung(case.rung))
    for post in posts:
        if post.role == role and (role != Role.HEAD or post.agency_id == case.agency_id):
            return post
    return None


def can_acknowledge(case: Case, posts: Iterable[Post]) -> bool:
    """Whether somebody with these posts (see posts_on_rungs) has this case to acknowledge."""
    return case.is_late and case.acknowledged_at is None and rung_of(posts, case) is not None


@transaction.atomic
def acknowledge(*, case: Case, actor: User) -> Case:
    """The holder of the rung says that they know, or the deputy of one who is away. It stops no clock, but everybody
    sees it; twice is once.

    Raises NotAllowed for anyone else.
    """
    row = Case.objects.select_for_update(of=("self",)).select_related("agency").defer("words").get(pk=case.pk)
    post = rung_of(posts_on_rungs(actor, standing_of(actor)), row)
    if post is None or row.late_since is None:
        raise NotAllowed(_("Only whoever it was escalated to can acknowledge it."))
    if row.acknowledged_at is not None:
        return row
    now = timezone.now()
    row.acknowledged_at = now
    taken = Escalation.objects.filter(case=row, step=STEPS[Rung(row.rung)]).order_by("-pk")
    Escalation.objects.filter(pk__in=list(taken.values_list("pk", flat=True)[:1])).update(
        acknowledged_at=now, acknowledged_by=actor
    )
    data: dict[str, Any] = {"rung": STEPS[Rung(row.rung)]}
    if post.user_id != actor.pk:
        data["deputy_of"] = post.user_id
    append(row, Draft(Kind.ACKNOWLEDGED, now, post.role, actor=actor, agency=post.agency, data=data))
    row.save(update_fields=["acknowledged_at", "timeline_length", "timeline_head"])
    return row


def sentence(data: Mapping[str, Any], kind: str) -> str:
    """What a warning, a missed due date or an escalation says on the timeline."""
    if kind == Kind.ACKNOWLEDGED:
        role = str(Step(data["rung"]).label) if data.get("rung") else ""
        return _("%(role)s, by the deputy") % {"role": role} if data.get("deputy_of") else role
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
