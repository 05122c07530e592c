from __future__ import annotations

from typing import Any

import graphene

from balai.graphql import (
    JSON,
    UUID,
    ConnectionField,
    DateTime,
    NotFound,
    asked_for,
    connection,
    page,
    personal,
    register_error,
)
from balai.graphql import (
    Mutation as BaseMutation,
)
from tests.dummy_module import actions, queries

register_error(actions.Quarrel, "QUARREL")


class NoteAuthor(graphene.ObjectType):
    name = graphene.String(required=True)


class Note(graphene.ObjectType):
    id = graphene.ID(required=True)
    text = graphene.String(required=True)
    created_at = DateTime(required=True)
    author = personal(graphene.Field(NoteAuthor))
    similar = graphene.List(graphene.NonNull(lambda: Note), required=True)

    @staticmethod
    def resolve_author(note: dict[str, Any], _info: Any) -> dict[str, Any] | None:
        return {"name": note["author__name"]} if note["author_id"] else None

    @staticmethod
    def resolve_similar(_note: Any, _info: Any) -> list[Any]:
        return []


NotePage = connection(Note, "DummyNotePage")


class Query(graphene.ObjectType):
    notes = ConnectionField(NotePage)
    note = graphene.Field(Note, id=graphene.Int(required=True))
    mine = personal(graphene.Int(required=True))
    echo = graphene.Field(JSON, value=JSON())
    at = graphene.Field(DateTime, value=DateTime(required=True))
    broken = graphene.String()

    @staticmethod
    def resolve_notes(_root: Any, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        rows = queries.notes(asked_for(info, "nodes"))
        return page(rows, order=("-created_at", "-id"), first=first, after=after)

    @staticmethod
    def resolve_note(_root: Any, _info: Any, **arguments: Any) -> Any:
        found = queries.note(arguments["id"])
        if found is None:
            raise NotFound
        return found

    @staticmethod
    def resolve_mine(_root: Any, info: Any) -> int:
        user = info.context.user
        return queries.notes(["author"]).filter(author_id=user.pk).count() if user.is_authenticated else 0

    @staticmethod
    def resolve_echo(_root: Any, _info: Any, value: Any = None) -> Any:
        return value

    @staticmethod
    def resolve_at(_root: Any, _info: Any, value: Any) -> Any:
        return value

    @staticmethod
    def resolve_broken(_root: Any, _info: Any) -> str:
        raise RuntimeError("the secret password is hunter2")


class AddNote(BaseMutation):
    class Arguments:
        text = graphene.String(required=True)
        key = UUID()

    note = graphene.Field(Note)

    @classmethod
    def perform(cls, info: Any, text: str, key: Any = None) -> Any:
        note = actions.add_note(text=text, author=info.context.user, key=key)
        return cls(note=queries.notes(asked_for(info, "note")).get(pk=note.pk))


class SignNote(AddNote):
    class Arguments(AddNote.Arguments):
        pass

    sign_in = True


class Mutation(graphene.ObjectType):
    dummy_add_note = AddNote.Field()
    dummy_sign_note = SignNote.Field()
