"""The inbox and the preferences in the API: what an app can do, and what odd input does not do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from balai.accounts.models import User
from balai.notifications import actions
from balai.notifications.models import Message, Preference
from tenants.current import in_city
from tests.staff import signed_in

pytestmark = pytest.mark.django_db

INBOX = """query ($first: Int, $after: String) { unreadMessages inbox(first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes { id title read path receipt { channel status sentence address canResend deliveries { outcome } } } } }"""
MARK = "mutation ($ids: [ID!]) { markMessagesRead(ids: $ids) { unread errors { code } } }"
CHOOSE = """mutation ($channels: [ChannelChoice!], $quiet: Boolean, $from: String, $until: String, $language: String,
    $digest: String) { updateMessagePreferences(channels: $channels, quiet: $quiet, quietFrom: $from,
    quietUntil: $until, language: $language, digestAt: $digest) {
    preferences { quiet quietFrom digestAt kinds { kind channel } } errors { field code } } }"""


@pytest.fixture
def ani(db: None) -> User:
    user = User.objects.create_user("ani@example.org", name="Ani", language="id")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def told(city_a: Any, ani: User) -> list[Message]:
    with in_city(city_a):
        for number in range(3):
            actions.notify(
                to=ani,
                template="casework/taken_up",
                kind="reports",
                path=f"/siaran/laporan/{number}/",
                context={"number": number, "agency": "Dishub", "category": "Lampu"},
            )
        return list(Message.objects.order_by("pk"))


def ask(client: Client, document: str, **variables: Any) -> dict[str, Any]:
    answer = client.post(
        "/graphql/",
        json.dumps({"query": document, "variables": variables}),
        content_type="application/json",
        headers={"x-requested-with": "tests"},
    )
    assert answer.status_code in (200, 400), answer.content
    return answer.json()  # type: ignore[no-any-return]


def test_the_inbox_comes_in_pages(city_a: Any, ani: User, told: list[Message]) -> None:
    browser = signed_in(city_a, ani)
    first = ask(browser, INBOX, first=2)["data"]
    assert first["unreadMessages"] == first["inbox"]["totalCount"] == 3
    assert [node["id"] for node in first["inbox"]["nodes"]] == [str(told[2].pk), str(told[1].pk)]
    rest = ask(browser, INBOX, first=2, after=first["inbox"]["pageInfo"]["endCursor"])["data"]["inbox"]
    assert [node["id"] for node in rest["nodes"]] == [str(told[0].pk)]
    assert rest["pageInfo"]["hasNextPage"] is False


def test_marking(city_a: Any, ani: User, told: list[Message]) -> None:
    browser = signed_in(city_a, ani)
    assert ask(browser, MARK, ids=[])["data"]["markMessagesRead"]["unread"] == 3
    odd = ["x", "", "-1", "0", "9" * 40, "٣", " 1", "1.0", "null"]
    assert ask(browser, MARK, ids=[*odd, str(told[0].pk)])["data"]["markMessagesRead"]["unread"] == 2
    assert ask(browser, MARK)["data"]["markMessagesRead"]["unread"] == 0


def test_a_visitor_has_no_inbox(client_a: Client, told: list[Message], city_a: Any) -> None:
    assert ask(client_a, "{ unreadMessages }")["data"]["unreadMessages"] == 0
    for document in (INBOX, MARK, CHOOSE, "{ messagePreferences { quiet } }", '{ inboxMessage(id: "1") { id } }'):
        (error,) = {e["extensions"]["code"] for e in ask(client_a, document)["errors"]}
        assert error == "UNAUTHENTICATED"
    with in_city(city_a):
        assert not Message.objects.exclude(read_at=None).exists()
        assert not Preference.objects.exists()


def test_what_is_left_out_stays(city_a: Any, ani: User) -> None:
    browser = signed_in(city_a, ani)
    ask(browser, CHOOSE, channels=[{"kind": "reports", "channel": "SMS"}], **{"from": "22:00"})
    answer = ask(browser, "mutation { updateMessagePreferences(quiet: false) { preferences { quiet quietFrom } } }")
    assert answer["data"]["updateMessagePreferences"]["preferences"] == {"quiet": False, "quietFrom": "22:00"}
    with in_city(city_a):
        assert Preference.objects.get().channels == {"reports": "sms"}
        ask(browser, CHOOSE, channels=[{"kind": "reports", "channel": None}])
        assert Preference.objects.get().channels == {"reports": ""}


@pytest.mark.parametrize(
    "variables",
    [
        {"channels": [{"kind": "desk", "channel": "MAIL"}]},  # for staff only
        {"channels": [{"kind": "digest", "channel": "MAIL"}]},
        {"channels": [{"kind": "", "channel": "INBOX"}]},  # codes cannot be switched off
        {"channels": [{"kind": "x" * 10_000, "channel": "INBOX"}]},
        {"from": "24:00"},
        {"from": "\x00"},
        {"until": "21:00"},
        {"language": "tlh"},
        {"from": "9" * 5_000},
    ],
)
def test_a_choice_that_cannot_be_changes_nothing(city_a: Any, ani: User, variables: dict[str, Any]) -> None:
    answer = ask(signed_in(city_a, ani), CHOOSE, **variables)
    assert answer.get("errors") or answer["data"]["updateMessagePreferences"]["errors"]
    with in_city(city_a):
        assert not Preference.objects.exists()


def test_a_resident_may_have_a_digest_of_what_they_follow(city_a: Any, ani: User) -> None:
    browser = signed_in(city_a, ani)
    ask(browser, CHOOSE, digest="07:00")
    with in_city(city_a):
        assert Preference.objects.get().next_digest_at is not None
    ask(browser, CHOOSE, digest=None)
    with in_city(city_a):
        assert Preference.objects.get().next_digest_at is None
