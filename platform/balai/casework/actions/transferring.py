"""Handing a case to another city: "no wrong door".

Two transactions in two cities, and rows that find each other again by one key. Here the case is closed and an outgoing
Transfer prepared; a task in the other city takes the case in (see arrival) and comes back to say so. Whatever is lost
on the way, a worker, a message, a commit: the sweep finds the row that still waits and knocks again, and each step
knows whether it has been taken before.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.audit.actions import record
from balai.casework import notices, transitions
from balai.casework.actions import standstill
from balai.casework.actions.moving import STATUS_FIELDS, begin, draft, locked, move_to, reason_for, save, wrong
from balai.casework.actions.splitting import settle
from balai.casework.elsewhere import cities_that_had, cities_that_take, place_in
from balai.casework.errors import NotAllowed
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind, Transfer
from balai.casework.models.transfer import HAND_OVER
from balai.casework.writing import SYSTEM, Draft, append
from tenants.current import current_city, in_city
from tenants.models import City
from tenants.tasks import queue

LONGEST_PAUSE = datetime.timedelta(hours=1)
GIVE_UP_AFTER = 12
"""Knocks at a city that is no tenant any more, over several hours: no worker of its can still be at it."""
SWEEP_BATCH = 100


@transaction.atomic
def hand_over(
    *,
    case: Case,
    city: City,
    actor: User,
    reason: str,
    lat: float | None = None,
    lon: float | None = None,
    notes: Collection[int] = (),
) -> Case:
    """Hands the case to another city that has its module on. Here it is closed and only to be read from now on.

    The place (degrees, WGS 84) is where the case lies in that city; without one the case's own has to lie there.
    `notes` are the sequence numbers of internal entries that go along; all others stay.

    Raises NotAllowed, IllegalMove, ValidationError (city, place, reason).
    """
    row, _view, post = begin(case, "transfer", actor)
    reason = reason_for(row, transitions.move(row.module, "transfer"), reason)
    here = current_city()
    if city.pk == here.pk:
        raise wrong("city", _("This is your own city."), "same")
    if not cities_that_take(row.module).filter(pk=city.pk).exists():
        raise wrong("city", _("%(city)s does not take such reports in Balai.") % {"city": city.name}, "unavailable")
    if city.slug in cities_that_had(row):
        message = _("%(city)s has had this report already. Agree on it outside Balai, or choose another city.")
        raise wrong("city", message % {"city": city.name}, "had_it")
    lat, lon = place_in(city, row, lat, lon)
    now = timezone.now()
    transfer = Transfer(
        case=row,
        direction=Transfer.Direction.OUT,
        city=city.slug,
        reason=reason,
        notes=sorted(set(notes)),
        lat=lat,
        lon=lon,
        kept=standstill.kept(row),
        at=now,
        by=actor,
        next_attempt_at=now + HAND_OVER,
    )
    settle(row, reason, post, actor, now)
    row.to_city = city.slug
    move_to(row, Status.NOT_OURS, now)
    data = {"to": city.slug, "to_name": city.name, "key": str(transfer.key)}
    append(row, draft(post, Kind.TRANSFERRED, actor, now, words=reason, data=data))
    save(row, "to_city", *STATUS_FIELDS)
    transfer.save(force_insert=True)
    record("casework.handed_over", row, actor=actor, to=city.slug, key=str(transfer.key))
    _knock(transfer)
    return row


def _knock(transfer: Transfer) -> bool:
    """Queues what the other city has to do; False where that city is not there (any more)."""
    from balai.casework.tasks import take_back_case, take_in_case

    other = City.objects.filter(slug=transfer.city, state=City.State.ACTIVE).first()
    if other is None:
        return False
    here = current_city()
    task = take_in_case if transfer.direction == Transfer.Direction.OUT else take_back_case
    with in_city(other):
        queue(task, here.slug, str(transfer.key))
    return True


@transaction.atomic
def confirm(*, key: UUID, receipt: str) -> None:
    """The other city has taken the case in; `receipt` is the hash of its first entry. Told again it changes nothing."""
    transfer = _outgoing(key)
    if transfer is None or transfer.state != Transfer.State.PREPARED:
        return
    now = timezone.now()
    row = locked(transfer.case)
    city = City.objects.get(slug=transfer.city)
    data = {"accepted_by": city.slug, "accepted_by_name": city.name, "hash": receipt}
    [entry] = append(row, Draft(Kind.TRANSFERRED, now, SYSTEM, data=data))
    save(row)
    _decide(transfer, Transfer.State.ACCEPTED, now)
    record("casework.handover_accepted", row, by=city.slug, key=str(key))
    notices.tell_reporter(row, "transferred", entry)


@transaction.atomic
def take_back(*, key: UUID, reason: str, receipt: str = "") -> None:
    """The other city did not take the case, or sent it back: here it goes on where it stood. Told again it changes
    nothing."""
    transfer = _outgoing(key)
    if transfer is None or transfer.state == Transfer.State.REFUSED:
        return
    now = timezone.now()
    row = locked(transfer.case)
    name = City.objects.filter(slug=transfer.city).values_list("name", flat=True).first() or transfer.city
    row.to_city = ""
    standstill.go_on(row, transfer.kept, transfer.at, now)
    data = {"returned_by": transfer.city, "returned_by_name": name, "hash": receipt}
    [entry] = append(row, Draft(Kind.TRANSFERRED, now, SYSTEM, words=reason, data=data))
    save(row, "to_city", *standstill.GONE_ON_FIELDS)
    was = transfer.state
    transfer.reason = reason
    _decide(transfer, Transfer.State.REFUSED, now)
    record("casework.handover_refused", row, by=transfer.city, key=str(key))
    notices.tell_desk(row, "transfer_refused", entry)
    if was == Transfer.State.ACCEPTED:
        notices.tell_reporter(row, "transfer_returned", entry)


def _outgoing(key: UUID) -> Transfer | None:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("case")
    return rows.filter(key=key, direction=Transfer.Direction.OUT).first()


def _decide(transfer: Transfer, state: Transfer.State, now: datetime.datetime) -> None:
    transfer.state, transfer.decided_at, transfer.next_attempt_at = state, now, None
    transfer.save(update_fields=["state", "reason", "decided_at", "next_attempt_at"])


@transaction.atomic
def send_back(*, case: Case, actor: User, reason: str) -> Case:
    """Returns a case to the city that handed it over; there it is open again, here only to be read.

    Raises NotAllowed, IllegalMove, ValidationError (reason).
    """
    row, _view, post = begin(case, "send_back", actor)
    reason = reason_for(row, transitions.move(row.module, "send_back"), reason)
    transfer = (
        Transfer.objects.select_for_update()
        .filter(case=row, direction=Transfer.Direction.IN, state=Transfer.State.ACCEPTED)
        .first()
    )
    if transfer is None:
        raise NotAllowed(_("This report did not come from another city."))
    now = timezone.now()
    settle(row, reason, post, actor, now)
    row.to_city = transfer.city
    move_to(row, Status.NOT_OURS, now)
    name = City.objects.filter(slug=transfer.city).values_list("name", flat=True).first() or transfer.city
    data = {"returned_to": transfer.city, "returned_to_name": name, "key": str(transfer.key)}
    append(row, draft(post, Kind.TRANSFERRED, actor, now, words=reason, data=data))
    save(row, "to_city", *STATUS_FIELDS)
    transfer.state, transfer.reason, transfer.decided_at = Transfer.State.REFUSED, reason, now
    transfer.next_attempt_at = now + HAND_OVER
    transfer.save(update_fields=["state", "reason", "decided_at", "next_attempt_at"])
    record("casework.sent_back", row, actor=actor, to=transfer.city, key=str(transfer.key))
    _knock(transfer)
    return row


@transaction.atomic
def settled(*, key: UUID) -> None:
    """The city that sent the case has taken it back: nothing is left to do here."""
    rows = Transfer.objects.filter(key=key, direction=Transfer.Direction.IN, state=Transfer.State.REFUSED)
    rows.update(next_attempt_at=None)


def knock_again(now: datetime.datetime | None = None) -> int:
    """Finds what a lost broker or a killed worker left behind; returns how many. Running it twice changes nothing."""
    now = now or timezone.now()
    gone = []
    with transaction.atomic():
        due = Transfer.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at")
        transfers = list(due.select_for_update(skip_locked=True)[:SWEEP_BATCH])
        for transfer in transfers:
            transfer.attempts += 1
            transfer.next_attempt_at = now + min(HAND_OVER * 2 ** min(transfer.attempts, 10), LONGEST_PAUSE)
            transfer.save(update_fields=["attempts", "next_attempt_at"])
            reached = _knock(transfer)
            if not reached and transfer.direction == Transfer.Direction.OUT and transfer.attempts >= GIVE_UP_AFTER:
                gone.append(transfer.key)
    for key in gone:
        take_back(key=key, reason=_("This city is not reachable in Balai any more."))
    return len(transfers)
