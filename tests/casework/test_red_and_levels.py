"""The pages of what is red and of what the city promises."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from balai.accounts.models import User
from balai.casework.models import Case, Kind, SlaPolicy
from balai.casework.sweep import sweep
from balai.membership.models import Membership, UserPermission
from tenants.current import in_city
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
RED = "/kantor/red/"
LEVELS = "/kantor/service-levels/"
RIGHTS = [f"casework.{act}_slapolicy" for act in ("add", "change", "view")]


def in_office(a: World, user: User) -> Client:
    """The person's browser, with the right to open the back office and a post or none."""
    from django.contrib.auth.models import Permission

    Membership.objects.get_or_create(user=user, defaults={"is_staff": True})
    found = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    UserPermission.objects.get_or_create(user=user, permission=found)
    return signed_in(a.city, user)


def late(a: World, count: int = 1, **fields: Any) -> list[Case]:
    cases = [a.report(**fields) for _number in range(count)]
    sweep(now=timezone.now() + 73 * HOUR)
    return cases


# -- red -------------------------------------------------------------------------------------------------------------


def test_the_head_sees_what_is_red_and_acknowledges_it(a: World) -> None:
    [case] = late(a)
    [foreign] = late(a, category="sampah")
    client = in_office(a, a.head)
    page = client.get(RED).content.decode()
    assert case.number in page
    assert foreign.number not in page
    assert "Dishub" in page
    assert "office-tile--late" in client.get("/kantor/").content.decode()
    assert client.post(f"{RED}{foreign.number}/acknowledge/").status_code == 404
    assert client.post(f"{RED}{case.number}/acknowledge/").status_code == 302
    found = Case.objects.get(pk=case.pk)
    assert found.acknowledged_at is not None
    assert found.timeline.get(kind=Kind.ACKNOWLEDGED).actor_id == a.head.pk
    assert "/acknowledge/" not in client.get(RED).content.decode()
    assert Case.objects.get(pk=foreign.pk).acknowledged_at is None


def test_the_mayor_sees_every_agency_and_the_operator_cannot_acknowledge(a: World) -> None:
    cases = [*late(a), *late(a, category="sampah")]
    page = in_office(a, a.mayor).get(RED).content.decode()
    assert all(case.number in page for case in cases)
    operator = in_office(a, a.operator)
    assert "/acknowledge/" not in operator.get(RED).content.decode()
    assert operator.post(f"{RED}{cases[0].number}/acknowledge/").status_code == 302
    assert not Case.objects.filter(acknowledged_at__isnull=False).exists()


def test_no_access_says_so_instead_of_showing_zero(a: World) -> None:
    late(a)
    stranger = signed_in(a.city, staff(a.city))
    answer = stranger.get(RED)
    assert answer.status_code == 403
    assert "office-tile" not in answer.content.decode()


def test_nothing_red_says_so(a: World) -> None:
    a.report()
    assert "office-state--late" not in in_office(a, a.mayor).get(RED).content.decode()


def test_another_citys_red_is_not_shown(a: World, b: World) -> None:
    with in_city(b.city):
        [theirs] = late(b)
    client = in_office(a, a.mayor)
    assert theirs.number not in client.get(RED).content.decode()
    assert client.post(f"{RED}{theirs.number}/acknowledge/").status_code == 404


@pytest.mark.parametrize("query", ["opd=x", "opd=99999999999999", "jenjang=9", "jenjang=%00", "p=-1", "p=zzz", "opd=²"])
def test_odd_filters_are_passed_over(a: World, query: str) -> None:
    late(a)
    assert in_office(a, a.mayor).get(f"{RED}?{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(a: World, count: int, statements: Any) -> None:
    late(a, count)
    client = in_office(a, a.mayor)
    client.get(RED)
    with statements() as seen:
        client.get(RED)
    assert len([sql for sql in seen if "casework_" in sql or "agencies_" in sql]) == RED_STATEMENTS


RED_STATEMENTS = 5


# -- service levels --------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(a: World) -> Client:
    return signed_in(a.city, staff(a.city, *RIGHTS))


def values(**changes: str) -> dict[str, str]:
    return {
        "name": "Dua hari", "module": "siaran", "since": timezone.localdate().isoformat(), "answer_amount": "48",
        "answer_unit": "hours", "update_unit": "hours", "done_unit": "hours", "ladder_unit": "hours",
        "warn_hours": "6", "head_after": "0", "sekda_after": "24", "mayor_after": "72",
    } | changes  # fmt: skip


def test_a_policy_is_previewed_then_set_and_applied(a: World, admin: Client) -> None:
    case = a.report()
    page = admin.post(f"{LEVELS}new/", values()).content.decode()
    assert not SlaPolicy.objects.exists()
    [seen] = re.findall(r'name="seen" value="(\w+)"', page)
    # Something else than what was previewed is previewed first.
    admin.post(f"{LEVELS}new/", values(answer_amount="12", seen=seen))
    assert not SlaPolicy.objects.exists()
    assert admin.post(f"{LEVELS}new/", values(seen=seen, apply="1")).status_code == 302
    policy = SlaPolicy.objects.get()
    assert (policy.answer_amount, policy.apply_wanted_at is not None, policy.applied_at) == (48, True, None)
    from balai.casework.tasks import sweep as task

    task()
    policy.refresh_from_db()
    assert policy.applied_at is not None
    assert Case.objects.get(pk=case.pk).answer_due_at == case.received_at + 48 * HOUR
    assert "Dua hari" in admin.get(LEVELS).content.decode()


def test_a_preset_is_set_with_a_button(a: World, admin: Client) -> None:
    assert admin.post(LEVELS, {"preset": "rabeg", "module": "siaran"}).status_code == 302
    assert SlaPolicy.objects.count() == 2
    assert admin.post(LEVELS, {"preset": "x", "module": "siaran"}).status_code == 422
    assert admin.post(LEVELS, {"preset": "rabeg", "module": "x"}).status_code == 422
    assert SlaPolicy.objects.count() == 2


def test_a_new_version_begins_with_the_old_one_and_the_old_one_ends(a: World, admin: Client) -> None:
    admin.post(LEVELS, {"preset": "jakarta", "module": "siaran"})
    policy = SlaPolicy.objects.get()
    assert 'value="168"' in admin.get(f"{LEVELS}new/?dari={policy.pk}").content.decode()
    assert admin.get(f"{LEVELS}new/?dari=x").status_code == 200
    assert admin.post(f"{LEVELS}{policy.pk}/end/").status_code == 302
    policy.refresh_from_db()
    assert policy.until == timezone.localdate()
    assert admin.post(f"{LEVELS}999999/end/").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"answer_amount": ""}, {"since": "2020-01-01"}, {"since": "kemarin"}, {"answer_amount": "-4"}, {"name": ""},
     {"mayor_after": "1"}, {"answer_amount": "99999"}, {"severity": "x"}, {"category": "999999"}],
)  # fmt: skip
def test_a_wrong_policy_comes_back_and_nothing_is_set(a: World, admin: Client, changes: dict[str, str]) -> None:
    answer = admin.post(f"{LEVELS}new/", values(**changes))
    if answer.status_code == 200:  # The day is judged when it is set.
        [seen] = re.findall(r'name="seen" value="(\w+)"', answer.content.decode())
        answer = admin.post(f"{LEVELS}new/", values(**changes, seen=seen))
    assert answer.status_code == 422
    assert not SlaPolicy.objects.exists()


def test_without_the_right_nothing_is_set(a: World) -> None:
    looker = signed_in(a.city, staff(a.city, "casework.view_slapolicy"))
    assert looker.get(LEVELS).status_code == 200
    assert looker.post(LEVELS, {"preset": "rabeg", "module": "siaran"}).status_code == 403
    assert looker.post(f"{LEVELS}new/", values()).status_code == 403
    stranger = signed_in(a.city, staff(a.city))
    assert stranger.get(LEVELS).status_code == 403
    assert not SlaPolicy.objects.exists()
