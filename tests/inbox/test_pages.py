"""The inbox's pages, the links in mails, unsubscribing, preferences, and the office's view of the outbox."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from balai.accounts.models import User
from balai.notifications import actions, links
from balai.notifications.kinds import kinds
from balai.notifications.models import Delivery, Message, Preference, Status
from balai.notifications.tasks import deliver
from tenants.current import in_city
from tests.notifications.conftest import MailServer, mail_server  # noqa: F401
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
URLS = "balai.config.urls_city"
NOON = "2028-03-01T05:00:00Z"


@pytest.fixture
def ani(db: None) -> User:
    user = User.objects.create_user("ani@example.org", name="Ani", language="id")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def wati(db: None) -> User:
    return User.objects.create_user("wati@example.org", name="Wati", language="id")


def told(person: User, number: int = 1, **values: Any) -> Message:
    defaults = {
        "template": "casework/taken_up",
        "kind": "reports",
        "path": f"/siaran/laporan/{number}/",
        "context": {"number": f"NO{number}", "category": "Lampu", "agency": "Dishub"},
        "urgent": True,
    }
    message = actions.notify(to=person, **defaults | values)
    assert message is not None
    return message


def path(name: str, **kwargs: Any) -> str:
    return reverse(f"inbox:{name}", urlconf=URLS, kwargs=kwargs)


def text(response: Any) -> str:
    return response.content.decode()  # type: ignore[no-any-return]


# -- the inbox -------------------------------------------------------------------------------------------------------


def test_a_visitor_is_asked_to_sign_in(client_a: Any) -> None:
    for name, kwargs in (("inbox", {}), ("message", {"pk": 1}), ("preferences", {})):
        response = client_a.get(path(name, **kwargs))
        assert (response.status_code, "/akun/login/" in response["Location"]) == (302, True)


def test_everything_is_there_and_read_when_opened(city_a: Any, ani: User) -> None:
    with in_city(city_a):
        first = told(ani)
        told(ani, 2)
        secret = told(ani, 3, secret=True, kind="")
    browser = signed_in(city_a, ani)
    page = text(browser.get(path("inbox")))
    assert "NO1" in page
    assert "NO2" in page
    assert "NO3" not in page
    assert '<span class="header__count" aria-hidden="true">2</span>' in page
    opened = browser.get(path("message", pk=first.pk))
    assert 'href="/siaran/laporan/1/"' in text(opened)
    # Within the inbox links do not expire.
    assert "/n/" not in text(opened)
    assert opened["Cache-Control"] == "private, no-store"
    assert browser.get(path("message", pk=secret.pk)).status_code == 404
    with in_city(city_a):
        first.refresh_from_db()
        assert first.read_at is not None
    assert ">1</span>" in text(browser.get("/"))
    assert browser.post(path("mark_all_read")).status_code == 303
    assert "header__count" not in text(browser.get(path("inbox")))


def test_nobody_opens_marks_or_resends_anothers_message(city_a: Any, ani: User, wati: User) -> None:
    with in_city(city_a):
        message = told(ani)
        Message.objects.update(status=Status.FAILED_PERMANENT, next_attempt_at=None)
    browser = signed_in(city_a, wati)
    assert browser.get(path("message", pk=message.pk)).status_code == 404
    assert browser.post(path("resend", pk=message.pk)).status_code == 404
    browser.post(path("mark_all_read"))
    with in_city(city_a):
        assert actions.mark_read(user=wati, ids=[message.pk]) == 0
        message.refresh_from_db()
        assert (message.read_at, message.status) == (None, Status.FAILED_PERMANENT)
        assert not Delivery.objects.exists()


def test_the_inbox_is_each_citys_own(city_a: Any, city_b: Any, ani: User) -> None:
    with in_city(city_a):
        message = told(ani)
    browser = signed_in(city_b, ani)
    assert "NO1" not in text(browser.get(path("inbox")))
    assert browser.get(path("message", pk=message.pk)).status_code == 404
    assert browser.get(links.link_path(message.key)).status_code == 404
    assert browser.post(links.stop_path(message.key)).status_code == 404
    with in_city(city_b):
        assert not Preference.objects.exists()


def test_a_failed_message_is_sent_again_by_its_reader(city_a: Any, ani: User) -> None:
    with in_city(city_a):
        message = told(ani)
        Message.objects.update(status=Status.FAILED_PERMANENT, next_attempt_at=None, error="recipient refused: 550")
    browser = signed_in(city_a, ani)
    page = text(browser.get(path("message", pk=message.pk)))
    assert path("resend", pk=message.pk) in page
    assert "a•••@e•••.org" in page
    assert "ani@example.org" not in page
    for _click in range(2):
        response = browser.post(path("resend", pk=message.pk))
        assert (response.status_code, response["Location"]) == (303, path("message", pk=message.pk))
    with in_city(city_a):
        message.refresh_from_db()
        assert message.status == Status.QUEUED
        assert message.deliveries.count() == 1


@pytest.mark.parametrize("cursor", ["x", "WzFd", "..", "%00", "WyJhIl0"])
def test_an_odd_cursor_is_the_callers_fault(city_a: Any, ani: User, cursor: str) -> None:
    assert signed_in(city_a, ani).get(path("inbox") + f"?setelah={cursor}").status_code in (200, 400)


def test_the_inbox_has_the_same_cost_with_one_and_three(city_a: Any, ani: User, statements: Any) -> None:
    browser = signed_in(city_a, ani)
    browser.get(path("inbox"))
    for count in (1, 3):
        with in_city(city_a):
            while Message.objects.count() < count:
                message = told(ani, Message.objects.count() + 1)
                Delivery.objects.create(message=message, at=timezone.now(), outcome="sent", channel="mail")
        with statements() as seen:
            assert browser.get(path("inbox")).status_code == 200
        own = [sql for sql in seen if "notifications_" in sql]
        # The page, and the number unread for the page and for the header.
        assert len(own) == 3, own


def test_the_number_in_the_header_costs_one_look_into_an_index(city_a: Any, ani: User, statements: Any) -> None:
    from django.db import connection

    from balai.notifications.queries import unread_count

    with in_city(city_a):
        told(ani)
        with statements() as seen:
            assert unread_count(ani) == 1
        assert len(seen) == 1
        read = {"channel": "mail", "recipient_id": ani.pk, "read_at": timezone.now()}
        Message.objects.bulk_create(Message(**read) for _number in range(3000))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE notifications_message")
            cursor.execute("EXPLAIN " + seen[0])
            assert "message_unread" in str(cursor.fetchall())


def test_a_visitors_page_counts_nothing(client_a: Any, statements: Any) -> None:
    with statements() as seen:
        client_a.get("/")
    assert not [sql for sql in seen if "notifications_message" in sql]


# -- links -----------------------------------------------------------------------------------------------------------


def test_a_link_leads_to_the_subject_until_it_expires(city_a: Any, ani: User, mail_server: MailServer) -> None:  # noqa: F811
    with time_machine.travel(NOON, tick=False), in_city(city_a):
        message = told(ani)
        deliver(message.pk)
    (mail,) = mail_server.mails
    found = re.findall(r"http://[^/\s]+(/n/\S+)", mail.get_content())
    assert found == [links.link_path(message.key), links.stop_path(message.key)]
    for part in ("ani", "NO1", str(message.pk), str(ani.pk)):
        assert part not in found[0].replace("/n/", "") or len(part) < 4
    browser = signed_in(city_a, ani)
    with time_machine.travel(NOON, tick=False):
        response = browser.get(found[0])
        assert (response.status_code, response["Location"]) == (302, "/siaran/laporan/1/")
    with in_city(city_a):
        message.refresh_from_db()
        assert message.read_at is not None
    with time_machine.travel(timezone.datetime.fromisoformat(NOON) + links.LINK_LIFE, tick=False):  # type: ignore[attr-defined]
        gone = signed_in(city_a, ani).get(found[0])
        assert gone.status_code == 410
        assert path("inbox") in text(gone)
        assert "/siaran/laporan/1/" not in text(gone)


@pytest.mark.parametrize("token", ["x", "a" * 34, "é" * 34, "%00", "=" * 34, "A" * 33 + "=", "9" * 4000])
def test_a_link_that_was_not_made_here_says_so(client_a: Any, token: str) -> None:
    for end in ("", "berhenti/"):
        assert client_a.get(f"/n/{token}/{end}").status_code == 404
    assert client_a.post(f"/n/{token}/berhenti/").status_code == 404


def test_a_token_is_bound_to_the_servers_secret(settings: Any, city_a: Any, ani: User) -> None:
    with in_city(city_a):
        message = told(ani)
    token = links.token_of(message.key)
    assert links.key_of(token) == message.key
    swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert links.key_of(swapped) is None
    settings.SECRET_KEY = "another" * 10
    assert links.key_of(token) is None


# -- stopping --------------------------------------------------------------------------------------------------------


def test_one_click_stops_a_kind_and_nothing_else(city_a: Any, ani: User, mail_server: MailServer) -> None:  # noqa: F811
    with time_machine.travel(NOON, tick=False), in_city(city_a):
        message = told(ani)
        deliver(message.pk)
    (mail,) = mail_server.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail["List-Unsubscribe"].strip(" <>")
    assert url.startswith(city_a.url)
    visitor = signed_in(city_a, ani).__class__(headers={"host": city_a.host}, enforce_csrf_checks=True)
    where = url.removeprefix(city_a.url)
    asked = visitor.get(where)
    assert asked.status_code == 200
    with in_city(city_a):
        assert not Preference.objects.exists()  # Programs that look at links stop nothing.
    for _click in range(2):
        done = visitor.post(where, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert done.status_code == 200
    with in_city(city_a):
        assert Preference.objects.get().channels == {"reports": "inbox"}
        assert told(ani, 2).channel == "inbox"
        code = told(ani, 3, kind="")
        assert code.channel == "mail"
        deliver(code.pk)
        assert "List-Unsubscribe" not in mail_server.mails[-1]
    assert visitor.post(links.stop_path(code.key)).status_code == 200
    with in_city(city_a):
        assert Preference.objects.get().channels == {"reports": "inbox"}
        assert told(ani, 4, kind="").channel == "mail"


# -- preferences -----------------------------------------------------------------------------------------------------


def form(**changes: str) -> dict[str, str]:
    values = {f"kind_{name}": "BEST" for name, kind in kinds().items() if kind.listed}
    values |= {"quiet": "on", "quiet_from": "21:00", "quiet_until": "06:00", "language": "account"}
    return {**values, "digest_at": "07:00", **changes}


def test_the_choice_of_a_resident(city_a: Any, city_b: Any, ani: User) -> None:
    browser = signed_in(city_a, ani)
    page = text(browser.get(path("preferences")))
    assert 'name="kind_reports"' in page
    assert 'name="kind_desk"' not in page
    answer = browser.post(path("preferences"), form(kind_reports="INBOX", quiet_from="22:30", language="en"))
    assert answer.status_code == 303
    with in_city(city_a):
        row = Preference.objects.get(user_id=ani.pk)
        assert (row.channels["reports"], f"{row.quiet_from:%H:%M}", row.language) == ("inbox", "22:30", "en")
        assert told(ani).language == "en"
    with in_city(city_b):
        assert not Preference.objects.exists()
        assert told(ani).channel == "mail"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind_reports": "PIGEON"},
        {"kind_reports": ""},
        {"quiet_from": ""},
        {"quiet_from": "25:00"},
        {"quiet_from": "06:00"},
        {"quiet_until": "x" * 5000},
        {"language": "kl"},
    ],
)
def test_a_mistake_changes_nothing(city_a: Any, ani: User, changes: dict[str, str]) -> None:
    answer = signed_in(city_a, ani).post(path("preferences"), form(**changes))
    assert answer.status_code == 422
    with in_city(city_a):
        assert not Preference.objects.exists()


def test_staff_may_choose_a_digest(city_a: Any) -> None:
    person = staff(city_a)
    browser = signed_in(city_a, person)
    page = text(browser.get(path("preferences")))
    assert 'name="kind_desk"' in page
    assert browser.post(path("preferences"), form(digest="on", digest_at="07:30")).status_code == 303
    with in_city(city_a):
        row = Preference.objects.get(user_id=person.pk)
        assert row.next_digest_at is not None
        assert timezone.now() < row.next_digest_at <= timezone.now() + timedelta(days=1)
    assert browser.post(path("preferences"), form()).status_code == 303
    with in_city(city_a):
        row.refresh_from_db()
        assert (row.digest_at, row.next_digest_at) == (None, None)


# -- the office ------------------------------------------------------------------------------------------------------


def test_the_office_shows_what_never_arrived(city_a: Any, ani: User) -> None:
    with in_city(city_a):
        message = told(ani)
        Message.objects.update(status=Status.FAILED_PERMANENT, next_attempt_at=None, error="recipient refused: 550")
        told(ani, 2)
    where = reverse("city.outbox:index", urlconf=URLS)
    assert signed_in(city_a, staff(city_a)).get(where).status_code == 403
    browser = signed_in(city_a, staff(city_a, "notifications.view_message"))
    page = text(browser.get(where))
    assert "recipient refused: 550" in page
    assert "ani@example.org" not in page
    assert "NO1" not in page
    assert browser.post(where, {"message": message.pk}).status_code == 302
    for odd in ("", "x", "٣", "9" * 30, "-1"):
        assert browser.post(where, {"message": odd}).status_code == 302
    with in_city(city_a):
        message.refresh_from_db()
        assert message.status == Status.QUEUED


def test_staff_see_their_own_in_the_office(city_a: Any) -> None:
    person = staff(city_a)
    with in_city(city_a):
        told(person)
    page = text(signed_in(city_a, person).get("/kantor/"))
    assert path("inbox") in page
