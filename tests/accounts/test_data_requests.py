"""Copies and erasure of a person's data, city by city, resumable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from balai.accounts import actions
from balai.accounts.models import DataRequest, DataRequestStep, User
from balai.accounts.tasks import run_step, sweep
from balai.membership.models import Membership
from balai.notifications.actions import notify
from balai.notifications.models import Message
from tenants.current import in_city
from tenants.models import City
from tests.accounts.people import make_resident, signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "kata sandi yang panjang"


def work(request: DataRequest, *, leave: int = 0) -> None:
    """Does what the workers do, but for the last `leave` steps."""
    steps = list(request.steps.order_by("pk"))
    for step in steps[: len(steps) - leave]:
        with in_city(City.objects.get(schema_name=step.schema_name)):
            run_step(step.pk)


@pytest.fixture
def known(city_a: Any, city_b: Any) -> User:
    """A resident of whom both cities know something."""
    user = make_resident("ani@example.org", "+6281234567890", password=PASSWORD, name="Ani Wijaya")
    for city in (city_a, city_b):
        with in_city(city):
            notify(to=user, template="account/email/login_code", context={"code": "1"}, language="id")
    with in_city(city_b):
        Membership.objects.create(user=user)
    return user


def test_a_copy_holds_what_each_city_knows(known: User, city_a: Any, city_b: Any) -> None:
    request = actions.request_export(user=known)
    assert actions.request_export(user=known) == request
    work(request)
    copy = actions.latest_export(user=known)
    assert copy is not None
    assert copy.is_finished
    data = actions.exported(copy)
    assert data["Balai"]["accounts"]["account"]["email"] == "ani@example.org"
    assert data["Kota Serang"]["notifications"]["messages"][0]["address"] == "ani@example.org"
    assert "Kota Tangerang Selatan" in data
    assert "Wijaya" not in str(list(DataRequestStep.objects.extra(select={"raw": "result"}).values_list("raw")))


def test_erasing_empties_the_account_and_every_city(known: User, city_a: Any, city_b: Any) -> None:
    known.emailaddress_set.create(email="kedua@example.org")
    work(actions.request_erasure(user=known))
    user = User.objects.get(pk=known.pk)
    assert (user.name, user.email, user.phone, user.is_active) == ("", None, None, False)
    assert not user.has_usable_password()
    assert not user.emailaddress_set.exists()
    assert str(user)  # A name for lists: "deleted account".
    for city in (city_a, city_b):
        with in_city(city):
            assert not Message.objects.filter(recipient_id=user.pk).exists()
            assert not Membership.objects.filter(user_id=user.pk).exists()
    # The address and the number are free again.
    make_resident("ani@example.org", "+6281234567890")


def test_the_account_is_closed_at_once(known: User, city_a: Any, client_a: Client) -> None:
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    assert signed_in(client_a, city_a) == known
    actions.request_erasure(user=known)
    assert signed_in(client_a, city_a) is None
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    assert signed_in(client_a, city_a) is None


def test_a_killed_worker_leaves_the_rest_to_the_sweep(known: User, django_capture_on_commit_callbacks: Any) -> None:
    request = actions.request_erasure(user=known)
    work(request, leave=1)
    request.refresh_from_db()
    assert not request.is_finished
    assert User.objects.get(pk=known.pk).email == "ani@example.org"
    assert sweep() == 0  # Not lost yet, perhaps only slow.
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        with django_capture_on_commit_callbacks() as queued:
            assert sweep() == 1
        assert len(queued) == 1
        work(request)  # Every step again: the finished ones do nothing.
    request.refresh_from_db()
    assert request.is_finished
    assert User.objects.get(pk=known.pk).email is None


def test_a_step_runs_only_in_its_own_schema(known: User, city_a: Any, city_b: Any) -> None:
    request = actions.request_erasure(user=known)
    step = request.steps.get(schema_name=city_a.schema_name)
    with in_city(city_b):
        assert run_step(step.pk) is False
        assert Message.objects.filter(recipient_id=known.pk).exists()


def test_a_failing_part_undoes_its_city_and_is_tried_again(
    known: User, city_b: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_user: Any) -> None:
        raise RuntimeError

    request = actions.request_erasure(user=known)
    step = request.steps.get(schema_name=city_b.schema_name)
    with in_city(city_b):
        monkeypatch.setattr("balai.notifications.personal_data.erase", fail)
        with pytest.raises(RuntimeError):
            run_step(step.pk)
        assert Membership.objects.filter(user_id=known.pk).exists()
        monkeypatch.undo()
        assert run_step(step.pk) is True


def test_old_copies_are_forgotten(known: User) -> None:
    request = actions.request_export(user=known)
    work(request)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        sweep()
    assert not DataRequest.objects.exists()


def test_deleting_by_the_page(client_a: Client, city_a: Any, known: User) -> None:
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    client_a.post("/akun/reauthenticate/", {"password": PASSWORD})
    assert client_a.post("/akun/hapus/", {}).status_code == 200
    assert not DataRequest.objects.exists()
    client_a.post("/akun/hapus/", {"sure": "on"})
    assert DataRequest.objects.get().kind == "erasure"
    assert signed_in(client_a, city_a) is None


def test_the_copy_is_given_by_the_page(client_a: Client, city_a: Any, known: User) -> None:
    client_a.post("/akun/login/", {"login": "ani@example.org", "password": PASSWORD})
    client_a.post("/akun/reauthenticate/", {"password": PASSWORD})
    assert client_a.post("/akun/salinan/").status_code == 302
    assert "sedang dikumpulkan" in client_a.get("/akun/salinan/").content.decode()
    work(DataRequest.objects.get())
    assert "sudah siap" in client_a.get("/akun/salinan/").content.decode()
    file = client_a.get("/akun/salinan/?unduh=1")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.json()["Balai"]["accounts"]["account"]["name"] == "Ani Wijaya"


def test_nobody_else_gets_it(client_a: Client, city_a: Any, known: User, sign_in: Any) -> None:
    work(actions.request_export(user=known))
    sign_in(client_a, make_resident("una@example.org"), city_a)
    assert client_a.get("/akun/salinan/?unduh=1").headers["Content-Type"].startswith("text/html")
