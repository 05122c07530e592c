"""The demo lives what the suite can do: every state occurs, and some reports are red."""

from __future__ import annotations

from collections import Counter

import pytest

from apps.siaran import demo
from apps.siaran.demo import stories
from balai.agencies.models import Agency
from balai.calendars.calendar import ROUND_THE_CLOCK
from balai.calendars.queries import working_hours
from balai.casework import queries
from balai.casework.lifecycle import Status
from balai.casework.models import Case
from balai.casework.performance import performance
from balai.casework.periods import Period, today
from balai.geography.demo import fill_demo
from balai.membership.demo import demo_accounts
from balai.notifications.models import Message
from balai.notifications.models import Status as MessageStatus
from tenants.current import in_city

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fixture", ["city_a", "city_b"])
def test_a_demo_city_has_reports_in_every_state(
    fixture: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = request.getfixturevalue(fixture)
    monkeypatch.setattr(stories, "SHOWN", 6)
    with in_city(city):
        fill_demo(city)
        demo_accounts(city)
        demo.fill(city)
        assert Case.objects.count() > 200
        found = Counter(Case.objects.values_list("status", flat=True))
        unchecked = set() if queries.options_of("siaran").check_results else {Status.CHECKING}
        assert set(found) == set(Status) - unchecked
        rungs = set(Case.objects.filter(late_since__isnull=False).values_list("rung", flat=True))
        assert 3 in rungs
        assert len(rungs) > 1
        assert Message.objects.filter(template__startswith="casework/").exists()
        assert not Message.objects.exclude(status=MessageStatus.SENT).exists()
        assert not Message.objects.filter(next_attempt_at__isnull=False).exists()
        reasons = set(Case.objects.values_list("routed_because__by", flat=True))
        assert {"rule", "category", "person", "task"} <= reasons
        assert performance("siaran", Period.year(today())).city.received > 150
        for case in Case.objects.all():
            assert queries.chain_faults(case) == []
        dpu = Agency.objects.get(slug="dpu")
        assert [*working_hours()] == [None, dpu.pk]
        assert working_hours()[dpu.pk] == ROUND_THE_CLOCK
        before = Case.objects.count()
        demo.fill(city)
        assert Case.objects.count() == before
