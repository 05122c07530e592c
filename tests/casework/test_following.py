"""Following a case or an area: who is told what, once, and who never is."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from balai.casework import actions, personal_data
from balai.casework.actions import following
from balai.casework.errors import NotAllowed
from balai.casework.models import AreaSubscription, Case, Follow
from balai.notifications.models import Message
from tenants.current import in_city
from tests.casework.world import World, person

pytestmark = pytest.mark.django_db
HERE = "36.74.01.1001"


@pytest.fixture(autouse=True)
def _begun(a: World) -> None:
    """The sweep has run once: what comes from now on is news."""
    following.tell_followers()


def told(user: Any) -> list[tuple[str, str]]:
    """The templates and subjects of what a person was told as a follower."""
    found = Message.objects.filter(recipient=user, kind="following").order_by("pk")
    return list(found.values_list("template", "subject"))


class TestAreas:
    @pytest.mark.parametrize("area", [HERE, "36.74.01", "36.74"])
    def test_new_and_finished_cases_of_the_area_are_told(self, a: World, area: str) -> None:
        reader = person("pembaca")
        following.subscribe(user=reader, module="siaran", area=area)
        case = a.report()
        assert following.tell_followers() == 1
        actions.accept(case=case, actor=a.andi)
        actions.archive(case=case, actor=a.operator, reason="Sudah dilaporkan lewat telepon.")
        following.tell_followers()
        assert [template for template, _subject in told(reader)] == ["casework/area_new", "casework/area_end"]

    def test_other_areas_and_categories_are_not_told(self, a: World) -> None:
        reader = person("pembaca")
        following.subscribe(user=reader, module="siaran", area="36.74.02")
        following.subscribe(user=reader, module="siaran", area=HERE, category="sampah")
        a.report()
        assert following.tell_followers() == 0
        a.report(category="sampah")
        assert following.tell_followers() == 1

    def test_a_group_stands_for_all_in_it(self, a: World) -> None:
        reader = person("pembaca")
        following.subscribe(user=reader, module="siaran", area=HERE, category="jalan")
        a.report(category="lampu")
        assert following.tell_followers() == 1

    def test_two_subscriptions_make_one_message(self, a: World) -> None:
        reader = person("pembaca")
        for area in (HERE, "36.74"):
            following.subscribe(user=reader, module="siaran", area=area)
        a.report()
        assert following.tell_followers() == 1

    def test_nobody_learns_of_secret_cases_or_who_reported(self, a: World) -> None:
        reader = person("pembaca")
        following.subscribe(user=reader, module="siaran", area="36.74")
        Case.objects.filter(pk=a.report().pk).update(visibility="secret")
        a.report(visibility="anonymous", description="Ada yang salah, nama saya Warga Sendiri.")
        assert following.tell_followers() == 1
        [message] = Message.objects.filter(recipient=reader)
        assert "Warga" not in message.text + message.subject + message.html

    def test_the_reporter_is_not_told_of_their_own(self, a: World) -> None:
        following.subscribe(user=a.warga, module="siaran", area="36.74")
        a.report(a.warga)
        assert following.tell_followers() == 0

    def test_what_was_before_the_first_sweep_is_no_news(self, a: World, b: World) -> None:
        with in_city(b.city):
            b.report()
            following.subscribe(user=b.tetangga, module="siaran", area="36.73")
            assert following.tell_followers() == 0
            b.report()
            assert following.tell_followers() == 1

    def test_a_sweep_that_was_cut_off_loses_and_doubles_nothing(
        self, a: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        readers = [person(f"pembaca{number}") for number in range(5)]
        for reader in readers:
            following.subscribe(user=reader, module="siaran", area=HERE)
        a.report()
        monkeypatch.setattr(following, "NOTICES", 2)
        assert [following.tell_followers() for _sweep in range(4)] == [2, 2, 1, 0]
        assert [len(told(reader)) for reader in readers] == [1] * 5

    def test_limits_and_mistakes(self, a: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(following, "MAX_SUBSCRIPTIONS", 1)
        first = following.subscribe(user=a.warga, module="siaran", area=HERE)
        assert following.subscribe(user=a.warga, module="siaran", area=HERE) == first
        for values in ({"area": "36.74"}, {"area": "36.73.01"}, {"area": HERE, "category": "ufo"}, {"area": "\x1f"}):
            with pytest.raises(ValidationError):
                following.subscribe(user=a.warga, module="siaran", **values)
        following.unsubscribe(user=a.tetangga, subscription_id=first.pk)
        assert AreaSubscription.objects.count() == 1
        following.unsubscribe(user=a.warga, subscription_id=first.pk)
        assert not AreaSubscription.objects.exists()

    def test_statements_do_not_grow_with_the_readers(self, a: World, statements: Any) -> None:
        counts = []
        for number in range(3):
            following.subscribe(user=person(f"pembaca{number}"), module="siaran", area=HERE)
            a.report()
            with statements() as seen:
                following.tell_followers()
            counts.append(len(seen))
        # The first sweep reads which modules are on; what was read before is looked at again, with four statements for
        # each entry.
        assert counts == [16, 19, 23]


class TestCases:
    def test_followers_hear_what_everyone_may_read(self, a: World) -> None:
        case = a.report()
        following.follow(case=case, user=a.tetangga)
        following.follow(case=case, user=a.tetangga)
        actions.add_note(case=case, actor=a.operator, words="Catatan dalam")
        assert following.tell_followers() == 0
        actions.reply(case=case, actor=a.operator, words="Petugas berangkat besok.")
        assert following.tell_followers() == 1
        assert following.tell_followers() == 0
        following.unfollow(case=case, user=a.tetangga)
        actions.reply(case=case, actor=a.operator, words="Petugas sudah di lokasi.")
        assert following.tell_followers() == 0

    def test_a_case_that_became_secret_is_told_no_more(self, a: World) -> None:
        case = a.report()
        following.follow(case=case, user=a.tetangga)
        Case.objects.filter(pk=case.pk).update(visibility="secret")
        actions.reply(case=case, actor=a.operator, words="Petugas berangkat besok.")
        assert following.tell_followers() == 0

    def test_refusals(self, a: World, monkeypatch: pytest.MonkeyPatch) -> None:
        case = a.report()
        with pytest.raises(NotAllowed):
            following.follow(case=case, user=a.warga)
        case.visibility = "secret"
        with pytest.raises(NotAllowed):
            following.follow(case=case, user=a.tetangga)
        case.visibility = "public"
        monkeypatch.setattr(following, "MAX_FOLLOWS", 0)
        with pytest.raises(NotAllowed):
            following.follow(case=case, user=a.tetangga)
        assert not Follow.objects.exists()

    def test_a_copy_names_it_and_erasure_ends_it(self, a: World) -> None:
        case = a.report()
        following.follow(case=case, user=a.tetangga)
        following.subscribe(user=a.tetangga, module="siaran", area=HERE, category="sampah")
        copy = personal_data.export(a.tetangga)
        assert copy["follows"] == [case.number]
        assert copy["subscriptions"] == [{"area": "Barat Daya", "category": "Sampah"}]
        personal_data.erase(a.tetangga)
        assert not Follow.objects.exists()
        assert not AreaSubscription.objects.exists()
