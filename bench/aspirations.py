"""A city with as many aspirations as asked for, written by COPY: a few have most of the support, most have little."""

from __future__ import annotations

import random
import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.laksa.models import Aspiration, AspirationKind, Outcome
from balai.casework import numbers
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Category
from balai.casework.queries import number_prefix
from balai.geography import demo as geography_demo
from balai.membership.actions import prepare_city
from bench.city import Table, people, tidy
from tenants.actions import activate, create_city
from tenants.current import in_city
from tenants.models import City

AUTHORS = 2_000
DAYS = 900
TOPICS = ["taman", "transportasi", "pendidikan", "kesehatan", "kebersihan", "ekonomi", "budaya", "layanan"]
WISHES = ["Taman bermain", "Jalur sepeda", "Perpustakaan keliling", "Halte yang teduh", "Pasar malam", "Bank sampah"]
MORE = ["Trotoar yang rata", "Lampu taman", "Lapangan basket", "Puskesmas 24 jam", "Pelatihan UMKM", "Wifi publik"]
WHERE = [
    "di dekat sekolah",
    "di bantaran kali",
    "di setiap kelurahan",
    "di pusat kota",
    "di kampung kami",
    "di terminal",
]
WHY = ["supaya anak-anak punya tempat bermain", "karena warga lanjut usia kesulitan", "agar sampah tidak menumpuk"]
ELSE = [
    "dan jalan tidak macet lagi",
    "seperti di kota tetangga",
    "sesuai janji tahun lalu",
    "dengan gotong royong warga",
]


def fill_aspirations(slug: str, count: int) -> City:
    """The city with so many aspirations, made where it is missing."""
    city = City.objects.filter(slug=slug).first()
    if city is None:
        city = create_city(
            name=f"Kota {slug}", short_name=slug, slug=slug, code="36.71", lat=-6.17, lon=106.63, modules=["laksa"]
        )
        prepare_city(city)
    activate(city, "laksa")
    with in_city(city):
        geography_demo.fill(city)
        for order, topic in enumerate(TOPICS):
            Category.objects.get_or_create(module="laksa", slug=topic, defaults={"name": topic.title(), "order": order})
        missing = count - Case.objects.filter(module="laksa").count()
        if missing > count // 100:
            began = time.monotonic()
            with transaction.atomic():
                _copy(missing, people(f"pengusul.{slug}", AUTHORS))
            tidy(Case, Aspiration)
            print(f"{missing:,} aspirations written in {time.monotonic() - began:.0f} s", flush=True)
    return city


def _copy(count: int, authors: list[int]) -> None:
    dice, now, prefix = random.Random(count), timezone.now(), number_prefix()
    topics = list(Category.objects.filter(module="laksa").values_list("pk", flat=True))
    cases, aspirations = Table(Case), Table(Aspiration)
    first = cases.first_ids(count)
    wishes, rows = [], []
    for place in range(count):
        title = f"{dice.choice(WISHES + MORE)} {dice.choice(WHERE)}"
        words = f"{title}\nKami mengusulkan {title.lower()} {dice.choice(WHY)} {dice.choice(ELSE)}."
        moment = now - timedelta(days=dice.uniform(0.1, DAYS))
        closed = dice.random() < 0.8
        done = {"status": Status.DONE, "done_at": moment, "closed_at": moment} if closed else {"status": Status.WAITING}
        rows.append(
            cases.row(
                {
                    "id": first + place,
                    "number": numbers.new_number(prefix, place + first),
                    "module": "laksa",
                    "category_id": dice.choice(topics),
                    "routed_because": "{}",
                    "reporter_id": dice.choice(authors),
                    "description": words,
                    # Pareto: one in a hundred has half of the support.
                    "weight": min(int(dice.paretovariate(0.9)), 30_000),
                    "created_at": moment,
                    "received_at": moment,
                    **done,
                }
            )
        )
        wishes.append(
            aspirations.row(
                {
                    "case_id": first + place,
                    "title": title,
                    "kind": dice.choice(AspirationKind.values),
                    "wanted_visibility": "public",
                    "outcome": dice.choice([Outcome.ANSWERED, Outcome.DECLINED, Outcome.FULFILLED]) if closed else "",
                    "answered_at": moment if closed else None,
                }
            )
        )
    cases.copy(rows)
    aspirations.copy(wishes)
