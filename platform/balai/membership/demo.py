"""Accounts of the demonstration: one for each role in each city, all with the same password."""

from __future__ import annotations

from typing import TypedDict

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group

from balai.accounts.models import User
from balai.membership import actions
from balai.membership.groups import ADMINISTRATORS, EDITORS, OFFICERS, OPERATORS
from balai.membership.models import Membership
from tenants.current import in_city
from tenants.models import City

PASSWORD = "balai-demo"  # noqa: S105 – known to everybody, so refused outside the embedded mode
HUB_OPERATOR = "hub"

# role: (name, groups). The posts that go with the roles (agency, unit) are given by whoever makes the agencies.
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "administrator": ("Ratna Dewi", (ADMINISTRATORS,)),
    "operator": ("Andi Saputra", (OPERATORS,)),
    "officer": ("Budi Santoso", (OFFICERS,)),
    "head": ("Siti Rahmawati", (OPERATORS,)),
    "sekda": ("Hendra Wijaya", (OPERATORS,)),
    "mayor": ("Yusuf Maulana", (OPERATORS,)),
    "editor": ("Maya Lestari", (EDITORS,)),
    "resident": ("Dewi Anggraini", ()),
}


class DemoAccount(TypedDict):
    """What is printed for people and used by other demo content. `city` is its slug, "" for the hub."""

    city: str
    role: str
    name: str
    email: str
    password: str


def demo_accounts(city: City) -> list[DemoAccount]:
    """Makes the accounts of the city, such as operator@serang.example; of the hub one, its operator. Repeatable.

    Raises RuntimeError outside the embedded mode.
    """
    if city.is_hub:
        return [demo_account(city, HUB_OPERATOR, "Operator Balai")]
    actions.prepare_city(city)
    return [demo_account(city, role, name, groups) for role, (name, groups) in ROLES.items()]


def demo_account(city: City, role: str, name: str, groups: tuple[str, ...] = (), email: str = "") -> DemoAccount:
    """One account that can sign in, a member of the city unless its role is "resident". Repeatable."""
    if not settings.EMBEDDED:
        raise RuntimeError("demo accounts have a public password; they exist in the embedded mode only")
    email = email or f"{role}@{'balai' if city.is_hub else city.slug}.example"
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name, language="id")
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    if role != "resident":
        with in_city(city):
            if not Membership.objects.filter(user=user).exists():
                found = list(Group.objects.filter(name__in=groups))
                actions.add_member(actor=None, identifier=email, groups=found, invite=False)
            if role == HUB_OPERATOR:
                actions.set_emergency_key(actor=None, user=user, given=True)
    return {
        "city": "" if city.is_hub else city.slug,
        "role": role,
        "name": user.name,
        "email": email,
        "password": PASSWORD,
    }
