"""Signing in with Google or Facebook: each city brings its own client."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import Http404, HttpRequest

from balai.accounts.models import User
from balai.membership.models import SignInProvider


class CityProviders(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """What the current city (or the hub) has configured; nothing of another city's."""
        configured = SignInProvider.objects.filter(active=True)
        if provider:
            configured = configured.filter(provider=provider)
        if client_id:
            configured = configured.filter(client_id=client_id)
        return [
            # Never saved: allauth's own table is shared by all cities.
            SocialApp(provider=item.provider, name=str(item), client_id=item.client_id, secret=item.secret)
            for item in configured
        ]

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """The city's client. Raises Http404 where the city has none: the addresses exist in every city."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Takes name and email address over; the address counts as verified only where the provider says so."""
        user: User = sociallogin.user
        first_and_last = f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        user.name = " ".join((data.get("name") or first_and_last).split())[:120]
        user.email = (data.get("email") or "").lower() or None
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        user: User = sociallogin.user
        return {"name": user.name, "email": user.email or ""}
