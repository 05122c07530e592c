"""What of LAKSA stands in the mayor's digest of a week: numbers, and titles of what everyone may read."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.laksa.models import Answer, Outcome
from apps.laksa.queries import MODULE, title_of
from balai.casework.models import Case, CaseQuerySet
from balai.casework.notices import desk_list_path
from balai.notifications.digests import Section

MOST_LINES = 5


def sections(since: datetime.datetime, until: datetime.datetime) -> list[Section]:
    """New ones and official answers from `since` to before `until`, and what is open now: most supported, and still
    without an official answer. At most MOST_LINES titles of each; eight statements. What is empty is left out."""
    where = desk_list_path(MODULE)
    found = [
        _section(_("New aspirations"), _new(since, until), ("-received_at", "-id"), where),
        _section(_("Most supported open aspirations"), _open().filter(weight__gt=1), ("-weight", "-id"), where),
        _section(
            _("Waiting for an official answer"),
            _open().filter(aspiration__answered_at=None),
            (F("aspiration__answer_due_at").asc(nulls_last=True), "received_at", "id"),
            where,
        ),
        _answered(since, until, where),
    ]
    return [section for section in found if section.count]


def _own() -> CaseQuerySet:
    return Case.objects.filter(module=MODULE, parent=None, merged_into=None, aspiration__isnull=False)


def _open() -> CaseQuerySet:
    return _own().open()


def _new(since: datetime.datetime, until: datetime.datetime) -> CaseQuerySet:
    return _own().filter(received_at__gte=since, received_at__lt=until)


def _section(title: str, cases: CaseQuerySet, order: tuple[Any, ...], path: str) -> Section:
    """All are counted; named are only those that everyone may read."""
    count = cases.count()
    shown = cases.shown_to_all().select_related("aspiration").defer("words").order_by(*order) if count else cases.none()
    return Section(title, count, [_line(case) for case in shown[:MOST_LINES]], path)


def _line(case: Case) -> str:
    parts = [title_of(case.description)]
    if case.weight > 1:
        parts.append(ngettext("%(count)d resident", "%(count)d residents", case.weight) % {"count": case.weight})
    due = case.aspiration.answer_due_at
    if due is not None and case.aspiration.answered_at is None:
        parts.append(_("answer due %(day)s") % {"day": date_format(timezone.localtime(due), "j F")})
    return " · ".join(parts)


def _answered(since: datetime.datetime, until: datetime.datetime, path: str) -> Section:
    """Each aspiration once, with the agency and the meaning of its last answer of the week."""
    answers = Answer.objects.filter(at__gte=since, at__lt=until)
    last = answers.filter(case=OuterRef("case")).order_by("-at", "-pk")
    latest = answers.filter(pk=Subquery(last.values("pk")[:1]))
    shown = latest.filter(case__in=Case.objects.shown_to_all()).order_by("-at", "-pk")
    lines = [
        " · ".join((title_of(description), who or _("Command room"), str(Outcome(outcome).label)))
        for description, who, outcome in shown.values_list("case__description", "agency__name", "outcome")[:MOST_LINES]
    ]
    return Section(_("Answered officially last week"), latest.count(), lines, path)
