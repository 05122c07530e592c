"""The public figures: what was said in a period, what became of it, and who answered."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Aggregate, Count, DurationField, F, Sum

from apps.laksa.models import Answer, AspirationKind, Outcome
from apps.laksa.queries import aspirations
from balai.casework.lifecycle import Phase, phase_of
from balai.casework.models import SHOWN_TO_ALL, CaseQuerySet
from balai.casework.periods import Period, begin_of, end_of
from balai.casework.tally import ENOUGH

MAX_AGENCIES = 100
KEPT_SECONDS = 600
"""So old may the figures of a period be that are shown to all: making them reads every aspiration of the period."""


class _Median(Aggregate):
    function = "percentile_cont"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class AgencyFigures:
    """How many official answers an agency gave, by outcome. Without a name: the command room."""

    name: str
    outcomes: Mapping[str, int]

    @property
    def answers(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the aspirations received in the period that everyone may see: how many there are, have an official answer,
    stand in which phase, ended how, are of which kind, and how many residents stand behind them.

    `agencies` counts the answers given in the period. `median`: half of the answered ones had their first official
    answer within it; None of fewer than ENOUGH.
    """

    received: int
    answered: int
    residents: int
    phases: Mapping[Phase, int]
    outcomes: Mapping[str, int]
    kinds: Mapping[str, int]
    agencies: Sequence[AgencyFigures]
    median: datetime.timedelta | None


def kept_figures(period: Period) -> Figures:
    """The figures of a period, made anew every KEPT_SECONDS at most, however many ask."""
    key = f"laksa.figures:{period.first}:{period.last}"
    found = cache.get(key)
    if not isinstance(found, Figures):
        found = figures(period)
        cache.set(key, found, KEPT_SECONDS)
    return found


def figures(period: Period) -> Figures:
    """The figures of a period as they are now, in at most three statements over what the period holds."""
    cases = aspirations(since=period.first, until=period.last).order_by()
    phases = dict.fromkeys(Phase, 0)
    outcomes: dict[str, int] = dict.fromkeys(Outcome.values, 0)
    kinds: dict[str, int] = dict.fromkeys(AspirationKind.values, 0)
    answered = residents = 0
    grouped = cases.values_list("status", "aspiration__outcome", "aspiration__kind")
    counted = grouped.annotate(count=Count("pk"), answered=Count("aspiration__answered_at"), residents=Sum("weight"))
    for status, outcome, kind, count, with_answer, behind in counted:
        phase = phase_of(status)
        phases[phase] += count
        kinds[kind] += count
        answered += with_answer
        residents += behind
        if outcome and phase is Phase.DONE:
            outcomes[outcome] += count
    return Figures(
        received=sum(phases.values()),
        answered=answered,
        residents=residents,
        phases=phases,
        outcomes=outcomes,
        kinds=kinds,
        agencies=_by_agency(period),
        median=_median(cases) if answered >= ENOUGH else None,
    )


def _median(cases: CaseQuerySet) -> datetime.timedelta | None:
    took = _Median(F("aspiration__answered_at") - F("received_at"))
    found: datetime.timedelta | None = cases.filter(aspiration__answered_at__isnull=False).aggregate(took=took)["took"]
    return found


def _by_agency(period: Period) -> list[AgencyFigures]:
    answers = Answer.objects.filter(
        at__gte=begin_of(period.first), at__lt=end_of(period.last), case__visibility__in=SHOWN_TO_ALL
    )
    counted = answers.order_by().values_list("agency__name", "outcome").annotate(count=Count("pk"))
    found: dict[str, dict[str, int]] = {}
    for name, outcome, count in counted:
        found.setdefault(name or "", dict.fromkeys(Outcome.values, 0))[outcome] += count
    rows = [AgencyFigures(name, outcomes) for name, outcomes in found.items()]
    return sorted(rows, key=lambda row: (-row.answers, row.name))[:MAX_AGENCIES]
