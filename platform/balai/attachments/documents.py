"""Checks a PDF that someone sent. Unlike a photo it cannot be drawn anew, so it is refused when it can act by itself,
and whatever passes is only ever handed out as a download (see views.document).

Looked through is the file as it lies there, and its compressed object streams, names with their `#xx` escapes too.
Where a reader of PDF thinks that a stream begins can be forged, so nothing is taken for harmless because it seems to
lie within one; the names that are looked for are too long to occur in compressed bytes by chance. An encrypted file
cannot be looked into and is refused.
"""

from __future__ import annotations

import bisect
import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from balai.attachments.photos import megabytes

MAX_BYTES = 10 * 1024 * 1024
MAX_NAME = 80
MAX_INFLATED = 20 * 1024 * 1024
"""Of all object streams together; what unfolds to more is a bomb."""
MAX_STREAMS = 5_000
CHUNK = 64 * 1024
MEDIA_TYPE = "application/pdf"


def _named(*names: str, more: bytes = b"") -> re.Pattern[bytes]:
    """Finds these names, each of their letters as it is or escaped."""
    spelt = ("".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name) for name in names)
    return re.compile(f"/(?:{'|'.join(spelt)})(?![A-Za-z0-9_.+-])".encode() + more)


ACTIVE = _named(
    *("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "SubmitForm", "ImportData"),
    *("GoToE", "Movie", "Sound", "Rendition"),
)
"""What makes a viewer run, open, send or play something; links to web pages (/URI) stay possible."""
FORMS = _named("XFA", more=rb"\s*(?:\[|\d)")
ENCRYPTED = _named("Encrypt")
OBJECTS = _named("ObjStm")
STREAM = re.compile(rb"stream\r?\n")


class BadDocument(ValidationError):
    """A file that is not accepted. The message is for the person who sent it; `code` says which rule it met."""


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF ready to be stored, with a name that is fit to be shown."""

    body: bytes
    name: str
    sha256: str


def prepare(file: BinaryIO, name: str = "") -> Document:
    """Checks a sent PDF. Raises BadDocument (code: empty, too_large, not_a_pdf, corrupt, protected, active)."""
    body = _read(file)
    if not re.match(rb"%PDF-[12]\.\d", body):
        raise BadDocument(_("This file is not a PDF. Please send a PDF."), code="not_a_pdf")
    if b"%%EOF" not in body[-2048:]:
        raise _corrupt()
    _check_objects(body)
    return Document(body, shown_name(name), hashlib.sha256(body).hexdigest())


def shown_name(name: str) -> str:
    """The file's name without path, ending, control characters and what could turn the reading direction."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = "".join(
        character for character in name if unicodedata.category(character)[0] not in "CZ" or character == " "
    )
    return re.sub(r"\.pdf$", "", kept.strip(), flags=re.IGNORECASE).strip(" .")[:MAX_NAME]


def _read(file: BinaryIO) -> bytes:
    size = getattr(file, "size", None)
    content = b"" if isinstance(size, int) and size > MAX_BYTES else file.read(MAX_BYTES + 1)
    if (isinstance(size, int) and size > MAX_BYTES) or len(content) > MAX_BYTES:
        length = size if isinstance(size, int) else len(content)
        message = _("This file is %(size)s. The limit is %(limit)s: please send a smaller one.")
        raise BadDocument(message % {"size": megabytes(length), "limit": megabytes(MAX_BYTES)}, code="too_large")
    if not content:
        raise BadDocument(_("This file is empty. Please choose it again."), code="empty")
    return content


def _check_objects(body: bytes) -> None:
    if ENCRYPTED.search(body):
        message = _("This PDF is protected by a password. Please send it without protection.")
        raise BadDocument(message, code="protected")
    for text in (body, *_object_streams(body)):
        if ACTIVE.search(text) or FORMS.search(text):
            message = _("This PDF contains scripts, forms that send, or other files. Please save it as a plain PDF.")
            raise BadDocument(message, code="active")


def _object_streams(body: bytes) -> Iterator[bytes]:
    """What is in the compressed object streams: the first stream after each dictionary that says it is one."""
    starts = [found.end() for found in STREAM.finditer(body)]
    ends = [found.start() for found in re.finditer(b"endstream", body)]
    after = {bisect.bisect_left(starts, found.end()) for found in OBJECTS.finditer(body)} - {len(starts)}
    if len(after) > MAX_STREAMS:
        raise _corrupt()
    left, whole = MAX_INFLATED, memoryview(body)
    for start in (starts[place] for place in sorted(after)):
        end = bisect.bisect_left(ends, start)
        if end == len(ends):
            raise _corrupt()
        objects = _inflated(whole[start : ends[end]], left)
        left -= len(objects)
        yield objects


def _inflated(stream: memoryview, most: int) -> bytes:
    """The stream unfolded, bit by bit, so that neither a bomb nor what lies behind it is ever held as a whole."""
    unfolding, found, size = zlib.decompressobj(), [], 0
    for place in range(0, len(stream), CHUNK):
        try:
            found.append(unfolding.decompress(stream[place : place + CHUNK], most - size + 1))
        except zlib.error as error:
            raise _corrupt() from error
        size += len(found[-1])
        if size > most:
            raise _corrupt()
        if unfolding.eof:
            return b"".join(found)
    # It ends before it is over: what comes after a forged end would not have been seen.
    raise _corrupt()


def _corrupt() -> BadDocument:
    return BadDocument(_("This PDF is damaged or was cut off. Please choose it again."), code="corrupt")
