"""Reads of LAKSA on top of the casework engine's: lists are narrowed there to what everyone may see."""

from __future__ import annotations

import datetime
import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from apps.laksa.models import (
    Answer,
    Aspiration,
    Comment,
    CommentReport,
    CommentState,
    Dimension,
    Draft,
    Outcome,
    Rejection,
    Rule,
    Topic,
)
from balai.accounts.models import User
from balai.agencies.models import Role
from balai.agencies.queries import people
from balai.casework import queries
from balai.casework.categories import categories, leaves
from balai.casework.lifecycle import Phase, Status
from balai.casework.models import Case, CaseQuerySet, Category, Follow, Kind
from balai.casework.queries import View
from balai.geography.fields import within
from tenants.modules import module_options

MODULE = "laksa"
MAX_RULES = 50
MAX_WAITING = 999
"""What waits for a moderator is counted up to here."""
LAID_BEFORE = {Role.SEKDA: "sekda_at", Role.MAYOR: "mayor_at"}
"""Since when an aspiration is before the holder of the post: the field of Aspiration by role."""
WAITS = Q(answered_at=None, case__closed_at=None)
"""Aspirations that an official answer can still be expected of."""
FEW = 300
"""Words that more have than these are met soon enough by walking down the list."""


def title_of(description: str) -> str:
    """The title of an aspiration: the first line of its case's description."""
    return description.partition("\n")[0]


def text_of(description: str) -> str:
    """The words below the title."""
    return description.partition("\n")[2].strip()


def topics() -> list[tuple[Category, str | None, list[str]]]:
    """What an aspiration can be about, with the name of the group and the dimensions, in the city's order."""
    rows = categories(MODULE)
    names = {row.pk: row.name for row in rows}
    order = {row.pk: position for position, row in enumerate(rows)}
    found = leaves(rows)
    found.sort(key=lambda row: (order.get(row.parent_id or row.pk, 0), order[row.pk]))
    tagged = dimensions_of(row.pk for row in rows)
    return [
        (row, names.get(row.parent_id or 0), tagged.get(row.pk) or tagged.get(row.parent_id or 0, [])) for row in found
    ]


def dimensions_of(category_ids: Iterable[int]) -> dict[int, list[str]]:
    """The dimensions of categories that the city has tagged, in the national order."""
    order = {value: position for position, value in enumerate(Dimension.values)}
    found = Topic.objects.filter(pk__in=list(category_ids)).values_list("pk", "dimensions")
    return {pk: sorted(tags, key=lambda tag: order.get(tag, 99)) for pk, tags in found if tags}


def rules() -> QuerySet[Rule]:
    """The rules in force, as everyone may read them."""
    return Rule.objects.filter(active=True)[:MAX_RULES]


# -- lists -----------------------------------------------------------------------------------------------------------


def aspirations(
    *,
    phase: Phase | str | None = None,
    outcome: str = "",
    kind: str = "",
    dimension: str = "",
    answered: bool | None = None,
    agency: str = "",
    text: str = "",
    **filters: Any,
) -> CaseQuerySet:
    """What everyone may see, as cases; `filters` are those of casework's public_cases (topic as `category`).

    Those that were joined to another one are left out. `answered`: with an official answer, or without one; `agency`
    is the slug of the agency that has it.
    """
    cases = queries.public_cases(MODULE, phase=phase, **filters).filter(merged_into=None, aspiration__isnull=False)
    if text:
        cases = _searched(cases, text)
    if outcome:
        cases = cases.filter(aspiration__outcome=outcome).exclude(closed_at=None)
    if kind:
        cases = cases.filter(aspiration__kind=kind)
    if dimension:
        tagged = Topic.objects.filter(dimensions__contains=[dimension]).values("pk")
        cases = cases.filter(Q(category__in=tagged) | Q(category__parent__in=tagged))
    if answered is not None:
        cases = cases.filter(aspiration__answered_at__isnull=not answered)
    if agency:
        cases = cases.filter(agency__slug=agency)
    return cases


def _searched(cases: CaseQuerySet, text: str) -> CaseQuerySet:
    """Those that fit the words. PostgreSQL guesses how many rows have a rare word, guesses too many, and then walks the
    whole list in its order; so the few that a rare one has are looked up by the index of words first."""
    found = queries.searched(Case.objects.shown_to_all().filter(module=MODULE), text).order_by()
    few = list(found.values_list("pk", flat=True)[: FEW + 1])
    return cases.filter(pk__in=few) if len(few) <= FEW else queries.searched(cases, text)


def nearby(lat: float, lon: float, metres: float) -> CaseQuerySet:
    """Open ones within so many metres (at most 5 km), nearest first, each with its `distance_m`; at most MAX_NEARBY.

    Raises geography's BadCoordinates.
    """
    metres = min(max(metres, 1.0), queries.MAX_NEARBY_METRES)
    cases = within(aspirations().open(), lat, lon, metres)
    return cases.order_by("distance_m", "-id")[: queries.MAX_NEARBY]  # type: ignore[return-value]


def own_aspirations(user: User) -> CaseQuerySet:
    """What the person sent, whatever its visibility."""
    return queries.cases_of_reporter(user, MODULE).filter(aspiration__isnull=False)


def supported_by(user: User) -> CaseQuerySet:
    """What the person supports and may still see."""
    joined = Case.objects.filter(supporters__user=user, supporters__session="")
    return joined.shown_to_all().filter(module=MODULE, aspiration__isnull=False)


def followed_by(user: User) -> CaseQuerySet:
    """What the person follows and may still see."""
    followed = Case.objects.filter(follows__user=user)
    return followed.shown_to_all().filter(module=MODULE, aspiration__isnull=False)


def follows(user: User, case: Case) -> bool:
    """Whether the person follows it."""
    return Follow.objects.filter(user=user, case=case).exists()


def comments_of(case: Case, viewer: User | None) -> QuerySet[Comment]:
    """The comments that are shown, and the viewer's own whatever became of them."""
    shown = Q(state=CommentState.SHOWN)
    return Comment.objects.filter(shown | Q(author=viewer) if viewer is not None else shown, case=case)


def own_comments(user: User) -> QuerySet[Comment]:
    """What the person commented, whatever became of it."""
    return Comment.objects.filter(author=user)


def drafts_of(user: User) -> QuerySet[Draft]:
    """What the person is still writing, the last saved first."""
    return Draft.objects.filter(user=user)


# -- thresholds ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Threshold:
    """From so many supporters on the agency owes an official answer (without a role), or the leadership is told.

    `field` of the Aspiration says when it was reached, `told_as` is the entry of the timeline.
    """

    weight: int
    field: str
    told_as: Kind
    role: Role | None = None


def thresholds() -> list[Threshold]:
    """The thresholds that the city has set, in the order in which they are reached."""
    options = module_options(MODULE)
    every = (
        Threshold(options.answer_threshold, "threshold_at", Kind.ANSWER_DUE),
        Threshold(options.sekda_threshold, LAID_BEFORE[Role.SEKDA], Kind.TO_SEKDA, Role.SEKDA),
        Threshold(options.mayor_threshold, LAID_BEFORE[Role.MAYOR], Kind.TO_MAYOR, Role.MAYOR),
    )
    return sorted((row for row in every if row.weight), key=lambda row: row.weight)


def laid_before(role: Role) -> QuerySet[Aspiration]:
    """What so many support that it was laid before whoever holds the post, newest first; `laid_at` says since when."""
    since = LAID_BEFORE[role]
    found = Aspiration.objects.filter(**{f"{since}__isnull": False}).annotate(laid_at=F(since))
    return found.order_by(f"-{since}", "-case_id")


def laid_counts(roles: Iterable[Role]) -> dict[Role, tuple[int, int]]:
    """How many of those before each of the posts still wait for an official answer, and how many do not (one
    statement)."""
    given = {role: Q(**{f"{LAID_BEFORE[role]}__isnull": False}) for role in roles}
    laid = functools.reduce(operator.or_, given.values(), Q(pk__in=[]))
    counted = {
        f"{role}_{name}": Count("pk", filter=one & waits)
        for role, one in given.items()
        for name, waits in (("open", WAITS), ("over", ~WAITS))
    }
    found = Aspiration.objects.filter(laid).aggregate(**counted)
    return {role: (found[f"{role}_open"], found[f"{role}_over"]) for role in given}


# -- one aspiration --------------------------------------------------------------------------------------------------


def answers_of(case: Case) -> list[Answer]:
    """The official answers with their agencies, oldest first."""
    return list(Answer.objects.filter(case=case).select_related("agency").order_by("at", "pk"))


def last_rejection(case: Case) -> Rejection | None:
    """The rejection by which the case is closed, or was at last."""
    return Rejection.objects.filter(case=case).select_related("rule").order_by("-pk").first()


def may_appeal(case: Case) -> bool:
    """Whether an appeal is still possible: the last end was a rejection, not too long ago, and it is the first one."""
    found = list(Rejection.objects.filter(case=case).order_by("pk"))
    if case.status != Status.ARCHIVED or not found or any(row.appealed_at for row in found):
        return False
    return timezone.now() <= found[-1].at + datetime.timedelta(days=module_options(MODULE).appeal_days)


def open_appeal(case: Case) -> Rejection | None:
    """The rejection whose appeal nobody has decided yet."""
    return (
        Rejection.objects.filter(case=case, appealed_at__isnull=False, decided_at=None).select_related("rule").first()
    )


def others_who_decide(person: User) -> bool:
    """Whether somebody else in the command room can decide an appeal against this person's rejection."""
    return people(roles=[Role.OPERATOR], agency=None).exclude(pk=person.pk).exists()


def may_be_fulfilled(case: Case) -> bool:
    """Whether what was promised can be reported as done: while it is worked on, or once it was accepted into a plan."""
    return case.status != Status.DONE or outcome_of(case) == Outcome.PLANNED


def may_be_concluded(case: Case) -> bool:
    """Whether an official answer can be the end of it: one was given since it was last opened."""
    return Answer.objects.filter(case=case, at__gte=case.reopened_at or case.received_at).exists()


def may_rate(case: Case) -> bool:
    """Whether there is something to rate: it ended, or it has an official answer."""
    return not case.is_open or Aspiration.objects.filter(case=case, answered_at__isnull=False).exists()


def is_held(case: Case) -> bool:
    """Whether it waits for review."""
    return Aspiration.objects.filter(case=case, held=True).exists()


def outcome_of(case: Case) -> str:
    """What became of it; empty while it is open."""
    aspiration = getattr(case, "aspiration", None) if not case.is_open else None
    return aspiration.outcome if aspiration is not None else ""


# -- moderation ------------------------------------------------------------------------------------------------------


def held_aspirations() -> QuerySet[Aspiration]:
    """Aspirations that wait for review, oldest first."""
    return Aspiration.objects.filter(held=True, case__closed_at=None).select_related("case").order_by("case_id")


def held_comments() -> QuerySet[Comment]:
    """Comments that wait for review, oldest first."""
    return Comment.objects.filter(state=CommentState.HELD).order_by("at", "id")


def reported_comments() -> QuerySet[Comment]:
    """Comments that residents reported and nobody has reviewed since, the most reported first."""
    return Comment.objects.filter(report_count__gt=0, reviewed_at=None).order_by("-report_count", "at", "id")


def shown_and_reported() -> QuerySet[Comment]:
    """The reported ones that are still to be read; those that wait for review are among `held_comments`."""
    return reported_comments().filter(state=CommentState.SHOWN)


def open_appeals() -> QuerySet[Rejection]:
    """Rejections whose authors appealed and wait for a decision, the longest waiting first."""
    found = Rejection.objects.filter(appealed_at__isnull=False, decided_at=None)
    return found.select_related("case", "rule").order_by("appealed_at", "pk")


def waiting_counts() -> dict[str, int]:
    """How much waits for a moderator, each counted up to MAX_WAITING + 1: one statement by a partial index each."""
    lists = {
        "aspirations": held_aspirations(),
        "comments": held_comments(),
        "reported": shown_and_reported(),
        "appeals": open_appeals(),
    }
    return {name: rows.order_by()[: MAX_WAITING + 1].count() for name, rows in lists.items()}


def reports_of(comment: Comment) -> QuerySet[CommentReport]:
    """Why residents find that it should not stand there."""
    return CommentReport.objects.filter(comment=comment)


def may_moderate(view: View) -> bool:
    """Whether the person of the view decides about comments: the command room does."""
    return view.room_post is not None
