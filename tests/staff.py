"""Staff of a city (or of the hub), for the tests of the back office."""

from __future__ import annotations

import itertools
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django_tenants.utils import tenant_context

from balai.accounts.models import User
from balai.membership.models import Membership, UserPermission
from tenants.current import in_city
from tenants.models import City

_numbers = itertools.count(1)


def staff(city: City, *permissions: str, emergency_key: bool = False, **fields: Any) -> User:
    """A member of the city's staff who may open the back office and has these permissions ("app.codename")."""
    number = next(_numbers)
    user = User.objects.create_user(**{"email": f"staff{number}@example.id", "name": f"Staf Nomor {number}", **fields})
    with in_city(city):
        Membership.objects.create(user=user, is_staff=True, is_superuser=emergency_key)
        for permission in ("wagtailadmin.access_admin", *permissions):
            app_label, codename = permission.split(".")
            found = Permission.objects.get(content_type__app_label=app_label, codename=codename)
            UserPermission.objects.create(user=user, permission=found)
    return user


class Browser(Client):
    """A client whose requests leave the test in the schema that it was in."""

    def request(self, **request: Any) -> Any:
        with tenant_context(connection.tenant):
            return super().request(**request)


def signed_in(city: City, user: User) -> Client:
    """A browser with a session of the user in this city."""
    client = Browser(headers={"host": city.host}, REMOTE_ADDR="127.0.0.1")
    with in_city(city):
        client.force_login(user, backend="balai.membership.backends.MembershipBackend")
    return client
