"""Keeping the numbers of each day, as the engine keeps its daily figures: a day is counted anew when a case changed."""

from __future__ import annotations

import bisect
import datetime
from collections import Counter

from django.db import transaction
from django.db.models import Count

from apps.laksa.models import Answer, DayCount
from apps.laksa.queries import MODULE, aspirations
from balai.casework.actions.reading import changed_since, days_of_cases
from balai.casework.lifecycle import Phase, phase_of
from balai.casework.models import SHOWN_TO_ALL
from balai.casework.periods import begin_of, day_of, end_of
from balai.casework.tally import BOUNDS

FIGURES = "laksa.figures"
What = DayCount.What


@transaction.atomic
def update_figures() -> int:
    """Counts the days anew on which a changed aspiration came or was answered, the first time all; returns how many."""
    changed = changed_since(FIGURES, "module", "pk", "received_at")
    if changed is None:
        days = {day for module, day in days_of_cases() if module == MODULE}
    else:
        mine = [(pk, received) for module, pk, received in changed if module == MODULE]
        answered = Answer.objects.filter(case__in=[pk for pk, _received in mine]).values_list("at", flat=True)
        days = {day_of(moment) for moment in (*(received for _pk, received in mine), *answered)}
    for day in days:
        count_day(day)
    return len(days)


@transaction.atomic
def count_day(day: datetime.date) -> None:
    """Writes the numbers of one day as its aspirations stand now. Doing so again changes nothing."""
    counts = _received(day) + _given(day)
    DayCount.objects.filter(day=day).delete()
    DayCount.objects.bulk_create(
        DayCount(day=day, what=what, part=part, count=count) for (what, part), count in counts.items()
    )


def _received(day: datetime.date) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    columns = ("status", "weight", "received_at", "aspiration__kind", "aspiration__outcome", "aspiration__answered_at")
    for status, weight, received, kind, outcome, answered in (
        aspirations(since=day, until=day).order_by().values_list(*columns)
    ):
        phase = phase_of(status)
        counts[What.PHASE, phase] += 1
        counts[What.KIND, kind] += 1
        if phase is Phase.DONE:
            # Who stands behind an open one changes with every click: those are counted when somebody asks.
            counts[What.RESIDENTS, ""] += weight
            if outcome:
                counts[What.OUTCOME, outcome] += 1
        if answered is not None:
            counts[What.ANSWERED, ""] += 1
            seconds = max(0.0, (answered - received).total_seconds())
            counts[What.TIME, str(bisect.bisect_left(BOUNDS, seconds))] += 1
    return counts


def _given(day: datetime.date) -> Counter[tuple[str, str]]:
    answers = Answer.objects.filter(
        at__gte=begin_of(day), at__lt=end_of(day), case__visibility__in=SHOWN_TO_ALL, case__parent=None
    )
    counted = answers.order_by().values_list("agency_id", "outcome").annotate(count=Count("pk"))
    return Counter({(What.GIVEN, f"{agency or 0}:{outcome}"): count for agency, outcome, count in counted})
