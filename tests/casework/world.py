"""A small city at work: areas, agencies, people and categories, made anew for a test."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

from balai.accounts.models import User
from balai.agencies.models import Agency, Post, Role, Unit
from balai.attachments.actions import store_photo
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender
from balai.casework import intake
from balai.casework.models import Case, Category
from balai.geography.actions import import_boundaries
from tenants.current import in_city
from tenants.models import City
from tests.attachments import pictures
from tests.geography.conftest import feature

# The south-west corner of each small city; both are 0.04° wide and high, and they do not touch.
CORNERS = {"36.74": (106.70, -6.32), "36.73": (106.10, -6.14)}


def boundaries(code: str) -> bytes:
    """Two kecamatan side by side (Barat, Timur), each of two kelurahan (south, north)."""
    w, s = CORNERS[code]
    m, e, c, n = w + 0.02, w + 0.04, s + 0.02, s + 0.04
    features = [
        feature(code, "Kota Kecil", "city", None, (w, s, e, n)),
        feature(f"{code}.01", "Barat", "district", code, (w, s, m, n)),
        feature(f"{code}.02", "Timur", "district", code, (m, s, e, n)),
        feature(f"{code}.01.1001", "Barat Daya", "village", f"{code}.01", (w, s, m, c)),
        feature(f"{code}.01.1002", "Barat Laut", "village", f"{code}.01", (w, c, m, n)),
        feature(f"{code}.02.1001", "Tenggara", "village", f"{code}.02", (m, s, e, c)),
        feature(f"{code}.02.1002", "Timur Laut", "village", f"{code}.02", (m, c, e, n)),
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def people(*names: str) -> list[User]:
    """Accounts with verified mail addresses, so that notices reach them; those that are there already stay."""
    from allauth.account.models import EmailAddress

    emails = [f"{name}@example.org" for name in names]
    found = {user.email: user for user in User.objects.filter(email__in=emails)}
    new = [
        User(email=email, name=name.title(), password="!")
        for name, email in zip(names, emails, strict=True)
        if email not in found
    ]
    User.objects.bulk_create(new)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email or "", verified=True, primary=True) for user in new
    )
    found |= {user.email: user for user in new}
    return [found[email] for email in emails]


def person(name: str) -> User:
    """One of them."""
    return people(name)[0]


@dataclass
class World:
    city: City
    dishub: Agency = field(init=False)
    dlh: Agency = field(init=False)
    lamps: Unit = field(init=False)
    warga: User = field(init=False)
    tetangga: User = field(init=False)
    operator: User = field(init=False)
    room: User = field(init=False)
    andi: User = field(init=False)
    budi: User = field(init=False)
    head: User = field(init=False)
    mayor: User = field(init=False)
    sweeper: User = field(init=False)

    def __post_init__(self) -> None:
        code = self.city.code
        # Residents are the same people in both cities; staff are each city's own.
        slug = self.city.slug
        staff = ("operator", "room", "andi", "budi", "head", "mayor", "sweeper")
        self.warga, self.tetangga, *hired = people("warga", "tetangga", *(f"{name}.{slug}" for name in staff))
        for name, user in zip(staff, hired, strict=True):
            setattr(self, name, user)
        with in_city(self.city):
            import_boundaries(document=boundaries(code), source="a test")
            self.dishub = Agency.objects.create(name="Dinas Perhubungan", short_name="Dishub", slug="dishub")
            self.dlh = Agency.objects.create(name="Dinas Lingkungan Hidup", short_name="DLH", slug="dlh")
            self.lamps = Unit.objects.create(agency=self.dishub, name="UPT Penerangan Jalan")
            # Not one by one with `appoint`, which checks each: thousands of tests begin with this.
            Post.objects.bulk_create(
                [
                    Post(user=self.operator, role=Role.OPERATOR, agency=self.dishub),
                    Post(user=self.room, role=Role.OPERATOR),
                    Post(user=self.andi, role=Role.OFFICER, agency=self.dishub),
                    Post(user=self.budi, role=Role.OFFICER, agency=self.dishub),
                    Post(user=self.head, role=Role.HEAD, agency=self.dishub),
                    Post(user=self.mayor, role=Role.MAYOR),
                    Post(user=self.sweeper, role=Role.OFFICER, agency=self.dlh),
                ]
            )
            roads = Category.objects.create(module="siaran", slug="jalan", name="Jalan", icon="road", order=1)
            lamps = {"icon": "lamp", "parent": roads, "default_agency": self.dishub}
            Category.objects.bulk_create(
                [
                    Category(module="siaran", slug="lampu", name="Lampu jalan", **lamps),
                    Category(module="siaran", slug="lubang", name="Jalan rusak", icon="pothole", parent=roads),
                    Category(
                        module="siaran",
                        slug="sampah",
                        name="Sampah",
                        icon="trash",
                        order=2,
                        default_agency=self.dlh,
                    ),
                    Category(module="siaran", slug="lama", name="Lama", order=9, active=False),
                    Category(module="laksa", slug="usul", name="Usul", default_agency=self.dishub),
                ]
            )

    @property
    def inside(self) -> dict[str, Any]:
        """A place in the kelurahan Barat Daya."""
        west, south = CORNERS[self.city.code]
        return {"lat": south + 0.01, "lon": west + 0.01}

    def photo(self, user: User) -> Attachment:
        """A waiting upload of the person."""
        return store_photo(io.BytesIO(pictures.photo(width=64, height=48)), owner=Sender(user))

    def report(self, user: User | None = None, *, photos: int = 0, **fields: Any) -> Case:
        """A report as a resident sends it: a broken street light unless told otherwise."""
        user = user or self.warga
        values: dict[str, Any] = {
            "module": "siaran",
            "category": "lampu",
            "description": "Lampu jalan di depan rumah mati sejak kemarin.",
            "place": self.inside,
            "photo_ids": [self.photo(user).pk for _ in range(photos)],
        } | fields
        return intake.submit_case(reporter=user, **values).case
