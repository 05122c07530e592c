"""Reads about cases. `case_for` is the permissioned door; lists are narrowed by `seen_by` and `handled_by`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.models import Post, Role
from balai.agencies.queries import Act, Standing, standing_of
from balai.attachments.queries import Access
from balai.casework import chain, edits, lifecycle, numbers, transitions
from balai.casework.categories import branch
from balai.casework.errors import CaseNotFound
from balai.casework.guests import Guest
from balai.casework.lifecycle import Move, Phase
from balai.casework.models import (
    Case,
    CaseQuerySet,
    Kind,
    Reveal,
    TimelineEntry,
    TimelineQuerySet,
    Visibility,
)
from balai.casework.options import CaseOptions
from balai.casework.periods import begin_of, end_of
from balai.casework.wording import name_of_reporter
from balai.geography.distance import checked
from balai.geography.fields import Degrees, within
from balai.geography.models import Area
from tenants.current import current_city
from tenants.modules import module_options

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = User | AnonymousUser | Guest | None

Rows = TypeVar("Rows", bound="QuerySet[Any]")
MAX_ON_MAP = 500
MAX_NEARBY = 20
MAX_OF_GUEST = 20
MAX_NEARBY_METRES = 5_000.0
MAX_NEAREST = 100
RARE = 2_000
"""So many cases are put in order by their distance faster than a city is searched for them."""
MAX_SEARCH = 100
MAX_COUNTED = 1_000
"""The public list counts up to here; more are "1.000+"."""
ENTRY_PHOTOS = "case_entry"
"""The kind of owner that a timeline entry is for balai.attachments."""
SHOWN_TO_KIN = (Kind.RECEIVED, Kind.FINISHED, Kind.CHECKING)


def number_prefix() -> str:
    """The first four digits of this city's case numbers."""
    city = current_city()
    return numbers.prefix_of(city.code, city.pk)


def options_of(module: str) -> CaseOptions:
    """The options of a module that takes cases, as the current city has set them; the defaults for any other."""
    options = module_options(module)
    return options if isinstance(options, CaseOptions) else CaseOptions()


def with_relations(cases: CaseQuerySet) -> CaseQuerySet:
    """The cases with what a card or page of one shows of its category, agency and place, in the same statement."""
    return cases.select_related("category", "agency", "unit", "village__parent").defer(
        "words", "village__geometry", "village__parent__geometry"
    )


def case_for(user: Person, number: str, *, standing: Standing | None = None, module: str = "") -> Case:
    """The case with this number (as typed, groups and prefix optional), if the person may see it.

    Raises CaseNotFound alike for an absent and a forbidden one, and for one of another module than `module`. Give the
    `standing` if it is known already.
    """
    parsed = numbers.parse(number, number_prefix())
    if parsed is None:
        raise CaseNotFound
    standing = standing if standing is not None else standing_for(user)
    case = with_relations(Case.objects.seen_by(standing, digests_of(user))).filter(number=parsed).first()
    if case is None or (module and case.module != module):
        raise CaseNotFound
    return case


def standing_for(person: Person) -> Standing:
    """The person's standing; a guest has none."""
    return standing_of(None if isinstance(person, Guest) else person)


def digests_of(person: Person) -> frozenset[str]:
    """The digests of the tracking codes that somebody holds: a guest's; a person with an account has claimed theirs."""
    return person.digests if isinstance(person, Guest) else frozenset()


@dataclass(frozen=True)
class View:
    """How one person stands to one case: what of it is shown to them and what they can do.

    `digests` are those of the tracking codes that a guest holds.
    """

    case: Case
    standing: Standing
    digests: frozenset[str] = frozenset()

    @property
    def is_reporter(self) -> bool:
        """Whether the person reported it: by their account, or as the guest who holds its tracking code."""
        if self.case.access_digest and self.case.access_digest in self.digests:
            return True
        return self.standing.user_id is not None and self.case.reporter_id == self.standing.user_id

    @property
    def is_staff(self) -> bool:
        """Whether the person sees it because of a post."""
        return self.standing.can(Act.SEE, self.case.agency_id)

    @property
    def is_city_wide(self) -> bool:
        """Whether the person sees every case of the city."""
        return self.standing.agencies(Act.SEE) is None

    @property
    def room_post(self) -> Post | None:
        """The post of the command room (admin koordinator), by which hidden names may be shown; None without one."""
        posts = self.standing.posts
        return next((post for post in posts if post.role == Role.OPERATOR and post.agency_id is None), None)

    @cached_property
    def revealed(self) -> bool:
        """Whether the hidden name was shown to this person a moment ago: see balai.casework.reveal."""
        if self.room_post is None or not self.case.hides_name:
            return False
        return Reveal.objects.filter(case=self.case, actor=self.standing.user_id, until__gt=timezone.now()).exists()

    @property
    def names_reporter(self) -> bool:
        """Whether the reporter's name may stand in a list: a hidden one never does, whatever was revealed."""
        return self.is_reporter or (self.is_staff and not self.case.hides_name)

    @property
    def shows_reporter(self) -> bool:
        """Whether the reporter's name may be shown: to the reporter, and to the agency unless it is hidden."""
        return self.names_reporter or (self.is_staff and self.revealed)

    @property
    def shows_report_photos(self) -> bool:
        """Whether the reporter's photos are shown. The public sees none of an anonymous reporter: they may give away
        who took them."""
        return self.is_reporter or self.is_staff or self.case.visibility == Visibility.PUBLIC

    def shows(self, entry: TimelineEntry) -> bool:
        """Whether an entry of the timeline is shown. That a name was looked at is told to its owner, not the agency;
        what an appeal says is for those who decide on it."""
        if entry.kind in (Kind.REVEALED, Kind.APPEALED):
            return self.is_reporter or self.is_city_wide
        return entry.public or self.is_staff

    def moves(self) -> list[Move]:
        """What the person can do with the case now; nothing where another city has it."""
        if self.case.to_city:
            return []
        allowed = lifecycle.possible(self.case.status, transitions.moves(self.case.module).values())
        return [move for move in allowed if self._may(move)]

    def can(self, name: str) -> bool:
        """Whether the person can do this move now."""
        return any(move.name == name for move in self.moves())

    def _may(self, move: Move) -> bool:
        case, me = self.case, self.standing.user_id
        if not lifecycle.fits(move, task=case.parent_id is not None):
            return False
        if move.act is None:
            used_up = {"rate": case.is_rated, "correct": case.read_at is not None}
            return self.is_reporter and not used_up.get(move.name, False) and (move.when is None or move.when(self))
        if not self.standing.can(move.act, None if move.room else case.agency_id):
            return False
        if move.when is not None and not move.when(self):
            return False
        match move.name:
            case "accept":
                return case.agency_id is not None and case.accepted_at is None and case.assignee_id in (None, me)
            case "on_the_way":
                begun = case.on_the_way_at or case.started_at
                return case.assignee_id == me and case.accepted_at is not None and begun is None
            case "start":
                return case.assignee_id == me and case.accepted_at is not None and case.started_at is None
            case "finish":
                return case.assignee_id == me and case.accepted_at is not None
            case "assign":
                return case.agency_id is not None
            case "ask":
                return case.reporter_id is not None or case.access_digest != ""
            case "send_back":
                return case.from_city != ""
            case _:
                return True


def view_of(case: Case, user: Person, *, standing: Standing | None = None) -> View:
    """How the person stands to the case."""
    return View(case, standing if standing is not None else standing_for(user), digests_of(user))


def timeline(view: View) -> list[TimelineEntry]:
    """The entries that the person may see, oldest first, with the agency of each (one statement).

    They read as they stand after corrections (see edits.applied): for showing, not for verifying.
    """
    entries: TimelineQuerySet = TimelineEntry.objects.filter(case=view.case)
    if not (view.is_staff or view.is_reporter):
        entries = entries.shown_to_all()
    found = [entry for entry in entries.select_related("agency").order_by("sequence") if view.shows(entry)]
    return edits.applied(found, staff=view.is_staff)


def shows_photos_of(view: View, entry: TimelineEntry) -> bool:
    """Whether the photos of an entry are shown to the person."""
    return view.shows(entry) and (entry.role != "reporter" or view.shows_report_photos)


def photo_access(entry_id: int, user: User | Guest | None) -> Access:
    """Who may see the photos of a timeline entry: the door that balai.attachments asks."""
    entry = TimelineEntry.objects.select_related("case").filter(pk=entry_id).first()
    if entry is None:
        return Access.NONE
    view = view_of(entry.case, user)
    if shows_photos_of(view, entry):
        if view.is_staff or view.is_reporter:
            return Access.PRIVATE if user is not None else Access.NONE
        if entry.case.is_shown_to_all:
            return Access.PUBLIC
    return Access.PRIVATE if entry.kind in SHOWN_TO_KIN and _is_kin(entry.case, view.standing) else Access.NONE


def _is_kin(case: Case, standing: Standing) -> bool:
    """Whether the person works for an agency that deals with the case by way of another one: it was joined to a case
    of theirs, or one is a task of the other."""
    agencies = standing.agencies(Act.SEE)
    if not agencies:
        return agencies is None
    kin = Q(merged=case.pk) | Q(tasks=case.pk) | Q(parent=case.pk)
    return Case.objects.filter(kin, agency__in=agencies).exists()


def chain_faults(case: Case) -> list[str]:
    """What is wrong with the case's timeline; empty when its chain holds."""
    return chain.faults(case, TimelineEntry.objects.filter(case=case).order_by("sequence"))


# -- lists -----------------------------------------------------------------------------------------------------------


def public_cases(
    module: str,
    *,
    phase: Phase | str | None = None,
    category: str | None = None,
    district: str | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    late: bool = False,
    text: str = "",
) -> CaseQuerySet:
    """What everyone may see of a module's cases, newest first when ordered by ("-received_at", "-id").

    `category` is a slug (of a group: with all below it), `district` the code of a kecamatan or kelurahan, `since` and
    `until` days of the city on which they were received (both included), `late` leaves only those with the red mark,
    `text` a search in the words, or a case's number.
    """
    cases = narrowed(
        Case.objects.shown_to_all().filter(module=module), module, phase=phase, category=category, district=district
    )
    if since:
        cases = cases.filter(received_at__gte=begin_of(since))
    if until:
        cases = cases.filter(received_at__lt=end_of(until))
    if late:
        cases = cases.filter(late_since__isnull=False)
    return searched(cases, text)


def narrowed(
    rows: Rows,
    module: str,
    *,
    phase: Phase | str | None = None,
    category: str | None = None,
    district: str | None = None,
) -> Rows:
    """Cases, or their numbers (CellCount), of a phase, a category with all below it and an area; None leaves all."""
    if phase:
        rows = rows.filter(status__in=lifecycle.statuses_of(phase))
    if category:
        # Not joined: an index on the case's own columns then serves alone.
        rows = rows.filter(category__in=branch(module, category))
    if district:
        rows = rows.filter(village__in=Area.objects.filter(Q(code=district) | Q(parent__code=district)))
    return rows


def searched(cases: CaseQuerySet, text: str) -> CaseQuerySet:
    """Those of the cases that fit what someone typed into a search field."""
    text = text.replace("\x00", "").strip()[:MAX_SEARCH]
    if not text:
        return cases
    number = numbers.parse(text, number_prefix())
    if number is not None:
        return cases.filter(number=number)
    return cases.filter(words=SearchQuery(text, config="indonesian", search_type="websearch"))


def cases_of_reporter(user: User, module: str) -> CaseQuerySet:
    """What the person reported, whatever its visibility."""
    return Case.objects.filter(reporter=user, module=module)


def cases_of_guest(guest: Guest, module: str) -> CaseQuerySet:
    """The reports that a guest holds the tracking codes of, newest first, at most MAX_OF_GUEST."""
    found = Case.objects.filter(access_digest__in=guest.digests, module=module)
    return found.order_by("-received_at", "-id")[:MAX_OF_GUEST]


def tasks_of(user: User, module: str, *, standing: Standing | None = None) -> CaseQuerySet:
    """An officer's open tasks: given to this person, and those of the agency that wait for anyone to take them up."""
    standing = standing if standing is not None else standing_for(user)
    agencies = standing.agencies(Act.WORK) or frozenset()
    mine = Q(assignee=user)
    if agencies:
        mine |= Q(assignee=None, agency__in=agencies)
    # A post that ended ends its tasks too: the cases stay with the agency.
    return Case.objects.open().filter(mine, module=module, agency__in=agencies)


def nearby(module: str, lat: float, lon: float, metres: float) -> CaseQuerySet:
    """Open cases within so many metres (at most 5 km), nearest first, each with its `distance_m`; at most MAX_NEARBY.

    Raises geography's BadCoordinates.
    """
    metres = min(max(metres, 1.0), MAX_NEARBY_METRES)
    cases = within(Case.objects.open().shown_to_all().filter(module=module), lat, lon, metres)
    return cases.order_by("distance_m", "-id")[:MAX_NEARBY]  # type: ignore[return-value]


def nearest(cases: CaseQuerySet, lat: float, lon: float) -> CaseQuerySet:
    """The MAX_NEAREST of these cases that lie nearest, within MAX_NEARBY_METRES, each with its `distance_m`; order by
    ("distance_m", "-id"). One statement now, and the one of the answer.

    The index gives the nearest first in degrees, so nothing is read but those few, however many there are; but where
    the cases are RARE, it would be walked through the whole city for them, and they are all measured instead. So near
    the equator a degree is as long in every direction; the metres put them in order. Raises geography's BadCoordinates.
    """
    lat, lon = checked(lat, lon)
    placed = cases.filter(point__isnull=False)
    rare = list(placed.order_by().values_list("pk", flat=True)[: RARE + 1])
    some = placed if len(rare) > RARE else Case.objects.filter(pk__in=rare)
    few = some.order_by(Degrees("point", lat, lon)).values("pk")[:MAX_NEAREST]
    around: CaseQuerySet = within(Case.objects.filter(pk__in=few), lat, lon, MAX_NEARBY_METRES)  # type: ignore[assignment]
    return around


def counts_by_phase(cases: CaseQuerySet) -> dict[Phase, int]:
    """How many of the cases stand where, every phase named, each up to MAX_COUNTED + 1: one statement, whose cost does
    not grow with what was closed long ago."""
    counts = dict.fromkeys(Phase, 0)
    parts: list[str] = []
    values: list[Any] = []
    for phase in Phase:
        some = cases.filter(status__in=lifecycle.statuses_of(phase)).order_by().values("pk")[: MAX_COUNTED + 1]
        try:
            sql, params = some.query.sql_with_params()
        except EmptyResultSet:
            return counts
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608
        values += params
    with connection.cursor() as cursor:
        # The SQL is Django's own; every value is a parameter.
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(Phase, cursor.fetchone(), strict=True))


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of people by id, in one statement; those whose account is gone are missing."""
    ids = {user_id for user_id in user_ids if user_id is not None}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def place_name(case: Case) -> str:
    """The kelurahan and kecamatan, for example "Ciater, Serpong"; empty when unknown. Needs `with_relations`."""
    village: Area | None = case.village
    if village is None:
        return ""
    return f"{village.name}, {village.parent.name}" if village.parent else village.name


def doer(entry: TimelineEntry, view: View, names: Mapping[int, str]) -> str:
    """Who did what an entry tells, as the person may know it: residents learn the role and agency, staff the name."""
    if entry.role == "system":
        return ""
    if entry.role == "reporter":
        return _("You") if view.is_reporter else str(name_of_reporter(view.case.module))
    role = Role(entry.role).label
    where = entry.origin["city_name"] if entry.origin else entry.agency
    place = f"{role}, {where}" if where else str(role)
    name = names.get(entry.actor_id or 0) if view.is_staff else None
    return f"{name} ({place})" if name else place[:1].upper() + place[1:]
