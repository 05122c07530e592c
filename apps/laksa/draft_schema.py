"""Drafts in the API: for their writer alone."""

from __future__ import annotations

import json
from typing import Any

import graphene

from apps.laksa import actions, queries
from apps.laksa.actions.drafting import MAX_DRAFTS
from apps.laksa.aspiration_schema import LaksaKind
from apps.laksa.models import AspirationKind, Draft
from balai.casework.callers import person
from balai.casework.intake_schema import CaseVisibility
from balai.casework.models import Visibility
from balai.graphql import UUID, DateTime, personal, sized
from balai.graphql import Mutation as BaseMutation


class LaksaDraft(graphene.ObjectType):
    """An aspiration that the caller is still writing. Send it with its key, and the draft is gone."""

    key = UUID(required=True)
    saved_at = DateTime(required=True)
    title = graphene.String(required=True)
    text = graphene.String(required=True)
    topic = graphene.ID(required=True)
    kind = graphene.Field(LaksaKind)
    visibility = graphene.Field(CaseVisibility)
    lat = graphene.Float()
    lon = graphene.Float()
    village = graphene.ID(required=True)
    landmark = graphene.String(required=True)


def draft_node(draft: Draft) -> dict[str, Any]:
    """A LaksaDraft."""
    content = json.loads(draft.content)
    texts = ("title", "text", "topic", "village", "landmark")
    return {
        "key": draft.key,
        "saved_at": draft.saved_at,
        **{name: content.get(name, "") for name in texts},
        "kind": AspirationKind(content["kind"]) if content.get("kind") else None,
        "visibility": Visibility(content["visibility"]) if content.get("visibility") else None,
        "lat": content.get("lat"),
        "lon": content.get("lon"),
    }


class DraftQuery:
    """Fields of the module's Query."""

    my_drafts = personal(
        sized(
            graphene.List(
                graphene.NonNull(LaksaDraft), required=True, description="What the caller is writing, last saved first."
            ),
            MAX_DRAFTS,
        )
    )

    @staticmethod
    def resolve_my_drafts(_root: Any, info: Any) -> list[dict[str, Any]]:
        return [draft_node(draft) for draft in queries.drafts_of(person(info))[:MAX_DRAFTS]]


class LaksaSaveDraft(BaseMutation):
    """Keeps what the caller has written so far; the last one saved under a key counts."""

    class Arguments:
        key = UUID(required=True, description="With which it will be sent.")
        title = graphene.String(default_value="")
        text = graphene.String(default_value="")
        topic = graphene.ID(default_value="")
        kind = LaksaKind()
        visibility = CaseVisibility()
        lat = graphene.Float()
        lon = graphene.Float()
        village = graphene.ID(default_value="")
        landmark = graphene.String(default_value="")

    draft = graphene.Field(LaksaDraft, description="Null where it has been sent already.")
    sign_in = True

    @classmethod
    def perform(cls, info: Any, key: Any, **content: Any) -> LaksaSaveDraft:
        if content.get("kind"):
            content["kind"] = AspirationKind(content["kind"]).value
        if content.get("visibility"):
            content["visibility"] = Visibility(content["visibility"]).value
        kept = actions.save_draft(user=person(info), key=key, content=content)
        return cls(draft=draft_node(kept) if kept is not None else None)


class LaksaDropDraft(BaseMutation):
    """Throws a draft away; one that is not there is gone already."""

    class Arguments:
        key = UUID(required=True)

    done = graphene.Boolean()
    sign_in = True

    @classmethod
    def perform(cls, info: Any, key: Any) -> LaksaDropDraft:
        actions.drop_draft(user=person(info), key=key)
        return cls(done=True)


class DraftMutation:
    """Fields of the module's Mutation."""

    laksa_save_draft = LaksaSaveDraft.Field()
    laksa_drop_draft = LaksaDropDraft.Field()
