"""What residents do with reports in the API: sending one, joining another's, and following one without an account."""

from __future__ import annotations

from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.db.models import Case as When
from django.db.models import IntegerField, Value
from django.db.models import When as Is

from apps.siaran import actions
from apps.siaran.queries import MODULE
from apps.siaran.showing import report_for, shown, shown_to_reporter
from balai.accounts.middleware import TOKEN_HEADER
from balai.casework import callers, duplicates, queries, questions, support, tracing
from balai.casework.card_schema import CaseCard, card, card_rows
from balai.casework.categories import category_for_case
from balai.casework.errors import LikelyDuplicate
from balai.casework.guests import Guest
from balai.casework.intake_schema import (
    AnswerInput,
    CaseQuestion,
    CaseVisibility,
    answers_given,
    question_node,
)
from balai.casework.models import Case
from balai.casework.places import place_of
from balai.casework.questions import HardStop
from balai.casework.schema import CaseClassification, CaseDetail
from balai.casework.visitors import GUEST_HEADER, guest_of
from balai.graphql import UUID, SignInRequired, personal, sized
from balai.graphql import Mutation as BaseMutation

PLACE = {
    "lat": graphene.Float(description="Degrees, WGS 84. With a point, the kelurahan is found out."),
    "lon": graphene.Float(),
    "village": graphene.ID(description="Kemendagri code of the kelurahan, where there is no point."),
}


class ReportingQuery(graphene.ObjectType):
    """Reads for whoever is about to report."""

    questions = sized(
        graphene.List(
            graphene.NonNull(CaseQuestion),
            required=True,
            category=graphene.ID(required=True, description="Slug."),
            description="What this category asks, with what the groups above it ask. Empty for an unknown one.",
        ),
        questions.MAX_ANSWERS,
    )
    likely_duplicates = sized(
        graphene.List(
            graphene.NonNull(CaseCard),
            required=True,
            category=graphene.ID(required=True, description="Slug."),
            description_=graphene.String(name="description", default_value="", description="The words so far."),
            **PLACE,
            landmark=graphene.String(default_value=""),
            description="Open reports that are probably about the same, the likeliest first. Ask before sending one.",
        ),
        duplicates.MAX_SHOWN,
    )
    guests = graphene.Boolean(required=True, description="Whether reports are taken without an account.")
    guest_reports = personal(
        sized(
            graphene.List(
                graphene.NonNull(CaseCard),
                required=True,
                description="The reports that a visitor without an account holds the tracking codes of, newest first.",
            ),
            queries.MAX_OF_GUEST,
        )
    )

    @staticmethod
    def resolve_questions(_root: Any, _info: Any, category: str) -> list[dict[str, Any]]:
        found = category_for_case(MODULE, category)
        return [question_node(question) for question in questions.asked(found)] if found is not None else []

    @staticmethod
    def resolve_likely_duplicates(
        _root: Any, _info: Any, category: str, description_: str = "", **place: Any
    ) -> list[dict[str, Any]]:
        found = category_for_case(MODULE, category)
        if found is None:
            return []
        try:
            where = place_of(**_filled(place))
        except ValidationError:
            # The place is not whole yet; when the report is sent, its mistakes are told.
            return []
        rows = card_rows(duplicates.candidates(found, where, description_), "distance_m", "similarity")
        return [card(row) for row in duplicates.likeliest(rows, found.radius_m)]

    @staticmethod
    def resolve_guests(_root: Any, _info: Any) -> bool:
        return queries.options_of(MODULE).guests

    @staticmethod
    def resolve_guest_reports(_root: Any, info: Any) -> list[dict[str, Any]]:
        who = callers.caller(info)
        if not isinstance(who, Guest) or not who.digests:
            return []
        return [card(row, own=True) for row in card_rows(queries.cases_of_guest(who, MODULE))]


def _filled(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value not in (None, "")}


class SubmitReport(BaseMutation):
    """Sends a report. The same `key` sent again answers the report that was made the first time.

    Without an account the answer has a tracking code, which is told only here.
    """

    class Arguments:
        category = graphene.ID(required=True, description="Slug.")
        description = graphene.String(required=True)
        lat = PLACE["lat"]
        lon = PLACE["lon"]
        by_gps = graphene.Boolean(default_value=False, description="Whether the point is the phone's own position.")
        village = PLACE["village"]
        landmark = graphene.String(default_value="", description="Needed where there is no point.")
        asset = graphene.ID(
            description="The code on the thing it is about, for example “PJU-0123” or “lampu:PJU-0123”; place enough."
        )
        photos = graphene.List(
            graphene.NonNull(UUID), default_value=[], description="Ids of uploads (`POST /berkas/`), at most 4."
        )
        answers = graphene.List(
            graphene.NonNull(AnswerInput), default_value=[], description="To the category's questions."
        )
        anonymous = graphene.Boolean(default_value=False, description="Hides the name from the agency too.")
        visibility = CaseVisibility(description="Who sees what. The category's own where it is left out.")
        classification = CaseClassification(description="The category's own where it is left out.")
        earlier = graphene.ID(
            description="Number of the closed report that this one comes after. See `CaseDetail.earlier`."
        )
        unless_reported = graphene.Boolean(
            default_value=False,
            description="Does not send what has probably been reported already, but answers with `duplicates`.",
        )
        key = UUID(description="Random, chosen by the client once for each report.")

    report = graphene.Field(CaseDetail)
    created = graphene.Boolean(description="False when this report had been sent before.")
    code = personal(graphene.String(description="The tracking code of a report without an account: show it now."))
    duplicates = sized(graphene.List(graphene.NonNull(CaseCard)), duplicates.MAX_SHOWN)
    emergency_phone = graphene.String(description="Whom to call instead, beside an error HARD_STOP.")

    @classmethod
    def perform(cls, info: Any, category: str, description: str, photos: list[Any], **rest: Any) -> SubmitReport:
        who = callers.caller(info)
        if isinstance(who, Guest) and not queries.options_of(MODULE).guests:
            raise SignInRequired
        place = {
            "lat": rest.get("lat"),
            "lon": rest.get("lon"),
            "by_gps": rest["by_gps"],
            "village": rest.get("village") or "",
            "landmark": rest["landmark"] or "",
        }
        headers = info.context.request.headers
        try:
            received = actions.submit_report(
                reporter=who,
                category=category,
                description=description,
                place=place,
                asset=rest.get("asset") or "",
                earlier=rest.get("earlier") or "",
                photo_ids=photos or [],
                answers=answers_given(rest["answers"]),
                visibility=rest.get("visibility") or "",
                classification=rest.get("classification") or "",
                anonymous=rest["anonymous"],
                unless_reported=rest["unless_reported"],
                from_app=TOKEN_HEADER in headers or GUEST_HEADER in headers,
                key=str(rest.get("key") or ""),
            )
        except LikelyDuplicate as found:
            return cls(duplicates=_cards(found.case_ids))
        except HardStop as stop:
            return cls.stopped(stop)
        return cls(report=shown_to_reporter(info, received.case), created=received.created, code=received.code or None)

    @classmethod
    def stopped(cls, stop: HardStop) -> SubmitReport:
        """The answer to an emergency: the mistake at its field, and whom to call."""
        from balai.graphql.mutations import field_errors

        return cls(errors=field_errors(stop), emergency_phone=stop.phone)


def _cards(case_ids: list[int]) -> list[dict[str, Any]]:
    """The cards of these reports, in this order."""
    places = [Is(pk=pk, then=Value(position)) for position, pk in enumerate(case_ids)]
    cases = Case.objects.filter(pk__in=case_ids).order_by(When(*places, output_field=IntegerField()))
    return [card(row) for row in card_rows(cases)]


class OpenReport(BaseMutation):
    """Opens a report without an account: number and tracking code. The same answer for a wrong one of either.

    Send the code in the header `X-Tracking-Code` from then on.
    """

    class Arguments:
        number = graphene.ID(required=True)
        code = graphene.String(required=True, description="As people write it.")

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, code: str) -> OpenReport:
        visitor = guest_of(info.context.request)
        case = tracing.traced(number=number, code=code, visitor=visitor, module=MODULE)
        return cls(report=shown_to_reporter(info, case))


class ClaimReport(BaseMutation):
    """Makes a report that was sent without an account the caller's own. Its tracking code opens nothing any more."""

    class Arguments:
        number = graphene.ID(required=True)
        code = graphene.String(required=True)

    report = graphene.Field(CaseDetail)
    sign_in = True

    @classmethod
    def perform(cls, info: Any, number: str, code: str) -> ClaimReport:
        user, visitor = callers.person(info), guest_of(info.context.request)
        case = tracing.claim(number=number, code=code, user=user, visitor=visitor, module=MODULE)
        return cls(report=shown(info, case))


class SupportReport(BaseMutation):
    """Joins a report that is about the same ("me too") instead of sending another: the caller gets its news."""

    class Arguments:
        number = graphene.ID(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str) -> SupportReport:
        who = callers.caller(info)
        if isinstance(who, Guest) and not queries.options_of(MODULE).guests:
            raise SignInRequired
        return cls(report=shown(info, support.support(case=report_for(info, number), person=who)))


class WithdrawSupport(BaseMutation):
    """Leaves a report that the caller had joined."""

    class Arguments:
        number = graphene.ID(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str) -> WithdrawSupport:
        case = support.withdraw(case=report_for(info, number), person=callers.caller(info))
        return cls(report=shown(info, case))


class ReportingMutation(graphene.ObjectType):
    """Writes of residents."""

    siaran_submit_report = SubmitReport.Field()
    siaran_open_report = OpenReport.Field()
    siaran_claim_report = ClaimReport.Field()
    siaran_support_report = SupportReport.Field()
    siaran_withdraw_support = WithdrawSupport.Field()
