"""LAKSA in the API: what there is to read, and the writes of residents. Staff work in the back office."""

from __future__ import annotations

import datetime
from typing import Any

import graphene
from django.utils.translation import gettext as _

from apps.laksa import queries
from apps.laksa.alike import MAX_SHOWN, alike
from apps.laksa.aspiration_schema import (
    LaksaAspiration,
    LaksaCard,
    LaksaCardPage,
    LaksaDimension,
    LaksaKind,
    LaksaOutcome,
    LaksaRule,
    LaksaTopic,
    aspiration_card,
    aspiration_for,
    aspiration_node,
    own_card,
    rows_of,
)
from apps.laksa.comment_schema import CommentMutation, CommentQuery
from apps.laksa.draft_schema import DraftMutation, DraftQuery
from apps.laksa.figures import MAX_AGENCIES, AgencyFigures, figures
from apps.laksa.gallery_schema import LaksaPairPage, laksa_pair_page
from apps.laksa.models import AspirationKind, Dimension, Outcome
from apps.laksa.resident_schema import ResidentMutation
from balai.casework import queries as cases
from balai.casework.callers import caller, person, view_for
from balai.casework.card_schema import CaseStatus, StatusCount, category_node
from balai.casework.guests import Guest
from balai.casework.intake_schema import stop_node
from balai.casework.lifecycle import Phase
from balai.casework.periods import Period
from balai.graphql import ConnectionField, Date, UserError, page, personal, sized

LONGEST_DAYS = 366 * 5
MAX_TOPICS = 100
NEWEST = ("-received_at", "-id")


class LaksaOrder(graphene.Enum):
    """In which order aspirations are listed."""

    NEWEST = "newest"
    MOST_SUPPORTED = "most_supported"
    ANSWERED = "answered"
    """Only those with an official answer, the last answered first."""


ORDERS = {
    "newest": NEWEST,
    "most_supported": ("-weight", *NEWEST),
    "answered": ("-aspiration__answered_at", "-id"),
}
FILTERS = {
    "topic": graphene.ID(description="Slug; of a group: with all that is in it."),
    "kind": LaksaKind(),
    "outcome": LaksaOutcome(description="Of closed ones."),
    "dimension": LaksaDimension(),
    "answered": graphene.Boolean(description="With an official answer, or without one."),
    "agency": graphene.ID(description="Slug of the agency that has it."),
    "district": graphene.ID(description="Kemendagri code of a kecamatan or kelurahan."),
    "since": Date(description="Received on this day of the city or later."),
    "until": Date(description="Received on this day of the city or earlier."),
    "text": graphene.String(description="Words of the title, the text or the place, or a number."),
}


class LaksaOutcomeCount(graphene.ObjectType):
    """How many ended so, or were answered so."""

    outcome = graphene.Field(LaksaOutcome, required=True)
    name = graphene.String(required=True)
    count = graphene.Int(required=True)


class LaksaKindCount(graphene.ObjectType):
    """How many are of a kind."""

    kind = graphene.Field(LaksaKind, required=True)
    name = graphene.String(required=True)
    count = graphene.Int(required=True)


class LaksaAgencyFigures(graphene.ObjectType):
    """How many official answers an agency gave."""

    agency = graphene.String(required=True, description="Empty: the command room.")
    answers = graphene.Int(required=True)
    outcomes = sized(graphene.List(graphene.NonNull(LaksaOutcomeCount), required=True), len(Outcome.values))


class LaksaFigures(graphene.ObjectType):
    """What was said in a period, what became of it, and who answered."""

    received = graphene.Int(required=True)
    answered = graphene.Int(required=True, description="Of those received in it: with an official answer.")
    residents = graphene.Int(required=True, description="Authors and supporters of those received in it, summed up.")
    median_hours = graphene.Float(description="Until the first official answer; null where too few have one.")
    statuses = sized(graphene.List(graphene.NonNull(StatusCount), required=True), 3)
    outcomes = sized(graphene.List(graphene.NonNull(LaksaOutcomeCount), required=True), len(Outcome.values))
    kinds = sized(graphene.List(graphene.NonNull(LaksaKindCount), required=True), len(AspirationKind.values))
    agencies = sized(
        graphene.List(
            graphene.NonNull(LaksaAgencyFigures), required=True, description="Of the answers given in the period."
        ),
        MAX_AGENCIES,
    )


def _chosen(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters that were given, as queries.aspirations wants them."""
    given = {name: value for name, value in filters.items() if value not in (None, "")}
    for name, choices in (("kind", AspirationKind), ("outcome", Outcome), ("dimension", Dimension)):
        if name in given:
            given[name] = choices(given[name]).value
    if "topic" in given:
        given["category"] = given.pop("topic")
    return given


def _outcome_counts(counted: Any) -> list[dict[str, Any]]:
    return [
        {"outcome": Outcome(value), "name": Outcome(value).label, "count": count} for value, count in counted.items()
    ]


def _agency_node(row: AgencyFigures) -> dict[str, Any]:
    return {"agency": row.name, "answers": row.answers, "outcomes": _outcome_counts(row.outcomes)}


class Query(CommentQuery, DraftQuery, graphene.ObjectType):
    topics = sized(
        graphene.List(
            graphene.NonNull(LaksaTopic), required=True, description="What it can be about, in the city's order."
        ),
        MAX_TOPICS,
    )
    rules = sized(graphene.List(graphene.NonNull(LaksaRule), required=True), queries.MAX_RULES)
    aspirations = ConnectionField(
        LaksaCardPage,
        status=CaseStatus(),
        **FILTERS,
        order=LaksaOrder(default_value="newest"),
        description="What everyone may see.",
    )
    gallery = ConnectionField(
        LaksaPairPage,
        topic=FILTERS["topic"],
        district=FILTERS["district"],
        description="Finished aspirations with a photo before and one after, the last finished first.",
    )
    nearby = sized(
        graphene.List(
            graphene.NonNull(LaksaCard),
            required=True,
            lat=graphene.Float(required=True),
            lon=graphene.Float(required=True),
            metres=graphene.Float(default_value=2000.0, description="At most 5,000."),
            description="Open ones around a place, nearest first; `case.distanceM` says how far.",
        ),
        cases.MAX_NEARBY,
    )
    alike = sized(
        graphene.List(
            graphene.NonNull(LaksaCard),
            required=True,
            title=graphene.String(required=True),
            text=graphene.String(default_value=""),
            description="What says much the same as the words so far, the likest first: support one instead.",
        ),
        MAX_SHOWN,
    )
    aspiration = graphene.Field(
        LaksaAspiration,
        required=True,
        number=graphene.ID(required=True, description="As people write it; the city's prefix may be left out."),
        description="One aspiration. NOT_FOUND where there is none or it is not for the caller.",
    )
    figures = graphene.Field(
        LaksaFigures,
        description="At most ten minutes old.",
        required=True,
        since=Date(required=True, description="First day; at most five years before the last."),
        until=Date(required=True, description="Last day."),
    )
    my_aspirations = personal(ConnectionField(LaksaCardPage, description="What the caller sent, newest first."))
    guests = graphene.Boolean(required=True, description="Whether aspirations are taken without an account.")
    guest_aspirations = personal(
        sized(
            graphene.List(
                graphene.NonNull(LaksaCard),
                required=True,
                description="What a visitor without an account holds the tracking codes of, newest first.",
            ),
            cases.MAX_OF_GUEST,
        )
    )
    my_supported = personal(ConnectionField(LaksaCardPage, description="What the caller supports, newest first."))
    my_followed = personal(ConnectionField(LaksaCardPage, description="What the caller follows, newest first."))

    @staticmethod
    def resolve_topics(_root: Any, _info: Any) -> list[dict[str, Any]]:
        return [
            {
                "category": category_node(category, group, stop_node(category)),
                "dimensions": [Dimension(tag) for tag in tags],
            }
            for category, group, tags in queries.topics()
        ][:MAX_TOPICS]

    @staticmethod
    def resolve_rules(_root: Any, _info: Any) -> Any:
        return queries.rules()

    @staticmethod
    def resolve_aspirations(
        _root: Any,
        _info: Any,
        first: int,
        after: str | None = None,
        status: Phase | None = None,
        order: str = "newest",
        **filters: Any,
    ) -> dict[str, Any]:
        order = getattr(order, "value", order)
        if order == "answered":
            filters["answered"] = True
        found = queries.aspirations(phase=status, **_chosen(filters))
        return page(rows_of(found), order=ORDERS[order], first=first, after=after, row=aspiration_card)

    @staticmethod
    def resolve_gallery(_root: Any, _info: Any, first: int, after: str | None = None, **filters: Any) -> Any:
        return laksa_pair_page(queries.aspirations(**_chosen(filters)), first, after)

    @staticmethod
    def resolve_nearby(_root: Any, _info: Any, lat: float, lon: float, metres: float) -> list[dict[str, Any]]:
        found = rows_of(queries.nearby(lat, lon, metres), "distance_m")
        return [aspiration_card(row) for row in found]

    @staticmethod
    def resolve_alike(_root: Any, _info: Any, title: str, text: str = "") -> list[dict[str, Any]]:
        return [aspiration_card(row) for row in rows_of(alike(title, text or ""), "likeness")]

    @staticmethod
    def resolve_aspiration(_root: Any, info: Any, number: str) -> dict[str, Any]:
        return aspiration_node(view_for(info, aspiration_for(info, number)), info)

    @staticmethod
    def resolve_figures(_root: Any, _info: Any, since: datetime.date, until: datetime.date) -> dict[str, Any]:
        if since > until:
            raise UserError(_("The period ends before it begins."), "BAD_REQUEST")
        if (until - since).days > LONGEST_DAYS:
            raise UserError(_("The period is too long."), "BAD_REQUEST")
        found = figures(Period(since, until))
        return {
            "received": found.received,
            "answered": found.answered,
            "residents": found.residents,
            "median_hours": round(found.median.total_seconds() / 3600, 1) if found.median is not None else None,
            "statuses": [
                {"status": phase, "name": phase.label, "count": n, "more": False} for phase, n in found.phases.items()
            ],
            "outcomes": _outcome_counts(found.outcomes),
            "kinds": [
                {"kind": AspirationKind(kind), "name": AspirationKind(kind).label, "count": count}
                for kind, count in found.kinds.items()
            ],
            "agencies": [_agency_node(row) for row in found.agencies],
        }

    @staticmethod
    def resolve_my_aspirations(_root: Any, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        found = rows_of(queries.own_aspirations(person(info)))
        return page(found, order=NEWEST, first=first, after=after, row=own_card)

    @staticmethod
    def resolve_guests(_root: Any, _info: Any) -> bool:
        return cases.options_of(queries.MODULE).guests

    @staticmethod
    def resolve_guest_aspirations(_root: Any, info: Any) -> list[dict[str, Any]]:
        who = caller(info)
        if not isinstance(who, Guest) or not who.digests:
            return []
        return [own_card(row) for row in rows_of(cases.cases_of_guest(who, queries.MODULE))]

    @staticmethod
    def resolve_my_supported(_root: Any, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        found = rows_of(queries.supported_by(person(info)))
        return page(found, order=NEWEST, first=first, after=after, row=aspiration_card)

    @staticmethod
    def resolve_my_followed(_root: Any, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        found = rows_of(queries.followed_by(person(info)))
        return page(found, order=NEWEST, first=first, after=after, row=aspiration_card)


class Mutation(ResidentMutation, CommentMutation, DraftMutation, graphene.ObjectType):
    """Writes of residents."""
