"""The signed-in person."""

from __future__ import annotations

from typing import Any

import graphene

from balai.accounts import actions
from balai.accounts.models import User
from balai.graphql.fields import personal
from balai.graphql.mutations import Mutation as BaseMutation


class Me(graphene.ObjectType):
    """The signed-in person, as the person sees themselves."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    email = graphene.String(description="The main email address, if there is one.")
    phone = graphene.String(description="E.164, for example +628121234567.")
    is_staff = graphene.Boolean(required=True, description="Whether the person works for this city.")
    language = graphene.String(required=True, description="Language of messages; empty: the city's.")


class Query(graphene.ObjectType):
    me = personal(graphene.Field(Me, description="Null for a visitor who is not signed in."))

    @staticmethod
    def resolve_me(_root: Any, info: Any) -> User | None:
        user = info.context.user
        return user if user.is_authenticated else None


class UpdateMe(BaseMutation):
    """Changes the person's own name or language; what is left out stays."""

    class Arguments:
        name = graphene.String()
        language = graphene.String()

    me = graphene.Field(Me)
    sign_in = True

    @classmethod
    def perform(cls, info: Any, **changes: Any) -> Any:
        return cls(me=actions.update_profile(user=info.context.user, **changes))


class Mutation(graphene.ObjectType):
    update_me = UpdateMe.Field()
