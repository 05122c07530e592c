"""A demo city's agencies, categories and a few weeks of reports, made through the ordinary actions with the clock set
back. The same in every run: the dice are seeded with the city."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.siaran.demo_assets import asset_of, make_assets
from apps.siaran.demo_scenes import picture
from balai.accounts.models import User
from balai.agencies.actions import appoint
from balai.agencies.models import Agency, Post, Role, Unit
from balai.attachments.actions import store_photo
from balai.attachments.queries import Sender
from balai.casework import actions
from balai.casework.actions.policies import add_preset
from balai.casework.intake import submit_case
from balai.casework.models import Case, Category, Escalation, Visibility
from balai.casework.sweep import sweep
from balai.geography.models import Area
from balai.membership.demo import demo_account
from balai.membership.groups import OFFICERS, OPERATORS
from balai.notifications.models import Message
from tenants.models import City
from tenants.modules import is_active

CASES = 42

AGENCIES = [
    # slug, name, short name, unit
    ("dishub", "Dinas Perhubungan", "Dishub", "Bidang Penerangan Jalan Umum"),
    ("dpu", "Dinas Pekerjaan Umum", "DPU", "UPT Pemeliharaan Jalan"),
    ("dlh", "Dinas Lingkungan Hidup", "DLH", "Bidang Kebersihan"),
    ("disperkim", "Dinas Perumahan dan Permukiman", "Disperkim", "Bidang Pertamanan"),
]

CATEGORIES = [
    # slug, name, icon, agency, help, scene
    ("lampu-jalan", "Lampu jalan", "lamp", "dishub", "Lampu padam, berkedip, atau tiangnya miring", "lamp"),
    ("jalan-rusak", "Jalan rusak", "road", "dpu", "Lubang, aspal mengelupas, jalan ambles", "pothole"),
    ("sampah", "Sampah", "garbage", "dlh", "Tumpukan sampah, bak penuh, pembuangan liar", "rubbish"),
    ("drainase", "Drainase dan banjir", "flood", "dpu", "Saluran tersumbat, genangan, banjir", "flood"),
    ("lalu-lintas", "Lalu lintas dan parkir", "traffic", "dishub", "Macet, parkir liar, rambu rusak", "traffic"),
    ("pohon", "Pohon dan taman", "tree", "disperkim", "Pohon tumbang atau rawan, taman tidak terawat", "tree"),
    ("trotoar", "Trotoar", "accessible", "dpu", "Ubin lepas, trotoar terhalang, jalur pemandu rusak", "pavement"),
]

WORDS = {
    "lampu-jalan": [
        ("Lampu jalan di depan sekolah padam sudah tiga malam. Anak-anak pulang mengaji dalam gelap.", "Depan SDN"),
        ("Tiga lampu berturut-turut mati, jalan jadi sangat gelap dan rawan begal.", "Dekat pos ronda RW 05"),
        ("Lampu PJU berkedip terus sejak hujan kemarin, takut konslet.", "Samping minimarket"),
        ("Tiang lampu miring setelah tertabrak truk, mohon segera diperbaiki sebelum roboh.", "Pertigaan pasar"),
    ],
    "jalan-rusak": [
        ("Lubang besar di tengah jalan, kemarin ada pengendara motor jatuh.", "Seberang bengkel motor"),
        ("Aspal mengelupas sepanjang kurang lebih 20 meter, kalau hujan tertutup air.", "Depan kantor kelurahan"),
        ("Bekas galian kabel tidak ditutup rapi, jalan jadi bergelombang.", "Gang masuk perumahan"),
        ("Jalan ambles di dekat jembatan kecil, mobil harus bergantian lewat.", "Jembatan kali"),
    ],
    "sampah": [
        ("Tumpukan sampah liar di lahan kosong, bau sampai ke rumah warga.", "Lahan kosong sebelah musala"),
        ("Bak sampah penuh dan belum diangkut hampir seminggu.", "TPS belakang pasar"),
        ("Ada yang membuang kasur dan perabot bekas di pinggir jalan.", "Pinggir kali"),
    ],
    "drainase": [
        ("Saluran air tersumbat, setiap hujan deras air masuk ke halaman rumah.", "RT 03 dekat lapangan"),
        ("Jalan tergenang sekitar 30 cm sejak subuh, motor banyak yang mogok.", "Depan gerbang perumahan"),
        ("Tutup gorong-gorong hilang, berbahaya untuk pejalan kaki malam hari.", "Depan apotek"),
    ],
    "lalu-lintas": [
        ("Mobil parkir di kedua sisi jalan setiap sore sehingga angkot tidak bisa lewat.", "Depan ruko"),
        ("Lampu merah mati sejak pagi, antrean panjang dan hampir terjadi tabrakan.", "Perempatan"),
        ("Rambu dilarang masuk tertutup dahan pohon, banyak yang salah jalan.", "Simpang tiga"),
    ],
    "pohon": [
        ("Pohon besar tumbang menutup separuh badan jalan.", "Dekat taman lingkungan"),
        ("Dahan pohon kering menjuntai di atas kabel listrik, mohon dipangkas.", "Depan rumah nomor 12"),
        ("Lampu dan bangku taman rusak, rumput setinggi lutut.", "Taman RW"),
    ],
    "trotoar": [
        ("Ubin trotoar lepas dan jalur pemandu tunanetra terputus.", "Depan halte"),
        ("Trotoar dipakai berjualan, pejalan kaki dan kursi roda terpaksa turun ke jalan.", "Sekitar stasiun"),
    ],
}

RESIDENTS = ["Siti Rahmawati", "Ahmad Fauzi", "Dewi Lestari", "Bambang Sutrisno", "Nur Aini", "Rizky Pratama"]

FINISHED = {
    "lamp": "Lampu LED 90 watt dan fitting diganti, jaringan diperiksa. Lampu menyala normal.",
    "pothole": "Lubang dibersihkan dan ditambal dengan hotmix, sudah dipadatkan.",
    "rubbish": "Sampah diangkut dua truk, lokasi dibersihkan, dan dipasang bak serta papan larangan.",
    "flood": "Sedimen dikeruk dan saluran dibersihkan, air sudah mengalir lancar.",
    "traffic": "Petugas menertibkan parkir dan memperbaiki rambu. Lalu lintas kembali lancar.",
    "tree": "Pohon dipotong dan diangkut, jalan dapat dilalui kembali.",
    "pavement": "Ubin dan jalur pemandu dipasang kembali.",
}

PRAISE = [
    (5, "Cepat sekali, terima kasih!"),
    (5, "Sudah terang kembali. Mantap."),
    (4, "Terima kasih, hasilnya rapi."),
    (4, ""),
    (3, "Sudah dikerjakan tetapi agak lama."),
    (2, "Belum sepenuhnya beres, sebagian masih rusak."),
]


def fill(city: City) -> None:
    """Gives the city what SIARAN shows in a demo. Does nothing where the module is off or categories exist already."""
    if not is_active("siaran") or Category.objects.filter(module="siaran").exists():
        return
    dice = random.Random(city.slug)  # noqa: S311 - nothing here is secret
    with transaction.atomic():
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        _make_agencies(city)
        make_assets(city)
        if city.slug == "serang":
            with _at(timezone.now() - timedelta(days=90)):
                add_preset(name="rabeg", module="siaran")
        _make_reports(city, dice)
        sweep()
        Escalation.objects.update(notify_at=None)
        # The past is silent: nobody gets a mail about it today.
        Message.objects.filter(pk__gt=newest).delete()


def _person(city: City, role: str, name: str, email: str) -> User:
    """Someone who can sign in with the demo's password."""
    groups = {"operator": (OPERATORS,), "officer": (OFFICERS,)}.get(role, ())
    return User.objects.get(email=demo_account(city, role, name, groups, email)["email"])


def _staff(city: City, role: str, agency: str = "") -> User:
    """The demo's account for this role; agencies other than the first have people of their own."""
    if not agency:
        return User.objects.get(email=f"{role}@{city.slug}.example")
    title = {"operator": "Operator", "officer": "Petugas"}[role]
    return _person(city, role, f"{title} {agency.upper()}", f"{role}.{agency}@{city.slug}.example")


def _make_agencies(city: City) -> None:
    agencies = {}
    for order, (slug, name, short_name, unit) in enumerate(AGENCIES):
        agency = Agency.objects.create(slug=slug, name=name, short_name=short_name, order=order)
        Unit.objects.create(agency=agency, name=unit)
        agencies[slug] = agency
        own = "" if order == 0 else slug
        _appoint(_staff(city, "operator", own), Role.OPERATOR, agency)
        _appoint(_staff(city, "officer", own), Role.OFFICER, agency)
    _appoint(_staff(city, "head"), Role.HEAD, agencies["dishub"])
    _appoint(_staff(city, "sekda"), Role.SEKDA)
    _appoint(_staff(city, "mayor"), Role.MAYOR)
    for order, (slug, name, icon, agency_slug, hint, _scene) in enumerate(CATEGORIES):
        Category.objects.create(
            module="siaran",
            slug=slug,
            name=name,
            icon=icon,
            help=hint,
            order=order,
            default_agency=agencies[agency_slug],
        )


def _appoint(user: User, role: Role, agency: Agency | None = None) -> None:
    since = timezone.localdate() - timedelta(days=90)
    if not Post.objects.filter(user=user, role=role, agency=agency).exists():
        appoint(user=user, role=role, agency=agency, since=since)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """The clock of Django's timezone module stands at the moment."""
    with mock.patch.object(timezone, "now", return_value=moment):
        yield


def _photo(owner: User, scene: str, seed: int, *, mended: bool = False) -> list[object]:
    return [store_photo(picture(scene, seed, mended=mended), owner=Sender(owner)).pk]


def _make_reports(city: City, dice: random.Random) -> None:
    residents = [User.objects.get(email=f"resident@{city.slug}.example")]
    residents += [
        _person(city, "resident", name, f"{name.split()[0].lower()}@{city.slug}.example") for name in RESIDENTS
    ]
    villages = list(Area.objects.filter(level="village", active=True).order_by("code"))
    if not villages:
        return
    now = timezone.now().replace(second=0, microsecond=0)
    for index in range(CASES):
        # Older reports first; the newest came in this morning.
        moment = now - timedelta(hours=5 + (CASES - index - 1) * 15, minutes=dice.randint(0, 300))
        slug, _name, _icon, agency, _help, scene = dice.choice(CATEGORIES)
        words, landmark = dice.choice(WORDS[slug])
        village = dice.choice(villages)
        reporter = residents[index % len(residents)]
        with _at(moment):
            place: dict[str, object] = {"village": village.code, "landmark": f"{landmark}, {village.name}"}
            if index % 6:
                place = {
                    "lat": village.lat + dice.uniform(-0.0015, 0.0015),
                    "lon": village.lon + dice.uniform(-0.0015, 0.0015),
                    "landmark": f"{landmark}, {village.name}",
                }
            asset = asset_of(slug, village) if index % 2 else ""
            if asset:
                place = {}  # the register knows where it stands
            try:
                case = submit_case(
                    module="siaran",
                    reporter=reporter,
                    category=slug,
                    description=words,
                    place=place,
                    photo_ids=_photo(reporter, scene, index) if index % 5 else [],
                    visibility=Visibility.ANONYMOUS if index % 7 == 3 else Visibility.PUBLIC,
                    channel="app" if index % 4 == 1 else "web",
                    asset=asset,
                ).case
            except ValidationError:
                continue  # the dice put it across the border of the city
        _work_on(city, case, "" if agency == "dishub" else agency, scene, index, moment, now, dice)


def _work_on(
    city: City, case: Case, agency: str, scene: str, index: int, moment: datetime, now: datetime, dice: random.Random
) -> None:
    """How far the case came: the older, the further; some wait far too long."""
    operator, officer = _staff(city, "operator", agency), _staff(city, "officer", agency)
    steps = 4 if index < CASES * 0.6 else dice.randint(0, 3)
    if index % 11 == 5:
        steps = 0
    clock = moment
    for step in range(steps):
        clock += timedelta(hours=dice.randint(1, 14), minutes=dice.randint(0, 59))
        if clock >= now:
            return
        with _at(clock):
            if step == 0:
                actions.assign(case=case, officer=officer, actor=operator)
            elif step == 1:
                actions.accept(case=case, actor=officer)
            elif step == 2:
                actions.start(case=case, actor=officer)
                if index % 3 == 0:
                    actions.reply(case=case, actor=officer, words="Petugas sudah di lokasi dan mulai bekerja.")
            else:
                after = _photo(officer, scene, index, mended=True)
                actions.finish(case=case, actor=officer, words=FINISHED[scene], photo_ids=after)  # type: ignore[arg-type]
    if steps == 4 and index % 3 != 1 and case.reporter_id is not None:
        clock += timedelta(hours=dice.randint(2, 30))
        if clock < now:
            stars, words = dice.choice(PRAISE)
            with _at(clock):
                actions.rate(case=case, actor=User.objects.get(pk=case.reporter_id), rating=stars, words=words)
