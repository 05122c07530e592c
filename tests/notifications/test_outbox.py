"""The outbox: what is written, delivered once, tried again, given up, and never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from balai.accounts.models import User
from balai.notifications import actions, gateways, tasks
from balai.notifications.actions import LEASE, MAX_ATTEMPTS, SWEEP_BATCH, notify, silence
from balai.notifications.models import Message, Status
from balai.notifications.tasks import deliver, deliver_queued, prune, sweep
from tenants.current import in_city
from tenants.models import City
from tests.notifications.conftest import MailServer, SmsGateway, free_port

pytestmark = pytest.mark.django_db

KEY = "tests/hello"


@pytest.fixture(autouse=True)
def _templates(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts under the key tests/hello, found before everything else."""
    from django.template import engines

    texts = {
        "tests/hello_subject.txt": "Hello\n from {{ city.short_name }}",
        "tests/hello_message.txt": "Dear {{ recipient.name }} & co: {{ word }}. {{ base_url }}",
        "tests/hello_sms.txt": "{{ city.short_name }}: {{ word }}",
    }
    backend = engines["django"].engine
    original = backend.find_template

    def find_template(name: str, *args: Any, **kwargs: Any) -> Any:
        if name in texts:
            return backend.from_string(texts[name]), None
        return original(name, *args, **kwargs)

    monkeypatch.setattr(backend, "find_template", find_template)


@pytest.fixture
def resident(db: None) -> User:
    user = User.objects.create_user("ani@example.org", name="Ani", language="id")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def row(message: Message | None) -> Message:
    assert message is not None
    message.refresh_from_db()
    return message


def test_a_mail_goes_out_under_the_citys_name(in_city_a: Any, resident: User, mail_server: MailServer) -> None:
    message = notify(to=resident, template=KEY, context={"word": "<b>"})
    deliver(row(message).pk)
    (mail,) = mail_server.mails
    assert mail["Subject"] == "Hello from Tangerang Selatan"
    assert mail["From"] == "Tangerang Selatan <no-reply@localhost>"
    assert mail["To"] == "ani@example.org"
    assert mail.get_content().strip() == "Dear Ani & co: <b>. http://tangerang-selatan.localhost:8000"
    assert (row(message).status, row(message).next_attempt_at) == (Status.SENT, None)
    assert row(message).sent_at is not None


def test_the_city_may_have_a_sender_of_its_own(city_b: Any, resident: User, mail_server: MailServer) -> None:
    city_b.mail_sender = "halo@serangkota.example"
    city_b.save()
    with in_city(city_b):
        deliver(row(notify(to=resident, template=KEY)).pk)
    assert mail_server.mails[0]["From"] == "Serang <halo@serangkota.example>"
    assert mail_server.mails[0]["Message-ID"].endswith("@serangkota.example>")
    assert "Tangerang" not in mail_server.mails[0].as_string()


def test_the_hub_has_an_outbox_of_its_own(city_a: Any, resident: User, mail_server: MailServer) -> None:
    deliver(row(notify(to=resident, template=KEY)).pk)
    assert mail_server.mails[0]["From"] == "Balai <no-reply@localhost>"
    with in_city(city_a):
        assert not Message.objects.exists()


def test_a_message_of_one_city_is_nothing_in_another(city_a: Any, city_b: Any, resident: User) -> None:
    with in_city(city_a):
        message = row(notify(to=resident, template=KEY, dedupe_key="welcome"))
    with in_city(city_b):
        assert not Message.objects.exists()
        deliver(message.pk)
        assert sweep() == 0
        assert row(notify(to=resident, template=KEY, dedupe_key="welcome")).subject == "Hello from Serang"
    with in_city(city_a):
        assert row(message).status == Status.QUEUED
        assert row(message).subject == "Hello from Tangerang Selatan"


def test_an_unverified_address_is_not_written_to(in_city_a: Any) -> None:
    user = User.objects.create_user("typo@example.org", name="Ani", phone="+628121111111")
    message = row(notify(to=user, template=KEY))
    # The message is in the inbox all the same.
    assert (message.channel, message.address, message.status, message.next_attempt_at) == ("inbox", "", "sent", None)
    user.phone_verified = True
    message = row(notify(to=user, template=KEY, context={"word": "halo"}))
    assert (message.channel, message.address) == ("sms", "+628121111111")
    assert message.text == "Tangerang Selatan: halo"


def test_an_sms_goes_to_the_gateway(in_city_a: Any, resident: User, sms_gateway: SmsGateway) -> None:
    message = notify(address="+628121111111", channel="sms", template=KEY, context={"word": "halo"}, secret=True)
    deliver(row(message).pk)
    ((token, body),) = sms_gateway.received
    assert token == "Bearer a token"
    assert (body["to"], body["text"], body["sender"]) == (
        "+628121111111",
        "Tangerang Selatan: halo",
        "Tangerang Selatan",
    )
    assert row(message).status == Status.SENT
    assert row(message).text == ""  # A secret does not stay.


def test_the_same_key_writes_one_message(in_city_a: Any, resident: User) -> None:
    first = notify(to=resident, template=KEY, dedupe_key="case:1:done")
    assert notify(to=resident, template=KEY, dedupe_key="case:1:done") == first
    assert Message.objects.count() == 1


def test_a_rolled_back_transaction_sends_nothing(in_city_a: Any, resident: User) -> None:
    with transaction.atomic():
        notify(to=resident, template=KEY)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_delivering_twice_sends_once(in_city_a: Any, resident: User, mail_server: MailServer) -> None:
    message = row(notify(to=resident, template=KEY))
    deliver(message.pk)
    deliver(message.pk)
    sweep()
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize(
    ("recipient_reply", "data_reply", "status"),
    [
        ("550 No such user", "250 OK", Status.FAILED_PERMANENT),
        ("450 Mailbox busy", "250 OK", Status.FAILED_TEMPORARY),
        ("250 OK", "554 Looks like spam", Status.FAILED_PERMANENT),
        ("250 OK", "451 Try again", Status.FAILED_TEMPORARY),
    ],
)
def test_a_refusal_is_for_good_or_for_now(
    in_city_a: Any, resident: User, mail_server: MailServer, recipient_reply: str, data_reply: str, status: str
) -> None:
    mail_server.recipient_reply, mail_server.data_reply = recipient_reply, data_reply
    message = row(notify(to=resident, template=KEY))
    deliver(message.pk)
    assert row(message).status == status
    assert (row(message).next_attempt_at is None) == (status == Status.FAILED_PERMANENT)
    assert "ani" not in row(message).error


@pytest.mark.parametrize(
    ("answer", "status"),
    [(422, "failed_permanent"), (503, "failed_temporary"), (401, "failed_temporary"), (429, "failed_temporary")],
)
def test_the_gateway_refuses_for_good_or_for_now(
    in_city_a: Any, sms_gateway: SmsGateway, answer: int, status: str
) -> None:
    sms_gateway.status = answer
    message = row(notify(address="+628121111111", channel="sms", template=KEY))
    deliver(message.pk)
    assert row(message).status == status


def test_servers_that_are_away_lose_nothing(
    in_city_a: Any, resident: User, settings: Any, mail_server: MailServer
) -> None:
    up = settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    message = row(notify(to=resident, template=KEY))
    deliver(message.pk)
    assert row(message).status == Status.FAILED_TEMPORARY
    deliver(message.pk)  # A repeated task does not jump the pause.
    assert row(message).attempts == 1
    settings.EMAIL_PORT = up
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert sweep() == 1
        deliver(message.pk)
    assert row(message).status == Status.SENT
    assert (row(message).attempts, row(message).error) == (2, "")


def test_the_pause_grows_and_ends(in_city_a: Any, resident: User, settings: Any, mail_server: MailServer) -> None:
    settings.EMAIL_PORT = free_port()
    message = row(notify(to=resident, template=KEY))
    pauses = []
    now = timezone.now()
    for _attempt in range(MAX_ATTEMPTS):
        with time_machine.travel(now, tick=False):
            deliver(message.pk)
        message = row(message)
        if message.next_attempt_at is None:
            break
        pauses.append(message.next_attempt_at - now)
        now = message.next_attempt_at
        with time_machine.travel(now, tick=False):
            sweep()
    assert message.status == Status.FAILED_PERMANENT
    assert len(pauses) == MAX_ATTEMPTS - 1
    assert pauses[0] < timedelta(minutes=1) < pauses[3] < pauses[-1] <= timedelta(minutes=72)


def test_a_killed_worker_loses_nothing(in_city_a: Any, resident: User, mail_server: MailServer) -> None:
    message = row(notify(to=resident, template=KEY))
    assert actions.claim(message.pk)  # …and the worker dies.
    deliver(message.pk)
    assert (sweep(), len(mail_server.mails)) == (0, 0)
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        assert sweep() == 1
        assert sweep() == 0
        deliver(message.pk)
    assert len(mail_server.mails) == 1


def test_a_code_that_comes_too_late_is_not_sent(in_city_a: Any, resident: User, mail_server: MailServer) -> None:
    message = row(notify(to=resident, template=KEY, secret=True, expires_in=timedelta(minutes=15)))
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        sweep()
        deliver(message.pk)
    assert (row(message).status, row(message).text) == (Status.FAILED_PERMANENT, "")
    assert mail_server.mails == []


def test_a_line_break_in_an_address_is_no_header(in_city_a: Any, mail_server: MailServer) -> None:
    message = row(notify(address="a@example.org\nBcc: b@example.org", template=KEY))
    deliver(message.pk)
    assert row(message).status == Status.FAILED_PERMANENT
    assert mail_server.mails == []


def test_the_sweep_is_bounded_and_starts_with_the_longest_waiting(in_city_a: Any) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(channel="mail", address="a@example.org", next_attempt_at=now - timedelta(seconds=number))
        for number in range(SWEEP_BATCH + 5)
    )
    assert sweep() == SWEEP_BATCH
    assert Message.objects.filter(next_attempt_at__lte=now).count() == 5
    assert Message.objects.filter(next_attempt_at=now).exists()
    assert (sweep(), sweep()) == (5, 0)


def test_the_sweep_reads_an_index(in_city_a: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        from balai.notifications.queries import due

        assert "message_due" in due()[:10].explain()


def test_old_messages_are_forgotten(in_city_a: Any, resident: User) -> None:
    old, waiting, young = (row(notify(to=resident, template=KEY)) for _ in range(3))
    Message.objects.filter(pk__in=[old.pk, waiting.pk]).update(created_at=timezone.now() - timedelta(days=91))
    Message.objects.filter(pk__in=[old.pk, young.pk]).update(status=Status.SENT, next_attempt_at=None)
    assert prune() == 1
    assert set(Message.objects.values_list("pk", flat=True)) == {waiting.pk, young.pk}


def test_personal_data_is_given_and_erased(in_city_a: Any, resident: User) -> None:
    from balai.notifications import personal_data

    notify(to=resident, template=KEY, context={"word": "halo"})
    assert "halo" in personal_data.export(resident)["messages"][0]["text"]
    personal_data.erase(resident)
    assert not Message.objects.exists()


def test_beat_wakes_the_outboxes_of_the_hub_and_of_every_city(city_a: Any) -> None:
    from tenants.tasks import beat_schedule

    args = beat_schedule()["notifications.sweep"]["args"]
    assert args == ("balai.notifications.tasks.sweep", "", 30, True)


def test_mail_of_libraries_goes_through_the_outbox(in_city_a: Any, settings: Any, mail_server: MailServer) -> None:
    from django.core.mail import EmailMultiAlternatives

    settings.EMAIL_BACKEND = "balai.notifications.backend.OutboxBackend"
    mail = EmailMultiAlternatives("Perihal", "Isi", "lain@example.org", ["a@example.org", "b@example.org"])
    mail.attach_alternative("<p>Isi</p>", "text/html")
    assert mail.send() == 1
    messages = list(Message.objects.order_by("address"))
    assert [message.address for message in messages] == ["a@example.org", "b@example.org"]
    deliver(messages[0].pk)
    assert mail_server.mails[0]["From"] == "Tangerang Selatan <no-reply@localhost>"
    assert mail_server.mails[0].get_body(("html",)) is not None


class TestAlarm:
    """One alarm is enough for everything that was queued before a worker began."""

    @pytest.fixture
    def called(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        cities: list[str] = []
        monkeypatch.setattr(
            "balai.notifications.actions.writing.call_worker", lambda: cities.append(str(connection.schema_name))
        )
        silence()
        return cities

    @pytest.fixture
    def committed(self, django_capture_on_commit_callbacks: Any) -> Any:
        return django_capture_on_commit_callbacks

    def test_it_rings_once_until_a_worker_begins(
        self, in_city_a: Any, resident: User, mail_server: MailServer, called: list[str], committed: Any
    ) -> None:
        with committed(execute=True):
            messages = [row(notify(to=resident, template=KEY)) for _time in range(3)]
            assert called == []
        assert called == [connection.schema_name]
        assert deliver_queued() == 3
        assert len(mail_server.mails) == 3
        assert {row(message).status for message in messages} == {Status.SENT}
        assert deliver_queued() == 0
        with committed(execute=True):
            notify(to=resident, template=KEY)
        assert len(called) == 2

    def test_who_cannot_do_all_calls_another(
        self,
        in_city_a: Any,
        resident: User,
        mail_server: MailServer,
        called: list[str],
        committed: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(tasks, "BATCH", 2)
        for _time in range(3):
            notify(to=resident, template=KEY)
        with committed(execute=True):
            assert deliver_queued() == 2
        assert len(called) == 1
        assert deliver_queued() == 1
        assert len(mail_server.mails) == 3

    def test_a_slow_gateway_keeps_no_worker_for_long(
        self,
        in_city_a: Any,
        resident: User,
        mail_server: MailServer,
        called: list[str],
        committed: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(tasks, "PATIENCE_SECONDS", 0.0)
        messages = [row(notify(to=resident, template=KEY)) for _time in range(3)]
        with committed(execute=True):
            assert deliver_queued() == 1
        assert called == [connection.schema_name]
        assert len(mail_server.mails) == 1
        assert [row(message).status for message in messages] == [Status.SENT, Status.QUEUED, Status.QUEUED]
        assert (deliver_queued(), deliver_queued(), deliver_queued()) == (1, 1, 0)
        assert len(mail_server.mails) == 3

    def test_a_code_goes_before_news(self, in_city_a: Any, resident: User, mail_server: MailServer) -> None:
        notify(to=resident, template=KEY, context={"word": "news"})
        notify(address="code@example.org", template=KEY, context={"word": "code"}, secret=True)
        assert deliver_queued() == 2
        assert [mail["To"] for mail in mail_server.mails] == ["code@example.org", "ani@example.org"]

    def test_a_writer_whose_clock_is_ahead_is_served_too(
        self, in_city_a: Any, resident: User, mail_server: MailServer
    ) -> None:
        with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=True):
            message = row(notify(to=resident, template=KEY))
        assert deliver_queued() == 1
        assert row(message).status == Status.SENT

    def test_one_that_breaks_holds_up_nobody(
        self, in_city_a: Any, resident: User, mail_server: MailServer, monkeypatch: Any
    ) -> None:
        first, second = (row(notify(to=resident, template=KEY)) for _time in range(2))
        send = gateways.send

        def broken(message: Message) -> None:
            if message.pk == first.pk:
                raise RuntimeError("out of order")
            send(message)

        monkeypatch.setattr(gateways, "send", broken)
        assert deliver_queued() == 2
        assert (row(first).status, row(second).status) == (Status.SENDING, Status.SENT)

    def test_each_city_has_its_own(self, city_a: City, city_b: City, mail_server: MailServer, resident: User) -> None:
        with in_city(city_a):
            message = row(notify(to=resident, template=KEY))
        with in_city(city_b):
            assert deliver_queued() == 0
        with in_city(city_a):
            assert row(message).status == Status.QUEUED
            assert deliver_queued() == 1
