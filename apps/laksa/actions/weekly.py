"""The mayor's digest: what the week brought, each Monday."""

from __future__ import annotations

import datetime

from django.utils import timezone, translation

from apps.laksa import week
from apps.laksa.queries import MODULE
from balai.agencies.models import Role
from balai.agencies.queries import people
from balai.casework.notices import desk_list_path
from balai.notifications import queries as notifications
from balai.notifications.actions import notify
from balai.notifications.models import Message

MORNING = datetime.time(6)
STILL = datetime.timedelta(days=2)
"""So long after Monday morning it is still sent, should nothing have run on Monday."""
WEEK = datetime.timedelta(days=7)


def tell_the_mayor(now: datetime.datetime | None = None) -> int:
    """Writes to whoever holds the mayor's post about the week that ended on Sunday; once, and if there is anything.

    Returns how many messages that gave.
    """
    zone = notifications.zone()
    moment = (now or timezone.now()).astimezone(zone)
    monday = moment.date() - datetime.timedelta(days=moment.weekday())
    if not datetime.timedelta() <= moment - datetime.datetime.combine(monday, MORNING, zone) < STILL:
        return 0
    until = datetime.datetime.combine(monday, datetime.time(), zone)
    keys = {person: f"laksa:weekly:{monday}:{person.pk}" for person in people(roles=[Role.MAYOR], agency=None)}
    told = set(Message.objects.filter(dedupe_key__in=keys.values()).values_list("dedupe_key", flat=True))
    sent = 0
    for person, key in keys.items():
        if key in told:
            continue
        language = person.language or notifications.here().language
        with translation.override(language), timezone.override(zone):
            sections = week.sections(until - WEEK, until)
        if sections:
            notify(
                template="laksa/weekly",
                to=person,
                context={"sections": sections, "since": until - WEEK, "until": monday - datetime.timedelta(days=1)},
                language=language,
                dedupe_key=key,
                kind="weekly",
                path=desk_list_path(MODULE),
            )
            sent += 1
    return sent
