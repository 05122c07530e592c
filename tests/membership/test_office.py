"""Wagtail's admin as a member of city A sees it, and as a member of city B does not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import Collection, GroupPagePermission, Page, Workflow, WorkflowState

from apps.news.actions import index_page
from apps.news.models import NewsPage
from balai.accounts.models import User
from balai.membership.groups import ADMINISTRATORS, EDITORS, OPERATORS
from balai.membership.models import Membership, SignInProvider
from tenants.current import in_city

pytestmark = pytest.mark.django_db

READ = [
    "",
    "pages/",
    "users/",
    "users/new/",
    "users/edit/{user}/",
    "users/delete/{user}/",
    "users/history/{user}/",
    "groups/",
    "groups/new/",
    "groups/edit/{group}/",
    "groups/delete/{group}/",
    "collections/",
    "collections/add/",
    "workflows/list/",
    "workflows/edit/{workflow}/",
    "workflows/tasks/index/",
    "images/",
    "images/add/",
    "documents/",
    "documents/add/",
    "reports/site-history/",
    "pages/{news}/",
    "pages/{news}/edit/",
    "pages/add/news/newspage/{news}/",
    "account/",
    "sign-in/",
    "sign-in/new/",
]


@pytest.fixture
def places(city_a: Any, member: Any) -> dict[str, int]:
    """The identifiers that the pages of city A have in their addresses."""
    user = member(city_a, "ani@example.org", OPERATORS)
    with in_city(city_a):
        return {
            "user": user.pk,
            "group": Group.objects.get(name=OPERATORS).pk,
            "workflow": Workflow.objects.get().pk,
            "news": index_page().pk,
        }


@pytest.mark.parametrize("path", READ)
def test_the_citys_administrator_reads_every_page(
    client_a: Client, city_a: Any, member: Any, sign_in: Any, places: dict[str, int], path: str
) -> None:
    sign_in(client_a, member(city_a, "bos@example.org", ADMINISTRATORS), city_a)
    response = client_a.get(f"/kantor/{path.format(**places)}")
    assert response.status_code == 200


@pytest.mark.parametrize("path", READ)
def test_another_citys_administrator_reads_none(
    client_a: Client, city_a: Any, city_b: Any, member: Any, sign_in: Any, places: dict[str, int], path: str
) -> None:
    sign_in(client_a, member(city_b, "bos@example.org", ADMINISTRATORS), city_a)
    assert client_a.get(f"/kantor/{path.format(**places)}").status_code == 403


@pytest.mark.parametrize("path", ["users/", "users/new/", "groups/", "users/edit/{user}/", "collections/"])
def test_operators_do_not_manage_members(
    client_a: Client, city_a: Any, member: Any, sign_in: Any, places: dict[str, int], path: str
) -> None:
    sign_in(client_a, member(city_a, "op@example.org", OPERATORS), city_a)
    response = client_a.get(f"/kantor/{path.format(**places)}")
    assert response.status_code in (302, 403)


@pytest.fixture
def boss(client_a: Client, city_a: Any, member: Any, sign_in: Any) -> User:
    """An administrator of city A, signed in with client_a."""
    user: User = member(city_a, "bos@example.org", ADMINISTRATORS)
    sign_in(client_a, user, city_a)
    return user


def test_the_listing_shows_members_of_this_city_only(
    client_a: Client, city_a: Any, city_b: Any, member: Any, boss: User
) -> None:
    member(city_a, "ani@example.org", OPERATORS, name="Ani Wijaya")
    member(city_b, "una@example.org", OPERATORS, name="Una Serang")
    for query in ("", "?q=example", "?q=Una", "?ordering=-name", "?ordering=last_login", "?is_superuser=false"):
        text = client_a.get(f"/kantor/users/{query}").content.decode()
        assert "Una Serang" not in text
        assert ("Ani Wijaya" in text) == ("Una" not in query)
    with in_city(city_b):
        stranger = User.objects.get(email="una@example.org")
    for path in ("edit", "delete", "history", "usage"):
        assert client_a.get(f"/kantor/users/{path}/{stranger.pk}/").status_code == 404


def test_adding_a_member(client_a: Client, city_a: Any, boss: User) -> None:
    with in_city(city_a):
        operators = Group.objects.get(name=OPERATORS)
    form = {"identifier": "0812 3456 7890", "name": "Budi", "groups": [operators.pk]}
    response = client_a.post("/kantor/users/new/", form)
    assert response.status_code == 302
    with in_city(city_a):
        user = User.objects.get(phone="+6281234567890")
        assert user.is_staff
        assert list(user.groups.all()) == [operators]


@pytest.mark.parametrize(
    "form",
    [
        {"identifier": "", "name": "Budi"},
        {"identifier": "baru@example.org", "name": ""},
        {"identifier": "bos@example.org", "name": "Budi"},
        {"identifier": "x", "name": "Budi"},
        {"identifier": "baru@example.org", "name": "Budi", "groups": [999999]},
    ],
)
def test_a_wrong_new_member_is_refused(client_a: Client, city_a: Any, boss: User, form: dict[str, Any]) -> None:
    response = client_a.post("/kantor/users/new/", form)
    assert response.status_code == 200
    assert response.context["form"].errors
    with in_city(city_a):
        assert Membership.objects.count() == 1
    assert User.objects.count() == 1


def test_a_shared_account_is_not_edited(client_a: Client, city_a: Any, member: Any, boss: User) -> None:
    user = member(city_a, "ani@example.org", OPERATORS, name="Ani Wijaya")
    user.set_password("rahasia sekali")
    user.save()
    page = client_a.get(f"/kantor/users/edit/{user.pk}/").content.decode()
    for name in ("email", "password1", "first_name", "is_superuser", "is_active", "emergency_key"):
        assert f'name="{name}"' not in page
    with in_city(city_a):
        editors = Group.objects.get(name=EDITORS)
    client_a.post(
        f"/kantor/users/edit/{user.pk}/",
        {
            "groups": [editors.pk],
            "active": "on",
            "email": "jahat@example.org",
            "password1": "lain lagi sandi",
            "password2": "lain lagi sandi",
            "name": "Nama Lain",
            "emergency_key": "on",
            "is_superuser": "on",
        },
    )
    with in_city(city_a):
        user = User.objects.get(pk=user.pk)
        assert list(user.groups.all()) == [editors]
        assert not user.is_superuser
    assert (user.name, user.email) == ("Ani Wijaya", "ani@example.org")
    assert user.check_password("rahasia sekali")


def test_pausing_and_removing(client_a: Client, city_a: Any, member: Any, boss: User) -> None:
    user = member(city_a, "ani@example.org", OPERATORS)
    client_a.post(f"/kantor/users/edit/{user.pk}/", {"groups": []})
    with in_city(city_a):
        assert not Membership.objects.get(user=user).is_staff
    assert client_a.post(f"/kantor/users/delete/{user.pk}/").status_code == 302
    with in_city(city_a):
        assert not Membership.objects.filter(user=user).exists()
    assert User.objects.get(pk=user.pk).is_active


def test_the_holder_of_the_key_gives_it(client_a: Client, city_a: Any, member: Any, sign_in: Any) -> None:
    sign_in(client_a, member(city_a, "kunci@example.org", key=True), city_a)
    user = member(city_a, "ani@example.org", OPERATORS)
    assert 'name="emergency_key"' in client_a.get(f"/kantor/users/edit/{user.pk}/").content.decode()
    client_a.post(f"/kantor/users/edit/{user.pk}/", {"groups": [], "active": "on", "emergency_key": "on"})
    with in_city(city_a):
        assert User.objects.get(pk=user.pk).is_superuser


def test_administrators_do_not_touch_the_holder_of_the_key(
    client_a: Client, city_a: Any, member: Any, boss: User
) -> None:
    holder = member(city_a, "kunci@example.org", key=True)
    assert client_a.post(f"/kantor/users/edit/{holder.pk}/", {"groups": []}).status_code in (302, 403)
    assert client_a.post(f"/kantor/users/delete/{holder.pk}/").status_code in (302, 403)
    with in_city(city_a):
        assert Membership.objects.get(user=holder).is_superuser
        assert Membership.objects.get(user=holder).is_staff


@pytest.mark.parametrize("action", ["delete", "set_active_state", "assign_role"])
def test_bulk_actions_on_shared_accounts_are_closed(
    client_a: Client, city_a: Any, city_b: Any, member: Any, boss: User, action: str
) -> None:
    own, other = member(city_a, "ani@example.org"), member(city_b, "una@example.org")
    with in_city(city_a):
        role = Group.objects.get(name=ADMINISTRATORS).pk
    for user in (own, other):
        address = f"/kantor/bulk/accounts/user/{action}/?next=/kantor/users/&id={user.pk}"
        client_a.post(address, {"mark_as_active": "False", "role": role})
        assert User.objects.get(pk=user.pk).is_active
        with in_city(city_a):
            assert not user.groups.exists()


def test_making_a_group(client_a: Client, city_a: Any, city_b: Any, boss: User) -> None:
    page = client_a.get("/kantor/groups/new/").content.decode()
    form = dict(re.findall(r'name="([\w-]+-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS)" value="(\d+)"', page))
    response = client_a.post("/kantor/groups/new/", {**form, "name": "Tim drainase"})
    assert response.status_code == 302
    with in_city(city_a):
        assert Group.objects.filter(name="Tim drainase").exists()
    with in_city(city_b):
        assert not Group.objects.filter(name="Tim drainase").exists()


def test_making_a_collection(client_a: Client, city_a: Any, boss: User) -> None:
    with in_city(city_a):
        root = Collection.get_first_root_node()
    client_a.post("/kantor/collections/add/", {"name": "Foto acara", "parent": root.pk})
    with in_city(city_a):
        assert Collection.objects.filter(name="Foto acara").exists()


def test_an_article_is_written_moderated_and_published(
    city_a: Any, member: Any, sign_in: Any, client_a: Client, client_b: Client
) -> None:
    writer = member(city_a, "penulis@example.org")
    editor = member(city_a, "redaksi@example.org", EDITORS)
    with in_city(city_a):
        news = index_page()
        writers = Group.objects.create(name="Penulis")
        writers.permissions.add(Permission.objects.get(codename="access_admin"))
        for codename in ("add_page", "change_page"):
            GroupPagePermission.objects.create(
                group=writers, page=news, permission=Permission.objects.get(codename=codename)
            )
        writer.groups.add(writers)
    sign_in(client_a, writer, city_a)
    form = {
        "title": "Jalan diperbaiki",
        "slug": "jalan-diperbaiki",
        "date": "2026-11-22",
        "category": "pembangunan",
        "lead": "Jalan Raya Serpong diperbaiki.",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-value": "Jalan",
        "seo_title": "",
        "search_description": "",
    }
    client_a.post(f"/kantor/pages/add/news/newspage/{news.pk}/", {**form, "action-publish": "1"})
    with in_city(city_a):
        page = NewsPage.objects.get()
        assert not page.live  # A writer cannot publish.
    client_a.post(f"/kantor/pages/{page.pk}/edit/", {**form, "action-submit": "1"})
    with in_city(city_a):
        state = WorkflowState.objects.get()
        task = state.current_task_state
    address = f"/kantor/pages/workflow/action/{page.pk}/approve/{task.pk}/"
    client_a.post(address)
    with in_city(city_a):
        assert not NewsPage.objects.get().live
    moderator = Client(headers={"host": city_a.host})
    sign_in(moderator, editor, city_a)
    assert "Jalan diperbaiki" in moderator.get("/kantor/").content.decode()
    assert moderator.post(address).status_code == 302
    with in_city(city_a):
        assert NewsPage.objects.get().live
        assert Page.objects.get(pk=page.pk).owner == writer


def test_the_own_account_is_changed_on_its_own_page(client_a: Client, boss: User) -> None:
    page = client_a.get("/kantor/account/").content.decode()
    assert 'href="/akun/"' in page
    for name in ("name_email-first_name", "name_email-email", "password-new_password1"):
        assert name not in page


def test_the_city_configures_google(client_a: Client, client_b: Client, city_a: Any, boss: User) -> None:
    page = client_a.get("/kantor/sign-in/new/").content.decode()
    assert "http://tangerang-selatan.localhost:8000/akun/google/login/callback/" in page
    form = {"provider": "google", "client_id": "id", "active": "on"}
    assert client_a.post("/kantor/sign-in/new/", form).status_code == 200  # Without a secret nothing is made.
    client_a.post("/kantor/sign-in/new/", {**form, "secret": "sangat rahasia"})
    with in_city(city_a):
        provider = SignInProvider.objects.get()
    edit = f"/kantor/sign-in/edit/{provider.pk}/"
    assert "sangat rahasia" not in client_a.get(edit).content.decode()
    client_a.post(edit, {**form, "client_id": "lain", "secret": ""})
    with in_city(city_a):
        provider.refresh_from_db()
    assert (provider.client_id, provider.secret) == ("lain", "sangat rahasia")
    assert "Google" in Client(headers={"host": city_a.host}).get("/akun/login/").content.decode()
    assert "Google" not in client_b.get("/akun/login/").content.decode()
