"""Who is away: offered last, warned about, and represented by a deputy."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from balai.accounts.models import User
from balai.agencies import queries
from balai.agencies.actions import appoint, record_absence
from balai.agencies.models import Absence, Role
from balai.agencies.personal_data import erase, export
from balai.audit.models import Entry
from tenants.current import in_city
from tenants.models import City
from tests.casework.world import World, person
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
LIST_STATEMENTS = 7
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(in_city_a: City) -> World:
    return World(in_city_a)


def told(world: World, *users: Any) -> list[Any]:
    people = queries.with_stand_in(User.objects.filter(pk__in=[user.pk for user in users]))
    return queries.instead_of_absent(people.order_by("pk"), world.dishub)


def away(user: Any, since: int = 0, until: int | None = 3, **fields: Any) -> Absence:
    today = timezone.localdate()
    last = None if until is None else today + until * DAY
    return record_absence(absence=Absence(user=user, since=today + since * DAY, until=last, **fields))


def test_officers_who_are_there_come_first(world: World) -> None:
    cindy = person("cindy")
    appoint(user=cindy, role=Role.OFFICER, agency=world.dishub, unit=world.lamps)
    assert [item.user for item in queries.candidates(world.dishub)] == [world.andi, world.budi, cindy]
    assert [item.user for item in queries.candidates(world.dishub, world.lamps)] == [cindy, world.andi, world.budi]
    away(cindy)
    away(world.andi, until=None)
    found = queries.candidates(world.dishub, world.lamps)
    assert [item.user for item in found] == [world.budi, cindy, world.andi]
    until = (timezone.localdate() + 3 * DAY).day
    assert found[0].label == world.budi.name
    assert found[1].label.startswith(f"{cindy.name} (tidak di tempat sampai {until} ")
    assert found[2].label == f"{world.andi.name} (tidak di tempat)"


@pytest.mark.parametrize("many", [1, 3])
def test_candidates_cost_the_same(world: World, statements: Any, many: int) -> None:
    for number in range(many):
        appoint(user=person(f"extra{number}"), role=Role.OFFICER, agency=world.dlh)
        away(person(f"extra{number}"))
    with statements() as seen:
        assert len(queries.candidates(world.dlh, world.lamps)) == many + 1
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("since", "until", "is_away"), [(0, 0, True), (-5, -1, False), (1, 5, False), (-1, None, True)]
)
def test_first_and_last_day_count(world: World, since: int, until: int | None, is_away: bool) -> None:
    away(world.andi, since, until)
    assert (world.andi.pk in queries.absences_of([world.andi])) is is_away


def test_the_deputy_is_told_instead(world: World) -> None:
    away(world.andi, deputy=world.budi)
    assert told(world, world.andi) == [world.budi]
    assert told(world, world.andi, world.budi) == [world.budi]
    # Without a deputy the person finds it on return.
    away(world.budi)
    assert told(world, world.budi) == [world.budi]
    # A deputy who has left the agency is not told of its cases.
    world.budi.posts.all().delete()
    assert told(world, world.andi) == [world.andi]


def test_a_case_goes_to_the_deputy(world: World) -> None:
    from balai.casework.actions import assign
    from balai.notifications.models import Message

    away(world.andi, deputy=world.budi)
    case = world.report()
    assign(case=case, officer=world.andi, actor=world.operator)
    informed = set(Message.objects.filter(template="casework/assigned").values_list("recipient_id", flat=True))
    assert informed == {world.budi.pk}


def test_refusals_change_nothing(world: World) -> None:
    away(world.andi, 0, 5)
    for wrong, field in (
        ({"since": -1, "until": 0}, "since"),
        ({"since": 5, "until": None}, "since"),
        ({"since": 9, "until": 8}, "__all__"),
        ({"since": 9, "deputy": world.andi}, "__all__"),
        ({"since": 9, "until": None, "deputy": world.sweeper}, "deputy"),
        ({"since": 9, "until": None, "deputy": world.warga}, "deputy"),
    ):
        with pytest.raises(ValidationError) as refused:
            away(world.andi, **wrong)  # type: ignore[arg-type]
        assert field in refused.value.message_dict
    with pytest.raises(ValidationError):
        away(world.warga)
    assert Absence.objects.count() == 1


def test_a_liaison_distributes_the_work_of_the_agency(world: World) -> None:
    liaison = person("penghubung")
    with pytest.raises(ValidationError):
        appoint(user=liaison, role=Role.LIAISON)
    appoint(user=liaison, role=Role.LIAISON, agency=world.dlh)
    standing = queries.standing_of(liaison)
    assert standing.can(queries.Act.ASSIGN, world.dlh.pk)
    assert not standing.can(queries.Act.WORK, world.dlh.pk)
    assert not standing.can(queries.Act.SEE, world.dishub.pk)
    assert queries.desk_of(world.dlh) == [liaison]


def test_what_is_known_of_a_person_is_given_and_erased(world: World) -> None:
    away(world.andi, deputy=world.budi)
    assert export(world.andi)["absences"][0]["reason"] == "leave"
    erase(world.budi)
    assert Absence.objects.get().deputy is None
    erase(world.andi)
    assert not Absence.objects.exists()


class TestOffice:
    @pytest.fixture
    def client(self, world: World) -> Client:
        rights = [f"agencies.{act}_absence" for act in ("add", "change", "delete", "view")]
        return signed_in(world.city, staff(world.city, *rights))

    def test_an_absence_is_recorded_changed_and_taken_back(self, world: World, client: Client) -> None:
        values = {"user": world.andi.pk, "since": "2026-12-01", "until": "2026-12-05", "reason": "leave"}
        assert client.post("/kantor/absences/new/", values | {"deputy": world.budi.pk}).status_code == 302
        absence = Absence.objects.get()
        assert absence.deputy == world.budi
        assert "Andi" in client.get("/kantor/absences/").text
        page = client.post("/kantor/absences/new/", values | {"since": "2026-12-04", "until": ""})
        assert page.status_code == 200
        assert "sudah tercatat" in page.text
        assert client.post("/kantor/absences/new/", values | {"user": world.warga.pk}).status_code == 200
        assert Absence.objects.count() == 1
        edited = {"since": "2026-12-01", "until": "2026-12-09", "reason": "training", "user": world.budi.pk}
        assert client.post(f"/kantor/absences/edit/{absence.pk}/", edited).status_code == 302
        absence.refresh_from_db()
        assert (absence.user, absence.reason, absence.until) == (world.andi, "training", datetime.date(2026, 12, 9))
        assert client.post(f"/kantor/absences/delete/{absence.pk}/").status_code == 302
        assert not Absence.objects.exists()
        verbs = Entry.objects.filter(verb__startswith="agencies.absence").values_list("verb", flat=True)
        assert sorted(verbs) == [f"agencies.absence_{verb}" for verb in ("changed", "recorded", "removed")]

    def test_strangers_are_not_listed(self, world: World, client: Client, city_b: City) -> None:
        with in_city(city_b):
            World(city_b)
        page = client.get("/kantor/absences/new/").text
        assert world.andi.name in page
        assert f"andi.{city_b.slug}".title() not in page
        assert "Warga" not in page

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_list_costs_the_same(
        self, world: World, client: Client, many: int, django_assert_num_queries: Any
    ) -> None:
        for number, user in enumerate([world.andi, world.budi, world.head][:many]):
            away(user, number, deputy=world.operator)
        client.get("/kantor/absences/")
        with django_assert_num_queries(LIST_STATEMENTS):
            assert client.get("/kantor/absences/").status_code == 200
