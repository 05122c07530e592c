"""SIARAN in the API: reading reports, sending one, and an officer's tasks."""

from __future__ import annotations

from typing import Any

import graphene

from apps.siaran import queries
from apps.siaran.asset_schema import AssetQuery
from apps.siaran.escalation_schema import EscalationMutation
from apps.siaran.following_schema import FollowingMutation, FollowingQuery
from apps.siaran.public_schema import NEWEST, CaseCardPage, PublicQuery
from apps.siaran.queries import MODULE
from apps.siaran.reporting import ReportingMutation, ReportingQuery
from apps.siaran.showing import report_for, shown
from apps.siaran.task_schema import TaskMutation, TaskQuery
from balai.casework import actions as casework
from balai.casework import queries as cases
from balai.casework.callers import person, reporting_case, view_for
from balai.casework.card_schema import CaseCard, CaseCategory, card, card_rows, category_node
from balai.casework.intake_schema import stop_node
from balai.casework.models import Case, Verdict
from balai.casework.receipts import once
from balai.casework.schema import CaseDetail, CaseVerdict, detail
from balai.graphql import UUID, ConnectionField, page, personal, sized
from balai.graphql import Mutation as BaseMutation


class Query(PublicQuery, FollowingQuery, AssetQuery, ReportingQuery, TaskQuery, graphene.ObjectType):
    categories = sized(
        graphene.List(
            graphene.NonNull(CaseCategory), required=True, description="What can be reported, in the city's order."
        ),
        60,
    )
    report = graphene.Field(
        CaseDetail,
        required=True,
        number=graphene.ID(required=True, description="As people write it; the city's prefix may be left out."),
        description="One report. NOT_FOUND where there is none or it is not for the caller.",
    )
    my_reports = personal(ConnectionField(CaseCardPage, description="What the caller reported, newest first."))
    nearby = sized(
        graphene.List(
            graphene.NonNull(CaseCard),
            required=True,
            lat=graphene.Float(required=True),
            lon=graphene.Float(required=True),
            metres=graphene.Float(default_value=1000.0, description="At most 5,000."),
            description="Open reports around a place, nearest first.",
        ),
        cases.MAX_NEARBY,
    )

    @staticmethod
    def resolve_categories(_root: Any, _info: Any) -> list[dict[str, Any]]:
        return [category_node(category, group, stop_node(category)) for category, group in queries.choices()]

    @staticmethod
    def resolve_report(_root: Any, info: Any, number: str) -> dict[str, Any]:
        return detail(view_for(info, report_for(info, number)), info)

    @staticmethod
    def resolve_my_reports(_root: Any, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        found = card_rows(cases.cases_of_reporter(person(info), MODULE))
        return page(found, order=NEWEST, first=first, after=after, row=lambda row: card(row, own=True))

    @staticmethod
    def resolve_nearby(_root: Any, _info: Any, lat: float, lon: float, metres: float) -> list[dict[str, Any]]:
        return [card(row) for row in card_rows(cases.nearby(MODULE, lat, lon, metres), "distance_m")]


class AddMessage(BaseMutation):
    """The reporter writes to the agency, or the agency to the reporter; whoever sees the report can read it."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)
        key = UUID(description="Chosen by the client, once for each message.")

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, words: str, key: Any = None) -> AddMessage:
        case, who = reporting_case(info, number, MODULE)

        def do() -> Case:
            if view_for(info, case).is_reporter:
                return casework.send_message(case=case, actor=who, words=words)
            return casework.reply(case=case, actor=person(info), words=words)

        return cls(report=shown(info, once(actor=who, key=key, act="message", case=case, do=do)))


class RateReport(BaseMutation):
    """The reporter says how satisfied they are with the finished work, and whether it is solved.

    The verdict NOT_SOLVED opens the report again within the city's window; it needs words.
    """

    class Arguments:
        number = graphene.ID(required=True)
        rating = graphene.Int(required=True, description="1 (not at all) to 5.")
        words = graphene.String(default_value="")
        verdict = CaseVerdict()
        photos = graphene.List(
            graphene.NonNull(UUID), default_value=[], description="Ids of uploads that show what is not solved."
        )
        key = UUID(description="Chosen by the client, once for each verdict.")

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(
        cls, info: Any, number: str, rating: int, words: str, photos: list[Any], verdict: Any = None, key: Any = None
    ) -> RateReport:
        case, who = reporting_case(info, number, MODULE)

        def do() -> Case:
            said = Verdict(verdict).value if verdict else ""
            return casework.rate(
                case=case, actor=who, rating=rating, words=words or "", verdict=said, photo_ids=photos or []
            )

        return cls(report=shown(info, once(actor=who, key=key, act="rate", case=case, do=do)))


class CorrectReport(BaseMutation):
    """The reporter puts the words of a report right, as long as nobody of the city has opened it."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, words: str) -> CorrectReport:
        case, who = reporting_case(info, number, MODULE)
        case = casework.correct(case=case, actor=who, words=words)
        return cls(report=shown(info, case))


class Mutation(ReportingMutation, FollowingMutation, TaskMutation, EscalationMutation, graphene.ObjectType):
    siaran_add_message = AddMessage.Field()
    siaran_rate_report = RateReport.Field()
    siaran_correct_report = CorrectReport.Field()
