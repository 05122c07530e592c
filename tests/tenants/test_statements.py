"""A statement that Django writes once asks what the query it was built from would ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count
from django.utils import timezone

from balai.accounts.models import User
from balai.agencies.models import Agency
from tenants.current import in_city
from tenants.models import City
from tenants.statements import Given, Statement, among

pytestmark = pytest.mark.django_db

NAMED = Statement(lambda: Agency.objects.filter(name__contains="Dinas", active=Given("active")).order_by("slug"))
SLUGS = Statement(lambda: Agency.objects.filter(among("slug", "slugs")).order_by("slug").values_list("slug")[:2])


def make(*slugs: str) -> None:
    for slug in slugs:
        Agency.objects.create(slug=slug, name=f"Dinas {slug}", short_name=slug)


def test_each_city_is_asked_by_the_same_words(city_a: City, city_b: City, statements: Any) -> None:
    with in_city(city_a):
        make("satu", "dua")
    with in_city(city_b):
        make("tiga")
        with statements() as seen:
            assert [agency.slug for agency in NAMED.objects(active=True)] == ["tiga"]
        assert len(seen) == 1
        assert NAMED.objects(active=False) == []
    with in_city(city_a):
        assert [agency.slug for agency in NAMED.objects(active=True)] == ["dua", "satu"]


def test_a_gap_takes_a_list_and_whatever_is_in_it(city_a: City) -> None:
    with in_city(city_a):
        make("satu", "dua", "tiga")
        assert SLUGS.rows(slugs=["satu", "tiga", "empat"]) == [("satu",), ("tiga",)]
        assert SLUGS.rows(slugs=[]) == []
        assert SLUGS.rows(slugs=["'; DROP TABLE agencies_agency; --", "100%", "dua"]) == [("dua",)]
        assert Agency.objects.count() == 3


def test_a_gap_must_be_filled(city_a: City) -> None:
    with in_city(city_a), pytest.raises(KeyError):
        NAMED.objects()


def test_moments_and_annotations(city_a: City) -> None:
    since = Statement(
        lambda: User.objects.filter(date_joined__gt=Given("since")).annotate(mails=Count("emailaddress")).order_by("pk")
    )
    with in_city(city_a):
        user = User.objects.create_user("ani@example.org", name="Ani")
        user.emailaddress_set.create(email=user.email, verified=True)
        [found] = since.objects(since=timezone.now() - timedelta(minutes=1))
        assert (found, found.name, found.mails, found.is_staff) == (user, "Ani", 1, False)
        assert since.objects(since=timezone.now() + timedelta(minutes=1)) == []
