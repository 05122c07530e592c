"""Likely duplicates before sending, and joining one instead ("me too")."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from balai.accounts.models import User
from balai.casework import actions, duplicates, guests, personal_data, queries, support
from balai.casework.categories import category_for_case
from balai.casework.errors import LikelyDuplicate, NotAllowed
from balai.casework.guests import Guest
from balai.casework.models import Case, Category, Kind, Supporter
from balai.casework.places import place_of
from balai.notifications.models import Message
from tests.casework.world import World, person

pytestmark = pytest.mark.django_db

METRE = 1 / 111_195
VISITOR = Guest(session_key="visitor-session", bucket="b" * 64)


def likely(
    a: World, *, metres: float = 0, words: str = "Lampu padam", category: str = "lampu", **place: Any
) -> list[int]:
    found = category_for_case("siaran", category)
    assert found is not None
    where = place or {**a.inside, "lat": a.inside["lat"] + metres * METRE}
    return [row["id"] for row in duplicates.likely(found, place_of(**where), words)]


def test_near_of_the_same_family_and_open(a: World) -> None:
    Category.objects.update(radius_m=50)
    case = a.report(description="Lampu jalan di depan sekolah padam.")
    assert likely(a) == [case.pk]
    assert likely(a, category="lubang") == [case.pk], "of the same top category"
    assert likely(a, category="sampah") == []
    assert likely(a, metres=20, words="sama sekali lain") == [case.pk], "very near needs no alike words"
    assert likely(a, metres=45, words="sama sekali lain") == []
    assert likely(a, metres=45, words="lampu jalan depan sekolah padam") == [case.pk]
    assert likely(a, metres=60, words="lampu jalan depan sekolah padam") == [], "beyond the radius"
    actions.accept(case=case, actor=a.andi)
    actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
    assert likely(a) == []


@pytest.mark.parametrize(("visibility", "shown"), [("public", True), ("anonymous", True), ("secret", False)])
def test_a_secret_one_is_never_shown(a: World, visibility: str, shown: bool) -> None:
    a.report(visibility=visibility)
    assert bool(likely(a)) is shown


def test_by_kelurahan_the_words_decide(a: World) -> None:
    place = {"village": "36.74.02.1002", "landmark": "Seberang pasar"}
    case = a.report(place=place, description="Lampu jalan seberang pasar padam sejak Senin.")
    assert likely(a, words="lampu jalan seberang pasar padam", **place) == [case.pk]
    assert likely(a, words="trotoar berlubang", **place) == []


def test_the_likeliest_first_at_most_five_in_one_statement(a: World, statements: Any) -> None:
    for distance in (40, 30, 20, 10, 5, 2, 1):
        a.report(place={**a.inside, "lat": a.inside["lat"] + distance * METRE}, description="Lampu padam di sini.")
    category = category_for_case("siaran", "lampu")
    assert category is not None
    place = place_of(**a.inside)
    with statements() as seen:
        found = duplicates.likely(category, place, "Lampu padam di sini.")
    assert len(seen) == 1
    assert len(found) == 5
    distances = [row["distance_m"] for row in found]
    assert distances == sorted(distances)


def test_a_report_is_held_back_only_when_asked_to(a: World) -> None:
    first = a.report()
    before = Message.objects.count()
    with pytest.raises(LikelyDuplicate) as refusal:
        a.report(a.tetangga, unless_reported=True)
    assert refusal.value.case_ids == [first.pk]
    assert (Case.objects.count(), Message.objects.count()) == (1, before)
    assert a.report(a.tetangga).pk != first.pk
    again = a.report(idempotency_key="k")
    assert a.report(idempotency_key="k", unless_reported=True) == again, "one's own report is no duplicate of itself"


def test_me_too_once_per_person_and_withdrawn(a: World) -> None:
    case = a.report()
    for _ in range(2):
        support.support(case=case, person=a.tetangga)
        support.support(case=case, person=VISITOR)
    assert Case.objects.get(pk=case.pk).weight == 3
    support.withdraw(case=case, person=VISITOR)
    support.withdraw(case=case, person=VISITOR)
    kept = Case.objects.get(pk=case.pk)
    assert kept.weight == 2
    assert list(kept.supporters.values_list("user_id", flat=True)) == [a.tetangga.pk]
    support.support(case=case, person=VISITOR)
    told = [entry.data["weight"] for entry in kept.timeline.filter(kind=Kind.SUPPORTED)]
    assert told == [2, 3], "each milestone once"
    assert not kept.timeline.filter(kind=Kind.SUPPORTED).exclude(actor=None).exists(), "who joined is not told"
    assert queries.chain_faults(Case.objects.get(pk=case.pk)) == []


def test_what_cannot_be_joined(a: World) -> None:
    done = actions.accept(case=a.report(), actor=a.andi)
    done = actions.finish(case=done, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
    for case, who in (
        (a.report(), a.warga),
        (done, a.tetangga),
        (a.report(visibility="secret"), a.tetangga),
        (a.report(), Guest()),
    ):
        with pytest.raises(NotAllowed):
            support.support(case=case, person=who)
        assert Case.objects.get(pk=case.pk).weight == 1
    assert not Supporter.objects.exists()


def test_guests_join_so_many_times_from_one_address(a: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ValidationError

    monkeypatch.setattr(guests, "SUPPORTS_OF_ADDRESS", (2, 3600))
    case = a.report()
    for number in range(2):
        support.support(case=case, person=Guest(session_key=f"session-{number}", bucket=VISITOR.bucket))
    with pytest.raises(ValidationError):
        support.support(case=case, person=Guest(session_key="session-3", bucket=VISITOR.bucket))
    assert Case.objects.get(pk=case.pk).weight == 3


def test_the_database_itself_keeps_each_once(a: World) -> None:
    case = a.report()
    for values in ({"user": a.tetangga}, {"session": "s"}):
        Supporter.objects.create(case=case, **values)
        with pytest.raises(IntegrityError), transaction.atomic():
            Supporter.objects.create(case=case, **values)
    for values in ({}, {"user": a.tetangga, "session": "t"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Supporter.objects.create(case=case, **values)


def test_who_joined_gets_the_news_and_is_told_of_nothing_else(a: World) -> None:
    case = a.report()
    support.support(case=case, person=a.tetangga)
    support.support(case=case, person=person("ketiga"))
    actions.reply(case=case, actor=a.operator, words="Petugas datang besok pagi.")
    for user in (a.warga, a.tetangga, person("ketiga")):
        assert Message.objects.filter(recipient=user, template="casework/reply").count() == 1
    support.withdraw(case=case, person=a.tetangga)
    actions.reply(case=case, actor=a.operator, words="Petugas sudah berangkat.")
    assert Message.objects.filter(recipient=a.tetangga, template="casework/reply").count() == 1


def test_erasure_keeps_the_weight_and_forgets_who(a: World) -> None:
    case = a.report()
    support.support(case=case, person=a.tetangga)
    assert personal_data.export(a.tetangga)["joined"] == [
        {"report": case.number, "at": Supporter.objects.get().at.isoformat()}
    ]
    personal_data.erase(a.tetangga)
    assert Case.objects.get(pk=case.pk).weight == 2
    row = Supporter.objects.get()
    assert (row.user_id, row.session != "") == (None, True)
    assert isinstance(a.tetangga, User)
