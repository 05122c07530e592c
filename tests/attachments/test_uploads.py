"""Uploading, claiming, serving and sweeping, with the refusals and what they leave behind: nothing."""

from __future__ import annotations

import datetime
import io
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from balai.accounts.models import User
from balai.attachments import actions, queries
from balai.attachments.actions import TooManyUploads, UnknownPhoto, claim, store_photo, sweep
from balai.attachments.models import Attachment, Size
from balai.attachments.photos import BadPhoto
from balai.attachments.queries import Access, Sender, doors
from tenants.current import in_city
from tenants.models import City
from tests.attachments import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def dewi(db: None) -> User:
    return User.objects.create_user("dewi@example.org", name="Dewi")


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create_user("other@example.org", name="Orang lain")


ACCESS: dict[int, dict[str, Access]] = {}


@pytest.fixture
def owners() -> Iterator[dict[int, dict[str, Access]]]:
    """A kind of owner whose door says what ACCESS says: {owner id: {"anyone" | email: access}}."""

    def door(owner_id: int, user: Any) -> Access:
        name = (user.email or "") if isinstance(user, User) else "anyone" if user is None else "a visitor"
        return ACCESS.get(owner_id, {}).get(name, Access.NONE)

    doors()["test"] = door
    yield ACCESS
    ACCESS.clear()
    doors.cache_clear()


def photo_file(**options: Any) -> io.BytesIO:
    return io.BytesIO(pictures.photo(**options))


def sent(body: bytes | None = None, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pictures.photo() if body is None else body, "image/jpeg")


def files() -> set[str]:
    """Every file in the current city's storage folder."""
    found = set()
    folders = [""]
    while folders:
        folder = folders.pop()
        below, names = default_storage.listdir(folder)
        found |= {f"{folder}/{name}" for name in names}
        folders += [f"{folder}/{name}" if folder else name for name in below]
    return found


def content(row: Attachment, size: Size) -> bytes:
    with queries.opened(row, size) as file:
        return file.read()


class TestStoring:
    def test_a_photo_is_kept_in_two_sizes_in_the_citys_own_folder(self, in_city_a: City, dewi: User) -> None:
        before = files()
        row = store_photo(photo_file(), owner=Sender(dewi))
        new = files() - before
        assert {name.rsplit("/", 1)[1] for name in new} == {f"{row.pk}-foto.jpg", f"{row.pk}-kecil.jpg"}
        assert all(in_city_a.schema_name in default_storage.path(name) for name in new)
        assert "dewi" not in "".join(new).lower()
        assert (row.width, row.height, row.uploader_id, row.claimed_at) == (640, 480, dewi.pk, None)

    @pytest.mark.parametrize("body", [b"", b"no picture", pictures.bomb(9_000, 9_000)])
    def test_a_refused_file_leaves_nothing(self, in_city_a: City, dewi: User, body: bytes) -> None:
        before = files()
        with pytest.raises(BadPhoto):
            store_photo(io.BytesIO(body), owner=Sender(dewi))
        assert files() == before
        assert not Attachment.objects.exists()

    def test_a_row_that_cannot_be_written_leaves_no_file(
        self, in_city_a: City, dewi: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = files()
        monkeypatch.setattr(Attachment, "save", lambda *args, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store_photo(photo_file(), owner=Sender(dewi))
        assert files() == before

    def test_nobody_cannot_upload(self, in_city_a: City) -> None:
        with pytest.raises(PermissionError):
            store_photo(photo_file(), owner=Sender())

    def test_a_visitor_is_known_by_a_digest_of_the_session(self, in_city_a: City) -> None:
        row = store_photo(photo_file(), owner=Sender(session_key="abc"))
        assert row.session
        assert "abc" not in row.session
        assert Sender(session_key="abc").owns(row)
        assert not Sender(session_key="abd").owns(row)
        assert not Sender().owns(row)

    def test_the_rate_is_limited_per_sender(
        self, in_city_a: City, dewi: User, other: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(actions, "MAX_PER_HOUR", 2)
        for _ in range(2):
            store_photo(photo_file(), owner=Sender(dewi))
        before = files()
        with pytest.raises(TooManyUploads):
            store_photo(photo_file(), owner=Sender(dewi))
        assert files() == before
        assert Attachment.objects.count() == 2
        store_photo(photo_file(), owner=Sender(other))
        Attachment.objects.update(uploaded_at=timezone.now() - datetime.timedelta(minutes=61))
        store_photo(photo_file(), owner=Sender(dewi))


class TestClaiming:
    def test_photos_keep_the_order_of_the_claim(self, in_city_a: City, dewi: User) -> None:
        ids = [store_photo(photo_file(), owner=Sender(dewi)).pk for _ in range(3)]
        ids.reverse()
        claim(ids=[*ids, ids[0]], sender=Sender(dewi), owner_kind="test", owner_id=7)
        assert [row.pk for row in queries.photos_of("test", [7])[7]] == ids

    def test_only_the_senders_own_waiting_uploads_can_be_claimed(
        self, in_city_a: City, dewi: User, other: User
    ) -> None:
        mine = store_photo(photo_file(), owner=Sender(dewi)).pk
        theirs = store_photo(photo_file(), owner=Sender(other)).pk
        used = store_photo(photo_file(), owner=Sender(dewi)).pk
        claim(ids=[used], sender=Sender(dewi), owner_kind="test", owner_id=1)
        messages = set()
        for wrong in (theirs, used, uuid.uuid4()):
            with pytest.raises(UnknownPhoto) as refusal:
                claim(ids=[mine, wrong], sender=Sender(dewi), owner_kind="test", owner_id=2)
            messages.add(refusal.value.messages[0])
        assert len(messages) == 1, "absent, foreign and used must look alike"
        assert not Attachment.objects.filter(owner_id=2).exists()
        assert Attachment.objects.get(pk=mine).claimed_at is None

    def test_discarding(
        self, in_city_a: City, dewi: User, other: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        before = files()
        row = store_photo(photo_file(), owner=Sender(dewi))
        assert not actions.discard(photo_id=row.pk, sender=Sender(other))
        assert Attachment.objects.count() == 1
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.discard(photo_id=row.pk, sender=Sender(dewi))
        assert files() == before
        assert not actions.discard(photo_id=row.pk, sender=Sender(dewi))


class TestSweeping:
    def test_what_nobody_claimed_in_a_day_goes(
        self, in_city_a: City, dewi: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        sweep()  # files that other tests left: their rows were rolled back
        claimed, old, fresh = (store_photo(photo_file(), owner=Sender(dewi)) for _ in range(3))
        claim(ids=[claimed.pk], sender=Sender(dewi), owner_kind="test", owner_id=1)
        now = timezone.now()
        # The folder is the day of upload, so the file moves with the row's time.
        yesterday = now - datetime.timedelta(hours=24, minutes=1)
        for size in old.sizes:
            body = content(old, size)
            default_storage.delete(old.path(size))
            old.uploaded_at = yesterday
            default_storage.save(old.path(size), io.BytesIO(body))  # type: ignore[arg-type]
            old.uploaded_at = now
        Attachment.objects.filter(pk__in=[old.pk, claimed.pk]).update(uploaded_at=yesterday)
        with django_capture_on_commit_callbacks(execute=True):
            assert sweep() == 1
        assert set(Attachment.objects.values_list("pk", flat=True)) == {claimed.pk, fresh.pk}
        assert not any(str(old.pk) in name for name in files())
        assert sum(str(fresh.pk) in name for name in files()) == 2
        assert sweep() == 0

    def test_files_of_a_transaction_that_was_rolled_back_go_after_two_days(self, in_city_a: City, dewi: User) -> None:
        with transaction.atomic():
            stray = store_photo(photo_file(), owner=Sender(dewi))
            transaction.set_rollback(True)
        assert sum(str(stray.pk) in name for name in files()) == 2
        assert sweep() == 0
        assert sweep(now=timezone.now() + datetime.timedelta(days=2)) >= 1
        assert not any(str(stray.pk) in name for name in files())

    def test_one_citys_sweep_leaves_the_others_alone(self, city_a: City, city_b: City, dewi: User) -> None:
        with in_city(city_b):
            kept = store_photo(photo_file(), owner=Sender(dewi))
        with in_city(city_a):
            sweep(now=timezone.now() + datetime.timedelta(days=3))
        with in_city(city_b):
            assert Attachment.objects.filter(pk=kept.pk).exists()
            assert content(kept, Size.FULL)[:3] == b"\xff\xd8\xff"


def fetch(client: Client, row: Attachment, size: str = "foto", **headers: str) -> Any:
    response = client.get(f"/berkas/{row.pk}/{size}.jpg", headers=headers)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


class TestServing:
    @pytest.fixture
    def row(self, city_a: City, dewi: User) -> Attachment:
        with in_city(city_a):
            return store_photo(photo_file(), owner=Sender(dewi))

    def claimed(self, city: City, row: Attachment, owner_id: int) -> None:
        assert row.uploader is not None
        with in_city(city):
            claim(ids=[row.pk], sender=Sender(row.uploader), owner_kind="test", owner_id=owner_id)

    def test_an_unclaimed_photo_is_its_uploaders_alone(
        self, city_a: City, client_a: Client, sign_in: Any, dewi: User, other: User, row: Attachment
    ) -> None:
        assert fetch(client_a, row).status_code == 404
        sign_in(client_a, other, city_a)
        assert fetch(client_a, row).status_code == 404
        sign_in(client_a, dewi, city_a)
        response = fetch(client_a, row)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "image/jpeg"
        assert "no-store" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]

    def test_a_public_photo_is_everybodys_and_may_be_kept(
        self, city_a: City, client_a: Client, row: Attachment, owners: dict[int, dict[str, Access]]
    ) -> None:
        owners[1] = {"anyone": Access.PUBLIC}
        self.claimed(city_a, row, 1)
        for size in ("foto", "kecil"):
            response = fetch(client_a, row, size)
            assert response.status_code == 200
            assert "public" in response.headers["Cache-Control"]
            assert "no-store" not in response.headers["Cache-Control"]
            assert response.body[:3] == b"\xff\xd8\xff"
            assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        again = fetch(client_a, row, "foto", **{"If-None-Match": fetch(client_a, row).headers["ETag"]})
        assert again.status_code == 304
        assert again.body == b""

    def test_a_private_photo_is_seen_by_whom_the_owner_lets_in(
        self,
        city_a: City,
        client_a: Client,
        sign_in: Any,
        dewi: User,
        other: User,
        row: Attachment,
        owners: dict[int, dict[str, Access]],
    ) -> None:
        owners[1] = {"other@example.org": Access.PRIVATE}
        self.claimed(city_a, row, 1)
        assert fetch(client_a, row).status_code == 404
        sign_in(client_a, dewi, city_a)
        assert fetch(client_a, row).status_code == 404, "having uploaded it is no right once it belongs to something"
        sign_in(client_a, other, city_a)
        assert "no-store" in fetch(client_a, row).headers["Cache-Control"]

    def test_a_photo_of_another_city_is_as_absent_as_any(
        self,
        city_a: City,
        client_a: Client,
        client_b: Client,
        row: Attachment,
        owners: dict[int, dict[str, Access]],
    ) -> None:
        owners[1] = {"anyone": Access.PUBLIC}
        self.claimed(city_a, row, 1)
        assert fetch(client_a, row).status_code == 200
        foreign = fetch(client_b, row)
        absent = fetch(client_b, Attachment(id=uuid.uuid4()))
        assert foreign.status_code == absent.status_code == 404
        assert foreign.body.replace(str(row.pk).encode(), b"") == absent.body or len(foreign.body) == len(absent.body)

    @pytest.mark.parametrize("path", ["asli", "../kecil", "FOTO", "foto.jpg"])
    def test_there_are_two_sizes_and_no_other_file(
        self, city_a: City, client_a: Client, row: Attachment, path: str
    ) -> None:
        assert client_a.get(f"/berkas/{row.pk}/{path}.jpg").status_code == 404

    def test_a_lost_file_is_not_found(
        self, city_a: City, client_a: Client, row: Attachment, owners: dict[int, dict[str, Access]]
    ) -> None:
        owners[1] = {"anyone": Access.PUBLIC}
        self.claimed(city_a, row, 1)
        with in_city(city_a):
            default_storage.delete(row.path(Size.FULL))
        assert fetch(client_a, row).status_code == 404

    def test_the_media_folder_itself_is_not_served(self, city_a: City, client_a: Client, row: Attachment) -> None:
        with in_city(city_a):
            address = default_storage.url(row.path(Size.FULL))
        assert client_a.get(address).status_code == 404


class TestEndpoint:
    def test_a_signed_in_person_uploads_and_sees_the_thumbnail(
        self, city_a: City, client_a: Client, sign_in: Any, dewi: User
    ) -> None:
        sign_in(client_a, dewi, city_a)
        response = client_a.post("/berkas/", {"file": sent()})
        assert response.status_code == 201
        answer = response.json()
        assert (answer["width"], answer["height"]) == (640, 480)
        shown = client_a.get(answer["thumbnail"])
        assert shown.status_code == 200
        assert b"".join(shown.streaming_content)[:3] == b"\xff\xd8\xff"
        with in_city(city_a):
            assert str(Attachment.objects.get().pk) == answer["id"]

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"", 400, "empty"),
            (b"nothing", 415, "not_an_image"),
            (b"<svg onload='alert(1)'/>", 415, "svg"),
            (b"\xff\xd8\xff broken", 400, "corrupt"),
            (pictures.bomb(20_000, 20_000), 400, "too_many_pixels"),
        ],
    )
    def test_refusals(
        self, city_a: City, client_a: Client, sign_in: Any, dewi: User, body: bytes, status: int, code: str
    ) -> None:
        sign_in(client_a, dewi, city_a)
        response = client_a.post("/berkas/", {"file": sent(body)})
        assert response.status_code == status
        [error] = response.json()["errors"]
        assert (error["field"], error["code"]) == ("file", code)
        assert error["message"]
        with in_city(city_a):
            assert not Attachment.objects.exists()

    def test_fifty_megabytes_are_refused_with_both_numbers_and_not_kept(
        self, city_a: City, client_a: Client, sign_in: Any, dewi: User
    ) -> None:
        sign_in(client_a, dewi, city_a)
        response = client_a.post("/berkas/", {"file": sent(b"\xff\xd8\xff" + bytes(50 * 1024 * 1024 - 3))})
        assert response.status_code == 413
        message = response.json()["errors"][0]["message"]
        assert "50 MB" in message
        assert "15 MB" in message

    def test_many_large_files_do_not_fill_the_disk(
        self, city_a: City, client_a: Client, sign_in: Any, dewi: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler

        arrived: list[int] = []
        for handler in (MemoryFileUploadHandler, TemporaryFileUploadHandler):
            receive = handler.receive_data_chunk

            def counted(self: Any, raw: bytes, start: int, receive: Any = receive) -> Any:
                arrived.append(len(raw) if isinstance(self, TemporaryFileUploadHandler) else 0)
                return receive(self, raw, start)

            monkeypatch.setattr(handler, "receive_data_chunk", counted)
        sign_in(client_a, dewi, city_a)
        body = pictures.photo() + bytes(12 * 1024 * 1024)
        client_a.post("/berkas/", {"file": [sent(body) for _ in range(10)]})
        assert 60 * 1024 * 1024 < sum(arrived) <= 75 * 1024 * 1024

    def test_without_a_file_or_a_person(self, city_a: City, client_a: Client, sign_in: Any, dewi: User) -> None:
        assert client_a.post("/berkas/", {"file": sent()}).status_code == 401
        sign_in(client_a, dewi, city_a)
        assert client_a.post("/berkas/", {"other": "x"}).json()["errors"][0]["code"] == "missing"
        assert client_a.get("/berkas/").status_code == 405

    def test_a_browser_must_show_its_token(self, city_a: City, sign_in: Any, dewi: User) -> None:
        strict = Client(enforce_csrf_checks=True, headers={"host": city_a.host})
        sign_in(strict, dewi, city_a)
        assert strict.post("/berkas/", {"file": sent()}).status_code == 403
        with in_city(city_a):
            assert not Attachment.objects.exists()

    def test_an_app_shows_its_session_token(self, city_a: City, city_b: City, dewi: User) -> None:
        app = Client(enforce_csrf_checks=True, headers={"host": city_a.host})
        with in_city(city_a):
            app.force_login(dewi, backend="balai.membership.backends.MembershipBackend")
            token = app.session.session_key
        headers = {"host": city_a.host, "x-session-token": token}
        assert Client(headers=headers).post("/berkas/", {"file": sent()}).status_code == 201
        assert (
            Client(headers={**headers, "x-session-token": "guess"}).post("/berkas/", {"file": sent()}).status_code
            == 401
        )
        elsewhere = Client(headers={**headers, "host": city_b.host}).post("/berkas/", {"file": sent()})
        assert elsewhere.status_code == 401, "a session of one city is nothing in another"
        with in_city(city_b):
            assert connection.schema_name == city_b.schema_name
            assert not Attachment.objects.exists()

    def test_a_token_that_does_not_open_falls_not_back_to_the_cookie(
        self, city_a: City, client_a: Client, sign_in: Any, dewi: User
    ) -> None:
        sign_in(client_a, dewi, city_a)
        response = client_a.post("/berkas/", {"file": sent()}, headers={"x-session-token": "x"})
        assert response.status_code == 401
