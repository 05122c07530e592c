"""SIARAN in the API: reading reports, sending one, and an officer's tasks."""

from __future__ import annotations

from typing import Any

import graphene
from django.utils.translation import gettext as _

from apps.siaran import actions, queries
from apps.siaran.asset_schema import AssetQuery
from apps.siaran.following_schema import FollowingMutation, FollowingQuery
from apps.siaran.public_schema import NEWEST, ORDERS, CaseCardPage, PublicQuery
from apps.siaran.queries import MODULE
from balai.accounts.models import User
from balai.agencies.queries import Act, Standing, standing_of
from balai.attachments.queries import signed_in
from balai.casework import actions as casework
from balai.casework import queries as cases
from balai.casework.models import Case
from balai.casework.queries import View, view_of
from balai.casework.schema import CaseCard, CaseCategory, CaseDetail, card, card_rows, category_node, detail
from balai.graphql import UUID, ConnectionField, SignInRequired, UserError, page, personal, sized
from balai.graphql import Mutation as BaseMutation


def person(info: Any) -> User:
    """The caller. Raises SignInRequired."""
    user = signed_in(info.context.user)
    if user is None:
        raise SignInRequired
    return user


def standing(info: Any) -> Standing:
    """What the caller's posts allow; read once per request."""
    found: Standing = info.context.once("standing", lambda: standing_of(info.context.user))
    return found


class Query(PublicQuery, FollowingQuery, AssetQuery, graphene.ObjectType):
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
        return [category_node(category, group) for category, group in queries.choices()]

    @staticmethod
    def resolve_report(_root: Any, info: Any, number: str) -> dict[str, Any]:
        case = cases.case_for(info.context.user, number, standing=standing(info), module=MODULE)
        return detail(View(case, standing(info)), info)

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


class SubmitReport(BaseMutation):
    """Sends a report. The same `key` sent again answers the report that was made the first time."""

    class Arguments:
        category = graphene.ID(required=True, description="Slug.")
        description = graphene.String(required=True)
        lat = graphene.Float(description="Degrees, WGS 84. With a point, the kelurahan is found out.")
        lon = graphene.Float()
        by_gps = graphene.Boolean(default_value=False, description="Whether the point is the phone's own position.")
        village = graphene.ID(description="Kemendagri code of the kelurahan, where there is no point.")
        landmark = graphene.String(default_value="", description="Needed where there is no point.")
        asset = graphene.ID(
            description="The code on the thing it is about, for example “PJU-0123” or “lampu:PJU-0123”; place enough."
        )
        photos = graphene.List(
            graphene.NonNull(UUID), default_value=[], description="Ids of uploads (`POST /berkas/`), at most 4."
        )
        anonymous = graphene.Boolean(default_value=False, description="Hides the name from the agency too.")
        key = UUID(description="Chosen by the client, once for each report.")

    report = graphene.Field(CaseDetail)
    created = graphene.Boolean(description="False when this report had been sent before.")
    sign_in = True

    @classmethod
    def perform(cls, info: Any, category: str, description: str, photos: list[Any], **rest: Any) -> SubmitReport:
        place = {
            "lat": rest.get("lat"),
            "lon": rest.get("lon"),
            "by_gps": rest["by_gps"],
            "village": rest.get("village") or "",
            "landmark": rest["landmark"] or "",
        }
        received = actions.submit_report(
            reporter=person(info),
            category=category,
            description=description,
            place=place,
            photo_ids=photos or [],
            anonymous=rest["anonymous"],
            from_app="X-Session-Token" in info.context.request.headers,
            key=str(rest.get("key") or ""),
            asset=rest.get("asset") or "",
        )
        return cls(report=_shown(info, received.case), created=received.created)


def _shown(info: Any, case: Case) -> dict[str, Any]:
    """The case after a mutation, as the caller sees it: with fresh relations, since the action's are locked rows."""
    view = view_of(
        cases.with_relations(Case.objects.filter(pk=case.pk)).get(), info.context.user, standing=standing(info)
    )
    return detail(view, info, "report")


def _case(info: Any, number: str) -> Case:
    return cases.case_for(info.context.user, number, standing=standing(info), module=MODULE)


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
        return cls(report=_shown(info, casework.accept(case=_case(info, number), actor=person(info))))


class StartTask(OfOneReport):
    """The officer has begun on the spot."""

    class Arguments:
        number = graphene.ID(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str) -> StartTask:
        return cls(report=_shown(info, casework.start(case=_case(info, number), actor=person(info))))


class FinishTask(OfOneReport):
    """The officer has finished: what was done, and one to four photos of it."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)
        photos = graphene.List(graphene.NonNull(UUID), required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, words: str, photos: list[Any]) -> FinishTask:
        case = casework.finish(case=_case(info, number), actor=person(info), words=words, photo_ids=photos)
        return cls(report=_shown(info, case))


class AddMessage(OfOneReport):
    """The reporter writes to the agency, or the agency to the reporter; whoever sees the report can read it."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, words: str) -> AddMessage:
        case, user = _case(info, number), person(info)
        write = casework.send_message if case.reporter_id == user.pk else casework.reply
        return cls(report=_shown(info, write(case=case, actor=user, words=words)))


class RateReport(OfOneReport):
    """The reporter says how satisfied they are, once the work is finished."""

    class Arguments:
        number = graphene.ID(required=True)
        rating = graphene.Int(required=True, description="1 (not at all) to 5.")
        words = graphene.String(default_value="")

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, rating: int, words: str) -> RateReport:
        case = casework.rate(case=_case(info, number), actor=person(info), rating=rating, words=words or "")
        return cls(report=_shown(info, case))


class CorrectReport(OfOneReport):
    """The reporter puts the words of a report right, as long as nobody of the city has opened it."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, words: str) -> CorrectReport:
        return cls(report=_shown(info, casework.correct(case=_case(info, number), actor=person(info), words=words)))


class Mutation(FollowingMutation, graphene.ObjectType):
    siaran_submit_report = SubmitReport.Field()
    siaran_accept_task = AcceptTask.Field()
    siaran_start_task = StartTask.Field()
    siaran_finish_task = FinishTask.Field()
    siaran_add_message = AddMessage.Field()
    siaran_rate_report = RateReport.Field()
    siaran_correct_report = CorrectReport.Field()
