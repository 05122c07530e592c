"""A city with as many believable cases as asked for, written by COPY.

Skewed as real ones are: a few categories and kelurahan have most of the reports, more come by day than by night and
more this year than last, and the old ones are nearly all closed. Timelines are whole and their chains hold.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import h3.api.basic_int as h3
from allauth.account.models import EmailAddress
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils import timezone

from balai.accounts.models import User
from balai.accounts.sessions import SessionStore
from balai.agencies.actions import appoint
from balai.agencies.models import Agency, Role
from balai.casework import chain, numbers
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Category, CellCount, Kind, TimelineEntry, Visibility
from balai.casework.queries import number_prefix
from balai.casework.tasks import update_figures
from balai.geography import demo as geography_demo
from balai.geography.models import Area
from balai.membership.actions import prepare_city
from balai.membership.demo import demo_account
from balai.membership.groups import OPERATORS
from tenants.actions import activate, create_city
from tenants.current import in_city
from tenants.models import City

DAYS = 730
RESIDENTS = 5_000
# One person may send ten reports an hour: enough people for some minutes of sending.
SENDERS = 3_000
BATCH = 20_000
SPREAD_DEGREES = 0.006
RESOLUTION = 11

# slug, name, agency, share of the reports
CATEGORIES = [
    ("lampu-jalan", "Lampu jalan", "dishub", 26),
    ("jalan-rusak", "Jalan rusak", "dpu", 22),
    ("sampah", "Sampah", "dlh", 17),
    ("drainase", "Drainase dan banjir", "dpu", 12),
    ("lalu-lintas", "Lalu lintas dan parkir", "dishub", 9),
    ("pohon", "Pohon dan taman", "disperkim", 6),
    ("trotoar", "Trotoar", "dpu", 4),
    ("kebisingan", "Kebisingan", "satpol", 2),
    ("reklame", "Reklame liar", "satpol", 1),
    ("lainnya", "Lainnya", "satpol", 1),
]
AGENCIES = ["dishub", "dpu", "dlh", "disperkim", "satpol"]
WHAT = ["Lampu PJU padam", "Lubang besar", "Tumpukan sampah", "Saluran tersumbat", "Parkir liar", "Dahan rawan tumbang"]
WHERE = ["di depan sekolah", "dekat pasar", "di seberang masjid", "di tikungan", "di gang sempit", "depan puskesmas"]
SINCE = ["sejak kemarin", "sudah tiga malam", "hampir seminggu", "sejak hujan deras", "berkali-kali", "sebulan ini"]
WISH = ["mohon segera ditangani", "sudah ada yang jatuh", "warga resah", "bau sekali", "gelap dan rawan begal"]
LANDMARKS = ["Masjid Al-Ikhlas", "SDN 02", "Pos ronda RW 05", "Minimarket", "Bengkel", "Kantor kelurahan", "Apotek"]
DONE_WORDS = "Sudah dikerjakan petugas, hasilnya sesuai dan lokasi sudah dibersihkan."


@dataclass(frozen=True)
class Filled:
    """The city and what the measures need of it.

    `tokens` are session tokens of residents who may send reports, `desk` is one of an operator of the largest agency.
    """

    city: City
    tokens: list[str]
    desk: str
    villages: list[tuple[float, float]]


def fill(slug: str, cases: int) -> Filled:
    """The city with so many cases, made where it is missing. Prints what it does."""
    city = _city(slug)
    with in_city(city):
        operator = make_desk(slug)
        residents = people(f"warga.{slug}", RESIDENTS)
        missing = cases - Case.objects.count()
        if missing > cases // 100:
            began = time.monotonic()
            copy_cases(missing, residents)
            tidy(Case, TimelineEntry)
            print(f"{missing:,} cases written in {time.monotonic() - began:.0f} s", flush=True)
        # As every two minutes in a city that runs.
        update_figures()
        tidy(CellCount)
        villages = list(Area.objects.filter(level="village").values_list("lat", "lon").order_by("code"))
        # Others in every run: those of the last one may have sent as many as they can.
        senders = User.objects.filter(pk__in=people(f"pelapor.{slug}.{int(time.time())}", SENDERS)).order_by("pk")
        desk = demo_account(city, "operator", "Operator", (OPERATORS,), operator.email or "")
        staff = User.objects.filter(email=desk["email"])
        return Filled(city, _tokens(slug, senders), _tokens(slug, staff)[0], villages)


def fill_open(slug: str, cases: int, *, due: timedelta) -> City:
    """A city with so many open cases without timelines, whose next deadline is so far from now."""
    city = _city(slug)
    with in_city(city):
        make_desk(slug)
        missing = cases - Case.objects.open().count()
        if missing > 0:
            began = time.monotonic()
            category = Category.objects.select_related("default_agency").get(slug="lampu-jalan")
            table = Table(Case)
            first = table.first_ids(missing)
            moment = timezone.now()
            values = {
                "module": "siaran",
                "category_id": category.pk,
                "agency_id": category.default_agency_id,
                "routed_because": "{}",
                "description": "Lampu PJU padam sejak kemarin, mohon segera ditangani.",
                "landmark": "Pos ronda RW 05",
                "received_at": moment + due - timedelta(days=3),
                "created_at": moment + due - timedelta(days=3),
                "answer_due_at": moment + due,
                "next_deadline_at": moment + due,
            }
            prefix = number_prefix()
            numbered = (
                table.row({**values, "id": first + place, "number": numbers.new_number(prefix, place + first)})
                for place in range(missing)
            )
            table.copy(numbered)
            tidy(Case, TimelineEntry)
            print(f"{missing:,} open cases written in {time.monotonic() - began:.0f} s", flush=True)
        return city


def _city(slug: str) -> City:
    city = City.objects.filter(slug=slug).first()
    if city is None:
        city = create_city(
            name=f"Kota {slug}", short_name=slug, slug=slug, code="36.74", lat=-6.29, lon=106.72, modules=["siaran"]
        )
        prepare_city(city)
    activate(city, "siaran", {"photos_required": 0})
    with in_city(city):
        geography_demo.fill(city)
    return city


def tidy(*tables: type[models.Model]) -> None:
    """Statistics and visibility as autovacuum would leave them, for tables that were just written."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")


def people(prefix: str, count: int) -> list[int]:
    """Ids of so many residents with verified addresses."""
    emails = [f"{prefix}.{number}@bench.example" for number in range(count)]
    if User.objects.filter(email=emails[-1]).first() is None:
        made = [User(email=email, name=f"Warga {number}", password="!") for number, email in enumerate(emails)]
        User.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)
        people = User.objects.filter(email__in=emails).only("pk", "email")
        EmailAddress.objects.bulk_create(
            [
                EmailAddress(user_id=person.pk, email=person.email or "", verified=True, primary=True)
                for person in people
            ],
            batch_size=1000,
            ignore_conflicts=True,
        )
    return list(User.objects.filter(email__in=emails).order_by("pk").values_list("pk", flat=True))


def make_desk(slug: str) -> User:
    """Agencies, categories, and an operator for each agency; the one of the largest is answered."""
    agencies = {}
    for order, name in enumerate(AGENCIES):
        agencies[name], made = Agency.objects.get_or_create(
            slug=name, defaults={"name": f"Dinas {name.title()}", "short_name": name.title(), "order": order}
        )
        [operator] = people(f"operator.{slug}.{name}", 1)
        if made:
            appoint(user=User.objects.get(pk=operator), role=Role.OPERATOR, agency=agencies[name])
    for order, (category, name, agency, _share) in enumerate(CATEGORIES):
        Category.objects.get_or_create(
            module="siaran",
            slug=category,
            defaults={"name": name, "order": order, "default_agency": agencies[agency]},
        )
    return User.objects.get(email=f"operator.{slug}.dishub.0@bench.example")


def _tokens(slug: str, people: Iterable[User]) -> list[str]:
    """A session's key, which is the app's session token, for each of the people."""
    expiry = timezone.now() + timedelta(days=1)
    store = SessionStore()
    sessions = {}
    for sender in people:
        key = hashlib.sha256(f"{slug}/{sender.pk}".encode()).hexdigest()[:32]
        content = {
            SESSION_KEY: str(sender.pk),
            BACKEND_SESSION_KEY: "balai.membership.backends.MembershipBackend",
            HASH_SESSION_KEY: sender.get_session_auth_hash(),
        }
        sessions[key] = Session(session_key=key, session_data=store.encode(content), expire_date=expiry)
    Session.objects.bulk_create(
        sessions.values(),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["session_key"],
        update_fields=["session_data", "expire_date"],
    )
    return list(sessions)


# -- rows ------------------------------------------------------------------------------------------------------------


class Table:
    """Writes rows of a model by COPY; columns that are not given get the model's default."""

    def __init__(self, model: type[models.Model]) -> None:
        self.name = model._meta.db_table
        fields = [column for column in model._meta.concrete_fields if not getattr(column, "generated", False)]
        self.columns = [column.column for column in fields]
        self.places = {column.attname: place for place, column in enumerate(fields)}
        self.plain = [None if column.primary_key else _prepared(column) for column in fields]

    def row(self, values: dict[str, Any]) -> list[Any]:
        """The row's columns in order."""
        row = list(self.plain)
        for name, value in values.items():
            row[self.places[name]] = value
        return row

    def copy(self, rows: Iterable[list[Any]]) -> None:
        """Writes the rows."""
        with connection.cursor() as cursor:
            columns = ", ".join(f'"{column}"' for column in self.columns)
            with cursor.cursor.copy(f'COPY "{self.name}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)

    def first_ids(self, count: int) -> int:
        """Reserves so many ids; returns the first."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [self.name])
            [sequence] = cursor.fetchone()
            cursor.execute("SELECT nextval(%s)", [sequence])
            [first] = cursor.fetchone()
            cursor.execute("SELECT setval(%s, %s)", [sequence, first + count])
        return int(first)


def _prepared(field: models.Field[Any, Any]) -> Any:
    value = field.get_default()
    return json.dumps(value) if isinstance(field, models.JSONField) and value is not None else value


@dataclass(slots=True)
class Entry:
    """What the chain reads of a timeline entry."""

    sequence: int
    kind: str
    at: datetime
    actor_id: int | None
    actor_salt: str
    role: str
    agency_id: int | None
    public: bool
    words: str
    words_salt: str
    words_digest: str
    data: dict[str, Any]
    origin: dict[str, Any] = field(default_factory=dict)


def copy_cases(count: int, residents: list[int]) -> None:
    """Writes so many cases of these reporters (ids), with their timelines, into the current city."""
    dice = random.Random(count)
    cases, entries = Table(Case), Table(TimelineEntry)
    first = cases.first_ids(count)
    stream = _cases(count, first, residents, dice)
    while batch := list(itertools.islice(stream, BATCH)):
        cases.copy(cases.row(case) for case, _timeline in batch)
        lines = [line for _case, timeline in batch for line in timeline]
        entry = entries.first_ids(len(lines))
        for place, line in enumerate(lines):
            line["id"] = entry + place
        entries.copy(entries.row(line) for line in lines)


def _cases(
    count: int, first: int, residents: list[int], dice: random.Random
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    now, prefix = timezone.now(), number_prefix()
    taken = set(Case.objects.values_list("number", flat=True))
    categories = {category.slug: category for category in Category.objects.select_related("default_agency")}
    kinds = [categories[slug] for slug, _name, _agency, _share in CATEGORIES]
    shares = list(itertools.accumulate(share for *_rest, share in CATEGORIES))
    villages = list(Area.objects.filter(level="village").values_list("pk", "lat", "lon").order_by("code"))
    # Zipf: the n-th kelurahan has 1/n of what the first has.
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(villages))))
    moments = sorted(_moment(now, dice) for _number in range(count))
    officer = residents[0]
    for place, moment in enumerate(moments):
        while (number := numbers.new_number(prefix, dice.randrange(10**8))) in taken:
            pass
        taken.add(number)
        [category] = dice.choices(kinds, cum_weights=shares)
        [(village, lat, lon)] = dice.choices(villages, cum_weights=weights)
        yield _case(
            first + place, number, category, village, (lat, lon), dice.choice(residents), officer, moment, now, dice
        )


def _moment(now: datetime, dice: random.Random) -> datetime:
    """When a report came: ever more of them towards today, and seldom at night."""
    back = timedelta(days=min(-math.log(dice.random()) * DAYS / 3, DAYS))
    day = (now - back).replace(minute=dice.randrange(60), second=dice.randrange(60))
    moment = day.replace(hour=int(min(max(dice.gauss(6, 5), 0), 23)))  # UTC: about one in the afternoon in Jakarta
    return moment if moment < now else now - timedelta(minutes=dice.uniform(1, 600))


def _case(
    pk: int,
    number: str,
    category: Category,
    village: int,
    centre: tuple[float, float],
    reporter: int,
    officer: int,
    moment: datetime,
    now: datetime,
    dice: random.Random,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    agency = category.default_agency
    assert agency is not None
    lat = round(dice.gauss(centre[0], SPREAD_DEGREES / 2), 6)
    lon = round(dice.gauss(centre[1], SPREAD_DEGREES / 2), 6)
    words = f"{dice.choice(WHAT)} {dice.choice(WHERE)} {dice.choice(SINCE)}, {dice.choice(WISH)}."
    because = {"by": "category", "category": category.name, "agency": agency.name}
    case: dict[str, Any] = {
        "id": pk,
        "number": number,
        "module": "siaran",
        "category_id": category.pk,
        "agency_id": agency.pk,
        "routed_because": json.dumps(because),
        "reporter_id": reporter,
        "visibility": dice.choices(Visibility.values, weights=[88, 10, 2])[0],
        "description": words,
        "lat": lat,
        "lon": lon,
        "place_source": "gps",
        "village_id": village,
        "landmark": dice.choice(LANDMARKS),
        "created_at": moment,
        "received_at": moment,
        "status": Status.WAITING,
    }
    if dice.random() < 0.12:
        # Only the kelurahan is known.
        case |= {"lat": None, "lon": None, "place_source": "area"}
    elif "cell" in _CASE_COLUMNS:
        case["cell"] = h3.latlng_to_cell(lat, lon, RESOLUTION)
    log: list[tuple[str, datetime, str, int | None, bool, str, dict[str, Any]]] = [
        (Kind.RECEIVED, moment, "reporter", reporter, True, words, {}),
        (Kind.ROUTED, moment, "system", None, True, "", because),
    ]
    answered = moment + timedelta(hours=dice.lognormvariate(3, 1.1))
    finished = answered + timedelta(hours=dice.lognormvariate(3.6, 1.2))
    stuck = dice.random() < 0.02  # forgotten for good
    if answered < now and not stuck:
        case |= {"status": Status.PROCESS, "answered_at": answered, "accepted_at": answered, "assigned_at": answered}
        case["assignee_id"] = officer
        log.append((Kind.ACCEPTED, answered, "officer", officer, True, "", {}))
    if finished < now and not stuck:
        case |= {"status": Status.DONE, "done_at": finished, "closed_at": finished, "started_at": answered}
        log.append((Kind.FINISHED, finished, "officer", officer, True, DONE_WORDS, {}))
        if dice.random() < 0.3 and (rated := finished + timedelta(hours=dice.uniform(1, 60))) < now:
            stars = dice.choices([1, 2, 3, 4, 5], weights=[8, 7, 15, 30, 40])[0]
            case |= {"rating": stars, "rated_at": rated}
            log.append((Kind.RATED, rated, "reporter", reporter, True, "", {"rating": stars}))
    previous, lines = "", []
    for sequence, (kind, at, role, actor, public, said, data) in enumerate(log, start=1):
        salt = f"{dice.getrandbits(128):032x}"
        entry = Entry(
            sequence,
            kind,
            at,
            actor,
            salt,
            role,
            agency.pk if role == "officer" else None,
            public,
            said,
            salt,
            chain.digest_of(said, salt),
            data,
        )
        head = chain.link(entry, number, previous)  # type: ignore[arg-type]
        lines.append(
            {
                "case_id": pk,
                "sequence": sequence,
                "kind": kind,
                "at": at,
                "actor_id": actor,
                "actor_salt": salt,
                "role": role,
                "agency_id": entry.agency_id,
                "public": public,
                "words": said,
                "words_salt": salt,
                "words_digest": entry.words_digest,
                "data": json.dumps(data),
                "previous_hash": previous,
                "hash": head,
            }
        )
        previous = head
    case |= {"timeline_length": len(lines), "timeline_head": previous}
    return case, lines


_CASE_COLUMNS = {field.attname for field in Case._meta.concrete_fields}
