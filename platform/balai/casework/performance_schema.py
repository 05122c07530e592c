"""The API's types of how well a city answers."""

from __future__ import annotations

from typing import Any

import graphene

from balai.casework.card_schema import CaseAgency
from balai.casework.performance import Performance
from balai.casework.tally import ENOUGH, Tally
from balai.geography import queries as geography
from balai.graphql import Date, DateTime, sized

MAX_AGENCIES = 100
MAX_VILLAGES = 600


class CaseFigures(graphene.ObjectType):
    """Of cases received in a period. Shares are from 0 to 1. What stands on too few cases is null, never a guess."""

    received = graphene.Int(required=True)
    waiting = graphene.Int(required=True, description="Not taken up yet.")
    process = graphene.Int(required=True)
    done = graphene.Int(required=True)
    unsolved = graphene.Int(required=True, description="Closed without work: not the city's, a duplicate, archived.")
    late = graphene.Int(required=True, description="Missed a due date, whether done since or not.")
    done_share = graphene.Float(description=f"Null below {ENOUGH} received.")
    unprocessed_share = graphene.Float()
    late_share = graphene.Float()
    answered = graphene.Int(required=True, description="How many have had a first answer: the n of the hours.")
    median_hours = graphene.Float(description="Until the first answer, by the clock on the wall.")
    mean_hours = graphene.Float()
    rated = graphene.Int(required=True, description="How many reporters have rated: the n of the satisfaction.")
    satisfaction = graphene.Float(description="Mean of 1 to 5 stars.")


class AgencyFigures(graphene.ObjectType):
    """One agency's part."""

    agency = graphene.Field(CaseAgency, description="Null: no agency has been named yet.")
    figures = graphene.Field(CaseFigures, required=True)


class VillageFigures(graphene.ObjectType):
    """One kelurahan's part."""

    code = graphene.ID(required=True)
    name = graphene.String(required=True)
    district = graphene.String(required=True)
    figures = graphene.Field(CaseFigures, required=True)


class CasePerformance(graphene.ObjectType):
    """How the city and its agencies have dealt with what was received in a period. Secret cases are not counted."""

    since = Date(required=True)
    until = Date(required=True)
    city = graphene.Field(CaseFigures, required=True)
    agencies = sized(graphene.List(graphene.NonNull(AgencyFigures), required=True), MAX_AGENCIES)
    villages = sized(
        graphene.List(graphene.NonNull(VillageFigures), required=True, description="Those that got cases."),
        MAX_VILLAGES,
    )
    counted_at = DateTime(description="When the days before today were counted last; null: not yet.")
    enough = graphene.Int(required=True, description="Of fewer cases no share and no hours are told.")


def figures(found: Tally) -> dict[str, Any]:
    """A CaseFigures."""
    return {
        **{name: getattr(found, name) for name in ("received", "waiting", "process", "done", "unsolved", "late")},
        "done_share": found.share(found.done),
        "unprocessed_share": found.share(found.waiting),
        "late_share": found.share(found.late),
        "answered": found.answered,
        "median_hours": found.median_hours,
        "mean_hours": found.mean_hours,
        "rated": found.rated,
        "satisfaction": found.satisfaction,
    }


def performance_node(found: Performance) -> dict[str, Any]:
    """A CasePerformance."""
    areas = {area.id: area for area in geography.areas()}
    villages = [
        {
            "code": areas[pk].code,
            "name": areas[pk].name,
            "district": parent.name if (parent := areas[pk].parent) else "",
            "figures": figures(counted),
        }
        for pk, counted in found.villages.items()
        if pk in areas
    ]
    return {
        "since": found.period.first,
        "until": found.period.last,
        "city": figures(found.city),
        "agencies": [{"agency": agency, "figures": figures(counted)} for agency, counted in found.agencies],
        "villages": sorted(villages, key=lambda row: (row["district"], row["name"])),
        "counted_at": found.counted_at,
        "enough": ENOUGH,
    }
