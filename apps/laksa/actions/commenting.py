"""Comments of residents, news from authors, and what moderators do about them."""

from __future__ import annotations

import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.laksa import trust
from apps.laksa.errors import Closed, CommentNotFound, NotVerified
from apps.laksa.models import Aspiration, Comment, CommentReport, CommentState, HeldFor
from apps.laksa.queries import MODULE
from balai.accounts.models import User
from balai.agencies.queries import Act, standing_of
from balai.audit.actions import record
from balai.casework import notices
from balai.casework.actions.moving import locked, save, wrong
from balai.casework.errors import NotAllowed
from balai.casework.models import CHANGES, Case, Kind
from balai.casework.queries import view_of
from balai.casework.wording import checked
from balai.casework.writing import REPORTER, Draft, append
from balai.notifications.actions import notify_each
from tenants.modules import module_options

MIN_TEXT, MAX_TEXT = 3, 1_000
MAX_REASON = 300
MAX_REPORTS_PER_DAY = 50
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@transaction.atomic
def add_comment(*, case: Case, author: User, text: str, key: UUID | None = None, is_update: bool = False) -> Comment:
    """Says something about an open aspiration that everyone may see; as an update its author tells the news of it.

    Whether it is shown at once, see `trust`. The same `key` from the same author makes one comment. Raises NotVerified,
    Closed, NotAllowed, ValidationError (text).
    """
    earlier = Comment.objects.filter(author=author, key=key).first() if key is not None else None
    if earlier is not None:
        return earlier
    if not trust.is_verified(author):
        raise NotVerified
    # Locked: what closes it at the same time comes before or after, and the second of two at once sees the first.
    row = locked(case)
    if not row.is_open:
        raise Closed
    view = view_of(row, author)
    if not row.is_shown_to_all:
        raise NotAllowed(_("It is not shown to all, so it cannot be commented."))
    if is_update and not view.is_reporter:
        raise NotAllowed(_("Only its author tells the news of an aspiration."))
    text = checked(text, "text", minimum=MIN_TEXT, maximum=MAX_TEXT, missing=_("Write a comment."))
    earlier = _check_flood(row, author, text, key)
    if earlier is not None:
        return earlier
    held_for = trust.held_for_comment(author, text)
    comment = Comment.objects.create(
        case=row,
        author=author,
        is_update=is_update,
        text=text,
        key=key,
        state=CommentState.HELD if held_for else CommentState.SHOWN,
        held_for=held_for or "",
        at=timezone.now(),
    )
    if held_for is None:
        _shown(comment, row)
    return comment


def _check_flood(case: Case, author: User, text: str, key: UUID | None) -> Comment | None:
    """The comment that was sent with this key meanwhile. Raises ValidationError for too many and for the same again."""
    now = timezone.now()
    recent = list(Comment.objects.filter(author=author, at__gt=now - DAY).order_by("-at")[:500])
    for comment in recent:
        if key is not None and comment.key == key:
            return comment
    if sum(comment.at > now - HOUR for comment in recent) >= module_options(MODULE).comments_per_hour:
        raise wrong("text", _("You have commented a lot within an hour. Please wait a little."), "too_many")
    if any(comment.case_id == case.pk and comment.text == text for comment in recent):
        raise wrong("text", _("You have said that here already."), "repeated")
    return None


def _shown(comment: Comment, row: Case) -> None:
    """A comment is shown from now on, of a case that is locked: counts it; followers hear of news from the author."""
    _count(row.pk, 1)
    if comment.is_update and not row.timeline.filter(kind=Kind.UPDATED, data__comment=comment.pk).exists():
        # Without its words, which can be hidden again; a timeline is only ever added to.
        data = {"comment": comment.pk}
        append(row, Draft(Kind.UPDATED, timezone.now(), REPORTER, actor=comment.author, data=data))
        save(row)


def _not_shown(comment: Comment) -> None:
    _count(comment.case_id, -1)


def _count(case_id: int, more: int) -> None:
    Aspiration.objects.filter(case=case_id).update(comment_count=F("comment_count") + more)
    # A comment stands in no timeline, but its number on pages that are kept.
    CHANGES.changed()


def _locked(comment: Comment) -> tuple[Comment, Case]:
    """The comment and its case as they are now, the case first: so do all who write here."""
    row = locked(Case(pk=comment.case_id))
    found = Comment.objects.select_for_update().filter(pk=comment.pk).first()
    if found is None:
        raise CommentNotFound
    return found, row


@transaction.atomic
def remove_comment(*, comment: Comment, author: User) -> None:
    """The author takes back what they said; nothing of it is kept. Raises NotAllowed for somebody else's."""
    found, _row = _locked(comment)
    if found.author_id != author.pk:
        raise NotAllowed(_("This is not your comment."))
    if found.state == CommentState.SHOWN:
        _not_shown(found)
    found.delete()


@transaction.atomic
def report_comment(*, comment: Comment, user: User, reason: str, words: str = "") -> Comment:
    """A resident finds that a comment should not stand there. Once each; after some reports it waits for review, unless
    a moderator has looked at it already.

    Raises NotVerified, NotAllowed, ValidationError (reason, words).
    """
    if not trust.is_verified(user):
        raise NotVerified
    if reason not in CommentReport.Reason.values:
        raise wrong("reason", _("Choose what is wrong with it."), "unknown")
    words = checked(words, "words", minimum=0, missing="", maximum=MAX_REASON)
    found, _row = _locked(comment)
    if found.author_id == user.pk:
        raise NotAllowed(_("This is your own comment: you can remove it."))
    if found.state != CommentState.SHOWN:
        return found
    since = timezone.now() - DAY
    if CommentReport.objects.filter(user=user, at__gt=since).count() >= MAX_REPORTS_PER_DAY:
        raise ValidationError(_("You have reported very many comments today."), code="too_many")
    _report, new = CommentReport.objects.get_or_create(
        comment=found, user=user, defaults={"reason": reason, "words": words, "at": timezone.now()}
    )
    if not new:
        return found
    found.report_count += 1
    if found.report_count >= module_options(MODULE).reports_to_hold and found.reviewed_at is None:
        found.state, found.held_for = CommentState.HELD, HeldFor.REPORTS
        _not_shown(found)
    found.save(update_fields=["report_count", "state", "held_for"])
    return found


@transaction.atomic
def publish_comment(*, comment: Comment, actor: User) -> Comment:
    """A moderator has looked at it: it is shown, and reports do not hold it again. Raises NotAllowed."""
    _check_moderator(actor)
    found, row = _locked(comment)
    shown = found.state == CommentState.SHOWN
    found.state, found.held_for, found.reason = CommentState.SHOWN, "", ""
    _reviewed(found, actor)
    record("laksa.comment_published", found, actor=actor)
    if not shown:
        _shown(found, row)
    return found


@transaction.atomic
def hide_comment(*, comment: Comment, actor: User, reason: str) -> Comment:
    """A moderator takes it away; its author reads why. Raises NotAllowed, ValidationError (reason)."""
    _check_moderator(actor)
    reason = checked(reason, "reason", minimum=5, maximum=MAX_REASON, missing=_("Say why."))
    found, row = _locked(comment)
    if found.state == CommentState.HIDDEN:
        return found
    if found.state == CommentState.SHOWN:
        _not_shown(found)
    found.state, found.held_for, found.reason = CommentState.HIDDEN, "", reason
    _reviewed(found, actor)
    record("laksa.comment_hidden", found, actor=actor, reason=reason)
    author = User.objects.filter(pk=found.author_id or 0, is_active=True).first()
    if author is not None:
        notify_each(
            template="laksa/comment_hidden",
            to=[author],
            context={"number": row.number, "reason": reason},
            dedupe_key=f"comment:{found.pk}:hidden:{found.reviewed_at:%s}",
            kind="comments",
            path=notices.case_path(row),
        )
    return found


def _reviewed(comment: Comment, actor: User) -> None:
    comment.reviewed_at, comment.reviewed_by = timezone.now(), actor
    comment.save(update_fields=["state", "held_for", "reason", "reviewed_at", "reviewed_by"])


def _check_moderator(actor: User) -> None:
    if standing_of(actor).role_for(Act.ASSIGN, None) is None:
        raise NotAllowed(_("Only the command room decides about comments."))
