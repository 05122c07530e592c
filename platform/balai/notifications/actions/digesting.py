"""The daily digest: one mail a working day to those who chose it, made from the rows of that moment."""

from __future__ import annotations

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone, translation

from balai.notifications import digests, queries
from balai.notifications.actions.writing import notify
from balai.notifications.models import Preference

BATCH = 100
ONE_DAY = datetime.timedelta(days=1)


def next_digest(at: datetime.time, after: datetime.datetime) -> datetime.datetime:
    """The next time the city's clock shows `at`, later than `after`."""
    zone = queries.zone()
    today = datetime.datetime.combine(after.astimezone(zone).date(), at, zone)
    moment = today if today > after else datetime.datetime.combine(today.date() + ONE_DAY, at, zone)
    return moment.astimezone(datetime.UTC)


def send_digests() -> int:
    """Makes the digests whose time has come, at most BATCH; returns how many mails that gave.

    The message and the time of the next digest are one transaction: a killed worker leaves both undone.
    """
    due = Preference.objects.filter(next_digest_at__lte=timezone.now()).order_by("next_digest_at")
    return sum(_send(user_id) for user_id in list(due.values_list("user_id", flat=True)[:BATCH]))


@transaction.atomic
def _send(user_id: int) -> int:
    now = timezone.now()
    rows = Preference.objects.select_for_update(skip_locked=True)
    row = rows.filter(user_id=user_id, next_digest_at__lte=now).first()
    if row is None or row.digest_at is None:
        return 0
    day = now.astimezone(queries.zone()).date()
    since = row.last_digest_at or now - ONE_DAY
    row.next_digest_at = next_digest(row.digest_at, now)
    works = digests.is_working_day(day)
    if works:
        row.last_digest_at = now
    row.save(update_fields=["last_digest_at", "next_digest_at"])
    user = get_user_model()._default_manager.filter(pk=user_id, is_active=True).first() if works else None
    if user is None:
        return 0
    language = row.language or user.language or queries.here().language
    with translation.override(language), timezone.override(queries.zone()):
        found = digests.sections(user, since)
    if not found:
        return 0
    notify(
        template="notifications/digest",
        to=user,
        context={"sections": found, "day": day},
        language=language,
        dedupe_key=f"digest:{user_id}:{day}",
        kind="digest",
        path=found[0].path,
    )
    return 1
