"""Who stands behind an aspiration, and what the city owes them."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.laksa import actions, tasks
from apps.laksa.errors import Closed, NotVerified
from apps.laksa.models import Aspiration
from balai.accounts.models import User
from balai.agencies.actions import appoint
from balai.agencies.models import Role
from balai.calendars.queries import calendar
from balai.casework import actions as casework
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Kind, Supporter
from balai.casework.queries import chain_faults
from balai.casework.sweep import sweep
from balai.notifications.models import Message
from tests.casework.test_concurrency import together
from tests.casework.world import person
from tests.laksa.box import Box

RAISED = (Kind.ANSWER_DUE, Kind.TO_SEKDA, Kind.TO_MAYOR)
ANSWER = "Usulan ini kami tinjau bersama kelurahan pada bulan depan."


@pytest.mark.django_db
class TestOnce:
    def test_once_for_each_resident_and_withdrawable(self, box: Box) -> None:
        case = box.wish()
        for _ in range(2):
            case = actions.support(case=case, person=box.tetangga)
        assert (case.weight, Supporter.objects.count()) == (2, 1)
        for _ in range(2):
            case = actions.withdraw_support(case=case, person=box.tetangga)
        assert (case.weight, Supporter.objects.count()) == (1, 0)

    def test_refusals_change_nothing(self, box: Box) -> None:
        stranger = User.objects.create_user("siapa@example.org", name="Siapa")
        case, secret = box.wish(), box.wish(visibility="secret")
        closed = casework.archive(case=box.wish(), actor=box.room, reason="Selesai sudah.")
        box.set(review_aspirations="everyone")
        held = box.wish()
        for error, target, who in (
            (NotVerified, case, stranger),
            (NotAllowed, case, box.warga),
            (NotAllowed, secret, box.tetangga),
            (NotAllowed, held, box.tetangga),
            (Closed, closed, box.tetangga),
        ):
            with pytest.raises(error):
                actions.support(case=target, person=who)
        assert not Supporter.objects.exists()
        assert set(Case.objects.values_list("weight", flat=True)) == {1}

    def test_a_phone_that_was_verified_is_enough(self, box: Box) -> None:
        caller = User.objects.create_user(phone="+628121234567", phone_verified=True, name="Ibu Tini")
        assert actions.support(case=box.wish(), person=caller).weight == 2

    def test_a_click_costs_few_statements(self, box: Box, statements: Any) -> None:
        case, [*others, last] = box.wish(), box.residents(3)
        for other in others:
            case = actions.support(case=case, person=other)
        with statements() as seen:
            # Four stand behind it then: no number that the timeline tells of.
            actions.support(case=case, person=last)
        assert len([sql for sql in seen if "SAVEPOINT" not in sql]) == 5, seen


@pytest.mark.django_db
class TestThreshold:
    def test_so_many_make_an_official_answer_due_once(self, box: Box) -> None:
        box.set(answer_threshold=3, answer_days=5)
        case = box.disposed()
        first, second, third = box.residents(3)
        case = actions.support(case=case, person=first)
        assert not Aspiration.objects.exclude(threshold_at=None).exists()
        case = actions.support(case=case, person=second)
        aspiration = Aspiration.objects.get(case=case)
        due = calendar().add_working_days(aspiration.threshold_at, 5)
        assert (aspiration.answer_due_at, case.__class__.objects.get(pk=case.pk).update_due_at) == (due, due)
        actions.withdraw_support(case=case, person=second)
        case = actions.support(case=case, person=third)
        [told] = case.timeline.filter(kind=Kind.ANSWER_DUE)
        assert (told.public, told.data["weight"]) == (True, 3)
        assert Message.objects.filter(template="casework/answer_due", recipient=box.operator).exists()

    def test_more_of_them_lay_it_before_the_leadership(self, box: Box) -> None:
        sekda = person("sekda")
        appoint(user=sekda, role=Role.SEKDA)
        box.set(answer_threshold=2, sekda_threshold=3, mayor_threshold=4)
        case, people = box.disposed(), box.residents(3)
        reached = []
        for who in people:
            case = actions.support(case=case, person=who)
            reached.append(list(case.timeline.filter(kind__in=RAISED).values_list("kind", flat=True)))
        assert reached == [["answer_due"], ["answer_due", "to_sekda"], ["answer_due", "to_sekda", "to_mayor"]]
        case = actions.withdraw_support(case=case, person=people[-1])
        actions.support(case=case, person=people[-1])
        assert case.timeline.filter(kind__in=RAISED).count() == 3
        told = Message.objects.filter(template="casework/laid_before").order_by("pk")
        assert [message.recipient for message in told] == [sekda, box.mayor]
        assert chain_faults(Case.objects.get(pk=case.pk)) == []

    def test_the_leadership_hears_of_what_was_answered_too(self, box: Box) -> None:
        box.set(answer_threshold=2, sekda_threshold=2, mayor_threshold=0)
        case = actions.answer(case=box.disposed(), actor=box.operator, words=ANSWER)
        case = actions.support(case=case, person=box.tetangga)
        assert [entry.kind for entry in case.timeline.filter(kind__in=RAISED)] == [Kind.TO_SEKDA]
        assert tasks.keep_promises() == 0

    def test_zero_means_never(self, box: Box) -> None:
        box.set(answer_threshold=0, sekda_threshold=0, mayor_threshold=0)
        actions.support(case=box.wish(), person=box.tetangga)
        assert not Aspiration.objects.exclude(answer_due_at=None).exists()
        assert tasks.keep_promises() == 0

    def test_what_was_answered_is_owed_no_more(self, box: Box) -> None:
        box.set(answer_threshold=2)
        case = actions.answer(case=box.disposed(), actor=box.operator, words=ANSWER)
        actions.support(case=case, person=box.tetangga)
        assert not Aspiration.objects.exclude(answer_due_at=None).exists()

    def test_it_is_late_when_it_is_not_answered(self, box: Box) -> None:
        box.set(answer_threshold=2, answer_days=1)
        case = actions.support(case=box.disposed(), person=box.tetangga)
        due = Aspiration.objects.get(case=case).answer_due_at
        assert due is not None
        sweep(now=due + datetime.timedelta(minutes=1))
        case.refresh_from_db()
        assert (case.late_since, case.late_clock) == (due, "update")
        actions.answer(case=case, actor=box.operator, words=ANSWER)
        case.refresh_from_db()
        assert case.late_since is None

    def test_a_chat_does_not_make_the_city_forget(self, box: Box) -> None:
        box.set(answer_threshold=2)
        case = actions.support(case=box.disposed(), person=box.tetangga)
        casework.reply(case=case, actor=box.operator, words="Terima kasih, kami baca.")
        due = Aspiration.objects.get(case=case).answer_due_at
        assert Case.objects.get(pk=case.pk).update_due_at != due
        assert tasks.keep_promises() == 1
        assert Case.objects.get(pk=case.pk).update_due_at == due
        assert tasks.keep_promises() == 0

    def test_a_merge_can_reach_it_too(self, box: Box) -> None:
        box.set(answer_threshold=2, sekda_threshold=2)
        case, other = box.wish(), box.wish(box.tetangga)
        casework.merge(case=other, into=case, actor=box.room)
        assert tasks.keep_promises() == 1
        aspiration = Aspiration.objects.get(case=case)
        assert None not in (aspiration.threshold_at, aspiration.sekda_at)
        assert Case.objects.get(pk=case.pk).update_due_at == aspiration.answer_due_at
        assert tasks.keep_promises() == 0


@pytest.fixture
def serentak(django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """A committed city with an aspiration box, made before and dropped after."""
    from allauth.account.models import EmailAddress
    from django.core.cache import cache
    from django_tenants.utils import schema_context

    from tenants.actions import create_city
    from tenants.current import in_city
    from tenants.models import City

    monkeypatch.setattr("tenants.tasks.Task.apply_async", lambda *args, **options: None)
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        city = create_city(
            name="Kota Dukungan", short_name="Dukungan", slug="dukungan", code="36.74", modules=["laksa", "siaran"]
        )
        try:
            found = Box(city)
            with in_city(city):
                yield found
        finally:
            connection.set_schema_to_public()
            with schema_context("public"), connection.cursor() as cursor:
                cursor.execute(f'DROP SCHEMA "{city.schema_name}" CASCADE')
                EmailAddress.objects.filter(user__email__endswith="example.org").delete()
                people = User.objects.filter(email__endswith="example.org")
                people._raw_delete(people.db)
                City.objects.filter(pk=city.pk).delete()
            cache.clear()


def test_fifty_at_once_count_exactly_fifty(serentak: Box) -> None:
    serentak.set(answer_threshold=40)
    case, people = serentak.wish(), serentak.residents(50)
    for start in range(0, 50, 10):
        part = people[start : start + 10]
        # Each from two devices at once.
        results = together(
            serentak,
            *[lambda who=who: actions.support(case=copy.copy(case), person=who) for who in [*part, *part]],
        )
        assert [result for result in results if isinstance(result, Exception)] == []
    case.refresh_from_db()
    assert case.weight - 1 == Supporter.objects.filter(case=case).count() == 50
    assert case.timeline.filter(kind=Kind.ANSWER_DUE).count() == 1


def test_supporting_and_leaving_and_closing_at_once(serentak: Box) -> None:
    case, people = serentak.wish(), serentak.residents(8)
    for who in people[:4]:
        actions.support(case=case, person=who)
    results = together(
        serentak,
        *[lambda who=who: actions.withdraw_support(case=copy.copy(case), person=who) for who in people[:4]],
        *[lambda who=who: actions.support(case=copy.copy(case), person=who) for who in people[4:]],
        lambda: casework.archive(case=copy.copy(case), actor=serentak.room, reason="Ditutup dahulu."),
    )
    assert all(isinstance(result, Case | NotAllowed | Closed) for result in results), results
    case.refresh_from_db()
    assert not case.is_open
    assert case.weight - 1 == Supporter.objects.filter(case=case).count()
    assert timezone.now() >= case.closed_at
