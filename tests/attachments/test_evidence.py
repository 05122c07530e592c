"""When and where a photo was taken: read, kept while the upload waits, and then gone."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from PIL import ExifTags, Image

from balai.accounts.models import User
from balai.attachments import personal_data, photos
from balai.attachments.actions import claim, store_photo
from balai.attachments.evidence import Taken, plausible
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender
from tenants.current import in_city
from tenants.models import City
from tests.attachments import pictures

pytestmark = pytest.mark.django_db

WIB = datetime.timezone(datetime.timedelta(hours=7))
PLACE = (-(6 + 17 / 60 + 19 / 3600), 106 + 43 / 60 + 4 / 3600)
"""What pictures.exif writes."""


@pytest.fixture
def budi(db: None) -> User:
    return User.objects.create_user("budi@example.org", name="Budi")


def with_exif(exif: Image.Exif, kind: str = "JPEG") -> io.BytesIO:
    out = io.BytesIO()
    pictures.scene().save(out, kind, exif=exif)
    out.seek(0)
    return out


def tagged(gps: dict[int, object] | None = None, **tags: str) -> io.BytesIO:
    exif = Image.Exif()
    if gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    for name, value in tags.items():
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base[name]] = value
    return with_exif(exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_place_and_time_are_read_from_every_format(kind: str) -> None:
    found = photos.prepare(io.BytesIO(pictures.photo(kind, orientation=6))).taken
    assert (found.lat, found.lon) == pytest.approx(PLACE)
    # Without a zone the camera's clock is the city's.
    assert found.at == datetime.datetime(2026, 11, 22, 7, tzinfo=WIB)


def test_the_zone_and_the_satellites_clock_are_believed_over_the_citys_zone() -> None:
    zone = tagged(DateTimeOriginal="2026:11:22 07:00:00", OffsetTimeOriginal="+09:00")
    assert photos.prepare(zone).taken.at == datetime.datetime(2026, 11, 21, 22, tzinfo=datetime.UTC)
    satellite = tagged({7: (3.0, 4.0, 5.0), 29: "2026:11:22"}, DateTimeOriginal="2011:01:01 00:00:00")
    assert photos.prepare(satellite).taken.at == datetime.datetime(2026, 11, 22, 3, 4, 5, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "file",
    [
        tagged(),
        tagged({1: "S", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}),
        tagged({1: "S", 2: (96.0, 0.0, 0.0), 3: "E", 4: (106.0, 0.0, 0.0)}),
        tagged({1: "S", 2: (6.0, 0.0), 3: "E", 4: (106.0, 0.0, 0.0)}),
        tagged(DateTimeOriginal="1980:01:01 00:00:00"),
        tagged(DateTimeOriginal="kemarin"),
        tagged({7: (99.0, 99.0, 1e12), 29: "2026:11:22"}),
    ],
    ids=["nothing", "null island", "off the globe", "broken place", "no clock", "words", "odd clock"],
)
def test_what_cannot_be_so_counts_as_absent(file: io.BytesIO) -> None:
    assert photos.prepare(file).taken == Taken()


def test_what_a_device_says_is_checked_too() -> None:
    now = timezone.now()
    assert plausible(now, -6.3, 106.7) == Taken(now, -6.3, 106.7)
    assert plausible(now.replace(tzinfo=None), float("nan"), 106.7) == Taken()
    assert plausible(None, -6.3, None) == Taken()


def test_it_is_kept_only_on_request_and_only_until_the_photo_is_claimed(in_city_a: City, budi: User) -> None:
    plain = store_photo(io.BytesIO(pictures.photo()), owner=Sender(budi))
    assert (plain.taken_at, plain.taken_lat, plain.taken_lon) == (None, None, None)
    photo = store_photo(io.BytesIO(pictures.photo()), owner=Sender(budi), evidence=Taken())
    kept = Attachment.objects.get(pk=photo.pk)
    assert (kept.taken_lat, kept.taken_lon) == pytest.approx(PLACE)
    assert kept.taken_at is not None
    assert "106." not in json.dumps(personal_data.export(budi))
    claim(ids=[photo.pk], sender=Sender(budi), owner_kind="test", owner_id=1)
    kept.refresh_from_db()
    assert (kept.taken_at, kept.taken_lat, kept.taken_lon) == (None, None, None)
    with pytest.raises(IntegrityError, match="attachment_taken_while_waiting"), transaction.atomic():
        Attachment.objects.filter(pk=photo.pk).update(taken_lat=-6.3)


def test_the_file_is_believed_before_the_device(in_city_a: City, budi: User) -> None:
    device = Taken(timezone.now(), -6.9, 107.0)
    from_file = store_photo(io.BytesIO(pictures.photo()), owner=Sender(budi), evidence=device)
    assert (from_file.taken_lat, from_file.taken_lon) == pytest.approx(PLACE)
    bare = store_photo(tagged(), owner=Sender(budi), evidence=device)
    assert (bare.taken_at, bare.taken_lat, bare.taken_lon) == (device.at, -6.9, 107.0)


def test_an_app_sends_it_with_the_upload_and_it_is_told_to_nobody(
    city_a: City, client_a: Client, sign_in: Callable[..., None], budi: User
) -> None:
    client = client_a
    sign_in(client, budi, city_a)
    file = SimpleUploadedFile("foto.jpg", tagged().getvalue(), "image/jpeg")
    fields = {"evidence": "1", "taken_at": "2026-11-22T07:00:00+07:00", "lat": "-6.31", "lon": "106.71"}
    answer = client.post("/berkas/", {"file": file, **fields})
    assert answer.status_code == 201
    assert "6.31" not in answer.content.decode()
    with in_city(city_a):
        photo = Attachment.objects.get(pk=answer.json()["id"])
    assert (photo.taken_lat, photo.taken_lon) == (-6.31, 106.71)
    assert photo.taken_at == datetime.datetime(2026, 11, 22, 7, tzinfo=WIB)


@pytest.mark.parametrize(
    "fields",
    [{"taken_at": "2026-13-99T99:00:00Z"}, {"lat": "utara", "lon": "1"}, {"lat": "nan", "lon": "inf"}, {"lat": "1"}],
)
def test_odd_evidence_costs_nobody_a_photo(
    fields: dict[str, str], city_a: City, client_a: Client, sign_in: Callable[..., None], budi: User
) -> None:
    client = client_a
    sign_in(client, budi, city_a)
    file = SimpleUploadedFile("foto.jpg", tagged().getvalue(), "image/jpeg")
    answer = client.post("/berkas/", {"file": file, "evidence": "1", **fields})
    assert answer.status_code == 201
    with in_city(city_a):
        photo = Attachment.objects.get(pk=answer.json()["id"])
    assert (photo.taken_at, photo.taken_lat, photo.taken_lon) == (None, None, None)
