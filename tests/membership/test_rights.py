"""What someone may do is per city: groups, membership and the emergency key of A mean nothing in B."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from balai.accounts.models import User
from balai.audit.models import Entry
from balai.membership import actions
from balai.membership.groups import ADMINISTRATORS, DEFAULT_GROUPS, EDITORS, OFFICERS, OPERATORS
from balai.membership.models import Membership, UserGroup
from balai.membership.queries import administrators, members
from balai.notifications.models import Message
from tenants.current import in_city
from tests.accounts.people import make_resident

pytestmark = pytest.mark.django_db

ACCESS = "wagtailadmin.access_admin"


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_new_city_has_its_groups(prepared: None, city_a: Any) -> None:
    with in_city(city_a):
        assert set(Group.objects.values_list("name", flat=True)) >= set(DEFAULT_GROUPS)
        assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
        before = Group.objects.get(name=OPERATORS).permissions.count()
        extra = Permission.objects.get(codename="add_redirect")
        Group.objects.get(name=OPERATORS).permissions.add(extra)
        actions.prepare_city(city_a)  # Safe to run again; what the city added stays.
        assert Group.objects.get(name=OPERATORS).permissions.count() == before + 1


@pytest.mark.parametrize("group", [ADMINISTRATORS, OPERATORS, EDITORS])
def test_groups_of_one_city_mean_nothing_in_another(member: Any, city_a: Any, city_b: Any, group: str) -> None:
    user = member(city_a, "ani@example.org", group)
    with in_city(city_a):
        assert again(user).has_perm(ACCESS)
        assert user.is_staff
        assert not user.is_superuser
    with in_city(city_b):
        assert not again(user).has_perm(ACCESS)
        assert not user.is_staff
        assert user.get_all_permissions() == set()
    with in_city(city_a):
        assert user.has_perm(ACCESS)
    assert not user.is_staff
    assert not user.has_perm(ACCESS)


def test_officers_do_not_enter_the_office(member: Any, city_a: Any) -> None:
    user = member(city_a, "ani@example.org", OFFICERS)
    with in_city(city_a):
        assert user.is_staff
        assert not user.has_perm(ACCESS)


def test_administrators_cannot_reach_beyond_the_city(member: Any, city_a: Any) -> None:
    user = member(city_a, "ani@example.org", ADMINISTRATORS)
    with in_city(city_a):
        for permission in ("accounts.change_user", "auth.change_group", "wagtailcore.add_workflow"):
            assert user.has_perm(permission)
        for permission in (
            "auth.add_permission",
            "accounts.view_datarequest",
            "audit.delete_entry",
            "tenants.add_city",
        ):
            assert not user.has_perm(permission)


def test_the_emergency_key_opens_one_city(member: Any, city_a: Any, city_b: Any) -> None:
    user = member(city_a, "ani@example.org", key=True)
    with in_city(city_a):
        assert again(user).is_superuser
        assert again(user).has_perm("anything.at_all")
    with in_city(city_b):
        assert not again(user).is_superuser
        assert not again(user).has_perm(ACCESS)


def test_a_paused_member_keeps_groups_without_rights(member: Any, city_a: Any) -> None:
    boss, user = member(city_a, "bos@example.org", ADMINISTRATORS), member(city_a, "ani@example.org", OPERATORS)
    with in_city(city_a):
        actions.update_member(actor=boss, user=user, groups=user.groups.all(), active=False)
        assert UserGroup.objects.filter(user=user).count() == 1
        assert not again(user).has_perm(ACCESS)
        actions.update_member(actor=boss, user=user, groups=user.groups.all(), active=True)
        assert again(user).has_perm(ACCESS)


def test_an_existing_account_is_joined_as_it_is(member: Any, city_a: Any) -> None:
    boss = member(city_a, "bos@example.org", ADMINISTRATORS)
    resident = make_resident("ani@example.org", "+6281234567890", name="Ani Wijaya", password="rahasia sekali")
    with in_city(city_a):
        for wrong in ("0812 3456 7890", "ANI@example.org"):
            if not Membership.objects.filter(user=resident).exists():
                assert actions.add_member(actor=boss, identifier=wrong, name="Nama Lain") == resident
            else:
                with pytest.raises(ValidationError):
                    actions.add_member(actor=boss, identifier=wrong, name="Nama Lain")
        resident.refresh_from_db()
        assert resident.name == "Ani Wijaya"
        assert resident.check_password("rahasia sekali")
        (invitation,) = Message.objects.filter(template="membership/invitation")
        assert invitation.address == "ani@example.org"
        assert "http://tangerang-selatan.localhost:8000/akun/login/code/" in invitation.text
        assert "@" not in invitation.text
        assert Entry.objects.get(verb="membership.added", actor=boss).target == f"accounts.user:{resident.pk}"


def test_a_new_account_begins_with_an_invitation(client_a: Any, city_a: Any, prepared: None, code_for: Any) -> None:
    with in_city(city_a):
        user = actions.add_member(actor=None, identifier="baru@example.org", name="Budi")
        assert not user.has_usable_password()
    client_a.post("/akun/login/code/", {"login": "baru@example.org"})
    client_a.post("/akun/login/code/confirm/", {"code": code_for("baru@example.org", city_a)})
    assert client_a.get("/akun/").status_code == 200


@pytest.mark.parametrize(
    ("identifier", "name"), [("baru@example.org", ""), ("0812", "Budi"), ("x", "Budi"), ("", "Budi")]
)
def test_a_wrong_member_is_refused_and_nothing_is_made(prepared: None, city_a: Any, identifier: str, name: str) -> None:
    with in_city(city_a):
        with pytest.raises(ValidationError):
            actions.add_member(actor=None, identifier=identifier, name=name)
        assert (User.objects.count(), Membership.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_removing_leaves_the_account(member: Any, city_a: Any, city_b: Any) -> None:
    boss, user = member(city_a, "bos@example.org", ADMINISTRATORS), member(city_a, "ani@example.org", OPERATORS)
    with in_city(city_b):
        actions.add_member(actor=None, identifier="ani@example.org")
    with in_city(city_a):
        actions.remove_member(actor=boss, user=user)
        assert not members().filter(pk=user.pk).exists()
        assert not again(user).has_perm(ACCESS)
    with in_city(city_b):
        assert again(user).is_staff
    assert again(user).is_active


def test_the_key_is_given_by_its_holders_only(member: Any, city_a: Any) -> None:
    holder = member(city_a, "kunci@example.org", key=True)
    boss, user = member(city_a, "bos@example.org", ADMINISTRATORS), member(city_a, "ani@example.org")
    with in_city(city_a):
        for actor in (boss, user):
            with pytest.raises(PermissionDenied):
                actions.set_emergency_key(actor=actor, user=user, given=True)
        assert not again(user).is_superuser
        # Nor may somebody below touch its holder.
        with pytest.raises(PermissionDenied):
            actions.remove_member(actor=boss, user=holder)
        with pytest.raises(PermissionDenied):
            actions.update_member(actor=boss, user=holder, groups=[], active=False)
        assert again(holder).is_superuser
        actions.set_emergency_key(actor=holder, user=user, given=True)
        assert again(user).is_superuser


def test_every_administrator_is_told_of_the_key(member: Any, city_a: Any, city_b: Any) -> None:
    holder = member(city_a, "kunci@example.org", key=True)
    boss = member(city_a, "bos@example.org", ADMINISTRATORS)
    other = member(city_b, "lain@example.org", ADMINISTRATORS)
    user = member(city_a, "ani@example.org", OPERATORS, name="Ani Wijaya")
    for one in (holder, boss, other, user):
        one.emailaddress_set.update(verified=True)
    with in_city(city_a):
        assert set(administrators()) == {holder, boss}
        Message.objects.all().delete()
        actions.set_emergency_key(actor=holder, user=user, given=True)
        told = Message.objects.filter(template="membership/emergency_key")
        assert {message.address for message in told} == {"kunci@example.org", "bos@example.org", "ani@example.org"}
        assert "Ani Wijaya" in told[0].text
        entry = Entry.objects.get(verb="membership.emergency_key_given", actor=holder)
        assert entry.target == f"accounts.user:{user.pk}"
    with in_city(city_b):
        assert not Message.objects.exists()


def test_nobody_ends_the_own_membership(member: Any, city_a: Any) -> None:
    boss = member(city_a, "bos@example.org", ADMINISTRATORS)
    with in_city(city_a):
        with pytest.raises(ValidationError):
            actions.remove_member(actor=boss, user=boss)
        with pytest.raises(ValidationError):
            actions.update_member(actor=boss, user=boss, groups=[], active=False)
        assert again(boss).has_perm(ACCESS)


def test_groups_of_another_city_are_not_assigned(member: Any, city_a: Any, city_b: Any) -> None:
    user = member(city_a, "ani@example.org")
    with in_city(city_b):
        Group.objects.create(name="Hanya di Serang")
    with in_city(city_a):
        assert not Group.objects.filter(name="Hanya di Serang").exists()
        assert user.groups.count() == 0


def test_many_members_cost_few_queries(member: Any, city_a: Any, django_assert_num_queries: Any) -> None:
    for number in range(3):
        member(city_a, f"a{number}@example.org", OPERATORS)
    with in_city(city_a):
        assert members().count() == 3
        with django_assert_num_queries(2):
            assert [[group.name for group in user.groups.all()] for user in members().prefetch_related("groups")]


@pytest.mark.parametrize("was_here", [True, False])
def test_an_address_that_is_not_proved_gives_nobody_rights(prepared: None, city_a: Any, was_here: bool) -> None:
    """Somebody who signs in by phone has put the address of a future member of staff on the own account."""
    stranger = make_resident(email=None, phone="+628121234567")
    stranger.email = "budi@dinas.example"
    stranger.last_login = timezone.now() if was_here else None
    stranger.save()
    address = stranger.emailaddress_set.create(email="budi@dinas.example", verified=False, primary=True)
    with in_city(city_a):
        with pytest.raises(ValidationError):
            actions.add_member(actor=None, identifier="Budi@dinas.example", name="Budi")
        assert not Membership.objects.filter(user=stranger).exists()
        address.verified = True
        address.save()
        assert actions.add_member(actor=None, identifier="budi@dinas.example") == stranger
