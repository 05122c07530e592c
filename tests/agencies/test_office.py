"""Agencies, units and posts in the back office."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client

from balai.accounts.models import User
from balai.agencies.models import Agency, Post, Role, Unit
from balai.audit.models import Entry
from balai.membership.actions import prepare_city
from balai.membership.groups import ADMINISTRATORS, OPERATORS
from tenants.current import in_city
from tenants.models import City
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
EVERYTHING = [
    f"agencies.{act}_{model}" for act in ("add", "change", "delete", "view") for model in ("agency", "unit", "post")
]


@pytest.fixture
def client(city_a: City) -> Client:
    return signed_in(city_a, staff(city_a, *EVERYTHING, name="Ratna Dewi"))


@pytest.fixture
def dishub(city_a: City) -> Agency:
    with in_city(city_a):
        return Agency.objects.create(name="Dinas Perhubungan", short_name="Dishub", slug="dishub")


def everything(city: City) -> Any:
    with in_city(city):
        return [list(model.objects.order_by("pk").values()) for model in (Agency, Unit, Post)]


def test_an_agency_is_made_changed_and_switched_off(city_a: City, city_b: City, client: Client) -> None:
    values = {"name": "Dinas Sosial", "short_name": "Dinsos", "slug": "dinsos", "email": "", "phone": "", "order": "3"}
    assert client.post("/kantor/agencies/new/", values | {"active": "on"}).status_code == 302
    with in_city(city_a):
        agency = Agency.objects.get()
    assert client.post(f"/kantor/agencies/edit/{agency.pk}/", values).status_code == 302
    with in_city(city_a):
        assert not Agency.objects.get().active
    with in_city(city_b):
        assert not Agency.objects.exists()
    assert "Dinas Sosial" in client.get("/kantor/agencies/").content.decode()


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"slug": "dishub"}, {"slug": "two words"}, {"email": "x"}, {"order": "-1"}]
)
def test_a_wrong_agency_is_not_kept(city_a: City, client: Client, dishub: Agency, changes: dict[str, str]) -> None:
    before = everything(city_a)
    values = {"name": "Dinas Sosial", "short_name": "Dinsos", "slug": "dinsos", "order": "3"} | changes
    assert client.post("/kantor/agencies/new/", values).status_code == 200
    assert everything(city_a) == before


def test_agencies_and_units_are_not_deleted(city_a: City, client: Client, dishub: Agency) -> None:
    for path in (f"/kantor/agencies/delete/{dishub.pk}/", f"/kantor/units/delete/{dishub.pk}/"):
        assert client.post(path).status_code == 404
    assert "/delete/" not in client.get(f"/kantor/agencies/edit/{dishub.pk}/").content.decode()


def test_a_person_gets_a_post_and_loses_it(city_a: City, client: Client, dishub: Agency) -> None:
    person = staff(city_a, name="Budi Santoso")
    values = {"user": person.pk, "role": "officer", "agency": dishub.pk, "unit": "", "since": "2026-01-01"}
    assert client.post("/kantor/posts/new/", values).status_code == 302
    with in_city(city_a):
        post = Post.objects.get()
        assert (post.user_id, post.role, post.agency_id) == (person.pk, Role.OFFICER, dishub.pk)
        assert Entry.objects.get(verb="agencies.appointed").actor_id != person.pk
    assert "Budi Santoso" in client.get("/kantor/posts/").content.decode()
    assert client.post(f"/kantor/posts/edit/{post.pk}/", {"until": "2026-06-30", "role": "head"}).status_code == 302
    with in_city(city_a):
        ended = Post.objects.get()
        assert (ended.until, ended.role) == (datetime.date(2026, 6, 30), Role.OFFICER)
        assert Entry.objects.filter(verb="agencies.post_ended").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "mayor"},
        {"role": "officer", "agency": ""},
        {"role": "king"},
        {"user": "999999"},
        {"since": "kemarin"},
        {"unit": "999999"},
    ],
)
def test_a_wrong_post_is_not_given(city_a: City, client: Client, dishub: Agency, changes: dict[str, str]) -> None:
    person = staff(city_a)
    before = everything(city_a)
    values = {"user": person.pk, "role": "operator", "agency": dishub.pk, "unit": "", "since": "2026-01-01"}
    assert client.post("/kantor/posts/new/", values | changes).status_code == 200
    assert everything(city_a) == before


def test_only_members_of_the_city_get_posts(city_a: City, city_b: City, client: Client, dishub: Agency) -> None:
    """Accounts are shared by all cities: neither another city's staff nor residents may be listed or chosen."""
    stranger = staff(city_b, name="Orang Serang")
    resident = User.objects.create_user(email="warga@example.id", name="Siti Warga")
    page = client.get("/kantor/posts/new/").content.decode()
    assert "Orang Serang" not in page
    assert "Siti Warga" not in page
    before = everything(city_a)
    for person in (stranger, resident):
        values = {"user": person.pk, "role": "operator", "agency": dishub.pk, "unit": "", "since": "2026-01-01"}
        assert client.post("/kantor/posts/new/", values).status_code == 200
    assert everything(city_a) == before


def test_a_post_cannot_end_before_it_began(city_a: City, client: Client, dishub: Agency) -> None:
    with in_city(city_a):
        post = Post.objects.create(user=staff(city_a), role=Role.HEAD, agency=dishub, since=datetime.date(2026, 5, 1))
    before = everything(city_a)
    assert client.post(f"/kantor/posts/edit/{post.pk}/", {"until": "2026-04-01"}).status_code == 200
    assert everything(city_a) == before
    assert client.post(f"/kantor/posts/delete/{post.pk}/").status_code == 302
    with in_city(city_a):
        assert not Post.objects.exists()
        assert Entry.objects.filter(verb="agencies.post_ended").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_posts_costs_the_same(
    city_a: City, client: Client, dishub: Agency, count: int, django_assert_num_queries: Any
) -> None:
    with in_city(city_a):
        for _number in range(count):
            unit = Unit.objects.create(agency=dishub, name=f"Unit {_number}")
            Post.objects.create(user=staff(city_a), role=Role.OFFICER, agency=dishub, unit=unit)
    client.get("/kantor/posts/")
    with django_assert_num_queries(POSTS_STATEMENTS):
        assert client.get("/kantor/posts/").status_code == 200


POSTS_STATEMENTS = 8


def test_rights_of_the_default_groups(city_a: City, dishub: Agency) -> None:
    from django.contrib.auth.models import Group

    from balai.membership.models import UserGroup

    prepare_city(city_a)
    clients = {}
    for name in (ADMINISTRATORS, OPERATORS):
        person = staff(city_a)
        with in_city(city_a):
            UserGroup.objects.create(user=person, group=Group.objects.get(name=name))
        clients[name] = signed_in(city_a, person)
    assert clients[ADMINISTRATORS].get("/kantor/posts/new/").status_code == 200
    assert clients[OPERATORS].get("/kantor/agencies/").status_code == 200
    before = everything(city_a)
    assert clients[OPERATORS].get("/kantor/agencies/new/").status_code == 302
    assert clients[OPERATORS].post(f"/kantor/agencies/edit/{dishub.pk}/", {"name": "X"}).status_code == 302
    assert everything(city_a) == before


def test_without_rights_and_on_the_hub_there_is_nothing(city_a: City, dishub: Agency) -> None:
    hub = City.objects.get(schema_name="public")
    on_the_hub = signed_in(hub, staff(hub, emergency_key=True))
    nobody = signed_in(city_a, staff(city_a))
    for path in ("agencies", "units", "posts"):
        assert on_the_hub.get(f"/kantor/{path}/").status_code == 404
        assert nobody.get(f"/kantor/{path}/").status_code == 302
