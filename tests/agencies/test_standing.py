"""Who may do what for which agency, today and in this city."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from balai.accounts.models import User
from balai.agencies import queries
from balai.agencies.actions import appoint, end_post
from balai.agencies.models import Agency, Post, Role, Unit
from balai.agencies.queries import Act, standing_of
from tenants.current import in_city
from tenants.models import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("orang@example.org", name="Orang")


@pytest.fixture
def dishub(in_city_a: City) -> Agency:
    return Agency.objects.create(name="Dinas Perhubungan", short_name="Dishub", slug="dishub")


@pytest.fixture
def dlh(in_city_a: City) -> Agency:
    return Agency.objects.create(name="Dinas Lingkungan Hidup", short_name="DLH", slug="dlh")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.OPERATOR, {Act.SEE, Act.ASSIGN, Act.REPLY}),
        (Role.OFFICER, {Act.SEE, Act.WORK, Act.REPLY}),
        (Role.HEAD, {Act.SEE, Act.ASSIGN, Act.REPLY}),
    ],
)
def test_a_post_counts_in_its_own_agency_only(
    dishub: Agency, dlh: Agency, person: User, role: Role, allowed: set[Act]
) -> None:
    appoint(user=person, role=role, agency=dishub)
    standing = standing_of(person)
    assert {act for act in Act if standing.can(act, dishub.pk)} == allowed
    assert not any(standing.can(act, dlh.pk) for act in Act)
    assert not any(standing.can(act, None) for act in Act)
    assert standing.agencies(Act.SEE) == {dishub.pk}


@pytest.mark.parametrize("role", [Role.SEKDA, Role.MAYOR, Role.OPERATOR])
def test_a_city_wide_post_counts_everywhere(dishub: Agency, dlh: Agency, person: User, role: Role) -> None:
    appoint(user=person, role=role)
    standing = standing_of(person)
    for place in (dishub.pk, dlh.pk, None):
        assert standing.can(Act.SEE, place)
        assert standing.can(Act.ASSIGN, place) is (role == Role.OPERATOR)
        assert not standing.can(Act.WORK, place)
    assert standing.agencies(Act.SEE) is None


def test_the_own_agencys_post_is_named_before_a_city_wide_one(dishub: Agency, dlh: Agency, person: User) -> None:
    appoint(user=person, role=Role.MAYOR)
    own = appoint(user=person, role=Role.OPERATOR, agency=dishub)
    assert standing_of(person).role_for(Act.REPLY, dishub.pk) == own
    post = standing_of(person).role_for(Act.REPLY, dlh.pk)
    assert post is not None
    assert post.role == Role.MAYOR
    assert standing_of(person).role_for(Act.ASSIGN, dlh.pk) is None


def test_outsiders_and_closed_accounts_have_no_standing(dishub: Agency, person: User) -> None:
    appoint(user=person, role=Role.HEAD, agency=dishub)
    for nobody in (None, AnonymousUser(), User.objects.create_user("warga@example.org", name="Warga")):
        assert not standing_of(nobody).is_staff
        assert not any(queries.can(nobody, act, dishub) for act in Act)
    person.is_active = False
    assert not standing_of(person).is_staff


def test_a_post_holds_from_its_first_to_its_last_day(
    dishub: Agency, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = datetime.date(2026, 3, 1)
    post = Post.objects.create(user=person, role=Role.OFFICER, agency=dishub, since=day, until=day)
    for offset, held in ((-1, False), (0, True), (1, False)):
        assert Post.objects.held_on(day + datetime.timedelta(days=offset)).filter(pk=post.pk).exists() is held


def test_ending_a_post_takes_effect_at_once(dishub: Agency, person: User) -> None:
    long_held = appoint(user=person, role=Role.HEAD, agency=dishub, since=datetime.date(2020, 1, 1))
    mistaken = appoint(user=person, role=Role.OFFICER, agency=dishub)
    end_post(post=long_held)
    end_post(post=mistaken)
    assert not standing_of(person).is_staff
    assert list(Post.objects.all()) == [long_held]


def test_a_closed_agency_gives_no_standing(dishub: Agency, person: User) -> None:
    appoint(user=person, role=Role.HEAD, agency=dishub)
    Agency.objects.update(active=False)
    assert not standing_of(person).is_staff


def test_staff_of_one_city_are_nobody_in_another(city_b: City, dishub: Agency, person: User) -> None:
    appoint(user=person, role=Role.MAYOR)
    with in_city(city_b):
        assert not standing_of(person).is_staff
        assert not Agency.objects.exists()


def test_a_standing_is_one_statement(dishub: Agency, person: User, django_assert_num_queries: Any) -> None:
    appoint(user=person, role=Role.HEAD, agency=dishub)
    appoint(user=person, role=Role.OFFICER, agency=dishub)
    with django_assert_num_queries(1):
        standing = standing_of(person)
        assert [str(post) for post in standing.posts]
        assert standing.can(Act.WORK, dishub.pk)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"role": Role.MAYOR, "agency": True}, "__all__"),
        ({"role": Role.SEKDA, "agency": True}, "__all__"),
        ({"role": Role.OFFICER}, "__all__"),
        ({"role": Role.HEAD}, "__all__"),
        ({"role": "king", "agency": True}, "role"),
        ({"role": Role.OFFICER, "agency": True, "unit": True}, "unit"),
    ],
)
def test_posts_that_make_no_sense_are_refused(
    dishub: Agency, dlh: Agency, person: User, fields: dict[str, Any], field: str
) -> None:
    unit = Unit.objects.create(agency=dlh, name="Pertamanan")
    if fields.get("agency"):
        fields = fields | {"agency": dishub}
    if fields.get("unit"):
        fields = fields | {"unit": unit}
    with pytest.raises(ValidationError) as refusal:
        appoint(user=person, **fields)
    assert field in refusal.value.message_dict
    assert not Post.objects.exists()


def test_the_same_post_twice_is_refused_by_the_database_too(dishub: Agency, person: User) -> None:
    appoint(user=person, role=Role.OFFICER, agency=dishub)
    with pytest.raises(ValidationError):
        appoint(user=person, role=Role.OFFICER, agency=dishub)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(user=person, role=Role.OFFICER, agency=dishub)


def test_who_is_told_that_a_case_arrived(dishub: Agency, person: User) -> None:
    assert queries.desk_of(dishub) == []
    assert queries.desk_of(None) == []
    head, room, desk = (User.objects.create_user(f"{name}@example.org", name=name) for name in ("h", "r", "d"))
    appoint(user=head, role=Role.HEAD, agency=dishub)
    assert queries.desk_of(dishub) == [head]
    appoint(user=room, role=Role.OPERATOR)
    assert queries.desk_of(dishub) == queries.desk_of(None) == [room]
    appoint(user=desk, role=Role.OPERATOR, agency=dishub)
    assert queries.desk_of(dishub) == [desk]


def test_officers_by_name(dishub: Agency, dlh: Agency) -> None:
    budi, ani, gone, foreign = (User.objects.create_user(f"{n}@example.org", name=n) for n in ("Budi", "Ani", "G", "F"))
    for user in (budi, ani, gone):
        appoint(user=user, role=Role.OFFICER, agency=dishub)
    appoint(user=foreign, role=Role.OFFICER, agency=dlh)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert list(queries.officers_of(dishub)) == [ani, budi]
