"""What the tests of signing in share."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user
from django.http import HttpRequest

from balai.accounts.models import User
from balai.notifications.models import Message
from tenants.current import in_city


def make_resident(email: str | None = "ani@example.org", phone: str | None = None, **fields: Any) -> User:
    """A resident who has proved the address or number."""
    values = {"name": "Ani", "phone": phone, "phone_verified": bool(phone), **fields}
    user = User.objects.create_user(email, **values)
    if email:
        user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


def signed_in(client: Any, city: Any) -> User | None:
    """Who the client is in the city."""
    with in_city(city):
        request = HttpRequest()
        request.session = client.session
        user = get_user(request)
        return user if isinstance(user, User) else None


def messages_in(city: Any) -> list[Message]:
    with in_city(city):
        return list(Message.objects.all())
