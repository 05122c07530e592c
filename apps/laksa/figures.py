"""The public figures: what was said in a period, what became of it, and who answered."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from apps.laksa.models import AspirationKind, DayCount, Outcome
from apps.laksa.queries import aspirations
from balai.agencies.models import Agency
from balai.casework.lifecycle import Phase
from balai.casework.periods import Period
from balai.casework.tally import BUCKETS, ENOUGH, median

MAX_AGENCIES = 100
What = DayCount.What


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
    answer within it, an eighth off at most; None of fewer than ENOUGH.
    """

    received: int
    answered: int
    residents: int
    phases: Mapping[Phase, int]
    outcomes: Mapping[str, int]
    kinds: Mapping[str, int]
    agencies: Sequence[AgencyFigures]
    median: datetime.timedelta | None


def figures(period: Period) -> Figures:
    """The figures of a period, as the sweep last counted its days. At most three statements, whose cost is that of the
    days and of what is open."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    days = DayCount.objects.filter(day__range=(period.first, period.last))
    for what, part, count in days.order_by().values_list("what", "part").annotate(count=Sum("count")):
        counts[what][part] = count
    waiting = aspirations(since=period.first, until=period.last).open().order_by()
    behind = waiting.aggregate(residents=Sum("weight", default=0))["residents"]
    answered = counts[What.ANSWERED][""]
    times = [counts[What.TIME][str(bucket)] for bucket in range(BUCKETS)]
    return Figures(
        received=counts[What.PHASE].total(),
        answered=answered,
        residents=behind + counts[What.RESIDENTS][""],
        phases={phase: counts[What.PHASE][phase] for phase in Phase},
        outcomes={outcome: counts[What.OUTCOME][outcome] for outcome in Outcome.values},
        kinds={kind: counts[What.KIND][kind] for kind in AspirationKind.values},
        agencies=_agencies(counts[What.GIVEN]),
        median=datetime.timedelta(seconds=median(times)) if answered >= ENOUGH else None,
    )


def _agencies(given: Mapping[str, int]) -> list[AgencyFigures]:
    found: dict[int, dict[str, int]] = {}
    for part, count in given.items():
        agency, _colon, outcome = part.partition(":")
        found.setdefault(int(agency), dict.fromkeys(Outcome.values, 0))[outcome] = count
    names = dict(Agency.objects.filter(pk__in=found).values_list("pk", "name")) if found else {}
    rows = [AgencyFigures(names.get(agency, ""), outcomes) for agency, outcomes in found.items()]
    return sorted(rows, key=lambda row: (-row.answers, row.name))[:MAX_AGENCIES]
