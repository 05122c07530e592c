"""Turns the bytes that someone sent into a photo that is safe to keep and to show.

Nothing of the sent file is kept: it is decoded and drawn anew, so EXIF, GPS, XMP, comments, embedded thumbnails, a
hidden film after the picture and any script go with it. What is refused says why in words for the person who sent it.
When and where it was taken is told apart from the picture (`Photo.taken`): see `balai.attachments.evidence`.
"""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass
from typing import BinaryIO

import pillow_heif
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageCms

from balai.attachments.evidence import Taken, taken
from balai.attachments.likeness import Likeness, likeness_of

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 67_200_000
"""Phones make 50 and 64 megapixels today. Asked of the file's header, before anything is decoded."""
MAX_SIDE = 2048
THUMBNAIL_SIDE = 480
MIN_SIDE = 16
QUALITY = 82

HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What each EXIF orientation asks for."""

# Decoding takes up to a third of a gigabyte; the threads of a process take turns.
_one_at_a_time = threading.Lock()

pillow_heif.register_heif_opener(thumbnails=False)


class BadPhoto(ValidationError):
    """A file that is not accepted. The message is for the person who sent it; `code` says which rule it met."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One JPEG and its size in pixels."""

    body: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo ready to be stored. `sha256` is of the full rendition, `sent_sha256` of the file as it came."""

    full: Rendition
    thumbnail: Rendition
    sha256: str
    sent_sha256: str
    likeness: Likeness | None
    taken: Taken


def megabytes(count: int) -> str:
    """A size for people, for example "15 MB" or "0.4 MB"."""
    value = count / (1024 * 1024)
    return f"{value:.0f} MB" if value >= 10 or value == int(value) else f"{value:.1f} MB"


def too_large(size: int) -> BadPhoto:
    """The refusal of a file of `size` bytes."""
    return BadPhoto(
        _("This photo is %(size)s. The limit is %(limit)s: please send a smaller one.")
        % {"size": megabytes(size), "limit": megabytes(MAX_BYTES)},
        code="too_large",
    )


def format_of(head: bytes) -> str | None:
    """Pillow's name of the format that the first bytes announce, or None for any that is not accepted."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return "HEIF"
    return None


def prepare(file: BinaryIO) -> Photo:
    """Checks and re-encodes a sent photo. Raises BadPhoto (code: empty, too_large, svg, not_an_image, too_many_pixels,
    too_small, corrupt).

    JPEG, PNG, WebP and HEIC; of an animation the first picture. The result is upright, sRGB, at most MAX_SIDE pixels
    wide and high.
    """
    content = _read(file)
    kind = format_of(content[:32])
    if kind is None:
        raise _unknown(content)
    try:
        with _one_at_a_time, Image.open(io.BytesIO(content), formats=[kind]) as source:
            _check_size(source.size)
            when_and_where = taken(source)
            picture = _upright(source)
    except BadPhoto:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:
        # Decoders answer broken files with almost any exception; for the sender they all mean the same.
        raise BadPhoto(
            _("This photo is damaged and cannot be opened. Please choose another one or take it again."), code="corrupt"
        ) from error
    full = _encode(picture, MAX_SIDE)
    return Photo(
        full,
        _encode(picture, THUMBNAIL_SIDE),
        sha256=hashlib.sha256(full.body).hexdigest(),
        sent_sha256=hashlib.sha256(content).hexdigest(),
        likeness=likeness_of(picture),
        taken=when_and_where,
    )


def _read(file: BinaryIO) -> bytes:
    size = getattr(file, "size", None)
    if isinstance(size, int) and size > MAX_BYTES:
        raise too_large(size)
    content = file.read(MAX_BYTES + 1)
    if not content:
        raise BadPhoto(_("This file is empty. Please choose the photo again."), code="empty")
    if len(content) > MAX_BYTES:
        raise too_large(len(content))
    return content


def _unknown(content: bytes) -> BadPhoto:
    text = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in text:
        return BadPhoto(_("SVG drawings are not accepted. Please send a photo (JPEG, PNG, WebP or HEIC)."), code="svg")
    return BadPhoto(_("This file is not a photo. Please send a photo (JPEG, PNG, WebP or HEIC)."), code="not_an_image")


def _too_many_pixels() -> BadPhoto:
    return BadPhoto(
        _("This photo has too many pixels; the limit is %(limit)d megapixels. Please send a smaller one.")
        % {"limit": MAX_PIXELS // 1_000_000},
        code="too_many_pixels",
    )


def _check_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise _too_many_pixels()
    if min(size) < MIN_SIDE:
        raise BadPhoto(_("This picture is too small to show anything. Please send a photo."), code="too_small")


def _upright(source: Image.Image) -> Image.Image:
    """The first picture of the file, turned as it was taken, in sRGB, on white, at most MAX_SIDE, free of metadata."""
    source.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded at a fraction of its size
    source.load()
    profile = source.info.get("icc_profile")
    picture: Image.Image = source
    if picture.mode in ("RGB", "RGBA", "L", "CMYK"):
        # Smaller first: what follows makes copies.
        picture = picture.copy()
        picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=3)
    picture = _to_srgb(picture, profile)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    turn = _turn(source)
    if turn is not None:
        picture = picture.transpose(turn)
    # A new picture knows nothing of where it came from; Pillow would write a comment it remembers into the next file.
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return clean


def _turn(source: Image.Image) -> Image.Transpose | None:
    """How to turn the decoded picture upright. Unreadable EXIF is passed over: the picture is all that is kept."""
    try:
        return TURNS.get(source.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return None


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA in the sRGB colours. A broken colour profile is passed over: colours a little off are no harm."""
    if picture.mode.startswith("I"):
        # 16 bits a channel: converting alone would cut off at 255 instead of scaling.
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            converted = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "RGB")


def _encode(picture: Image.Image, side: int) -> Rendition:
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3)
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Rendition(out.getvalue(), copy.width, copy.height)
