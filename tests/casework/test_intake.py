"""Taking in a report: what is written, what is refused, and that a refusal leaves nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from balai.attachments.models import Attachment
from balai.casework import intake, routing
from balai.casework.errors import OutsideCity
from balai.casework.models import Case, TimelineEntry
from balai.geography.models import Area
from balai.notifications.models import Message
from tenants.current import in_city
from tests.casework.world import CORNERS, World

pytestmark = pytest.mark.django_db


def nothing_written() -> bool:
    return not (Case.objects.exists() or TimelineEntry.objects.exists() or Message.objects.exists())


def test_a_report_becomes_a_case(a: World) -> None:
    photos = [a.photo(a.warga).pk for _ in range(2)]
    case = a.report(photo_ids=photos, place={**a.inside, "by_gps": True, "landmark": "  Depan SDN 2 "})
    kept = Case.objects.get(pk=case.pk)
    assert kept.number.startswith("3674-")
    assert (kept.agency, kept.unit, kept.category.slug) == (a.dishub, None, "lampu")
    assert (kept.reporter, kept.assignee, kept.status, kept.visibility) == (a.warga, None, "waiting", "public")
    assert kept.village is not None
    assert (kept.village.name, kept.landmark, kept.place_source) == ("Barat Daya", "Depan SDN 2", "gps")
    assert (kept.point.lat, kept.point.lon) == (kept.lat, kept.lon)
    assert (kept.photo_count, kept.cover_id) == (2, photos[0])
    received, routed = kept.timeline.order_by("sequence")
    assert received.words == kept.description
    assert [row.pk for row in Attachment.objects.filter(owner_kind="case_entry", owner_id=received.pk)] == photos
    assert routed.role == "system"
    with translation.override("en"):
        assert routing.sentence(kept.routed_because) == "Reports about “Lampu jalan” go to Dinas Perhubungan."


def test_by_kelurahan_and_landmark_without_any_map(a: World) -> None:
    case = a.report(place={"village": "36.74.02.1002", "landmark": "Seberang pasar"})
    assert (case.lat, case.lon, case.place_source) == (None, None, "area")
    assert Case.objects.get(pk=case.pk).village.name == "Timur Laut"  # type: ignore[union-attr]
    assert Case.objects.get(pk=case.pk).point is None


REFUSED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "empty text": ({"description": "   \n "}, {"description": "missing"}),
    "short text": ({"description": "mati"}, {"description": "too_short"}),
    "only control characters": ({"description": "\x00\x07\x1b" * 20}, {"description": "missing"}),
    "long text": ({"description": "a" * 2001}, {"description": "too_long"}),
    "no category": ({"category": ""}, {"category": "missing"}),
    "unknown category": ({"category": "ufo"}, {"category": "unknown_category"}),
    "inactive category": ({"category": "lama"}, {"category": "unknown_category"}),
    "a group is no category": ({"category": "jalan"}, {"category": "unknown_category"}),
    "another module's category": ({"category": "usul"}, {"category": "unknown_category"}),
    "no place": ({"place": {}}, {"place": "missing"}),
    "landmark only": ({"place": {"landmark": "Depan sekolah"}}, {"place": "missing"}),
    "kelurahan without landmark": ({"place": {"village": "36.74.01.1001"}}, {"landmark": "missing"}),
    "unknown kelurahan": ({"place": {"village": "36.74.99.1001", "landmark": "Pasar"}}, {"village": "unknown_village"}),
    "a kecamatan is no kelurahan": (
        {"place": {"village": "36.74.01", "landmark": "Pasar"}},
        {"village": "unknown_village"},
    ),
    "half a place": ({"place": {"lat": -6.31}}, {"place": "bad_coordinates"}),
    "not a number": ({"place": {"lat": float("nan"), "lon": 106.71}}, {"place": "bad_coordinates"}),
    "beyond the Earth": ({"place": {"lat": 123.0, "lon": 106.71}}, {"place": "bad_coordinates"}),
    "the sea": ({"place": {"lat": 0.0, "lon": 0.0}}, {"place": "outside_city"}),
    "long landmark": ({"place": {"village": "36.74.01.1001", "landmark": "x" * 201}}, {"landmark": "too_long"}),
    "too few photos": ({"min_photos": 1}, {"photos": "missing"}),
    "a photo that is not there": ({"photo_ids": [uuid.uuid4()]}, {"photos": "unknown_photo"}),
    "unknown visibility": ({"visibility": "friends"}, {"visibility": "unknown"}),
    "unknown classification": ({"classification": "joke"}, {"classification": "unknown"}),
    "everything at once": (
        {"description": "", "category": "ufo", "place": {}, "min_photos": 1},
        {"description": "missing", "category": "unknown_category", "place": "missing", "photos": "missing"},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(a: World, name: str) -> None:
    fields, expected = REFUSED[name]
    with pytest.raises(ValidationError) as refusal:
        a.report(**fields)
    assert {field: errors[0].code for field, errors in refusal.value.error_dict.items()} == expected
    assert nothing_written()


def test_good_photos_survive_a_refusal(a: World) -> None:
    photo = a.photo(a.warga)
    with pytest.raises(ValidationError):
        a.report(description="", photo_ids=[photo.pk])
    assert Attachment.objects.get(pk=photo.pk).claimed_at is None
    assert a.report(photo_ids=[photo.pk]).cover_id == photo.pk


def test_someone_elses_photo_or_a_used_one_is_refused(a: World) -> None:
    used = a.report(photos=1).cover_id
    count = Case.objects.count()
    for photo_id in (a.photo(a.tetangga).pk, used):
        with pytest.raises(ValidationError):
            a.report(photo_ids=[photo_id])
    assert Case.objects.count() == count


def test_more_than_four_photos_are_refused(a: World) -> None:
    with pytest.raises(ValidationError) as refusal:
        a.report(photos=5)
    assert refusal.value.error_dict["photos"][0].code == "too_many"
    assert nothing_written()


def test_a_place_in_a_neighbour_city_names_it_and_where_to_go(a: World, b: World) -> None:
    west, south = CORNERS["36.73"]
    with pytest.raises(OutsideCity) as refusal:
        a.report(place={"lat": south + 0.01, "lon": west + 0.01})
    assert refusal.value.neighbour == b.city
    [message] = refusal.value.messages
    assert b.city.name in message
    assert b.city.url in message
    assert nothing_written()


def test_a_city_without_boundaries_says_so(a: World) -> None:
    Area.objects.update(active=False)
    with pytest.raises(OutsideCity):
        a.report()
    assert nothing_written()


def test_sent_twice_is_one_case(a: World) -> None:
    photos = [a.photo(a.warga).pk]
    first = a.report(photo_ids=photos, idempotency_key="k1")
    messages = Message.objects.count()
    second = intake.submit_case(
        module="siaran",
        reporter=a.warga,
        category="lampu",
        description="Lampu jalan di depan rumah mati sejak kemarin.",
        place=a.inside,
        photo_ids=photos,
        idempotency_key="k1",
    )
    assert (second.case, second.created) == (first, False)
    assert Case.objects.count() == 1
    assert Message.objects.count() == messages
    assert a.report(a.tetangga, idempotency_key="k1") != first, "the key is the reporter's own"
    assert a.report(idempotency_key="k2") != first
    assert a.report() != a.report(), "without a key nothing is taken for the same"


def test_the_rate_is_limited_per_reporter(a: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_PER_HOUR", 2)
    a.report()
    a.report()
    with pytest.raises(ValidationError) as refusal:
        a.report()
    assert refusal.value.error_dict["__all__"][0].code == "too_many_reports"
    assert Case.objects.count() == 2
    a.report(a.tetangga)


def test_a_number_that_is_taken_is_drawn_again(a: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr("balai.casework.numbers.secrets.randbelow", lambda limit: next(drawn))
    assert a.report().number != a.report().number


def test_words_are_kept_as_meant_not_as_typed(a: World) -> None:
    case = a.report(description="  Lampu\x00 mati\r\n\r\n\r\n\r\ndi \u202egang\u202c buntu  ")
    assert case.description == "Lampu mati\n\ndi gang buntu"


def test_the_same_report_in_two_cities_is_two_worlds(a: World, b: World) -> None:
    ours = a.report(idempotency_key="k")
    with in_city(b.city):
        theirs = b.report(idempotency_key="k")
        assert theirs.number.startswith("3673-")
        assert list(Case.objects.all()) == [theirs]
        assert theirs.agency == b.dishub
    assert list(Case.objects.all()) == [ours]


def test_statements_of_a_report(a: World, django_assert_num_queries: Any) -> None:
    photos = [a.photo(a.warga).pk]
    a.report()
    # In a test everything is inside one transaction: 2 savepoints more, and geography asks for its version once.
    with django_assert_num_queries(16):
        a.report(photo_ids=photos, idempotency_key="k")
