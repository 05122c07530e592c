"""SIARAN in the API: reading reports, sending one, and an officer's tasks."""

from __future__ import annotations

from typing import Any

import graphene
from django.utils.translation import gettext as _

from apps.siaran import queries
from apps.siaran.asset_schema import AssetQuery
from apps.siaran.following_schema import FollowingMutation, FollowingQuery
from apps.siaran.public_schema import NEWEST, ORDERS, CaseCardPage, PublicQuery
from apps.siaran.queries import MODULE
from apps.siaran.reporting import ReportingMutation, ReportingQuery
from apps.siaran.showing import report_for, shown
from balai.agencies.queries import Act
from balai.casework import actions as casework
from balai.casework import queries as cases
from balai.casework.callers import person, reporting_case, standing, view_for
from balai.casework.intake_schema import stop_node
from balai.casework.schema import CaseCard, CaseCategory, CaseDetail, card, card_rows, category_node, detail
from balai.graphql import UUID, ConnectionField, UserError, page, personal, sized
from balai.graphql import Mutation as BaseMutation


class Query(PublicQuery, FollowingQuery, AssetQuery, ReportingQuery, graphene.ObjectType):
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
    officer = personal(
        graphene.Boolean(required=True, description="Whether the caller is a field officer, so that myTasks is theirs.")
    )
    my_tasks = personal(
        ConnectionField(
            CaseCardPage,
            description="An officer's open tasks, the longest waiting first. FORBIDDEN for anyone else.",
        )
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

    @staticmethod
    def resolve_officer(_root: Any, info: Any) -> bool:
        return standing(info).agencies(Act.WORK) != frozenset()

    @staticmethod
    def resolve_my_tasks(_root: Any, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        user = person(info)
        if not Query.resolve_officer(None, info):
            raise UserError(_("Only field officers have tasks. Ask your agency if you should be one."), "FORBIDDEN")
        found = card_rows(cases.tasks_of(user, MODULE, standing=standing(info)))
        order = ORDERS["longest_waiting"]
        return page(found, order=order, first=first, after=after, row=lambda row: card(row, own=True))


class OfOneReport(BaseMutation):
    """Base of the mutations that do something with one report and answer it."""

    class Meta:
        abstract = True

    sign_in = True


class AcceptTask(OfOneReport):
    """The officer takes the report up: one that was given to them, or one of their agency that nobody has."""

    class Arguments:
        number = graphene.ID(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str) -> AcceptTask:
        return cls(report=shown(info, casework.accept(case=report_for(info, number), actor=person(info))))


class StartTask(OfOneReport):
    """The officer has begun on the spot."""

    class Arguments:
        number = graphene.ID(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str) -> StartTask:
        return cls(report=shown(info, casework.start(case=report_for(info, number), actor=person(info))))


class FinishTask(OfOneReport):
    """The officer has finished: what was done, and one to four photos of it."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)
        photos = graphene.List(graphene.NonNull(UUID), required=True)
        without_tasks = graphene.String(
            default_value="", description="Why it ends although tasks of it are open: they are cancelled."
        )

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(
        cls, info: Any, number: str, words: str, photos: list[Any], without_tasks: str | None = ""
    ) -> FinishTask:
        case = casework.finish(
            case=report_for(info, number),
            actor=person(info),
            words=words,
            photo_ids=photos,
            without_tasks=without_tasks or "",
        )
        return cls(report=shown(info, case))


class AddMessage(BaseMutation):
    """The reporter writes to the agency, or the agency to the reporter; whoever sees the report can read it."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, words: str) -> AddMessage:
        case, who = reporting_case(info, number, MODULE)
        if view_for(info, case).is_reporter:
            case = casework.send_message(case=case, actor=who, words=words)
        else:
            case = casework.reply(case=case, actor=person(info), words=words)
        return cls(report=shown(info, case))


class RateReport(BaseMutation):
    """The reporter says how satisfied they are, once the work is finished."""

    class Arguments:
        number = graphene.ID(required=True)
        rating = graphene.Int(required=True, description="1 (not at all) to 5.")
        words = graphene.String(default_value="")

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, rating: int, words: str) -> RateReport:
        case, who = reporting_case(info, number, MODULE)
        case = casework.rate(case=case, actor=who, rating=rating, words=words or "")
        return cls(report=shown(info, case))


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


class Mutation(ReportingMutation, FollowingMutation, graphene.ObjectType):
    siaran_accept_task = AcceptTask.Field()
    siaran_start_task = StartTask.Field()
    siaran_finish_task = FinishTask.Field()
    siaran_add_message = AddMessage.Field()
    siaran_rate_report = RateReport.Field()
    siaran_correct_report = CorrectReport.Field()
