"""Operators onboard cities from the hub: whole or not at all, and no city sees their screens."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django_tenants.utils import schema_exists

from balai.accounts.models import User
from balai.audit.models import Entry
from balai.hub import actions
from balai.membership.groups import ADMINISTRATORS
from balai.notifications.models import Message
from tenants.current import in_city
from tenants.models import Activation, Adoption, City, Domain, Training
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db

RIGHTS = (
    "tenants.view_city",
    "tenants.add_city",
    "tenants.change_city",
    "tenants.change_activation",
    "tenants.change_adoption",
)
FORM: dict[str, Any] = {
    "name": "Kota Cilegon",
    "short_name": "Cilegon",
    "slug": "cilegon",
    "code": "36.72",
    "province": "Banten",
    "timezone": "Asia/Jakarta",
    "language": "id",
    "domain": "",
    "modules": ["siaran", "news"],
    "administrator": "walikota@cilegon.example",
    "administrator_name": "Admin Cilegon",
}


@pytest.fixture
def hub(db: None) -> City:
    return City.objects.get(schema_name="public")


@pytest.fixture
def operator(hub: City) -> User:
    return staff(hub, *RIGHTS)


@pytest.fixture
def client(hub: City, operator: User) -> Client:
    return signed_in(hub, operator)


def everything() -> Any:
    """What must not change when something is refused."""
    return (
        list(City.objects.order_by("pk").values()),
        list(Domain.objects.order_by("pk").values()),
        list(Activation.objects.order_by("pk").values("city", "module", "active", "options")),
        list(Adoption.objects.values()),
        User.objects.count(),
        Entry.objects.count(),
    )


def test_a_new_city_stands_with_its_administrator_invited(client: Client, operator: User) -> None:
    response = client.post("/kantor/cities/new/", FORM)
    assert response.status_code == 302, response.context and response.context["form"].errors
    city = City.objects.get(slug="cilegon")
    assert set(city.options_by_module) == {"siaran", "news"}
    with in_city(city):
        person = User.objects.get(email="walikota@cilegon.example")
        assert list(person.groups.values_list("name", flat=True)) == [ADMINISTRATORS]
        assert person.has_perm("tenants.change_activation")
        assert Message.objects.filter(address="walikota@cilegon.example").count() == 1
    assert Entry.objects.filter(verb="city.onboarded", actor=operator).exists()
    assert Client(headers={"host": "cilegon.localhost"}).get("/robots.txt").status_code == 200
    # The person can open the back office of that city and of no other.
    assert signed_in(city, person).get("/kantor/modules/").status_code == 200
    assert signed_in(City.objects.get(slug="serang"), person).get("/kantor/").status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "serang"}, "slug"),
        ({"slug": "www"}, "slug"),
        ({"slug": "Kota Cilegon!"}, "slug"),
        ({"code": "3672"}, "code"),
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"domain": "serang.localhost"}, "domain"),
        ({"domain": "localhost"}, "domain"),
        ({"domain": "https://cilegon.go.id/"}, "domain"),
        ({"domain": "-cilegon.go.id"}, "domain"),
        ({"administrator": ""}, "administrator"),
        ({"administrator": "not an address"}, "administrator"),
        ({"administrator_name": ""}, "administrator_name"),
        ({"modules": ["no-such-module"]}, "modules"),
        ({"lat": "north"}, "lat"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_nothing_is_made(
    client: Client, changes: dict[str, Any], field: str
) -> None:
    before = everything()
    response = client.post("/kantor/cities/new/", FORM | changes)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert 'value="Cilegon"' in response.content.decode()
    assert everything() == before
    assert not schema_exists("kota_cilegon")


def test_a_failure_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch, hub: City) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(actions, "add_member", fail)
    before = everything()
    with pytest.raises(RuntimeError, match="power"):
        actions.onboard(
            actor=None,
            administrator="a@b.example",
            administrator_name="A",
            name="Kota C",
            short_name="C",
            slug="c",
            code="36.72",
        )
    assert everything() == before
    assert not schema_exists("kota_c")


def test_someone_who_has_an_account_needs_no_name(client: Client, city_a: City) -> None:
    known = staff(city_a)
    response = client.post("/kantor/cities/new/", FORM | {"administrator": known.email, "administrator_name": ""})
    assert response.status_code == 302
    with in_city(City.objects.get(slug="cilegon")):
        assert Group.objects.get(name=ADMINISTRATORS).user_set.get() == known


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_cities_costs_the_same(client: Client, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        City.objects.create(
            name=f"Kota {number}", short_name=f"{number}", slug=f"k{number}", schema_name=f"k{number}", code="36.00"
        )
    client.get("/kantor/cities/")
    with django_assert_num_queries(LIST_STATEMENTS):
        page = client.get("/kantor/cities/").content.decode()
    assert "Kota Serang" in page
    assert "Kota 0" in page


LIST_STATEMENTS = 10
"""Of these the listing itself needs four: count, cities with adoption, activations, host names."""


def test_the_list_finds_and_filters(client: Client, city_b: City) -> None:
    from tenants.actions import change_state

    change_state(city_b, City.State.SUSPENDED)
    found = client.get("/kantor/cities/?q=36.74").content.decode()
    assert "Kota Tangerang Selatan" in found
    assert "Kota Serang" not in found
    suspended = client.get("/kantor/cities/?state=suspended").content.decode()
    assert "Kota Serang" in suspended
    assert "Kota Tangerang Selatan" not in suspended


def test_the_page_of_a_city(client: Client, city_a: City) -> None:
    page = client.get(f"/kantor/cities/{city_a.pk}/").content.decode()
    assert city_a.name in page
    assert city_a.host in page
    hub = City.objects.get(schema_name="public")
    assert client.get(f"/kantor/cities/{hub.pk}/").status_code == 404
    assert client.get("/kantor/cities/999999/").status_code == 404


def edit_form(city: City, **changes: Any) -> dict[str, Any]:
    names = ("name", "short_name", "code", "province", "timezone", "language", "mail_sender", "lat", "lon")
    return {name: getattr(city, name) for name in names} | {"domains": city.host} | changes


def test_editing_a_city_and_its_host_names(client: Client, city_a: City) -> None:
    hosts = "layanan.tangsel.example\r\ntangerang-selatan.localhost\r\n"
    response = client.post(f"/kantor/cities/{city_a.pk}/edit/", edit_form(city_a, name="Kota Tangsel", domains=hosts))
    assert response.status_code == 302
    changed = City.objects.get(pk=city_a.pk)
    assert (changed.name, changed.host) == ("Kota Tangsel", "layanan.tangsel.example")
    assert Client(headers={"host": "layanan.tangsel.example"}).get("/robots.txt").status_code == 200
    response = client.post(f"/kantor/cities/{city_a.pk}/edit/", edit_form(changed, domains="layanan.tangsel.example"))
    assert response.status_code == 302
    assert Client(headers={"host": "tangerang-selatan.localhost"}).get("/robots.txt").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"domains": ""}, "domains"),
        ({"domains": "tangerang-selatan.localhost\nserang.localhost"}, "domains"),
        ({"domains": "tangerang-selatan.localhost\nlocalhost"}, "domains"),
        ({"domains": "no host name"}, "domains"),
        ({"name": ""}, "name"),
        ({"timezone": "Europe/Paris"}, "timezone"),
    ],
)
def test_a_wrong_edit_changes_nothing(client: Client, city_a: City, changes: dict[str, Any], field: str) -> None:
    before = everything()
    response = client.post(f"/kantor/cities/{city_a.pk}/edit/", edit_form(city_a, **changes))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert everything() == before


def test_suspending_asks_first_and_deletes_nothing(client: Client, city_a: City, client_a: Client) -> None:
    url = f"/kantor/cities/{city_a.pk}/state/suspended/"
    assert client.get(url).status_code == 200
    assert client_a.get("/robots.txt").status_code == 200
    assert client.post(url).status_code == 302
    assert client_a.get("/robots.txt").status_code == 404
    assert schema_exists(city_a.schema_name)
    assert client.post(f"/kantor/cities/{city_a.pk}/state/active/").status_code == 302
    assert client_a.get("/robots.txt").status_code == 200
    assert client.post(f"/kantor/cities/{city_a.pk}/state/deleted/").status_code == 404


def test_modules_of_a_city_with_their_options(client: Client, city_a: City, city_b: City) -> None:
    base = f"/kantor/cities/{city_a.pk}/modules/"
    assert client.get(base).status_code == 200
    assert client.post(f"{base}jobs/switch/", {"active": "0"}).status_code == 302
    assert not Activation.objects.get(city=city_a, module="jobs").active
    assert Activation.objects.get(city=city_b, module="jobs").active
    assert client.post(f"{base}dummy/", {"longest_note": "70"}).status_code == 302
    assert Activation.objects.get(city=city_a, module="dummy").options == {"longest_note": 70}
    assert Activation.objects.get(city=city_b, module="dummy").options == {}


def adoption_form(**changes: Any) -> dict[str, Any]:
    return {
        "mou_number": "119/MoU/2026",
        "mou_date": "2026-01-10",
        "pks_number": "045/PKS/2026",
        "pks_date": "2026-02-01",
        "modules": ["siaran"],
        "go_live": "2026-04-01",
        "notes": "",
        "trainings-TOTAL_FORMS": "2",
        "trainings-INITIAL_FORMS": "0",
        "trainings-0-date": "2026-03-01",
        "trainings-0-topic": "Operator SIARAN",
        "trainings-0-participants": "24",
        "trainings-1-date": "",
        "trainings-1-topic": "",
        "trainings-1-participants": "0",
    } | changes


def test_the_adoption_record(client: Client, city_a: City) -> None:
    url = f"/kantor/cities/{city_a.pk}/adoption/"
    assert client.get(url).status_code == 200
    assert client.post(url, adoption_form()).status_code == 302
    adoption = Adoption.objects.get(city=city_a)
    assert (adoption.pks_number, adoption.modules, str(adoption.go_live)) == ("045/PKS/2026", ["siaran"], "2026-04-01")
    assert list(adoption.trainings.values_list("topic", "participants")) == [("Operator SIARAN", 24)]
    assert "119/MoU/2026" in client.get(f"/kantor/cities/{city_a.pk}/").content.decode()
    training = adoption.trainings.get()
    again = adoption_form(**{"trainings-INITIAL_FORMS": "1", "trainings-0-id": training.pk, "trainings-0-DELETE": "on"})
    assert client.post(url, again).status_code == 302
    assert not Training.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"pks_date": "2025-12-31"},
        {"mou_date": "kemarin"},
        {"modules": ["nothing"]},
        {"trainings-0-topic": ""},
        {"trainings-0-participants": "-3"},
    ],
)
def test_a_wrong_record_is_not_kept(client: Client, city_a: City, changes: dict[str, Any]) -> None:
    before = everything()
    assert client.post(f"/kantor/cities/{city_a.pk}/adoption/", adoption_form(**changes)).status_code == 200
    assert everything() == before


def paths(city: City) -> list[str]:
    base = f"/kantor/cities/{city.pk}/"
    pages = ("", "edit/", "adoption/", "state/suspended/", "modules/", "modules/dummy/", "modules/siaran/switch/")
    return ["/kantor/cities/", "/kantor/cities/new/", *(base + page for page in pages)]


def test_no_city_has_the_hubs_screens(city_a: City) -> None:
    """Not even for the holder of the emergency key there: the rights are those of another schema."""
    client = signed_in(city_a, staff(city_a, *RIGHTS, emergency_key=True))
    before = everything()
    for path in paths(city_a):
        assert client.get(path).status_code in (404, 405), path
        assert client.post(path, {**FORM, **adoption_form(), "active": "0"}).status_code in (404, 405), path
    assert everything() == before


def test_without_the_rights_nothing_of_it_opens(hub: City, city_a: City) -> None:
    client = signed_in(hub, staff(hub))
    before = everything()
    for path in paths(city_a):
        assert client.get(path).status_code in (302, 403, 405), path
        assert client.post(path, {**FORM, **adoption_form(), "active": "0"}).status_code in (302, 403, 405), path
    assert everything() == before


def test_there_is_no_way_to_delete_a_city(client: Client, city_a: City) -> None:
    for path in (f"/kantor/cities/delete/{city_a.pk}/", f"/kantor/cities/{city_a.pk}/delete/"):
        assert client.post(path).status_code == 404
    assert City.objects.filter(pk=city_a.pk).exists()


def test_an_operator_needs_no_emergency_key(hub: City, city_a: City) -> None:
    call_command("operator", "op@balai.example", name="Operator Baru", stdout=io.StringIO())
    person = User.objects.get(email="op@balai.example")
    client = signed_in(hub, person)
    assert client.get("/kantor/cities/new/").status_code == 200
    assert client.get(f"/kantor/cities/{city_a.pk}/adoption/").status_code == 200
    # Of the cities themselves they see nothing.
    assert signed_in(city_a, person).get("/kantor/").status_code == 403
    with pytest.raises(CommandError):
        call_command("operator", "op@balai.example")
