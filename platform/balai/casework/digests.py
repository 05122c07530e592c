"""What of the casework stands in a daily digest: numbers, categories and places, never anybody's words."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from balai.agencies.queries import Act, standing_of
from balai.calendars.queries import calendar
from balai.casework.models import Case, CaseQuerySet, Visibility
from balai.casework.notices import desk_list_path, tasks_path
from balai.notifications.digests import Section
from balai.notifications.models import Message

MOST_LINES = 10


def is_working_day(day: datetime.date) -> bool:
    """Whether the city works on this day."""
    return calendar().is_working_day(day)


def sections(user: Any, since: datetime.datetime) -> list[Section]:
    """What is late, new and open: an officer's own tasks, then the desks where the person assigns work.

    At most MOST_LINES lines of each; three statements for the tasks and three for the desks.
    """
    standing = standing_of(user)
    works, desks = standing.agencies(Act.WORK), standing.agencies(Act.ASSIGN)
    found: list[Section] = []
    if works is None or works:
        tasks = _of(works).filter(assignee_id=user.pk)
        titles = (_("Late tasks"), _("New tasks"), _("Open tasks"))
        found += _sections(tasks, "assigned_at", since, tasks_path, titles)
    if desks is None or desks:
        titles = (_("Past due"), _("New at the desk"), _("Open at the desk"))
        found += _sections(_of(desks), "received_at", since, desk_list_path, titles)
    return [*found, *_followed(user, since)]


def _followed(user: Any, since: datetime.datetime) -> list[Section]:
    """What there was to tell a follower: the subjects of the messages that wait in the inbox. Two statements."""
    news = Message.objects.filter(recipient=user, kind="following", created_at__gt=since).order_by("-pk")
    count = news.count()
    return [Section(_("News of what I follow"), count, list(news.values_list("subject", flat=True)[:MOST_LINES]))]


def _of(agencies: frozenset[int] | None) -> CaseQuerySet:
    cases = Case.objects.open()
    return cases if agencies is None else cases.filter(agency__in=agencies)


def _sections(
    cases: CaseQuerySet, came: str, since: datetime.datetime, path: Callable[[str], str], titles: tuple[str, str, str]
) -> list[Section]:
    late = Q(late_since__isnull=False)
    new = ~late & Q(**{f"{came}__gt": since})
    counts = cases.aggregate(
        late=Count("pk", filter=late), new=Count("pk", filter=new), open=Count("pk"), module=Min("module")
    )
    if not counts["open"]:
        return []
    named = cases.select_related("category", "village").defer("words", "village__geometry")
    longest_late = list(named.filter(late).order_by("late_since", "pk")[:MOST_LINES]) if counts["late"] else []
    newest = list(named.filter(new).order_by(f"-{came}", "-pk")[:MOST_LINES]) if counts["new"] else []
    where = path(counts["module"])
    return [
        Section(titles[0], counts["late"], [_line(row) for row in longest_late], where),
        Section(titles[1], counts["new"], [_line(row) for row in newest], where),
        Section(titles[2], counts["open"], (), where),
    ]


def _line(case: Case) -> str:
    """One case in a line. Of a secret one only the number: even where it is may tell too much."""
    if case.visibility == Visibility.SECRET:
        return case.number
    parts = [case.number, case.category.name, case.village.name if case.village else ""]
    if case.late_since is not None:
        late = date_format(timezone.localtime(case.late_since), "j F")
        parts.append(_("late since %(day)s") % {"day": late})
    return " · ".join(part for part in parts if part)
