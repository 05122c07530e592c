"""One report for the caller of a resolver: finding it, and answering it after a mutation."""

from __future__ import annotations

from typing import Any

from apps.siaran.queries import MODULE
from balai.agencies.queries import Standing
from balai.casework import callers, queries
from balai.casework.models import Case
from balai.casework.queries import View
from balai.casework.schema import detail


def report_for(info: Any, number: str) -> Case:
    """The report, if the caller may see it."""
    return callers.case_for(info, number, MODULE)


def shown(info: Any, case: Case) -> dict[str, Any]:
    """The report after a mutation, as the caller sees it: with fresh relations, since the action's are locked rows."""
    fresh = queries.with_relations(Case.objects.filter(pk=case.pk)).get()
    return detail(callers.view_for(info, fresh), info, "report")


def shown_to_reporter(info: Any, case: Case) -> dict[str, Any]:
    """The report that the caller has just sent, from what was written: nothing is read again but what was asked for.

    Whoever sent it is its reporter, with an account or without, and nothing else in this answer.
    """
    digests = frozenset({case.access_digest} if case.access_digest else ())
    view = View(case, Standing(info.context.user.pk), digests)
    return detail(view, info, "report")
