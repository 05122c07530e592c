"""Reads about agencies and what a person may do for them. The door for everyone who asks "is this person allowed?"."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.models import Absence, Agency, Post, Role, Unit
from tenants.held import Held
from tenants.statements import Statement, among

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Act(enum.Enum):
    """What a post allows with the cases of its agency (of every agency, for a city-wide post)."""

    SEE = "see"
    ASSIGN = "assign"
    REPLY = "reply"
    WORK = "work"


ALLOWED: dict[str, frozenset[Act]] = {
    Role.OPERATOR: frozenset({Act.SEE, Act.ASSIGN, Act.REPLY}),
    Role.LIAISON: frozenset({Act.SEE, Act.ASSIGN, Act.REPLY}),
    Role.OFFICER: frozenset({Act.SEE, Act.REPLY, Act.WORK}),
    Role.HEAD: frozenset({Act.SEE, Act.ASSIGN, Act.REPLY}),
    Role.SEKDA: frozenset({Act.SEE, Act.REPLY}),
    Role.MAYOR: frozenset({Act.SEE, Act.REPLY}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person may do in the current city: read once, asked often. An outsider's standing is empty."""

    user_id: int | None = None
    posts: tuple[Post, ...] = ()

    @property
    def is_staff(self) -> bool:
        """Whether the person holds any post."""
        return bool(self.posts)

    def agencies(self, act: Act) -> frozenset[int] | None:
        """The ids of the agencies where the act is allowed; None means all of them."""
        allowed = [post for post in self.posts if act in ALLOWED[post.role]]
        if any(post.agency_id is None for post in allowed):
            return None
        return frozenset(post.agency_id for post in allowed if post.agency_id is not None)

    def can(self, act: Act, agency_id: int | None) -> bool:
        """Whether the act is allowed for this agency (None: for what no agency is responsible for yet)."""
        agencies = self.agencies(act)
        return agencies is None or (agency_id is not None and agency_id in agencies)

    def units(self, act: Act) -> frozenset[int]:
        """The ids of the units in which the person holds a post that allows the act; empty where none is of a unit."""
        return frozenset(post.unit_id for post in self.posts if post.unit_id is not None and act in ALLOWED[post.role])

    def role_for(self, act: Act, agency_id: int | None) -> Post | None:
        """The post by which the act is allowed: one of the agency itself before a city-wide one. None if it is not."""
        allowed = [post for post in self.posts if act in ALLOWED[post.role]]
        own = [post for post in allowed if agency_id is not None and post.agency_id == agency_id]
        city_wide = [post for post in allowed if post.agency_id is None]
        return next(iter([*own, *city_wide]), None)


NOBODY = Standing()
MAX_OFFICERS = 500
"""Officers that one form offers."""


def posts_of(user: User | AnonymousUser | None) -> list[Post]:
    """The posts that the person holds today in this city, with agency and unit; none for an inactive account."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    posts = Post.objects.current().filter(Q(agency=None) | Q(agency__active=True), user_id=user.pk)
    return list(posts.select_related("agency", "unit").order_by("pk"))


def standing_of(user: User | AnonymousUser | None) -> Standing:
    """The person's standing today, in one statement. Signed-out visitors need none."""
    if user is None or not user.is_authenticated:
        return NOBODY
    return Standing(user.pk, tuple(posts_of(user)))


def can(user: User | AnonymousUser | None, act: Act, agency: Agency | None) -> bool:
    """Whether the person may do this with the agency's cases today. For several questions take `standing_of` once."""
    return standing_of(user).can(act, agency.pk if agency else None)


def people(*, roles: Iterable[Role], agency: Agency | None) -> QuerySet[User]:
    """The active people who hold one of the roles today: of this agency, or city-wide ones where it is None.

    Each has the `stand_in` of `with_stand_in`.
    """
    posts = Post.objects.current().filter(role__in=list(roles), agency=agency)
    found = User.objects.filter(is_active=True, pk__in=posts.values("user_id"))
    return with_stand_in(found).order_by("name", "pk")


def officers_of(agency: Agency) -> QuerySet[User]:
    """The field officers that a case of this agency can be given to, by name."""
    return people(roles=[Role.OFFICER], agency=agency)


def officers_of_unit(agency: Agency, unit: Unit | None) -> QuerySet[User]:
    """The field officers that work of this unit can be given to: the unit's own, and those of the agency who belong to
    no unit. Every officer of the agency where no unit is named."""
    officers = officers_of(agency)
    if unit is None:
        return officers
    posts = Post.objects.current().filter(Q(unit=unit) | Q(unit=None), role=Role.OFFICER, agency=agency)
    return officers.filter(pk__in=posts.values("user_id"))


def officers_by_agency() -> list[tuple[Agency, list[Candidate]]]:
    """The field officers of every active agency, in the city's order, at most MAX_OFFICERS (two statements). `in_unit`
    is not asked for."""
    posts = Post.objects.current().filter(role=Role.OFFICER, agency__active=True, user__is_active=True)
    posts = posts.select_related("agency", "user").order_by("agency__order", "agency__name", "user__name", "pk")
    rows = list(posts[:MAX_OFFICERS])
    away = absences_of(row.user for row in rows)
    found: dict[int, tuple[Agency, dict[int, Candidate]]] = {}
    for row in rows:
        if row.agency is not None:
            _agency, known = found.setdefault(row.agency.pk, (row.agency, {}))
            known.setdefault(row.user_id, Candidate(row.user, False, away.get(row.user_id)))
    return [(agency, list(known.values())) for agency, known in found.values()]


def desk_of(agency: Agency | None) -> list[User]:
    """Who is told that a case arrived: the agency's operators and liaison, else the command room, else its head.

    Each has the `stand_in` of `with_stand_in` where there is one. The posts are known from memory: with every case that
    arrives, this is asked.
    """
    ladder: list[tuple[list[Role], int | None]] = [([Role.OPERATOR], None)]
    if agency is not None:
        ladder = [([Role.OPERATOR, Role.LIAISON], agency.pk), *ladder, ([Role.HEAD], agency.pk)]
    manning, today = _manning.get(), timezone.localdate()
    for roles, place in ladder:
        posts = [post for role in roles for post in manning.posts.get((role, place), [])]
        holders = {post.user_id for post in posts if _on(post, today)}
        found = ACTIVE.objects(ids=list(holders)) if holders else []
        for person in found:
            away = [absence for absence in manning.absences.get(person.pk, []) if _on(absence, today)]
            if away:
                person.stand_in = away[-1].deputy_id  # type: ignore[attr-defined]
        if found:
            return found
    return []


ACTIVE = Statement(lambda: User.objects.filter(among("pk", "ids"), is_active=True).order_by("name", "pk"))
"""The people of these `ids` whose account is active, by name."""


class _Manning(NamedTuple):
    """The posts of the desks by role and agency, and by person the absences with a deputy, the later ones last; what
    was over when it was loaded is left out."""

    posts: dict[tuple[str, int | None], list[Post]]
    absences: dict[int, list[Absence]]


def _load_manning() -> _Manning:
    not_over = Q(until=None) | Q(until__gte=timezone.localdate())
    posts: dict[tuple[str, int | None], list[Post]] = {}
    for post in Post.objects.filter(not_over, role__in=[Role.OPERATOR, Role.LIAISON, Role.HEAD]):
        posts.setdefault((post.role, post.agency_id), []).append(post)
    absences: dict[int, list[Absence]] = {}
    for absence in Absence.objects.filter(not_over).exclude(deputy=None).order_by("since", "pk"):
        absences.setdefault(absence.user_id, []).append(absence)
    return _Manning(posts, absences)


def _on(row: Post | Absence, day: datetime.date) -> bool:
    return row.since <= day and (row.until is None or row.until >= day)


_manning = Held("agencies.manning", _load_manning)


@receiver([post_save, post_delete], sender=Post)
@receiver([post_save, post_delete], sender=Absence)
def _manning_changed(**_told: object) -> None:
    _manning.changed()


def absences_of(users: Iterable[User]) -> dict[int, Absence]:
    """Who of these people is away today, by id, with the deputy (one statement)."""
    rows = Absence.objects.on(timezone.localdate()).filter(user__in=[user.pk for user in users])
    return {row.user_id: row for row in rows.select_related("deputy").order_by("-since", "-pk")}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer that a case can be given to."""

    user: User
    in_unit: bool
    """Whether the officer holds a post of the unit that was asked for."""
    absence: Absence | None

    @property
    def label(self) -> str:
        """The name, and a warning where the person is away today."""
        if self.absence is None:
            return self.user.name
        if self.absence.until is None:
            return _("%(name)s (away)") % {"name": self.user.name}
        until = date_format(self.absence.until, "j F")
        return _("%(name)s (away until %(day)s)") % {"name": self.user.name, "day": until}


def candidates(agency: Agency, unit: Unit | None = None) -> list[Candidate]:
    """The officers of the agency: those who are there today first, those of the unit before the others, by name."""
    officers = list(officers_of(agency))
    away = absences_of(officers)
    of_unit: set[int] = set()
    if unit is not None:
        posts = Post.objects.current().filter(role=Role.OFFICER, unit=unit)
        of_unit = set(posts.values_list("user_id", flat=True))
    found = [Candidate(user, user.pk in of_unit, away.get(user.pk)) for user in officers]
    return sorted(found, key=lambda item: (item.absence is not None, not item.in_unit, item.user.name))


def with_stand_in(users: QuerySet[User]) -> QuerySet[User]:
    """The people, each with `stand_in`: the id of the deputy where the person is away today and has one."""
    away = Absence.objects.on(timezone.localdate()).filter(user=OuterRef("pk")).exclude(deputy=None)
    return users.annotate(stand_in=Subquery(away.order_by("-since", "-pk").values("deputy")[:1]))


def instead_of_absent(people: Iterable[User], agency: Agency | None) -> list[User]:
    """Who is told in the stead of these people (read `with_stand_in`): of each who is away the deputy, once.

    A deputy who may not see the agency's cases (any more) is not told; then the absent person is, to find it later.
    No statement while nobody is away.
    """
    people = list(people)
    wanted = {stand_in for person in people if (stand_in := getattr(person, "stand_in", None)) is not None}
    deputies: dict[int, User] = {}
    if wanted:
        place = Q(agency=None) | Q(agency=agency) if agency is not None else Q(agency=None)
        posts = Post.objects.current().filter(place, user__in=wanted)
        deputies = User.objects.filter(is_active=True).in_bulk(list(posts.values_list("user_id", flat=True)))
    found: dict[int, User] = {}
    for person in people:
        told = deputies.get(getattr(person, "stand_in", None) or 0, person)
        found.setdefault(told.pk, told)
    return list(found.values())


def posts_stood_in_for(user: User) -> list[Post]:
    """The posts of those who are away today and whose deputy this person is, as far as the person may see the cases of
    the post's agency themselves (of every agency, for a city-wide post)."""
    absent = with_stand_in(User.objects.filter(is_active=True, absences__deputy=user).distinct())
    wanted = [person.pk for person in absent if getattr(person, "stand_in", None) == user.pk]
    if not wanted:
        return []
    posts = Post.objects.current().filter(Q(agency=None) | Q(agency__active=True), user__in=wanted)
    found = list(posts.select_related("agency", "unit").order_by("pk"))
    standing = standing_of(user) if found else NOBODY
    return [post for post in found if standing.can(Act.SEE, post.agency_id)]


def active_agencies() -> QuerySet[Agency]:
    """The agencies that cases can go to, in the city's order."""
    return Agency.objects.filter(active=True)
