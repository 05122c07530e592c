"""What the command room does with what comes in: verify, publish, reject under a rule; and appeals against that."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.laksa import queries
from apps.laksa.models import Aspiration, Outcome, Rejection, Rule
from balai.accounts.models import User
from balai.agencies.models import Post
from balai.agencies.queries import Act, standing_of
from balai.audit.actions import record
from balai.casework import actions as casework
from balai.casework import clocks, notices, transitions
from balai.casework.actions.closing import REOPENED_FIELDS, open_again
from balai.casework.actions.moving import STATUS_FIELDS, begin, draft, locked, move_to, reason_for, save, wrong
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind, Visibility
from balai.casework.wording import checked
from balai.casework.writing import append

MIN_APPEAL, MAX_APPEAL = 10, 1_000


@transaction.atomic
def verify(*, case: Case, actor: User, reason: str = "") -> Case:
    """The command room has looked at it: it is one, it is complete and this city's. What waited for review is shown.

    Raises NotAllowed, IllegalMove, ValidationError (reason).
    """
    row = casework.verify(case=case, actor=actor, reason=reason)
    return publish(case=row, actor=actor)


@transaction.atomic
def publish(*, case: Case, actor: User) -> Case:
    """Shows to all, as its author wished, what waited for review; what does not wait stays as it is. NotAllowed."""
    row, post = locked(case), _room_post(actor)
    aspiration = Aspiration.objects.get(case=row)
    if not aspiration.held:
        return row
    aspiration.held, aspiration.held_for = False, ""
    aspiration.save(update_fields=["held", "held_for"])
    row.visibility = aspiration.wanted_visibility
    append(row, draft(post, Kind.PUBLISHED, actor, timezone.now(), public=row.visibility != Visibility.SECRET))
    save(row, "visibility")
    record("laksa.published", row, actor=actor)
    return row


def _room_post(actor: User) -> Post:
    post = standing_of(actor).role_for(Act.ASSIGN, None)
    if post is None:
        raise NotAllowed(_("Only the command room does this."))
    return post


@transaction.atomic
def reject(*, case: Case, actor: User, rule: Rule, reason: str, hide: bool = False) -> Case:
    """Closes it as against a published rule, with the reason for its author, who can appeal once.

    With `hide` it is not shown to all any more; what waited for review never was. Raises NotAllowed, IllegalMove,
    ValidationError (rule, reason).
    """
    row, _view, post = begin(case, "reject", actor)
    if not rule.active:
        raise wrong("rule", _("This rule is not in force any more."), "inactive")
    reason = reason_for(row, transitions.move(row.module, "reject"), reason)
    now = timezone.now()
    aspiration = Aspiration.objects.get(case=row)
    hidden = hide and not aspiration.held and row.visibility != Visibility.SECRET
    if hidden:
        aspiration.wanted_visibility, row.visibility = row.visibility, Visibility.SECRET
    aspiration.outcome = Outcome.REJECTED
    aspiration.save(update_fields=["outcome", "wanted_visibility"])
    clocks.answered(row, now)
    move_to(row, Status.ARCHIVED, now)
    data = {"rule": rule.title}
    [entry] = append(row, draft(post, Kind.REJECTED, actor, now, words=reason, data=data))
    save(row, "visibility", *STATUS_FIELDS)
    Rejection.objects.create(case=row, rule=rule, entry=entry, by=actor, at=now, hidden=hidden)
    record("laksa.rejected", row, actor=actor, rule=rule.pk, hidden=hidden)
    notices.tell_reporter(row, "closed", entry)
    return row


@transaction.atomic
def appeal(*, case: Case, actor: User | Guest, words: str) -> Case:
    """The author asks that the rejection be looked at by somebody else: once, within the city's days.

    Raises NotAllowed, IllegalMove, ValidationError (words).
    """
    row, _view, _post = begin(case, "appeal", actor)
    if not queries.may_appeal(row):
        raise NotAllowed(_("An appeal is possible once, within the days that the rejection names."))
    missing = _("Say why the rejection is wrong.")
    words = checked(words, "words", minimum=MIN_APPEAL, maximum=MAX_APPEAL, missing=missing)
    now = timezone.now()
    rejection = queries.last_rejection(row)
    assert rejection is not None
    rejection.appealed_at = now
    rejection.save(update_fields=["appealed_at"])
    [entry] = append(row, draft(None, Kind.APPEALED, actor, now, words=words, public=False))
    save(row)
    notices.tell_desk(row, "message", entry)
    return row


@transaction.atomic
def decide_appeal(*, case: Case, actor: User, grant: bool, reason: str) -> Case:
    """Grants an appeal, so that the aspiration is open again and shown as its author wished, or dismisses it.

    Whoever rejected it does not decide where the command room has somebody else. Raises NotAllowed, IllegalMove,
    ValidationError (reason).
    """
    row, _view, post = begin(case, "decide_appeal", actor)
    rejection = queries.open_appeal(row)
    if rejection is None:
        raise NotAllowed(_("There is no appeal to decide."))
    if rejection.by_id == actor.pk and queries.others_who_decide(actor):
        raise NotAllowed(_("You rejected it yourself: a colleague decides on the appeal."))
    reason = reason_for(row, transitions.move(row.module, "decide_appeal"), reason)
    now = timezone.now()
    rejection.decided_at, rejection.decided_by, rejection.granted = now, actor, grant
    rejection.save(update_fields=["decided_at", "decided_by", "granted"])
    record("laksa.appeal_decided", row, actor=actor, granted=grant)
    if not grant:
        [entry] = append(row, draft(post, Kind.APPEAL_DISMISSED, actor, now, words=reason))
        save(row)
        notices.tell_reporter(row, "closed", entry)
        return row
    aspiration = Aspiration.objects.get(case=row)
    if rejection.hidden or aspiration.held:
        row.visibility = aspiration.wanted_visibility
    aspiration.held, aspiration.held_for, aspiration.outcome = False, "", ""
    aspiration.save(update_fields=["held", "held_for", "outcome"])
    open_again(row, now)
    [entry] = append(row, draft(post, Kind.REOPENED, actor, now, words=reason))
    save(row, "visibility", *REOPENED_FIELDS)
    notices.tell_reporter(row, "reopened", entry)
    return row
