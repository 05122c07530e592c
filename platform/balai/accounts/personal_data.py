"""What the hub knows of a person: the account itself."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from balai.accounts.models import User
from tenants.connection import connection
from tenants.models import HUB_SCHEMA


def export(user: User) -> dict[str, Any]:
    """The sessions in this schema; on the hub the account as well."""
    sessions = UserSession.objects.filter(user=user).order_by("pk")
    data: dict[str, Any] = {
        "sessions": [
            {"since": session.created_at.isoformat(), "ip": session.ip, "browser": session.user_agent}
            for session in sessions
        ]
    }
    if connection.schema_name == HUB_SCHEMA:
        data["account"] = {
            "name": user.name,
            "email": user.email,
            "phone": user.phone,
            "language": user.language,
            "since": user.date_joined.isoformat(),
            "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified")),
            "sign_in_with": list(SocialAccount.objects.filter(user=user).values("provider", "uid")),
            "second_factors": list(Authenticator.objects.filter(user=user).values_list("type", flat=True)),
        }
    return data


def erase(user: User) -> None:
    """Ends the person's sessions in this schema. The account goes last, when every schema is done."""
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()
