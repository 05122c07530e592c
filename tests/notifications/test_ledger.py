"""The delivery ledger: every attempt is a line in it, and a failed message can be sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from balai.accounts.models import User
from balai.notifications import actions, queries
from balai.notifications.actions import notify
from balai.notifications.actions.reading import MOST_RESENDS
from balai.notifications.models import Message, Preference, Status
from balai.notifications.tasks import deliver, prune, sweep
from balai.notifications.wording import delivery_sentence, masked
from tests.notifications.conftest import MailServer, SmsGateway

pytestmark = pytest.mark.django_db
NOON = "2028-03-01T05:00:00Z"


@pytest.fixture
def ani(db: None) -> User:
    user = User.objects.create_user("ani@example.org", name="Ani", language="id")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def told(person: User, **values: Any) -> Message:
    """A notice about a case; written at noon, when nothing is quiet."""
    defaults = {"template": "casework/taken_up", "kind": "reports", "about": "case:1", "path": "/siaran/laporan/1/"}
    message = notify(to=person, context={"number": "1", "category": "Lampu", "agency": "Dishub"}, **defaults | values)
    assert message is not None
    message.refresh_from_db()
    return message


def outcomes(message: Message) -> list[str]:
    return list(message.deliveries.values_list("outcome", flat=True))


@time_machine.travel(NOON)
def test_every_attempt_is_a_line(in_city_a: Any, ani: User, mail_server: MailServer) -> None:
    message = told(ani)
    mail_server.recipient_reply = "450 Mailbox busy"
    deliver(message.pk)
    message.refresh_from_db()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        mail_server.recipient_reply = "250 OK"
        sweep()
        deliver(message.pk)
    message.refresh_from_db()
    lines = list(message.deliveries.all())
    assert [line.outcome for line in lines] == ["failed_temporary", "sent"]
    assert lines[0].reason == "recipient refused: 450"
    assert lines[0].next_attempt_at is not None
    assert lines[1].at == message.sent_at


@time_machine.travel(NOON)
def test_sending_again_sends_once_however_often_it_is_clicked(
    in_city_a: Any, ani: User, mail_server: MailServer
) -> None:
    message = told(ani)
    mail_server.recipient_reply = "550 No such user"
    deliver(message.pk)
    mail_server.recipient_reply = "250 OK"
    actions.resend(message=message, actor=ani)
    actions.resend(message=message, actor=ani)
    deliver(message.pk)
    deliver(message.pk)
    actions.resend(message=message, actor=ani)  # It has been sent by now.
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert outcomes(message) == ["failed_permanent", "resent", "sent"]
    assert message.deliveries.get(outcome="resent").actor_id == ani.pk
    assert len(mail_server.mails) == 1


@time_machine.travel(NOON)
def test_sending_again_has_a_limit(in_city_a: Any, ani: User, mail_server: MailServer) -> None:
    message = told(ani)
    mail_server.recipient_reply = "550 No such user"
    deliver(message.pk)
    for _time in range(MOST_RESENDS):
        actions.resend(message=message, actor=ani)
        deliver(message.pk)
    before = outcomes(message)
    with pytest.raises(ValidationError) as refusal:
        actions.resend(message=message, actor=ani)
    assert refusal.value.code == "too_many"
    message.refresh_from_db()
    assert (message.status, outcomes(message)) == (Status.FAILED_PERMANENT, before)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert actions.resend(message=message, actor=ani).status == Status.QUEUED


@time_machine.travel(NOON)
def test_it_goes_to_the_address_that_the_person_has_by_now(in_city_a: Any, ani: User, mail_server: MailServer) -> None:
    message = told(ani)
    mail_server.recipient_reply = "550 No such user"
    deliver(message.pk)
    mail_server.recipient_reply = "250 OK"
    ani.emailaddress_set.update(email="baru@example.org")
    User.objects.filter(pk=ani.pk).update(email="baru@example.org")
    actions.resend(message=message, actor=ani)
    deliver(message.pk)
    assert mail_server.recipients == ["baru@example.org"]


@time_machine.travel(NOON)
def test_a_code_is_never_sent_again(in_city_a: Any, ani: User, mail_server: MailServer) -> None:
    mail_server.recipient_reply = "550 No such user"
    message = told(ani, secret=True, kind="")
    deliver(message.pk)
    assert not queries.can_be_resent(Message.objects.get())
    assert actions.resend(message=message, actor=ani).status == Status.FAILED_PERMANENT


def test_at_night_it_waits_for_the_morning(in_city_a: Any, ani: User, mail_server: MailServer) -> None:
    with time_machine.travel("2028-03-01T15:00:00Z", tick=False):  # 22.00 in the city
        message = told(ani)
        receipt = told(ani, urgent=True)
        code = told(ani, kind="", secret=True)
        assert (message.status, receipt.status, code.status) == ("held", "queued", "queued")
        deliver(message.pk)
        assert sweep() == 0
    with time_machine.travel("2028-03-01T22:59:00Z", tick=False):
        deliver(message.pk)
        assert mail_server.mails == []
    with time_machine.travel("2028-03-01T23:00:00Z", tick=False):  # 06.00
        sweep()
        deliver(message.pk)
    assert len(mail_server.mails) == 1


def test_a_failure_in_the_evening_does_not_wake_anybody(in_city_a: Any, sms_gateway: SmsGateway, settings: Any) -> None:
    budi = User.objects.create_user(None, name="Budi", phone="+628121111111", phone_verified=True)
    sms_gateway.status = 503
    with time_machine.travel("2028-03-01T13:59:50Z", tick=False):  # 20.59
        message = told(budi)
        deliver(message.pk)
    message.refresh_from_db()
    assert message.next_attempt_at is not None
    assert message.next_attempt_at.isoformat() == "2028-03-01T23:00:00+00:00"


def test_ten_people_are_written_to_with_three_statements(in_city_a: Any, statements: Any) -> None:
    people = [User.objects.create_user(f"p{number}@example.org", name=f"P{number}") for number in range(10)]
    for person in people[:5]:
        person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    told(people[0], dedupe_key="warm")
    for count in (1, 3, 10):
        with statements() as seen:
            actions.notify_each(
                template="casework/arrived", to=people[:count], dedupe_key=f"case:{count}", kind="desk", path="/x/"
            )
        assert len([sql for sql in seen if "SAVEPOINT" not in sql]) == 3
        assert Message.objects.filter(dedupe_key__startswith=f"case:{count}:").count() == count


def test_the_same_key_leaves_the_first_message_alone(in_city_a: Any, ani: User, mail_server: MailServer) -> None:
    with time_machine.travel(NOON, tick=False):
        first = told(ani, dedupe_key="k")
        deliver(first.pk)
        again = told(ani, dedupe_key="k", template="casework/reply")
        deliver(again.pk)
    assert again.pk == first.pk
    message = Message.objects.get()
    assert (message.template, message.status, message.key) == ("casework/taken_up", "sent", first.key)
    assert len(mail_server.mails) == 1


def test_a_kind_that_nobody_offers_is_a_mistake(in_city_a: Any, ani: User) -> None:
    with pytest.raises(KeyError):
        told(ani, kind="reprots")
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [
        ("mail", "siti@example.org", "s•••@e•••.org"),
        ("mail", "x@localhost", "x•••@l•••"),
        ("sms", "+628121111567", "•••567"),
        ("inbox", "", ""),
    ],
)
def test_an_address_is_shown_only_in_outline(channel: str, address: str, shown: str) -> None:
    assert masked(channel, address) == shown


@time_machine.travel(NOON, tick=False)
def test_the_sentence_of_a_delivery(in_city_a: Any, ani: User, mail_server: MailServer) -> None:
    from django.utils import translation

    message = told(ani)
    mail_server.recipient_reply = "450 Mailbox busy"
    deliver(message.pk)
    message.refresh_from_db()
    with translation.override("id"):
        assert delivery_sentence(message).startswith("Gagal dikirim ke a•••@e•••.org, dicoba lagi pukul 12.0")
        mail_server.recipient_reply = "250 OK"
        Message.objects.update(status="queued")
        deliver(message.pk)
        message.refresh_from_db()
        assert delivery_sentence(message) == "Terkirim ke a•••@e•••.org, 12.00"
        assert "a•••" not in delivery_sentence(message, show_address=False)


@time_machine.travel(NOON)
def test_what_is_forgotten_and_what_is_given(in_city_a: Any, ani: User, mail_server: MailServer) -> None:
    from balai.notifications import personal_data
    from balai.notifications.models import Delivery

    wati = User.objects.create_user("wati@example.org", name="Wati")
    message = told(ani)
    mail_server.recipient_reply = "550 No such user"
    deliver(message.pk)
    actions.resend(message=message, actor=wati)
    deliver(message.pk)
    actions.change_preferences(user=ani, channels={"reports": "inbox"})
    copy = personal_data.export(ani)
    assert [line["outcome"] for line in copy["messages"][0]["deliveries"]] == outcomes(message)
    assert copy["preferences"]["channels"] == {"reports": "inbox"}
    personal_data.erase(wati)
    assert message.deliveries.get(outcome="resent").actor_id is None
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert prune() == 1
    assert not Delivery.objects.exists()
    told(ani)
    personal_data.erase(ani)
    assert not Message.objects.exists()
    assert not Preference.objects.exists()
