"""Fields for the two ways to name an account, and what every sign-up asks for.

Apart from forms.py because allauth's forms, which that file extends, import the base form from here.
"""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.app_settings import LoginMethod
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from balai.accounts.models import User
from balai.accounts.phones import normalise


def phone_is_offered() -> bool:
    """Whether phone numbers may sign in here (an SMS gateway is configured)."""
    return LoginMethod.PHONE in app_settings.LOGIN_METHODS


class PhoneField(forms.CharField):
    """A phone number as people write it; its value is E.164."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(max_length=32, **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        return get_adapter().clean_phone(text) if text else ""


class IdentifierField(forms.CharField):
    """Either an email address or a phone number. Its value is the address in lower case, or the number as E.164."""

    def __init__(self, **kwargs: Any) -> None:
        phone = phone_is_offered()
        attributes = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        kwargs.setdefault("label", _("Email or phone number") if phone else _("Email address"))
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes if phone else {**attributes, "type": "email"}))
        super().__init__(max_length=254, **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        return identifier(text) if text else ""


def identifier(text: str) -> str:
    """The normal form of an email address or phone number. Raises ValidationError."""
    if "@" in text or not phone_is_offered():
        validate_email(text)
        return text.lower()
    try:
        return normalise(text)
    except ValidationError as fault:
        if any(letter.isalpha() for letter in text):
            raise ValidationError(_("Enter an email address or a phone number."), code="invalid") from fault
        raise


class NamedSignup(forms.Form):
    """What every way of signing up asks for (allauth puts it under its own forms, the API's too)."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def full_clean(self) -> None:
        # allauth knows only "required" or not for each; here it is one of the two.
        for field in ("email", "phone"):
            if field in self.fields:
                self.fields[field].required = False
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("email") and not cleaned.get("phone"):
            raise ValidationError(_("Enter an email address or a phone number."), code="required")
        return cleaned

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = getattr(request, "LANGUAGE_CODE", "")
        user.save(update_fields=["name", "language"])
