"""The agencies and categories of a demo city, and the names of its residents."""

from __future__ import annotations

from apps.siaran.demo.words import INSTITUTIONS
from balai.agencies.models import Agency
from balai.calendars.actions import set_working_hours
from balai.calendars.calendar import ROUND_THE_CLOCK
from balai.casework.demo.people import DemoAgency, make_agencies
from balai.casework.models import Category, Institution
from tenants.models import City

AGENCIES = [
    DemoAgency("dishub", "Dinas Perhubungan", "Dishub", ("Bidang Penerangan Jalan Umum", "Bidang Lalu Lintas")),
    DemoAgency("dpu", "Dinas Pekerjaan Umum", "DPU", ("UPT Pemeliharaan Jalan", "Bidang Drainase")),
    DemoAgency("dlh", "Dinas Lingkungan Hidup", "DLH", ("Bidang Kebersihan",)),
    # Its head retired and nobody has followed yet: what is late there climbs to the Sekda at once.
    DemoAgency(
        "disperkim",
        "Dinas Perumahan dan Permukiman",
        "Disperkim",
        ("Bidang Pertamanan",),
        roles=("operator", "officer"),
    ),
]
ALWAYS_AT_WORK = "dpu"
"""Its pump houses are manned day and night, so it has working hours of its own."""

GROUPS = [
    # slug, name, icon
    ("jalan", "Jalan dan lalu lintas", "road"),
    ("lingkungan", "Lingkungan dan kebersihan", "recycle"),
]
CATEGORIES = [
    # slug, name, icon, group, agency, help, scene, severity
    ("lampu-jalan", "Lampu jalan", "lamp", "jalan", "dishub", "Lampu padam, berkedip, tiang miring", "lamp", "light"),
    (
        "jalan-rusak",
        "Jalan rusak",
        "road",
        "jalan",
        "dpu",
        "Lubang, aspal mengelupas, jalan ambles",
        "pothole",
        "heavy",
    ),
    ("trotoar", "Trotoar", "accessible", "jalan", "dpu", "Ubin lepas, trotoar terhalang", "pavement", "moderate"),
    (
        "lalu-lintas",
        "Lalu lintas dan parkir",
        "traffic",
        "jalan",
        "dishub",
        "Macet, parkir liar, rambu rusak",
        "traffic",
        "moderate",
    ),
    (
        "sampah",
        "Sampah",
        "garbage",
        "lingkungan",
        "dlh",
        "Tumpukan sampah, bak penuh, pembuangan liar",
        "rubbish",
        "light",
    ),
    (
        "drainase",
        "Drainase dan banjir",
        "flood",
        "lingkungan",
        "dpu",
        "Saluran tersumbat, genangan, banjir",
        "flood",
        "heavy",
    ),
    (
        "pohon",
        "Pohon dan taman",
        "tree",
        "lingkungan",
        "disperkim",
        "Pohon tumbang atau rawan, taman rusak",
        "tree",
        "moderate",
    ),
]
SCENES = {slug: scene for slug, _name, _icon, _group, _agency, _help, scene, _severity in CATEGORIES}

RESIDENTS = [
    *("Siti Rahmawati", "Ahmad Fauzi", "Bambang Sutrisno", "Nur Aini", "Rizky Pratama", "Wulan Sari"),
    *("Hendro Kusumo", "Fitri Handayani", "Joko Purnomo", "Lina Marlina", "Taufik Hidayat", "Yuni Astuti"),
]


def make_people(city: City) -> None:
    """The agencies with their people, one of them at work day and night."""
    make_agencies(city, AGENCIES)
    set_working_hours(hours=ROUND_THE_CLOCK, agency_id=Agency.objects.get(slug=ALWAYS_AT_WORK).pk)


def make_categories() -> None:
    """Two groups with what can be reported in each."""
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    groups = {}
    for order, (slug, name, icon) in enumerate(GROUPS):
        groups[slug] = Category.objects.create(module="siaran", slug=slug, name=name, icon=icon, order=order)
    for order, (slug, name, icon, group, agency, hint, _scene, severity) in enumerate(CATEGORIES):
        Category.objects.create(
            module="siaran",
            slug=slug,
            name=name,
            icon=icon,
            help=hint,
            parent=groups[group],
            order=order,
            default_agency=agencies[agency],
            default_severity=severity,
        )


def make_institutions() -> None:
    """Whom residents are sent to with what is not the city's."""
    for order, (name, covers, phone, url) in enumerate(INSTITUTIONS):
        Institution.objects.create(name=name, covers=covers, phone=phone, url=url, order=order)
