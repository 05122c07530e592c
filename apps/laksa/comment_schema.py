"""Comments and news from authors in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from apps.laksa import actions, queries
from apps.laksa.aspiration_schema import aspiration_for
from apps.laksa.errors import CommentNotFound
from apps.laksa.models import Comment, CommentReport, CommentState
from balai.accounts.models import User
from balai.casework.callers import person
from balai.graphql import UUID, ConnectionField, DateTime, connection, page, personal
from balai.graphql import Mutation as BaseMutation

LaksaCommentState = graphene.Enum.from_enum(
    CommentState,
    name="LaksaCommentState",
    description=lambda value: str(value.label) if value else "Who sees a comment.",
)
LaksaReportReason = graphene.Enum.from_enum(
    CommentReport.Reason,
    name="LaksaReportReason",
    description=lambda value: str(value.label) if value else "What is wrong with a comment.",
)
NEWEST = ("-at", "-id")
COLUMNS = ("id", "text", "at", "state", "reason", "is_update", "author_id", "author__name", "case__reporter_id")


class LaksaComment(graphene.ObjectType):
    """What a resident says about an aspiration."""

    id = graphene.ID(required=True)
    number = graphene.ID(required=True, description="Of the aspiration.")
    text = graphene.String(required=True)
    at = DateTime(required=True)
    author = graphene.String(
        required=True, description="The resident's name; empty for the aspiration's own author and a gone account."
    )
    by_author = graphene.Boolean(required=True, description="Whether the aspiration's own author says it.")
    is_update = graphene.Boolean(required=True, description="News from the author.")
    state = graphene.Field(LaksaCommentState, required=True, description="SHOWN for all but one's own.")
    reason = personal(graphene.String(required=True, description="Of one's own: why it was taken away."))
    mine = personal(graphene.Boolean(required=True))


LaksaCommentPage = connection(LaksaComment)


def comment_node(row: Mapping[str, Any], viewer: User | None) -> dict[str, Any]:
    """A LaksaComment of a row with COLUMNS. Who brought an aspiration is told to nobody, so neither is it here."""
    by_author = row["author_id"] is not None and row["author_id"] == row["case__reporter_id"]
    return {
        "id": row["id"],
        "number": row["case__number"],
        "text": row["text"],
        "at": row["at"],
        "author": "" if by_author or row["author__name"] is None else row["author__name"],
        "by_author": by_author,
        "is_update": row["is_update"],
        "state": CommentState(row["state"]),
        "reason": row["reason"],
        "mine": viewer is not None and row["author_id"] == viewer.pk,
    }


def _viewer(info: Any) -> User | None:
    return info.context.user if isinstance(info.context.user, User) else None


def _page(rows: Any, info: Any, first: int, after: str | None) -> dict[str, Any]:
    viewer = _viewer(info)
    columns = rows.values(*COLUMNS, "case__number")
    return page(columns, order=NEWEST, first=first, after=after, row=lambda row: comment_node(row, viewer))


class CommentQuery:
    """Fields of the module's Query."""

    comments = personal(
        ConnectionField(
            LaksaCommentPage,
            number=graphene.ID(required=True, description="Of the aspiration."),
            updates=graphene.Boolean(description="True: only the author's news; false: only the others'."),
            description="What is said about an aspiration, newest first; the caller's own whatever became of it.",
        )
    )
    my_comments = personal(
        ConnectionField(LaksaCommentPage, description="What the caller said, newest first, with what became of it.")
    )

    @staticmethod
    def resolve_comments(
        _root: Any, info: Any, number: str, first: int, after: str | None = None, updates: bool | None = None
    ) -> dict[str, Any]:
        rows = queries.comments_of(aspiration_for(info, number), _viewer(info))
        return _page(rows if updates is None else rows.filter(is_update=updates), info, first, after)

    @staticmethod
    def resolve_my_comments(_root: Any, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        return _page(queries.own_comments(person(info)), info, first, after)


def comment_for(info: Any, comment_id: str) -> Comment:
    """The comment, if the caller may see it. Raises CommentNotFound."""
    known = comment_id.isascii() and comment_id.isdigit() and len(comment_id) < 18
    comment = Comment.objects.select_related("case").filter(pk=int(comment_id)).first() if known else None
    viewer = _viewer(info)
    if comment is None or not (comment.case.is_shown_to_all or comment.author_id == getattr(viewer, "pk", 0)):
        raise CommentNotFound
    if comment.state != CommentState.SHOWN and comment.author_id != getattr(viewer, "pk", 0):
        raise CommentNotFound
    return comment


def _told(info: Any, comment: Comment) -> dict[str, Any]:
    row = Comment.objects.filter(pk=comment.pk).values(*COLUMNS, "case__number").get()
    return comment_node(row, _viewer(info))


class LaksaAddComment(BaseMutation):
    """Says something about an open aspiration, or (`update`) tells the news of one's own. The same `key` makes one."""

    class Arguments:
        number = graphene.ID(required=True)
        text = graphene.String(required=True)
        update = graphene.Boolean(default_value=False)
        key = UUID(description="Chosen by the client, once for each comment.")

    comment = graphene.Field(LaksaComment, description="HELD: it waits for review before others see it.")
    sign_in = True

    @classmethod
    def perform(cls, info: Any, number: str, text: str, update: bool = False, key: Any = None) -> LaksaAddComment:
        case = aspiration_for(info, number)
        made = actions.add_comment(case=case, author=person(info), text=text, key=key, is_update=bool(update))
        return cls(comment=_told(info, made))


class LaksaRemoveComment(BaseMutation):
    """Takes back one's own comment; nothing of it is kept."""

    class Arguments:
        id = graphene.ID(required=True)

    done = graphene.Boolean()
    sign_in = True

    @classmethod
    def perform(cls, info: Any, **given: str) -> LaksaRemoveComment:
        actions.remove_comment(comment=comment_for(info, given["id"]), author=person(info))
        return cls(done=True)


class LaksaReportComment(BaseMutation):
    """Tells the moderators that a comment should not stand there; once for each resident."""

    class Arguments:
        id = graphene.ID(required=True)
        reason = LaksaReportReason(required=True)
        words = graphene.String(default_value="")

    done = graphene.Boolean()
    sign_in = True

    @classmethod
    def perform(cls, info: Any, reason: Any, words: str = "", **given: str) -> LaksaReportComment:
        value = CommentReport.Reason(reason).value
        comment = comment_for(info, given["id"])
        actions.report_comment(comment=comment, user=person(info), reason=value, words=words or "")
        return cls(done=True)


class CommentMutation:
    """Fields of the module's Mutation."""

    laksa_add_comment = LaksaAddComment.Field()
    laksa_remove_comment = LaksaRemoveComment.Field()
    laksa_report_comment = LaksaReportComment.Field()
