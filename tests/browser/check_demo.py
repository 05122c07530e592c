"""Whether the demo of a running installation lives what the suite can do. Run by test_demo.py in its environment.

In every city with SIARAN each state occurs and some reports are red; the aspiration box of Tangerang has every outcome,
moderators have something to do, some agencies are late.
"""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  (Django has to be set up before any model is imported)

from apps.laksa import demo as laksa_demo  # noqa: E402
from apps.laksa import queries as laksa  # noqa: E402
from apps.laksa.demo import stories  # noqa: E402
from apps.laksa.models import (  # noqa: E402
    Answer,
    Aspiration,
    AspirationKind,
    Comment,
    CommentState,
    Dimension,
    Outcome,
    Rejection,
)
from apps.siaran import demo as siaran_demo  # noqa: E402
from balai.agencies.models import Agency  # noqa: E402
from balai.attachments.models import Attachment  # noqa: E402
from balai.calendars.calendar import ROUND_THE_CLOCK  # noqa: E402
from balai.calendars.queries import working_hours  # noqa: E402
from balai.casework import queries  # noqa: E402
from balai.casework.lifecycle import Status  # noqa: E402
from balai.casework.models import Case, Follow, Kind, Visibility  # noqa: E402
from balai.casework.performance import performance  # noqa: E402
from balai.casework.periods import Period, today  # noqa: E402
from balai.notifications.models import Message  # noqa: E402
from balai.notifications.models import Status as MessageStatus  # noqa: E402
from tenants.current import in_city  # noqa: E402
from tenants.models import HUB_SCHEMA, City  # noqa: E402
from tenants.modules import is_active  # noqa: E402


def check_siaran() -> None:
    """A few hundred reports in all states, some red, some at the mayor's desk."""
    cases = Case.objects.filter(module="siaran")
    assert cases.count() > 200
    unchecked = set() if queries.options_of("siaran").check_results else {Status.CHECKING}
    assert set(cases.values_list("status", flat=True)) == set(Status) - unchecked
    rungs = set(cases.filter(late_since__isnull=False).values_list("rung", flat=True))
    assert 3 in rungs
    assert len(rungs) > 1
    assert {"rule", "category", "person", "task"} <= set(cases.values_list("routed_because__by", flat=True))
    assert performance("siaran", Period(today() - timedelta(days=200), today())).city.received > 150
    dpu = Agency.objects.get(slug="dpu")
    assert working_hours()[dpu.pk] == ROUND_THE_CLOCK


def check_laksa(city: City) -> None:
    """Aspirations of every kind, outcome and visibility; talk, moderation, thresholds, an appeal."""
    own = Case.objects.filter(module="laksa", parent=None)
    assert own.count() == Aspiration.objects.count() >= 63
    assert set(own.values_list("status", flat=True)) == set(Status)
    assert set(Aspiration.objects.values_list("outcome", flat=True)) == {"", *Outcome.values}
    assert set(Aspiration.objects.values_list("kind", flat=True)) == set(AspirationKind.values)
    assert set(own.values_list("visibility", flat=True)) == set(Visibility.values)
    late = own.filter(late_since__isnull=False, closed_at=None)
    assert {1, 2, 3} <= set(late.values_list("rung", flat=True))
    assert not late.filter(status=Status.WAITING).exists()
    weights = sorted(laksa.aspirations().open().filter(aspiration__answered_at=None).values_list("weight"))
    assert (14,) in weights
    assert weights[-1][0] > 15
    assert Aspiration.objects.filter(answer_due_at__isnull=False, answered_at=None).exists()
    assert set(Comment.objects.values_list("state", flat=True)) == set(CommentState.values)
    assert all(laksa.waiting_counts().values()), laksa.waiting_counts()
    assert Comment.objects.filter(is_update=True, state=CommentState.SHOWN).exists()
    assert Follow.objects.exists()
    assert {None, True, False} == set(Rejection.objects.values_list("granted", flat=True))
    assert Rejection.objects.filter(hidden=True).exists()
    assert Attachment.objects.filter(media_type="application/pdf").count() > 4
    assert Answer.objects.filter(case__tasks__isnull=False).exists()
    assert Case.objects.filter(timeline__kind=Kind.ACKNOWLEDGED).exists()
    assert {tag for _row, _group, tags in laksa.topics() for tag in tags} == set(Dimension.values)
    assert laksa.own_aspirations(stories.residents(city, [])[0]).count() > 2


def check_what_all_have() -> None:
    """Chains that hold, and messages of the past that all arrived."""
    for case in Case.objects.all():
        assert queries.chain_faults(case) == []
    past = Message.objects.filter(created_at__lt=timezone.now() - timedelta(hours=2))
    assert past.filter(template__startswith="casework/").exists()
    assert not past.exclude(status=MessageStatus.SENT).exists()


def check_it_is_filled_once(city: City) -> None:
    """A second start adds nothing."""
    before = Case.objects.count()
    siaran_demo.fill(city)
    laksa_demo.fill(city)
    assert Case.objects.count() == before


def main() -> None:
    """Every city. Says what each has."""
    for city in City.objects.exclude(schema_name=HUB_SCHEMA).order_by("slug"):
        with in_city(city):
            modules = [name for name in ("siaran", "laksa") if is_active(name)]
            if "siaran" in modules:
                check_siaran()
            if "laksa" in modules:
                check_laksa(city)
            check_what_all_have()
            check_it_is_filled_once(city)
        sys.stdout.write(f"{city.slug} {' '.join(modules)}\n")


if __name__ == "__main__":
    main()
