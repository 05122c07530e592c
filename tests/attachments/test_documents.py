"""PDFs that people send: what is kept, what is refused, and how they are handed out."""

from __future__ import annotations

import contextlib
import io
import time
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from balai.accounts.models import User
from balai.attachments import actions
from balai.attachments.documents import MAX_BYTES, BadDocument, prepare, shown_name
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender
from tenants.current import in_city
from tests.attachments import pictures


def pdf(objects: bytes = b"", trailer: bytes = b"") -> bytes:
    """A small PDF with more objects."""
    return (
        b"%PDF-1.7\n1 0 obj << /Type /Catalog /OpenAction [3 0 R /Fit] >> endobj\n"
        + objects
        + b"\ntrailer << /Root 1 0 R "
        + trailer
        + b">>\nstartxref\n9\n%%EOF\n"
    )


def compressed(content: bytes, kind: bytes = b"/ObjStm") -> bytes:
    return (
        b"5 0 obj << /Type "
        + kind
        + b" /Filter /FlateDecode >> stream\n"
        + zlib.compress(content, 0 if content == STORED else 9)
        + b"\nendstream endobj"
    )


STORED = b"2 0 << >> endstream << /S /Other >>"
"""Compressed with level 0, it lies in the file as it is."""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"hello", "not_a_pdf"),
        (b"<html>%PDF-1.7 %%EOF", "not_a_pdf"),
        (pictures.photo(), "not_a_pdf"),
        (b"MZ" + pdf(), "not_a_pdf"),
        (pdf()[:-8], "corrupt"),
        (pdf(b"2 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj"), "active"),
        (pdf(b"2 0 obj << /S /Java#53cript >> endobj"), "active"),
        (pdf(b"2 0 obj << /S /Launch /F (cmd.exe) >> endobj"), "active"),
        (pdf(b"2 0 obj << /Names << /EmbeddedFiles 3 0 R >> >> endobj"), "active"),
        (pdf(compressed(b"2 0 << /S /JavaScript /JS 4 0 R >>")), "active"),
        (pdf(compressed(b"2 0 << /S /#4aavaScript >>", b"/Obj#53tm")), "active"),
        (pdf(b"5 0 obj << /Type /ObjStm >> stream\nnot zlib\nendstream endobj"), "corrupt"),
        (pdf(trailer=b"/Encrypt 9 0 R "), "protected"),
        # Where a stream seems to begin can be forged: in a comment, in a string.
        (pdf(b"% >> stream\n2 0 obj << /S /JavaScript >> endobj\n% endstream"), "active"),
        (pdf(b"(>> stream\n) 2 0 obj << /S /Launch >> endobj (endstream)"), "active"),
        # A dictionary as long as one likes, and an end that is none.
        (pdf(compressed(b"2 0 << /S /Launch >>", b"/ObjStm /Pad (" + b"x" * 9_000 + b")")), "active"),
        (pdf(compressed(STORED)), "corrupt"),
        (pdf(b"/ObjStm stream\n" * 6_000), "corrupt"),
        (pdf(b"2 0 obj << /AcroForm << /XFA [(x) 3 0 R] >> >> endobj"), "active"),
        (pdf(compressed(b"\0" * (21 * 1024 * 1024))), "corrupt"),
        (b"%PDF-1.7" + b" " * MAX_BYTES, "too_large"),
    ],
)
def test_what_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadDocument) as refusal:
        prepare(io.BytesIO(content))
    assert refusal.value.code == code


def test_what_is_kept() -> None:
    harmless = pdf(
        b"2 0 obj << /URI (https://contoh.id) /JSON 1 /Launched 2 >> endobj\n"
        # A picture's bytes may look like anything.
        b"4 0 obj << /Type /XObject >> stream\n/JS /AA /XFAx /Launches\nendstream endobj\n"
        + compressed(b"3 0 << /Page >>")
    )
    document = prepare(io.BytesIO(harmless), "C:\\Rahasia\\Usulan \u202etaman.PDF")
    assert document.body == harmless
    assert document.name == "Usulan taman"
    assert shown_name("/etc/passwd\0") == "passwd"
    assert len(shown_name("a" * 500 + ".pdf")) == 80


def test_a_hostile_file_is_looked_through_in_a_moment() -> None:
    begun = time.monotonic()
    for part in (b"stream\n", b"/ObjStm ", b"/ObjStm stream\nendstream ", b"#4a#61", b"/J#6"):
        content = pdf(part * (9_000_000 // len(part)))
        with contextlib.suppress(BadDocument):
            prepare(io.BytesIO(content))
    assert time.monotonic() - begun < 20


@pytest.mark.django_db
class TestOverHttp:
    @pytest.fixture
    def dewi(self, client_a: Any, city_a: Any, sign_in: Any) -> User:
        user = User.objects.create_user("dewi@example.org", name="Dewi")
        sign_in(client_a, user, city_a)
        return user

    def send(self, client: Any, content: bytes, name: str = "usulan.pdf", **fields: str) -> Any:
        return client.post("/berkas/", {"file": SimpleUploadedFile(name, content), "document": "1", **fields})

    def test_only_its_sender_gets_it_and_only_as_a_download(
        self, client_a: Any, client_b: Any, city_a: Any, dewi: User
    ) -> None:
        answer = self.send(client_a, pdf())
        assert answer.status_code == 201
        assert answer.json()["name"] == "usulan"
        address = answer.json()["document"]
        got = client_a.get(address)
        assert b"".join(got.streaming_content) == pdf()
        assert got["Content-Type"] == "application/pdf"
        assert got["Content-Disposition"] == 'attachment; filename="usulan.pdf"'
        assert got["X-Content-Type-Options"] == "nosniff"
        assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in got["Cache-Control"]
        # Neither as a picture, nor in another city, nor for a visitor.
        assert client_a.get(address.replace("berkas.pdf", "foto.jpg")).status_code == 404
        assert client_b.get(address).status_code == 404
        client_a.logout()
        assert client_a.get(address).status_code == 404

    def test_a_photo_is_no_document_and_a_document_no_photo(self, client_a: Any, city_a: Any, dewi: User) -> None:
        assert self.send(client_a, pictures.photo(), "x.pdf").status_code == 415
        assert self.send(client_a, pdf(), document="0").status_code == 415
        assert self.send(client_a, pdf(b"<< /S /JavaScript >>")).status_code == 400
        with in_city(city_a):
            assert not Attachment.objects.exists()

    def test_it_is_swept_with_its_file(self, city_a: Any, dewi: User, django_capture_on_commit_callbacks: Any) -> None:
        from django.core.files.storage import default_storage

        with in_city(city_a):
            kept = actions.store_document(io.BytesIO(pdf()), owner=Sender(dewi))
            path = kept.path("berkas")
            assert default_storage.exists(path)
            with django_capture_on_commit_callbacks(execute=True):
                assert actions.discard(photo_id=kept.pk, sender=Sender(dewi))
            assert not default_storage.exists(path)
