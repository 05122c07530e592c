"""The demo's aspiration box: every state and outcome occurs, moderators have something to do, some are late."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.laksa import demo, queries
from apps.laksa.demo import stories
from apps.laksa.models import Answer, Aspiration, AspirationKind, Comment, CommentState, Dimension, Outcome, Rejection
from balai.attachments.models import Attachment
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Follow, Kind, Visibility
from balai.casework.queries import chain_faults
from balai.geography.demo import fill_demo
from balai.membership.demo import demo_accounts
from balai.notifications.models import Message
from balai.notifications.models import Status as MessageStatus
from tenants.current import in_city
from tenants.models import Activation, City

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(city_a: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """The test runs inside a city whose demo was lived through."""
    monkeypatch.setattr(stories, "PHOTO_WIDTH", 240)
    with in_city(city_a):
        fill_demo(city_a)
        demo_accounts(city_a)
        demo.fill(city_a)
        yield city_a


def test_a_demo_city_is_lived_through(lived: City) -> None:
    # One test for all of it: to live through it takes half a minute, and each test would.
    _aspirations_in_every_state()
    _people_talk_and_moderators_have_something_to_do(lived)
    before = Case.objects.count()
    demo.fill(lived)
    assert Case.objects.count() == before


def _aspirations_in_every_state() -> None:
    own = Case.objects.filter(module="laksa", parent=None)
    assert own.count() == Aspiration.objects.count() == 63
    assert set(own.values_list("status", flat=True)) == set(Status)
    assert set(Aspiration.objects.values_list("outcome", flat=True)) == {"", *Outcome.values}
    assert set(Aspiration.objects.values_list("kind", flat=True)) == set(AspirationKind.values)
    assert set(own.values_list("visibility", flat=True)) == set(Visibility.values)
    late = own.filter(late_since__isnull=False, closed_at=None)
    assert {1, 2, 3} <= set(late.values_list("rung", flat=True))
    assert not late.filter(status=Status.WAITING).exists()
    for case in Case.objects.all():
        assert chain_faults(case) == []
    assert not Message.objects.exclude(status=MessageStatus.SENT).exists()


def _people_talk_and_moderators_have_something_to_do(lived: City) -> None:
    weights = sorted(queries.aspirations().open().filter(aspiration__answered_at=None).values_list("weight"))
    assert (14,) in weights
    assert weights[-1][0] > 15
    assert Aspiration.objects.filter(answer_due_at__isnull=False, answered_at=None).exists()
    assert set(Comment.objects.values_list("state", flat=True)) == set(CommentState.values)
    assert all(queries.waiting_counts().values()), queries.waiting_counts()
    assert Comment.objects.filter(is_update=True, state=CommentState.SHOWN).exists()
    assert Follow.objects.exists()
    assert {None, True, False} == set(Rejection.objects.values_list("granted", flat=True))
    assert Rejection.objects.filter(hidden=True).exists()
    assert Attachment.objects.filter(media_type="application/pdf").count() > 4
    assert Answer.objects.filter(case__tasks__isnull=False).exists()
    assert Case.objects.filter(timeline__kind=Kind.ACKNOWLEDGED).exists()
    assert {tag for _row, _group, tags in queries.topics() for tag in tags} == set(Dimension.values)
    mine = queries.own_aspirations(stories.residents(lived, [])[0])
    assert mine.count() > 2


def test_a_city_without_it_gets_nothing(city_b: City) -> None:
    Activation.objects.filter(city=city_b, module="laksa").delete()
    city_b.__dict__.pop("options_by_module", None)
    with in_city(City.objects.get(pk=city_b.pk)) as _:
        fill_demo(city_b)
        demo_accounts(city_b)
        demo.fill(City.objects.get(pk=city_b.pk))
        assert not Case.objects.exists()
