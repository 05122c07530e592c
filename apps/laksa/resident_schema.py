"""What residents do with aspirations in the API."""

from __future__ import annotations

from typing import Any

import graphene

from apps.laksa import actions
from apps.laksa.alike import MAX_SHOWN
from apps.laksa.aspiration_schema import (
    LaksaAspiration,
    LaksaCard,
    LaksaKind,
    aspiration_card,
    aspiration_for,
    aspiration_node,
    rows_of,
    shown,
)
from apps.laksa.models import AspirationKind
from apps.laksa.queries import MODULE, aspirations
from balai.accounts.middleware import TOKEN_HEADER
from balai.casework import actions as casework
from balai.casework import callers, queries, tracing
from balai.casework.actions import following
from balai.casework.callers import person
from balai.casework.errors import LikelyDuplicate
from balai.casework.guests import Guest
from balai.casework.intake_schema import CaseVisibility
from balai.casework.models import Case, Verdict, Visibility
from balai.casework.queries import View
from balai.casework.questions import HardStop
from balai.casework.receipts import once
from balai.casework.schema import CaseVerdict
from balai.casework.visitors import GUEST_HEADER, guest_of
from balai.graphql import UUID, SignInRequired, personal
from balai.graphql import Mutation as BaseMutation
from balai.graphql.fields import sized
from balai.graphql.mutations import field_errors


class LaksaSubmitAspiration(BaseMutation):
    """Sends an aspiration. The same `key` sent again answers the one that was made the first time.

    `aspiration.held`: it waits for review before others see it. Without an account (where the city allows that) the
    answer has a tracking code, which is told only here.
    """

    class Arguments:
        title = graphene.String(required=True)
        text = graphene.String(required=True)
        topic = graphene.ID(required=True, description="Slug of the category.")
        kind = LaksaKind(default_value=AspirationKind.ASPIRATION.value)
        visibility = CaseVisibility(description="The topic's own where it is left out.")
        lat = graphene.Float(description="Degrees, WGS 84. The place may be left out.")
        lon = graphene.Float()
        by_gps = graphene.Boolean(default_value=False, description="Whether the point is the phone's own position.")
        village = graphene.ID(default_value="", description="Kemendagri code of the kelurahan.")
        landmark = graphene.String(default_value="")
        photos = graphene.List(
            graphene.NonNull(UUID), default_value=[], description="Ids of uploads (`POST /berkas/`), at most 4."
        )
        documents = graphene.List(
            graphene.NonNull(UUID), default_value=[], description="Ids of uploaded PDFs (`document=1`), at most 2."
        )
        unless_alike = graphene.Boolean(
            default_value=False, description="Does not send what others have said, but answers with `alike`."
        )
        key = UUID(description="Random, chosen by the client once for each aspiration; the draft's key.")

    aspiration = graphene.Field(LaksaAspiration)
    created = graphene.Boolean(description="False when this one had been sent before.")
    code = personal(graphene.String(description="The tracking code of one without an account: show it now."))
    alike = sized(graphene.List(graphene.NonNull(LaksaCard)), MAX_SHOWN)
    emergency_phone = graphene.String(description="Whom to call instead, beside an error HARD_STOP.")

    @classmethod
    def perform(cls, info: Any, title: str, text: str, topic: str, **rest: Any) -> LaksaSubmitAspiration:
        who = callers.caller(info)
        if isinstance(who, Guest) and not queries.options_of(MODULE).guests:
            raise SignInRequired
        headers = info.context.request.headers
        try:
            received = actions.submit_aspiration(
                author=who,
                title=title,
                text=text,
                topic=topic,
                kind=AspirationKind(rest["kind"] or AspirationKind.ASPIRATION).value,
                visibility=Visibility(rest["visibility"]).value if rest.get("visibility") else "",
                place={
                    "lat": rest.get("lat"),
                    "lon": rest.get("lon"),
                    "by_gps": bool(rest["by_gps"]),
                    "village": rest["village"] or "",
                    "landmark": rest["landmark"] or "",
                },
                photo_ids=rest["photos"] or [],
                document_ids=rest["documents"] or [],
                from_app=TOKEN_HEADER in headers or GUEST_HEADER in headers,
                key=rest.get("key"),
                unless_alike=bool(rest["unless_alike"]),
            )
        except LikelyDuplicate as found:
            rows = {row["id"]: row for row in rows_of(aspirations().filter(pk__in=found.case_ids))}
            return cls(alike=[aspiration_card(rows[pk]) for pk in found.case_ids if pk in rows])
        except HardStop as stop:
            return cls(errors=field_errors(stop), emergency_phone=stop.phone)
        return cls(aspiration=_of_sender(info, received.case), created=received.created, code=received.code or None)


def _of_sender(info: Any, case: Case) -> dict[str, Any]:
    """The aspiration for whoever has just sent it or holds its code."""
    fresh = queries.with_relations(Case.objects.filter(pk=case.pk)).select_related("aspiration").get()
    digests = frozenset({fresh.access_digest} if fresh.access_digest else ())
    return aspiration_node(View(fresh, callers.standing(info), digests), info, "aspiration")


class LaksaOpenAspiration(BaseMutation):
    """Opens an aspiration without an account: number and tracking code. The same answer for a wrong one of either."""

    class Arguments:
        number = graphene.ID(required=True)
        code = graphene.String(required=True, description="As people write it.")

    aspiration = graphene.Field(LaksaAspiration)

    @classmethod
    def perform(cls, info: Any, number: str, code: str) -> LaksaOpenAspiration:
        visitor = guest_of(info.context.request)
        case = tracing.traced(number=number, code=code, visitor=visitor, module=MODULE)
        return cls(aspiration=_of_sender(info, case))


class LaksaClaimAspiration(BaseMutation):
    """Makes an aspiration that was sent without an account the caller's own; its code opens nothing any more."""

    class Arguments:
        number = graphene.ID(required=True)
        code = graphene.String(required=True)

    aspiration = graphene.Field(LaksaAspiration)
    sign_in = True

    @classmethod
    def perform(cls, info: Any, number: str, code: str) -> LaksaClaimAspiration:
        user, visitor = person(info), guest_of(info.context.request)
        case = tracing.claim(number=number, code=code, user=user, visitor=visitor, module=MODULE)
        return cls(aspiration=shown(info, case))


class LaksaRewriteAspiration(BaseMutation):
    """The author puts the words right: as the city has asked, or while nobody there has read it."""

    class Arguments:
        number = graphene.ID(required=True)
        title = graphene.String(required=True)
        text = graphene.String(required=True)
        photos = graphene.List(
            graphene.NonNull(UUID),
            default_value=[],
            description="Ids of new uploads, at most 4; only where the city has asked for changes.",
        )
        key = UUID(description="Chosen by the client, once for each sending.")

    aspiration = graphene.Field(LaksaAspiration)

    @classmethod
    def perform(
        cls, info: Any, number: str, title: str, text: str, photos: Any = None, key: Any = None
    ) -> LaksaRewriteAspiration:
        case, who = _reporting(info, number)

        def do() -> Case:
            return actions.rewrite(case=case, actor=who, title=title, text=text, photo_ids=photos or [])

        return cls(aspiration=shown(info, once(actor=who, key=key, act="rewrite", case=case, do=do)))


def _reporting(info: Any, number: str) -> tuple[Case, Any]:
    aspiration_for(info, number)
    return callers.reporting_case(info, number, MODULE)


class LaksaSupportAspiration(BaseMutation):
    """Stands behind it: once for each verified resident, however often it is sent."""

    class Arguments:
        number = graphene.ID(required=True)

    aspiration = graphene.Field(LaksaAspiration)
    sign_in = True

    @classmethod
    def perform(cls, info: Any, number: str) -> LaksaSupportAspiration:
        case = actions.support(case=aspiration_for(info, number), person=person(info))
        return cls(aspiration=shown(info, case))


class LaksaWithdrawSupport(BaseMutation):
    """Does not stand behind it any more."""

    class Arguments:
        number = graphene.ID(required=True)

    aspiration = graphene.Field(LaksaAspiration)
    sign_in = True

    @classmethod
    def perform(cls, info: Any, number: str) -> LaksaWithdrawSupport:
        case = actions.withdraw_support(case=aspiration_for(info, number), person=person(info))
        return cls(aspiration=shown(info, case))


class LaksaAppealRejection(BaseMutation):
    """The author appeals against a rejection: once, within the city's days. Somebody else decides."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)
        key = UUID(description="Chosen by the client.")

    aspiration = graphene.Field(LaksaAspiration)

    @classmethod
    def perform(cls, info: Any, number: str, words: str, key: Any = None) -> LaksaAppealRejection:
        case, who = _reporting(info, number)

        def do() -> Case:
            return actions.appeal(case=case, actor=who, words=words)

        return cls(aspiration=shown(info, once(actor=who, key=key, act="appeal", case=case, do=do)))


class LaksaFollowAspiration(BaseMutation):
    """Follows an aspiration that everyone may see, or stops following it."""

    class Arguments:
        number = graphene.ID(required=True)
        follow = graphene.Boolean(default_value=True, description="False: no more.")

    following = graphene.Boolean()
    sign_in = True

    @classmethod
    def perform(cls, info: Any, number: str, follow: bool = True) -> LaksaFollowAspiration:
        case, user = aspiration_for(info, number), person(info)
        if follow:
            following.follow(case=case, user=user)
        else:
            following.unfollow(case=case, user=user)
        return cls(following=bool(follow))


class LaksaAddMessage(BaseMutation):
    """The author writes to the agency, or the agency to the author."""

    class Arguments:
        number = graphene.ID(required=True)
        words = graphene.String(required=True)
        key = UUID(description="Chosen by the client, once for each message.")

    aspiration = graphene.Field(LaksaAspiration)

    @classmethod
    def perform(cls, info: Any, number: str, words: str, key: Any = None) -> LaksaAddMessage:
        case, who = _reporting(info, number)

        def do() -> Case:
            if callers.view_for(info, case).is_reporter:
                return casework.send_message(case=case, actor=who, words=words)
            return casework.reply(case=case, actor=person(info), words=words)

        return cls(aspiration=shown(info, once(actor=who, key=key, act="message", case=case, do=do)))


class LaksaRateAspiration(BaseMutation):
    """The author says how satisfied they are with what became of it, once for each time that it was finished.

    The verdict NOT_SOLVED opens it again within the city's window; it needs words.
    """

    class Arguments:
        number = graphene.ID(required=True)
        rating = graphene.Int(required=True, description="1 (not at all) to 5.")
        words = graphene.String(default_value="")
        verdict = CaseVerdict()
        photos = graphene.List(graphene.NonNull(UUID), default_value=[], description="Ids of uploads, at most 4.")
        key = UUID(description="Chosen by the client, once for each verdict.")

    aspiration = graphene.Field(LaksaAspiration)

    @classmethod
    def perform(
        cls, info: Any, number: str, rating: int, verdict: Any = None, key: Any = None, **rest: Any
    ) -> LaksaRateAspiration:
        case, who = _reporting(info, number)
        words, photos = rest.get("words") or "", rest.get("photos") or []

        def do() -> Case:
            said = Verdict(verdict).value if verdict else ""
            return actions.rate(case=case, actor=who, rating=rating, words=words, verdict=said, photo_ids=photos)

        return cls(aspiration=shown(info, once(actor=who, key=key, act="rate", case=case, do=do)))


class ResidentMutation:
    """Fields of the module's Mutation."""

    laksa_submit_aspiration = LaksaSubmitAspiration.Field()
    laksa_open_aspiration = LaksaOpenAspiration.Field()
    laksa_claim_aspiration = LaksaClaimAspiration.Field()
    laksa_rewrite_aspiration = LaksaRewriteAspiration.Field()
    laksa_support_aspiration = LaksaSupportAspiration.Field()
    laksa_withdraw_support = LaksaWithdrawSupport.Field()
    laksa_appeal_rejection = LaksaAppealRejection.Field()
    laksa_follow_aspiration = LaksaFollowAspiration.Field()
    laksa_add_message = LaksaAddMessage.Field()
    laksa_rate_aspiration = LaksaRateAspiration.Field()
