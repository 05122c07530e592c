"""The code of a guest: how it is written, what people type for it, and what is stored of it."""

from __future__ import annotations

import pytest

from balai.accounts.limits import bucket_of as bucket
from balai.casework import tracking
from tenants.current import in_city
from tenants.models import City

pytestmark = pytest.mark.django_db


def test_a_code_is_twelve_characters_that_nobody_mistakes(in_city_a: City) -> None:
    codes = {tracking.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {14}
    assert set("".join(codes)) == {*tracking.ALPHABET, "-"}
    assert not {"I", "L", "O", "U"} & set(tracking.ALPHABET)


@pytest.mark.parametrize("typed", ["7K4M-9QXR-2H0T", "7k4m 9qxr 2hot", " 7K4M9QXR2HOT ", "7k4m.9qxr.2h0t"])
def test_what_people_type(typed: str) -> None:
    assert tracking.parse(typed) == "7K4M-9QXR-2H0T"


@pytest.mark.parametrize("typed", ["", "7K4M-9QXR-2H0", "7K4M-9QXR-2H0TT", "7K4M-9QXR-2HU0", "'; DROP", "9" * 10_000])
def test_what_is_no_code(typed: str) -> None:
    assert tracking.parse(typed) is None


def test_the_digest_is_keyed(in_city_a: City, city_b: City, settings: object) -> None:
    code = tracking.new_code()
    here = tracking.digest(code)
    assert here == tracking.digest(code)
    assert code.replace("-", "").lower() not in here
    with in_city(city_b):
        assert tracking.digest(code) == here, "a case that is handed over keeps its code"
    old = settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert tracking.digest(code) != here
    assert here not in tracking.digests(code)
    settings.SECRET_KEY_FALLBACKS = [old]  # type: ignore[attr-defined]
    assert here in tracking.digests(code), "codes outlive the turning of the key"


def test_the_code_of_a_seed_is_the_same_again_and_of_another_another(in_city_a: City, city_b: City) -> None:
    code = tracking.code_for("seed")
    assert code == tracking.code_for("seed") == tracking.parse(code)
    assert code != tracking.code_for("seed2")
    with in_city(city_b):
        assert code != tracking.code_for("seed")


def test_an_address_is_counted_but_not_kept() -> None:
    assert bucket("203.0.113.7") == bucket("::ffff:203.0.113.7")
    assert bucket("203.0.113.7") != bucket("203.0.113.8")
    assert bucket("2001:db8:1:2::1") == bucket("2001:db8:1:2:ffff::9"), "one subscriber has a whole /64"
    assert bucket("2001:db8:1:3::1") != bucket("2001:db8:1:2::1")
    assert bucket("") == bucket("nonsense") == ""
