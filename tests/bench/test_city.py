"""The benchmark's city is made of cases as the suite itself would have written them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from balai.casework import queries
from balai.casework.models import Case, TimelineEntry
from bench.city import CATEGORIES, copy_cases, make_desk
from tests.casework.conftest import a  # noqa: F401

if TYPE_CHECKING:
    from tests.casework.world import World

pytestmark = pytest.mark.django_db


def test_copied_cases_are_whole(a: World) -> None:  # noqa: F811
    make_desk("ukur")
    copy_cases(120, [a.warga.pk, a.tetangga.pk])
    cases = list(Case.objects.select_related("category", "agency"))
    assert len(cases) == 120
    for case in cases:
        case.full_clean(exclude=["reporter", "assignee", "words", "point"], validate_constraints=False)
        assert queries.chain_faults(case) == []
    assert {case.category.slug for case in cases} <= {slug for slug, *_rest in CATEGORIES}
    assert len({case.status for case in cases}) > 1
    # What comes next does not meet the copied ids.
    own = a.report()
    assert own.pk > max(case.pk for case in cases)
    assert TimelineEntry.objects.filter(case=own).count() == own.timeline_length


def test_more_cases_can_be_added(a: World) -> None:  # noqa: F811
    make_desk("ukur")
    copy_cases(10, [a.warga.pk])
    copy_cases(15, [a.warga.pk])
    assert Case.objects.count() == 25
