"""Following a report or an area, in the API."""

from __future__ import annotations

from typing import Any

import graphene

from apps.siaran.queries import MODULE
from balai.attachments.queries import signed_in
from balai.casework import queries as cases
from balai.casework.actions import following as casework
from balai.casework.models import AreaSubscription, Follow
from balai.graphql import Mutation as BaseMutation
from balai.graphql import SignInRequired, personal, sized


class Subscription(graphene.ObjectType):
    """An area, and a category in it or any, of which a resident gets news."""

    id = graphene.ID(required=True)
    area = graphene.String(required=True, description="Name of the kelurahan, kecamatan or city.")
    code = graphene.ID(required=True)
    category = graphene.String(description="Name; null: any.")


def _person(info: Any) -> Any:
    user = signed_in(info.context.user)
    if user is None:
        raise SignInRequired
    return user


class FollowingQuery:
    """Fields of the module's Query."""

    following = personal(
        graphene.Boolean(
            required=True, number=graphene.ID(required=True), description="Whether the caller follows the report."
        )
    )
    my_subscriptions = personal(
        sized(graphene.List(graphene.NonNull(Subscription), required=True), casework.MAX_SUBSCRIPTIONS)
    )

    @staticmethod
    def resolve_following(_root: Any, info: Any, number: str) -> bool:
        user = signed_in(info.context.user)
        return user is not None and Follow.objects.filter(user=user, case__number=number).exists()

    @staticmethod
    def resolve_my_subscriptions(_root: Any, info: Any) -> list[dict[str, Any]]:
        own = AreaSubscription.objects.filter(user=_person(info), module=MODULE).order_by("area__name", "pk")
        rows = own.values("pk", "area__name", "area__code", "category__name")[: casework.MAX_SUBSCRIPTIONS]
        return [
            {"id": row["pk"], "area": row["area__name"], "code": row["area__code"], "category": row["category__name"]}
            for row in rows
        ]


class FollowReport(BaseMutation):
    """Follows a report that everyone may see, or stops following it."""

    class Arguments:
        number = graphene.ID(required=True)
        follow = graphene.Boolean(default_value=True, description="False: no more.")

    following = graphene.Boolean()
    sign_in = True

    @classmethod
    def perform(cls, info: Any, number: str, follow: bool) -> FollowReport:
        user = _person(info)
        case = cases.case_for(user, number, module=MODULE)
        if follow:
            casework.follow(case=case, user=user)
        else:
            casework.unfollow(case=case, user=user)
        return cls(following=follow)


class SubscribeArea(BaseMutation):
    """News of new and finished reports of an area, in a category or in any. Asking twice makes one."""

    class Arguments:
        area = graphene.ID(required=True, description="Kemendagri code of a kelurahan, a kecamatan or the city.")
        category = graphene.ID(default_value="", description="Slug; empty: any.")

    id = graphene.ID()
    sign_in = True

    @classmethod
    def perform(cls, info: Any, area: str, category: str | None) -> SubscribeArea:
        made = casework.subscribe(user=_person(info), module=MODULE, area=area, category=category or "")
        return cls(id=made.pk)


class UnsubscribeArea(BaseMutation):
    """Ends one of the caller's subscriptions; one that is not theirs stays as it is."""

    class Arguments:
        id = graphene.ID(required=True)

    done = graphene.Boolean()
    sign_in = True

    @classmethod
    def perform(cls, info: Any, **given: str) -> UnsubscribeArea:
        number = given["id"]
        if number.isascii() and number.isdigit() and len(number) < 18:
            casework.unsubscribe(user=_person(info), subscription_id=int(number))
        return cls(done=True)


class FollowingMutation:
    """Fields of the module's Mutation."""

    siaran_follow_report = FollowReport.Field()
    siaran_subscribe_area = SubscribeArea.Field()
    siaran_unsubscribe_area = UnsubscribeArea.Field()
