"""Forms of the account pages. Few fields: a name, one for email or phone, and a password for those who want one."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from balai.accounts.fields import IdentifierField
from balai.accounts.models import User


class SignupForm(allauth_forms.SignupForm):
    """The page's form: name, one identifier, optional password."""

    field_order = ("name", "login", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("email", None)
        self.fields.pop("phone", None)
        self.fields["login"] = IdentifierField()
        password = self.fields["password1"]
        password.label = _("Password")
        password.help_text = _("Optional. Without a password you sign in with a code that we send you each time.")
        password.widget.attrs.pop("placeholder", None)
        self.order_fields(self.field_order)

    def clean_login(self) -> str:
        value: str = self.cleaned_data["login"]
        if "@" in value:
            # Finds out whether the address is taken; the answer on the page is the same.
            self.cleaned_data["email"] = self.validate_unique_email(get_adapter().clean_email(value))
        else:
            self.cleaned_data["phone"] = value
        return value

    def _clean_phone(self) -> None:
        # The base class would add its errors to a field that is not shown.
        phone = self.cleaned_data.get("phone")
        if phone and get_adapter().get_user_by_phone(phone):
            self.account_already_exists = True


class LoginForm(allauth_forms.LoginForm):
    """One form, two ways: with a password, or with a code (no password, or the second button)."""

    by_code = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = IdentifierField()
        password = self.fields["password"]
        password.required = False
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)
        self.order_fields(("login", "password"))

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("by_code"):
            self.cleaned_data["password"] = ""
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    """Asks for a code by one field."""

    field_order = ("login",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = None
        self.fields = {"login": IdentifierField()}

    def clean_login(self) -> str:
        value: str = self.cleaned_data["login"]
        kind = "email" if "@" in value else "phone"
        self.cleaned_data[kind] = value
        getattr(self, f"clean_{kind}")()
        return value


class AddEmailForm(allauth_forms.AddEmailForm):
    email = EmailField(label=_("New email address"))


class SetPasswordForm(allauth_forms.SetPasswordForm):
    """One field: browsers and phones can show what was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class ProfileForm(forms.ModelForm):
    """Name and language on the account page."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("name", "language")


class DeleteAccountForm(forms.Form):
    """The person says once more that the account shall go."""

    sure = forms.BooleanField(label=_("Yes, delete my account and my personal data in every city."))


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey signs in by itself unless its owner wants it as a second factor only."""

    name = forms.CharField(label=_("Name of the passkey"), required=False, max_length=100)
    passwordless = forms.BooleanField(
        label=_("Sign in with it without a password"),
        required=False,
        initial=True,
        help_text=_("Your phone or computer then asks for your fingerprint, face or PIN."),
    )


class EditPasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name of the passkey"), max_length=100)
