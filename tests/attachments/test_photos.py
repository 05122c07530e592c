"""What is kept of a sent file is a picture and nothing else."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image, ImageCms

from balai.attachments import photos
from balai.attachments.photos import BadPhoto, prepare
from tests.attachments import pictures

KINDS = ["JPEG", "PNG", "WEBP", "HEIF"]


def open_(body: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(body))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", KINDS)
def test_no_metadata_survives(kind: str) -> None:
    sent = pictures.photo(kind)
    original = open_(sent)
    assert original.getexif(), "the test file must carry what is to be removed"
    assert pictures.SECRET.encode() in sent or kind == "PNG"
    prepared = prepare(io.BytesIO(sent))
    for rendition in (prepared.full, prepared.thumbnail):
        kept = open_(rendition.body)
        assert kept.format == "JPEG"
        assert not kept.getexif()
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert pictures.SECRET.encode() not in rendition.body
        assert b"Exif" not in rendition.body
        assert b"xmpmeta" not in rendition.body
        assert b"ICC_PROFILE" not in rendition.body


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_photo_is_made_smaller_and_gets_a_thumbnail(kind: str) -> None:
    prepared = prepare(io.BytesIO(pictures.photo(kind, width=3000, height=1500)))
    assert (prepared.full.width, prepared.full.height) == (2048, 1024) == open_(prepared.full.body).size
    assert (prepared.thumbnail.width, prepared.thumbnail.height) == (480, 240) == open_(prepared.thumbnail.body).size


def test_a_small_photo_is_not_blown_up() -> None:
    prepared = prepare(io.BytesIO(pictures.photo(width=200, height=100)))
    assert (prepared.full.width, prepared.full.height) == (200, 100)
    assert (prepared.thumbnail.width, prepared.thumbnail.height) == (200, 100)


@pytest.mark.parametrize(
    ("orientation", "corner", "upright"),
    [
        (1, "top left", False),
        (2, "top right", False),
        (3, "bottom right", False),
        (4, "bottom left", False),
        (5, "top left", True),
        (6, "top right", True),
        (7, "bottom right", True),
        (8, "bottom left", True),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_the_way_up_it_was_taken(kind: str, orientation: int, corner: str, upright: bool) -> None:
    picture = open_(prepare(io.BytesIO(pictures.photo(kind, orientation=orientation))).full.body)
    assert picture.size == ((480, 640) if upright else (640, 480))
    x = 20 if "left" in corner else picture.width - 20
    y = 20 if "top" in corner else picture.height - 20
    red, green, blue = picture.getpixel((x, y))  # type: ignore[misc]
    assert red > 200
    assert green < 60
    assert blue < 60


def test_an_odd_orientation_or_broken_exif_does_not_refuse_the_photo() -> None:
    assert prepare(io.BytesIO(pictures.photo(orientation=77))).full.width == 640
    broken = (
        pictures.photo().replace(b"Exif\x00\x00MM", b"Exif\x00\x00XX").replace(b"Exif\x00\x00II", b"Exif\x00\x00XX")
    )
    assert prepare(io.BytesIO(broken)).full.width == 640


def test_a_wide_gamut_is_brought_to_srgb() -> None:
    # A profile that swaps nothing but stretches lightness: what matters is that it is applied, not dropped.
    lab = ImageCms.createProfile("XYZ")
    out = io.BytesIO()
    pictures.scene().save(out, "PNG", icc_profile=ImageCms.ImageCmsProfile(lab).tobytes())
    assert prepare(io.BytesIO(out.getvalue())).full.width == 640
    out = io.BytesIO()
    pictures.scene().save(out, "JPEG", icc_profile=b"not a profile at all")
    assert prepare(io.BytesIO(out.getvalue())).full.width == 640


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_is_understood(mode: str) -> None:
    out = io.BytesIO()
    if mode == "I;16":
        Image.frombytes("I;16", (64, 64), b"\x00\x80" * 64 * 64).save(out, "PNG")
    else:
        pictures.scene(64, 64).convert(mode).save(out, "JPEG" if mode == "CMYK" else "PNG")
    picture = open_(prepare(io.BytesIO(out.getvalue())).full.body)
    assert picture.mode == "RGB"
    if mode == "I;16":
        assert 120 < picture.getpixel((30, 30))[0] < 136  # type: ignore[index]


def test_transparency_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(out, "PNG")
    assert min(open_(prepare(io.BytesIO(out.getvalue())).full.body).getpixel((30, 30))) > 250  # type: ignore[type-var]


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_kept(kind: str) -> None:
    picture = open_(prepare(io.BytesIO(pictures.animation(kind))).full.body)
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.getpixel((30, 30))[0] > 240  # type: ignore[index]


def test_the_film_that_a_phone_hides_behind_a_picture_goes() -> None:
    sent = pictures.photo() + b"ftypmp42" + b"moving" * 1000
    assert b"moving" not in prepare(io.BytesIO(sent)).full.body


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "empty": (b"", "empty"),
    "text": (b"this is not a picture", "not_an_image"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "not_an_image"),
    "svg": (SVG, "svg"),
    "svg after a comment": (b"<!-- hello -->\n" + SVG[21:], "svg"),
    "pdf": (b"%PDF-1.7 ...", "not_an_image"),
    "gif": (b"GIF89a" + bytes(100), "not_an_image"),
    "tiff": (b"II*\x00" + bytes(100), "not_an_image"),
    "magic only": (b"\xff\xd8\xff", "corrupt"),
    "cut off": (pictures.photo()[:4000], "corrupt"),
    "cut off webp": (pictures.photo("WEBP")[:500], "corrupt"),
    "cut off heic": (pictures.photo("HEIF")[:900], "corrupt"),
    "png that says it is a jpeg": (b"\xff\xd8\xff" + pictures.photo("PNG"), "corrupt"),
    "heif brand without a picture": (b"\x00\x00\x00\x18ftypheic" + bytes(200), "corrupt"),
    "bomb": (pictures.bomb(30_000, 30_000), "too_many_pixels"),
    "thin bomb": (pictures.bomb(2_000_000, 50), "too_many_pixels"),
    "a pixel over": (pictures.bomb(8_198, 8_198), "too_many_pixels"),
    "tracking pixel": (pictures.photo("PNG", width=1, height=1), "too_small"),
    "too large": (b"\xff\xd8\xff" + bytes(15 * 1024 * 1024), "too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name: str) -> None:
    body, code = REFUSED[name]
    with pytest.raises(BadPhoto) as refusal:
        prepare(io.BytesIO(body))
    assert refusal.value.code == code
    assert refusal.value.messages[0]


def test_the_refusal_of_a_large_file_names_the_limit_and_the_size() -> None:
    message = photos.too_large(50 * 1024 * 1024).messages[0]
    assert "15 MB" in message
    assert "50 MB" in message


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(BadPhoto):
        prepare(io.BytesIO(pictures.bomb(9_000, 9_000)))


def test_threads_take_turns_and_a_refusal_frees_the_place() -> None:
    results: list[object] = []

    def work(body: bytes) -> None:
        try:
            results.append(prepare(io.BytesIO(body)).full.width)
        except BadPhoto as error:
            results.append(error.code)

    threads = [threading.Thread(target=work, args=(body,)) for body in (pictures.photo(), b"\xff\xd8\xff") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(map(str, results)) == ["640"] * 4 + ["corrupt"] * 4
