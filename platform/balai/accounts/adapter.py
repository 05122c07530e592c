"""How allauth meets Balai: phone numbers, messages through the outbox, limits, the login stages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from balai.accounts import limits
from balai.accounts.encryption import decrypt, encrypt
from balai.accounts.fields import PhoneField
from balai.accounts.models import User
from balai.accounts.phones import normalise
from balai.notifications.actions import notify
from balai.notifications.models import Channel
from balai.notifications.queries import here

# Mails that answer a visitor who gave an address, whoever that is; the others go to somebody who is signed in.
ASKED_FOR = {
    "account/email/login_code",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/password_reset_code",
    "account/email/account_already_exists",
    "account/email/unknown_account",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # allauth's own wording names a user name, which nobody has here.
        "username_password_mismatch": _("The email address, phone number or password is not correct."),
        "email_password_mismatch": _("The email address, phone number or password is not correct."),
        "phone_password_mismatch": _("The email address, phone number or password is not correct."),
        "too_many_login_attempts": _("Too many attempts. Wait a while, then try again."),
    }

    # -- messages ------------------------------------------------------------------------------------------------------
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts the mail into the outbox of the current city, in the language the visitor reads."""
        if template_prefix in ASKED_FOR:
            self._limit_codes(email)
        city = here()
        # Only a verified address is greeted by name: otherwise anybody could have words of theirs sent to anybody.
        address = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
        code = "code" in context
        values = {key: value for key, value in context.items() if key != "request"}
        notify(
            template=template_prefix,
            to=address.user if address else None,
            address=email,
            context={"email": email, "current_site": {"name": city.short_name, "domain": city.host}, **values},
            language=get_language() or "",
            secret=code,
            expires_in=timedelta(seconds=app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT) if code else None,
        )

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        self._limit_codes(phone)
        self._sms("accounts/code", phone, user, code=code)

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._limit_codes(phone)
        self._sms("accounts/account_exists", phone, self.get_user_by_phone(phone))

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._limit_codes(phone)
        if limits.consume("unknown-number", limits.UNKNOWN_NUMBER, phone):
            self._sms("accounts/unknown_account", phone, None)

    def _sms(self, template: str, phone: str, user: User | None, code: str = "") -> None:
        notify(
            template=template,
            to=user if user is not None and user.phone_verified else None,
            address=phone,
            channel=Channel.SMS,
            context={"code": code},
            language=get_language() or "",
            secret=bool(code),
            expires_in=timedelta(seconds=app_settings.PHONE_VERIFICATION_TIMEOUT) if code else None,
        )

    def _limit_codes(self, address: str) -> None:
        """Stops asking for codes. It is the same for addresses with and without an account."""
        request = context.request
        address = address.lower()
        place = limits.client_address(request)
        if limits.consume("codes-place", limits.CODES_PER_PLACE, address, place) and limits.consume(
            "codes", limits.CODES, address
        ):
            return
        raise ImmediateHttpResponse(respond_429(request))

    def get_from_email(self) -> str:
        raise NotImplementedError("mails leave through the outbox, which knows the sender")

    # -- passwords -----------------------------------------------------------------------------------------------------
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        if limits.used_up("passwords", limits.WRONG_PASSWORDS, limits.axes_name(request, credentials)):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        limits.consume("passwords", limits.WRONG_PASSWORDS, limits.axes_name(request, credentials))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's own leaves phone numbers out, so that all of them would share one counter.
        return limits.axes_name(request, credentials)

    # -- phone numbers -------------------------------------------------------------------------------------------------
    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        return normalise(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    # -- signing in ----------------------------------------------------------------------------------------------------
    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        records = get_authentication_records(request, user)
        if user.last_login is None and records and records[-1]["method"] == "code" and user.has_usable_password():
            # Somebody signed up with this address or number and never proved to own it; the owner now has. Whoever
            # chose the password then must not come in with it.
            user.set_unusable_password()
            user.save(update_fields=["password"])
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def get_login_stages(self) -> list[str]:
        own = f"{__name__}.{VerifyEmail.__name__}"
        return [own if path.endswith(".EmailVerificationStage") else path for path in super().get_login_stages()]


class VerifyEmail(EmailVerificationStage):
    """An email address must be verified, but nobody needs to have one: a verified phone number will do."""

    def handle(self) -> Any:
        user = self.login.user
        if user is not None and not self.login.email and user.phone and user.phone_verified:
            return None, True
        return super().handle()


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets are encrypted at rest, and a passkey made in one city opens the others."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def _get_site_name(self) -> str:
        return here().short_name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to a domain. Cities below the hub's share its domain; others have their own.

        Browsers accept no single label ("localhost") for a host below it, so the demo keeps passkeys per city.
        """
        host = here().host
        shared = "." in settings.HUB_HOST and (host == settings.HUB_HOST or host.endswith(f".{settings.HUB_HOST}"))
        return {"id": settings.HUB_HOST if shared else host, "name": self._get_site_name()}
