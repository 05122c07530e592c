"""Supporting an aspiration: once per verified resident, and what the city owes once enough of them do."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.laksa import trust
from apps.laksa.actions.figures import count_day
from apps.laksa.errors import Closed, NotVerified
from apps.laksa.models import Aspiration
from apps.laksa.queries import MODULE, thresholds
from balai.accounts.models import User
from balai.calendars.queries import calendar
from balai.casework import clocks, notices
from balai.casework import support as casework
from balai.casework.actions.moving import locked, save
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Kind
from balai.casework.periods import day_of
from balai.casework.writing import SYSTEM, Draft, append
from tenants.modules import module_options

KEPT_AT_ONCE = 200


@transaction.atomic
def support(*, case: Case, person: User) -> Case:
    """The person stands behind it from now on, and is told what its author is told. Twice changes nothing.

    Raises NotVerified, Closed, NotAllowed (one's own, one that not everyone sees).
    """
    if not case.is_open:
        raise Closed
    if case.reporter_id == person.pk:
        raise NotAllowed(_("This is your own aspiration: you stand behind it already."))
    if not trust.is_verified(person):
        raise NotVerified
    row = casework.support(case=case, person=person)
    # Each weight is passed one by one, but by a merge: `keep_promises` finds what that leaves out.
    if any(row.weight == threshold.weight for threshold in thresholds()):
        _reach(row)
    return row


@transaction.atomic
def withdraw_support(*, case: Case, person: User) -> Case:
    """The person does not stand behind it any more. Twice changes nothing; what was owed stays owed."""
    row = casework.withdraw(case=case, person=person)
    if not row.is_open:
        # Of the closed ones the figures are kept, and no entry of the timeline tells of this.
        count_day(day_of(row.received_at))
    return row


def _reach(case: Case) -> None:
    """Does what the thresholds mean that the locked aspiration has reached and that nothing was done about yet."""
    aspiration = Aspiration.objects.get(case=case)
    new = [
        threshold
        for threshold in thresholds()
        if case.weight >= threshold.weight
        and getattr(aspiration, threshold.field) is None
        and (threshold.role is not None or aspiration.answered_at is None)
    ]
    if not new or not case.is_open:
        return
    row, now = locked(case), timezone.now()
    for threshold in new:
        if threshold.role is None:
            _owe_an_answer(row, aspiration, now)
        else:
            setattr(aspiration, threshold.field, now)
            [entry] = append(row, Draft(threshold.told_as, now, SYSTEM, data={"weight": row.weight}))
            notices.tell_leader(row, "laid_before", entry, threshold.role)
    aspiration.save(update_fields=["answer_due_at", *(threshold.field for threshold in new)])
    save(row)


def _owe_an_answer(row: Case, aspiration: Aspiration, now: datetime.datetime) -> None:
    """The agency owes an official answer from now on. The caller saves both."""
    due = calendar().add_working_days(now, module_options(MODULE).answer_days)
    aspiration.threshold_at, aspiration.answer_due_at = now, due
    clocks.promise(row, due, now)
    data = {"weight": row.weight, "due": due.isoformat()}
    [entry] = append(row, Draft(Kind.ANSWER_DUE, now, SYSTEM, data=data))
    notices.tell_desk(row, "answer_due", entry)


def _off_the_clock() -> Iterable[int]:
    """The open aspirations whose promised answer is not on the case's clock."""
    owed = Case.objects.open().filter(merged_into=None, aspiration__answered_at=None)
    owed = owed.filter(aspiration__answer_due_at__isnull=False)
    moved_on = Q(update_due_at=None) | Q(update_due_at__gt=F("aspiration__answer_due_at"))
    return owed.filter(moved_on).order_by("pk").values_list("pk", flat=True)[:KEPT_AT_ONCE]


def _passed_unnoticed() -> Iterable[int]:
    """The open aspirations with more supporters than a threshold about which nothing was done."""
    passed = Q()
    for threshold in thresholds():
        one = Q(("weight__gte", threshold.weight), (f"aspiration__{threshold.field}", None))
        passed |= one & Q(aspiration__answered_at=None) if threshold.role is None else one
    if not passed:
        return []
    # By the index of the most supported ones, however many there are with less.
    weighty = Case.objects.open().shown_to_all().filter(module=MODULE, weight__gte=thresholds()[0].weight)
    return weighty.filter(passed, merged_into=None).order_by("-weight").values_list("pk", flat=True)[:KEPT_AT_ONCE]


def keep_promises(now: datetime.datetime | None = None) -> int:
    """Finds what was promised for many supporters and is not on the case's clock: the threshold was passed by a merge,
    or a word that was no official answer, or a new service level, has moved the clock on. Returns how many.
    """
    now = now or timezone.now()
    found = sorted({*_off_the_clock(), *_passed_unnoticed()})
    for pk in found:
        with transaction.atomic():
            row = locked(Case(pk=pk))
            _reach(row)
            aspiration = Aspiration.objects.get(case=row)
            if row.is_open and aspiration.answered_at is None and aspiration.answer_due_at is not None:
                row.refresh_from_db(fields=[*clocks.FIELDS, "timeline_length", "timeline_head"])
                clocks.promise(row, aspiration.answer_due_at, now)
                save(row)
    return len(found)
