"""The same photo is found again, as it was and changed; another one is not."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from balai.accounts.models import User
from balai.attachments import photos
from balai.attachments.actions import claim, store_photo
from balai.attachments.likeness import NEAR, bands, distance, likeness_of, probes
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender, alike_photos, same_photos
from tenants.current import in_city
from tenants.models import City


def street(seed: int, width: int = 1600, height: int = 1200) -> Image.Image:
    """A picture with the structure of a photo: light that falls off, and a hundred shapes of many sizes."""
    draw = random.Random(seed)
    picture = Image.linear_gradient("L").resize((width, height)).rotate(draw.choice((0, 180))).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for _ in range(100):
        x, y, side = draw.randrange(width), draw.randrange(height), draw.randrange(20, width // 4)
        pen.ellipse((x, y, x + side, y + side * draw.uniform(0.3, 1.5)), fill=tuple(draw.choices(range(256), k=3)))
    return picture.filter(ImageFilter.GaussianBlur(3))


def jpeg(picture: Image.Image, quality: int = 90) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    out.seek(0)
    return out


CHANGES = {
    "compressed again": lambda picture: Image.open(jpeg(picture, 35)),
    "resized": lambda picture: picture.resize((640, 480)),
    "stretched a little": lambda picture: picture.resize((800, 560)),
    "brightened": lambda picture: ImageEnhance.Brightness(picture).enhance(1.25),
    "darkened": lambda picture: ImageEnhance.Brightness(picture).enhance(0.6),
    "more contrast": lambda picture: ImageEnhance.Contrast(picture).enhance(1.3),
    "grey": lambda picture: picture.convert("L").convert("RGB"),
    "sharpened": lambda picture: picture.filter(ImageFilter.SHARPEN),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_stays_near(change: str) -> None:
    for seed in range(12):
        picture = street(seed)
        one, other = likeness_of(picture), likeness_of(CHANGES[change](picture))
        assert one is not None
        assert other is not None
        assert distance(one.across, other.across) <= NEAR
        assert distance(one.down, other.down) <= NEAR


def test_different_pictures_are_far_apart() -> None:
    found = [likeness_of(street(seed, 400, 300)) for seed in range(100)]
    pairs = [(one, other) for position, one in enumerate(found) for other in found[:position]]
    near = [
        pair
        for pair in pairs
        if distance(pair[0].across, pair[1].across) <= NEAR and distance(pair[0].down, pair[1].down) <= NEAR  # type: ignore[union-attr]
    ]
    assert len(pairs) == 4950
    assert near == []


@pytest.mark.parametrize("colour", ["black", "white", (40, 41, 43)])
def test_a_picture_that_shows_nothing_is_like_no_other(colour: str) -> None:
    assert photos.prepare(jpeg(Image.new("RGB", (300, 200), colour))).likeness is None


def test_every_hash_within_reach_shares_a_probed_band() -> None:
    draw = random.Random(7)
    for _ in range(500):
        hashed = draw.getrandbits(64) - 2**63
        other = hashed
        for bit in draw.sample(range(63), draw.randint(0, NEAR)):
            other ^= 1 << bit
        assert distance(hashed, other) <= NEAR
        assert any(band in probed for band, probed in zip(bands(other), probes(hashed), strict=True))
        assert all(0 <= key < 65536 for probed in probes(hashed) for key in probed)


@pytest.fixture
def budi(db: None) -> User:
    return User.objects.create_user("budi@example.org", name="Budi")


def used(picture: io.BytesIO, user: User, *, compared: bool = True) -> Attachment:
    photo = store_photo(picture, owner=Sender(user))
    [claimed] = claim(ids=[photo.pk], sender=Sender(user), owner_kind="test", owner_id=1, compared=compared)
    return claimed


def test_used_photos_are_found_by_what_was_sent_by_what_is_kept_and_by_looks(in_city_a: City, budi: User) -> None:
    picture = street(1)
    first = used(jpeg(picture), budi)
    used(jpeg(street(2)), budi)
    again = store_photo(jpeg(picture), owner=Sender(budi))
    assert [photo.pk for photo in same_photos(again)] == [first.pk]
    # The same pixels in another file.
    out = io.BytesIO()
    Image.open(jpeg(picture)).save(out, "PNG")
    out.seek(0)
    pixels = store_photo(out, owner=Sender(budi))
    assert pixels.sent_sha256 != first.sent_sha256
    assert first.pk in {photo.pk for photo in (*same_photos(pixels), *alike_photos(pixels))}
    changed = store_photo(
        jpeg(ImageEnhance.Brightness(picture.resize((640, 480))).enhance(1.2), 60), owner=Sender(budi)
    )
    assert same_photos(changed) == []
    [alike] = alike_photos(changed)
    assert alike.pk == first.pk
    assert alike.bits_apart <= 2 * NEAR
    other = store_photo(jpeg(street(3)), owner=Sender(budi))
    assert (same_photos(other), alike_photos(other)) == ([], [])
    with pytest.raises(ValueError, match="7 bits"):
        alike_photos(other, within=12)


def test_only_what_was_handed_in_to_be_compared_is_compared(in_city_a: City, budi: User) -> None:
    picture = street(1)
    used(jpeg(picture), budi, compared=False)
    store_photo(jpeg(picture), owner=Sender(budi))
    again = store_photo(jpeg(picture), owner=Sender(budi))
    assert (same_photos(again), alike_photos(again)) == ([], [])


def test_another_citys_photos_are_not_compared(city_a: City, city_b: City, budi: User) -> None:
    with in_city(city_a):
        used(jpeg(street(1)), budi)
    with in_city(city_b):
        here = store_photo(jpeg(street(1)), owner=Sender(budi))
        assert (same_photos(here), alike_photos(here)) == ([], [])
