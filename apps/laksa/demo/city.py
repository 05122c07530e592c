"""Who answers in a demo city, what an aspiration can be about there, and how the city runs its aspiration box."""

from __future__ import annotations

from django.utils import timezone

from apps.laksa.models import Dimension, Rule, Topic
from balai.agencies.models import Agency
from balai.casework.actions.policies import add_policy
from balai.casework.demo.people import DemoAgency
from balai.casework.models import Category, Institution, SlaPolicy
from tenants.models import Activation, City

AT_THE_DESK = ("operator",)
AGENCIES = [
    DemoAgency("dishub", "Dinas Perhubungan", "Dishub", ("Bidang Angkutan", "Bidang Lalu Lintas")),
    DemoAgency("dpupr", "Dinas Pekerjaan Umum dan Penataan Ruang", "DPUPR", ("Bidang Jalan", "Bidang Sumber Daya Air")),
    DemoAgency("dlh", "Dinas Lingkungan Hidup", "DLH", ("Bidang Kebersihan",), AT_THE_DESK),
    DemoAgency(
        "disbudpar", "Dinas Kebudayaan dan Pariwisata", "Disbudpar", ("Bidang Pertamanan",), ("operator", "head")
    ),
    DemoAgency("dindik", "Dinas Pendidikan", "Dindik", ("Bidang Sekolah Dasar",), AT_THE_DESK),
    DemoAgency("dinkes", "Dinas Kesehatan", "Dinkes", ("Bidang Pelayanan",), AT_THE_DESK),
    DemoAgency("diskominfo", "Dinas Komunikasi dan Informatika", "Diskominfo", (), AT_THE_DESK),
    DemoAgency("disperindag", "Dinas Perindustrian dan Perdagangan", "Disperindag", ("Bidang Pasar",), AT_THE_DESK),
]

GROUPS = [
    # slug, name, icon, dimensions
    ("ruang-kota", "Ruang kota dan lingkungan", "park", (Dimension.ENVIRONMENT,)),
    ("mobilitas", "Jalan dan angkutan", "road", (Dimension.LIVING,)),
    ("kesejahteraan", "Pendidikan, kesehatan, dan sosial", "users", (Dimension.SOCIETY,)),
    ("ekonomi", "Usaha, pasar, dan wisata", "chart", (Dimension.ECONOMY,)),
    ("pemerintahan", "Layanan pemerintah", "city-hall", (Dimension.GOVERNANCE,)),
]
TOPICS = [
    # slug, name, icon, group, agency, help, dimensions (none: those of the group)
    (
        "taman",
        "Taman dan ruang terbuka",
        "tree",
        "ruang-kota",
        "disbudpar",
        "Taman bermain, lapangan, hutan kota",
        (Dimension.LIVING, Dimension.ENVIRONMENT),
    ),
    ("kebersihan", "Kebersihan dan sampah", "garbage", "ruang-kota", "dlh", "Bank sampah, TPS, daur ulang", ()),
    ("air", "Air dan banjir", "flood", "ruang-kota", "dpupr", "Drainase, sumur resapan, bantaran kali", ()),
    (
        "angkutan",
        "Angkutan umum",
        "bus",
        "mobilitas",
        "dishub",
        "Rute, halte, jadwal, tarif",
        (Dimension.LIVING, Dimension.ECONOMY),
    ),
    (
        "pejalan",
        "Pejalan kaki dan sepeda",
        "accessible",
        "mobilitas",
        "dpupr",
        "Trotoar, penyeberangan, jalur sepeda",
        (Dimension.LIVING, Dimension.SOCIETY),
    ),
    ("penerangan", "Jalan dan penerangan", "lamp", "mobilitas", "dishub", "Penerangan, rambu, parkir", ()),
    ("sekolah", "Sekolah dan belajar", "school", "kesejahteraan", "dindik", "Sekolah, perpustakaan, beasiswa", ()),
    (
        "kesehatan",
        "Kesehatan",
        "health",
        "kesejahteraan",
        "dinkes",
        "Puskesmas, posyandu, ambulans",
        (Dimension.LIVING, Dimension.SOCIETY),
    ),
    ("usaha", "Pasar dan usaha kecil", "market", "ekonomi", "disperindag", "Pasar, pedagang, pelatihan usaha", ()),
    (
        "wisata",
        "Budaya dan wisata",
        "camera",
        "ekonomi",
        "disbudpar",
        "Festival, cagar budaya, promosi kota",
        (Dimension.BRANDING, Dimension.ECONOMY),
    ),
    ("layanan", "Layanan dan data kota", "file", "pemerintahan", "diskominfo", "Loket, aplikasi, data terbuka", ()),
]

RULES = [
    ("Tentang kota ini", "Aspirasi menyangkut hal yang menjadi urusan kota atau yang dapat diperjuangkan kota."),
    ("Bukan iklan", "Aspirasi tidak memuat iklan, promosi usaha, atau ajakan membeli."),
    ("Menghormati orang lain", "Tanpa hinaan, ancaman, atau ujaran kebencian terhadap orang atau kelompok."),
    ("Tanpa data pribadi orang lain", "Nama lengkap, alamat, nomor telepon, atau wajah orang lain tidak dicantumkan."),
    ("Satu aspirasi, satu hal", "Aspirasi menyebut satu keinginan yang jelas, agar dapat dijawab oleh yang berwenang."),
]
NOT_OURS = ("PT Kereta Api Indonesia", "Stasiun, perlintasan, dan jadwal kereta", "121", "https://www.kai.id")
OPTIONS = {
    "name": "LAKSA",
    "full_name": "Layanan Aspirasi Kotak Saran Anda",
    "answer_threshold": 15,
    "sekda_threshold": 18,
    "mayor_threshold": 20,
    "watched_words": ["judi", "bodoh", "promo"],
}
ANSWER_HOURS, SEKDA_HOURS, MAYOR_HOURS = 120, 72, 168


def make_topics() -> None:
    """Groups of topics with their smart-city dimensions. Does nothing where there are topics already."""
    if Category.objects.filter(module="laksa").exists():
        return
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    groups = {}
    for order, (slug, name, icon, dimensions) in enumerate(GROUPS):
        groups[slug] = Category.objects.create(module="laksa", slug=slug, name=name, icon=icon, order=order)
        Topic.objects.create(category=groups[slug], dimensions=list(dimensions))
    for order, (slug, name, icon, group, agency, hint, tags) in enumerate(TOPICS):
        topic = Category.objects.create(
            module="laksa",
            slug=slug,
            name=name,
            icon=icon,
            help=hint,
            parent=groups[group],
            order=order,
            default_agency=agencies[agency],
        )
        if tags:
            Topic.objects.create(category=topic, dimensions=list(tags))


def make_rules() -> None:
    """The published rules under which an aspiration can be rejected."""
    if not Rule.objects.exists():
        Rule.objects.bulk_create(
            Rule(title=title, text=text, order=order) for order, (title, text) in enumerate(RULES, start=1)
        )


def make_institutions() -> None:
    """Whom residents are sent to with what is not the city's."""
    name, covers, phone, url = NOT_OURS
    Institution.objects.get_or_create(name=name, defaults={"covers": covers, "phone": phone, "url": url})


def settle(city: City) -> None:
    """The options and the service level of the city, from now on: a first answer within five days."""
    add_policy(
        policy=SlaPolicy(
            module="laksa",
            name="LAKSA: 5×24 jam",
            since=timezone.localdate(),
            answer_amount=ANSWER_HOURS,
            warn_hours=24,
            head_after=0,
            sekda_after=SEKDA_HOURS,
            mayor_after=MAYOR_HOURS,
        )
    )
    Activation.objects.filter(city=city, module="laksa").update(options=OPTIONS)
    city.__dict__.pop("options_by_module", None)
