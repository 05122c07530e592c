"""Which service level a case has, and what follows from it. Rows become values that are held in memory per city.

The most specific policy in effect on the day of receipt counts: one for the category itself before one for the
category above it, then one for the kelurahan before the kecamatan before the whole city, then one that names the
classification, then the severity; among equals the newest. A city without any policy keeps the suite's own: an answer
within 3×24 hours.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.calendars.calendar import DAY, Calendar
from balai.casework.models import Case, Category, Rung, SlaPolicy
from balai.casework.models.sla import TimeUnit
from balai.geography.queries import area_index
from tenants.held import Held

INSTANT = datetime.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Amount:
    """So many hours, or working days."""

    count: int
    unit: str

    def __str__(self) -> str:
        if self.in_working_days:
            return ngettext("%(count)d working day", "%(count)d working days", self.count) % {"count": self.count}
        return ngettext("%(count)d hour", "%(count)d hours", self.count) % {"count": self.count}

    @property
    def in_working_days(self) -> bool:
        return self.unit == TimeUnit.WORKING_DAYS

    def after(self, moment: datetime.datetime, calendar: Calendar) -> datetime.datetime:
        """When it has passed since the moment."""
        if self.in_working_days:
            return calendar.add_working_days(moment, self.count)
        return calendar.add_hours(moment, self.count)

    def after_deadline(self, due: datetime.datetime, calendar: Calendar) -> datetime.datetime:
        """When it has passed since a deadline. A day that ended with the deadline counts as the day it ended."""
        return self.after(due - INSTANT if self.in_working_days else due, calendar)

    def shifted(
        self, due: datetime.datetime, paused: datetime.datetime, resumed: datetime.datetime, calendar: Calendar
    ) -> datetime.datetime:
        """The deadline after a pause: later by the time of the pause, in the unit that it was counted in.

        What was ahead at the pause is as far ahead after it; what had been missed stays missed.
        """
        if not self.in_working_days:
            return due + (resumed - paused)
        first, last = calendar.day_of(paused), calendar.day_of(resumed)
        if due <= paused:
            first, last = first - DAY, last - DAY
        days = calendar.working_days_between(first, last)
        return calendar.start_of(calendar.nth_working_day(calendar.day_of(due - INSTANT), days) + DAY) if days else due


@dataclass(frozen=True, slots=True)
class Policy:
    """A service level as a value; see SlaPolicy for what its parts mean. `id` is None for the suite's own."""

    id: int | None
    name: str
    answer: Amount | None
    update: Amount | None
    solution: Amount | None
    warn: datetime.timedelta
    ladder: tuple[tuple[Rung, Amount], ...]
    module: str = ""
    category_id: int | None = None
    area_id: int | None = None
    classification: str = ""
    severity: str = ""
    since: datetime.date = datetime.date.min
    until: datetime.date | None = None

    @property
    def in_working_days(self) -> bool:
        """Whether anything is counted in working days: then nobody is reminded outside working hours."""
        return any(
            amount is not None and amount.in_working_days for amount in (self.answer, self.update, self.solution)
        )

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it is in effect for cases received on this day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def fits(self, case: Case, categories: Sequence[int], areas: Sequence[int]) -> bool:
        """Whether it is for such a case, its category and area being given with those around them, nearest first."""
        return (
            self.module in ("", case.module)
            and (self.category_id is None or self.category_id in categories)
            and (self.area_id is None or self.area_id in areas)
            and self.classification in ("", case.classification)
            and self.severity in ("", case.severity)
        )

    def rank(self, categories: Sequence[int], areas: Sequence[int]) -> tuple[int, ...]:
        """Smaller is more specific, then newer."""
        return (
            categories.index(self.category_id) if self.category_id is not None else len(categories),
            areas.index(self.area_id) if self.area_id is not None else len(areas),
            not self.classification,
            not self.severity,
            not self.module,
            -self.since.toordinal(),
            -(self.id or 0),
        )


SUITE = Policy(
    id=None,
    name="3×24",
    answer=Amount(72, TimeUnit.HOURS),
    update=None,
    solution=None,
    warn=datetime.timedelta(hours=12),
    ladder=(
        (Rung.HEAD, Amount(0, TimeUnit.HOURS)),
        (Rung.SEKDA, Amount(24, TimeUnit.HOURS)),
        (Rung.MAYOR, Amount(72, TimeUnit.HOURS)),
    ),
)
"""What counts where a city has set nothing. RABEG's procedure: 3×24 hours, then OPD → Sekda → Walikota; how long each
rung has is not published, so a city that knows better sets a policy."""


def policy_of_row(row: SlaPolicy) -> Policy:
    """The row as a value."""

    def amount(count: int | None, unit: str) -> Amount | None:
        return Amount(count, unit) if count is not None else None

    rungs = ((Rung.HEAD, row.head_after), (Rung.SEKDA, row.sekda_after), (Rung.MAYOR, row.mayor_after))
    return Policy(
        id=row.pk,
        name=row.name,
        answer=amount(row.answer_amount, row.answer_unit),
        update=amount(row.update_amount, row.update_unit),
        solution=amount(row.done_amount, row.done_unit),
        warn=datetime.timedelta(hours=row.warn_hours),
        ladder=tuple((rung, Amount(after, row.ladder_unit)) for rung, after in rungs if after is not None),
        module=row.module,
        category_id=row.category_id,
        area_id=row.area_id,
        classification=row.classification,
        severity=row.severity,
        since=row.since,
        until=row.until,
    )


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of a city, those that have ended too, and the tree of categories they refer to."""

    rows: tuple[Policy, ...]
    by_id: Mapping[int | None, Policy]
    above: Mapping[int, int | None]

    def around(self, case: Case) -> tuple[list[int], list[int]]:
        """The ids of the case's category and those above it, and of its areas; nearest first."""
        categories: list[int] = []
        found: int | None = case.category_id
        while found is not None and found not in categories:
            categories.append(found)
            found = self.above.get(found)
        if not any(policy.area_id for policy in self.rows):
            return categories, []
        areas: list[int] = []
        area = next((area for area in area_index().areas if area.id == case.village_id), None)
        while area is not None:
            areas.append(area.id)
            area = area.parent
        return categories, areas

    def best(self, case: Case, day: datetime.date) -> Policy:
        """The policy for a case that is received on this day."""
        categories, areas = self.around(case)
        fitting = [policy for policy in self.rows if policy.holds_on(day) and policy.fits(case, categories, areas)]
        return min(fitting, key=lambda policy: policy.rank(categories, areas), default=SUITE)

    def with_another(self, policy: Policy) -> Policies:
        """The same city if this policy were there too."""
        return Policies((*self.rows, policy), {**self.by_id, policy.id: policy}, self.above)


def _load() -> Policies:
    rows = tuple(policy_of_row(row) for row in SlaPolicy.objects.order_by("pk"))
    above: dict[int, int | None] = {}
    if any(policy.category_id for policy in rows):
        above = dict(Category.objects.values_list("pk", "parent_id"))
    return Policies(rows, {None: SUITE, **{policy.id: policy for policy in rows}}, above)


_policies = Held("casework.sla", _load)


def policies() -> Policies:
    """The current city's policies, from memory unless they were changed."""
    return _policies.get()


def changed() -> None:
    """Makes every process read the policies anew."""
    _policies.changed()


def policy_of(case: Case) -> Policy:
    """The policy by which the case's clocks were set."""
    return policies().by_id.get(case.policy_id, SUITE)


def promise(case: Case) -> str:
    """What the city has to do next, and within which time it has promised to; empty when nothing is due."""
    due = case.due_at
    if due is None:
        return ""
    policy = policy_of(case)
    word = policy.update or policy.answer
    if case.answered_at is None and due == case.answer_due_at and policy.answer is not None:
        return _("The first answer is due within %(time)s of the report.") % {"time": policy.answer}
    if due == case.update_due_at and word is not None:
        return _("The agency's next word is due within %(time)s.") % {"time": word}
    if policy.solution is not None:
        return _("The solution is due within %(time)s.") % {"time": policy.solution}
    return ""


def in_words(amounts: Iterable[Amount | None]) -> list[str]:
    """Amounts for people, "–" for none."""
    return ["–" if amount is None else str(amount) for amount in amounts]
