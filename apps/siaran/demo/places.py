"""The agencies, people and categories of a demo city."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from apps.siaran.demo.words import INSTITUTIONS
from balai.accounts.models import User
from balai.agencies.actions import appoint
from balai.agencies.models import Agency, Post, Role, Unit
from balai.calendars.actions import set_working_hours
from balai.calendars.calendar import ROUND_THE_CLOCK
from balai.casework.models import Category, Institution
from balai.membership.demo import demo_account
from balai.membership.groups import OFFICERS, OPERATORS
from tenants.models import City

AGENCIES = [
    # slug, name, short name, units
    ("dishub", "Dinas Perhubungan", "Dishub", ("Bidang Penerangan Jalan Umum", "Bidang Lalu Lintas")),
    ("dpu", "Dinas Pekerjaan Umum", "DPU", ("UPT Pemeliharaan Jalan", "Bidang Drainase")),
    ("dlh", "Dinas Lingkungan Hidup", "DLH", ("Bidang Kebersihan",)),
    ("disperkim", "Dinas Perumahan dan Permukiman", "Disperkim", ("Bidang Pertamanan",)),
]
WITHOUT_A_HEAD = "disperkim"
"""Its head retired and nobody has followed yet: what is late there climbs to the Sekda at once."""

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


def make_agencies(city: City) -> None:
    """The agencies with their units and people, and above them the Sekda and the mayor."""
    for order, (slug, name, short_name, units) in enumerate(AGENCIES):
        agency = Agency.objects.create(slug=slug, name=name, short_name=short_name, order=order)
        for unit in units:
            Unit.objects.create(agency=agency, name=unit)
        _appoint(staff(city, "operator", slug), Role.OPERATOR, agency)
        _appoint(staff(city, "officer", slug), Role.OFFICER, agency)
        if slug != WITHOUT_A_HEAD:
            _appoint(staff(city, "head", slug), Role.HEAD, agency)
        if slug == ALWAYS_AT_WORK:
            set_working_hours(hours=ROUND_THE_CLOCK, agency_id=agency.pk)
    _appoint(staff(city, "sekda"), Role.SEKDA)
    _appoint(staff(city, "mayor"), Role.MAYOR)
    _appoint(_person(city, "operator", "Pusat Komando", f"komando@{city.slug}.example"), Role.OPERATOR)


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


def staff(city: City, role: str, agency: str = "") -> User:
    """The person in this role. Those of the first agency are the demo's own accounts (operator@, officer@, head@)."""
    if agency in ("", AGENCIES[0][0]):
        return User.objects.get(email=f"{role}@{city.slug}.example")
    title = {"operator": "Operator", "officer": "Petugas", "head": "Kepala"}[role]
    return _person(city, role, f"{title} {agency.upper()}", f"{role}.{agency}@{city.slug}.example")


def residents(city: City) -> list[User]:
    """The demo's own resident and some neighbours."""
    own = User.objects.get(email=f"resident@{city.slug}.example")
    names = [(name, f"{name.replace(' ', '.').lower()}@{city.slug}.example") for name in RESIDENTS]
    return [own, *(_neighbour(name, email) for name, email in names)]


def _neighbour(name: str, email: str) -> User:
    """Someone who has an account and need not sign in for the demo."""
    return User.objects.filter(email=email).first() or User.objects.create_user(email, name=name, language="id")


def _person(city: City, role: str, name: str, email: str) -> User:
    """Someone who can sign in with the demo's password."""
    known = User.objects.filter(email=email).first()
    if known is not None:
        return known
    groups = {"operator": (OPERATORS,), "officer": (OFFICERS,), "head": (OPERATORS,)}.get(role, ())
    return User.objects.get(email=demo_account(city, role, name, groups, email)["email"])


def _appoint(user: User, role: Role, agency: Agency | None = None) -> None:
    since = timezone.localdate() - timedelta(days=200)
    if not Post.objects.filter(user=user, role=role, agency=agency).exists():
        appoint(user=user, role=role, agency=agency, since=since)
