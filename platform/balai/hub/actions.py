"""What operators do to cities from the hub."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django_tenants.utils import schema_context

from balai.accounts.models import User
from balai.audit.actions import record
from balai.membership.actions import add_member, prepare_city
from balai.membership.groups import ADMINISTRATORS
from tenants import provisioning
from tenants.actions import change_city, change_state, create_city, set_domains
from tenants.current import in_city
from tenants.models import HUB_SCHEMA, City

OPERATORS = "Operator platform"
RIGHTS = {
    "tenants": ("add_city", "change_city", "view_city", "change_activation", "change_adoption"),
    "wagtailadmin": ("access_admin",),
}


def add_operator(*, actor: User | None, identifier: str, name: str = "") -> User:
    """Makes a person staff of the hub, in the group that onboards cities. Raises ValidationError."""
    with schema_context(HUB_SCHEMA), transaction.atomic():
        group, _created = Group.objects.get_or_create(name=OPERATORS)
        for app_label, codenames in RIGHTS.items():
            found = Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames)
            group.permissions.add(*found)
        return add_member(actor=actor, identifier=identifier, name=name, groups=[group])


def onboard(
    *, actor: User | None, administrator: str, administrator_name: str = "", modules: Iterable[str] = (), **fields: Any
) -> City:
    """Makes a city with its groups and invites its first administrator: all of it or nothing.

    `administrator` is an email address or phone number; the name is for someone who has no account yet. `fields` are
    those of tenants.actions.create_city. The invitation goes out when all is committed. Raises ValidationError with a
    message per field.
    """
    # Before the transaction: when migrations have changed it runs them, and those manage their own transactions.
    provisioning.schema_dump()
    labels = list(modules)
    with transaction.atomic():
        city = create_city(modules=labels, **fields)
        prepare_city(city)
        with in_city(city):
            group = Group.objects.get(name=ADMINISTRATORS)
            try:
                add_member(actor=actor, identifier=administrator, name=administrator_name, groups=[group])
            except ValidationError as fault:
                raise ValidationError(_renamed(fault)) from fault
        record("city.onboarded", city, actor=actor, modules=sorted(labels))
    return city


def _renamed(fault: ValidationError) -> dict[str, list[str]]:
    """The faults of add_member under the names of `onboard`."""
    if not hasattr(fault, "error_dict"):
        return {"administrator": fault.messages}
    names = {"name": "administrator_name", "identifier": "administrator"}
    return {names.get(field, field): faults for field, faults in fault.message_dict.items()}


def edit(city: City, *, actor: User | None, domains: list[str], **fields: Any) -> City:
    """Changes the city's fields and host names together. Raises ValidationError with a message per field."""
    with transaction.atomic():
        set_domains(city, domains)
        changed = change_city(city, **fields)
        record("city.changed", city, actor=actor)
    return changed


def switch_state(city: City, state: str, *, actor: User | None) -> None:
    """Opens or suspends a city; nothing of it is deleted."""
    with transaction.atomic():
        change_state(city, state)
        record(f"city.{state}", city, actor=actor)
