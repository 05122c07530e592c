"""Who works and lives in a demo city: agencies with their people, the city's own posts, the neighbours.

Whoever has a demo already stays: a second module's demo adds the agencies that it misses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from balai.accounts.models import User
from balai.agencies.actions import appoint
from balai.agencies.models import Agency, Post, Role, Unit
from balai.membership.demo import demo_account
from balai.membership.groups import OFFICERS, OPERATORS
from tenants.models import City

OWN_AGENCY = "dishub"
"""Where the demo's own operator, officer and head work (operator@, officer@, head@)."""
TITLES = {"operator": "Operator", "officer": "Petugas", "head": "Kepala"}
GROUPS = {"operator": (OPERATORS,), "officer": (OFFICERS,), "head": (OPERATORS,)}
SINCE_DAYS = 200


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """An agency of a demo city and who works there. What is late at one without a head climbs to the Sekda at once."""

    slug: str
    name: str
    short_name: str
    units: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("operator", "officer", "head")


def make_agencies(city: City, agencies: Iterable[DemoAgency]) -> None:
    """The agencies with their units and people, and above them the Sekda, the mayor and the command room."""
    for order, wanted in enumerate(agencies):
        agency, new = Agency.objects.get_or_create(
            slug=wanted.slug, defaults={"name": wanted.name, "short_name": wanted.short_name, "order": order}
        )
        if new:
            Unit.objects.bulk_create(Unit(agency=agency, name=name) for name in wanted.units)
        for role in wanted.roles:
            _appoint(staff(city, role, wanted.slug), Role(role), agency)
    _appoint(staff(city, "sekda"), Role.SEKDA)
    _appoint(staff(city, "mayor"), Role.MAYOR)
    _appoint(command_room(city), Role.OPERATOR)


def staff(city: City, role: str, agency: str = "") -> User:
    """The person in this role ("operator", "officer", "head" of an agency; "sekda", "mayor")."""
    if agency in ("", OWN_AGENCY):
        return User.objects.get(email=f"{role}@{city.slug}.example")
    return _person(city, role, f"{TITLES[role]} {agency.upper()}", f"{role}.{agency}@{city.slug}.example")


def command_room(city: City) -> User:
    """Who verifies and disposes for the whole city."""
    return _person(city, "operator", "Pusat Komando", f"komando@{city.slug}.example")


def residents(city: City, names: Iterable[str]) -> list[User]:
    """The demo's own resident and some neighbours, who have an account and need not sign in for the demo."""
    own = User.objects.get(email=f"resident@{city.slug}.example")
    return [own, *(_neighbour(name, f"{name.replace(' ', '.').lower()}@{city.slug}.example") for name in names)]


def _neighbour(name: str, email: str) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name, language="id")
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def _person(city: City, role: str, name: str, email: str) -> User:
    """Someone who can sign in with the demo's password."""
    known = User.objects.filter(email=email).first()
    if known is not None:
        return known
    return User.objects.get(email=demo_account(city, role, name, GROUPS.get(role, ()), email)["email"])


def _appoint(user: User, role: Role, agency: Agency | None = None) -> None:
    since = timezone.localdate() - timedelta(days=SINCE_DAYS)
    if not Post.objects.filter(user=user, role=role, agency=agency).exists():
        appoint(user=user, role=role, agency=agency, since=since)
