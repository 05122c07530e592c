"""Writes about accounts: the profile, and the two long ones, copying and erasing a person's data in every city."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from balai.accounts.models import DataRequest, DataRequestStep, User
from balai.accounts.phones import normalise
from balai.audit.actions import record
from tenants.connection import connection
from tenants.models import HUB_SCHEMA, City
from tenants.tasks import queue

EXPORT_KEPT = timedelta(days=7)


def create_account(*, name: str, identifier: str, language: str = "", password: str | None = None) -> User:
    """An account for an email address or phone number that its owner has yet to prove.

    Raises ValidationError for a malformed identifier or one that is taken.
    """
    with transaction.atomic():
        if "@" in identifier:
            validate_email(identifier)
            email, phone = identifier.lower(), None
        else:
            email, phone = None, normalise(identifier)
        if find_account(identifier) is not None:
            raise ValidationError(_("There is an account with this email address or phone number already."))
        user = User.objects.create_user(email, password, name=name, phone=phone, language=language)
        if email:
            EmailAddress.objects.create(user=user, email=email, primary=True)
        return user


def find_account(identifier: str) -> User | None:
    """The account with this email address or phone number. Raises ValidationError for a malformed number."""
    if "@" in identifier:
        known = EmailAddress.objects.filter(email=identifier.lower()).order_by("-verified").first()
        return User.objects.get(pk=known.user_id) if known else User.objects.filter(email=identifier.lower()).first()
    return User.objects.filter(phone=normalise(identifier)).first()


def update_profile(*, user: User, name: str | None = None, language: str | None = None) -> User:
    """Changes the name and the language. Raises ValidationError."""
    if name is not None:
        user.name = " ".join(name.split())
    if language is not None:
        if language not in dict(settings.LANGUAGES):
            raise ValidationError({"language": _("Balai does not speak this language.")})
        user.language = language
    user.full_clean(exclude=["password", "email", "phone"])
    user.save(update_fields=["name", "language"])
    return user


# -- copies and erasure ------------------------------------------------------------------------------------------------
def request_export(*, user: User) -> DataRequest:
    """Collects a copy of the person's data from every city; returns the open request if there is one."""
    return _request(user, DataRequest.Kind.EXPORT)


def request_erasure(*, user: User) -> DataRequest:
    """Closes the account at once and erases it city by city."""
    with transaction.atomic():
        # Nobody is signed in with an inactive account, so this ends every session in every city.
        user.is_active = False
        user.save(update_fields=["is_active"])
        return _request(user, DataRequest.Kind.ERASURE)


def _request(user: User, kind: str) -> DataRequest:
    with schema_context(HUB_SCHEMA), transaction.atomic():
        request, created = DataRequest.objects.get_or_create(user=user, kind=kind, finished_at=None)
        if created:
            # Suspended cities hold data too.
            cities = City.objects.order_by("pk").values_list("schema_name", "name")
            DataRequestStep.objects.bulk_create(
                DataRequestStep(request=request, schema_name=schema, place=name) for schema, name in cities
            )
            record("accounts.data_request", request, kind=kind)
            queue_steps(request.steps.values_list("pk", "schema_name"))
    return request


def queue_steps(steps: Any) -> int:
    """Queues each step (pk, schema) in its schema; returns how many."""
    from balai.accounts.tasks import run_step

    count = 0
    for pk, schema in steps:
        with schema_context(schema):
            queue(run_step, pk)
        count += 1
    return count


def run_step(step_id: int) -> bool:
    """Does one schema's part, in that schema; False where it was done before. The last one finishes the request."""
    with transaction.atomic():
        step = (
            DataRequestStep.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("request")
            .filter(pk=step_id, schema_name=connection.schema_name, done_at=None)
            .first()
        )
        if step is None:
            return False
        user = User.objects.get(pk=step.request.user_id)
        if step.request.kind == DataRequest.Kind.EXPORT:
            step.result = json.dumps({label: part.export(user) for label, part in parts()}, ensure_ascii=False)
        else:
            for _label, part in parts():
                part.erase(user)
        step.done_at = timezone.now()
        step.save(update_fields=["result", "done_at"])
    _finish(step.request_id)
    return True


def parts() -> list[tuple[str, ModuleType]]:
    """The file `personal_data` of each app that has tables in the current schema and such a file, by label."""
    allowed = (
        settings.SHARED_APPS if connection.schema_name == HUB_SCHEMA else [*settings.TENANT_APPS, "balai.accounts"]
    )
    return [
        (config.label, import_module(f"{config.name}.personal_data"))
        for config in apps.get_app_configs()
        if config.name in allowed and find_spec(f"{config.name}.personal_data")
    ]


def _finish(request_id: int) -> None:
    with schema_context(HUB_SCHEMA), transaction.atomic():
        request = DataRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
        if request.is_finished or request.steps.filter(done_at=None).exists():
            return
        if request.kind == DataRequest.Kind.ERASURE:
            _anonymise(User.objects.get(pk=request.user_id))
        request.finished_at = timezone.now()
        request.save(update_fields=["finished_at"])


def _anonymise(user: User) -> None:
    """Empties the shared row; what cities must keep (a de-identified report) still points to it."""
    names = [name for name in (user.email, user.phone) if name]
    AccessAttempt.objects.filter(username__in=names).delete()
    for model in (EmailAddress, SocialAccount, Authenticator):
        model.objects.filter(user=user).delete()
    DataRequest.objects.filter(user=user, kind=DataRequest.Kind.EXPORT).delete()
    user.name, user.language, user.email, user.phone, user.phone_verified = "", "", None, None, False
    user.is_active = False
    user.last_login = None
    user.set_unusable_password()
    user.save()


def latest_export(*, user: User) -> DataRequest | None:
    """The person's newest request for a copy."""
    with schema_context(HUB_SCHEMA):
        return DataRequest.objects.filter(user=user, kind=DataRequest.Kind.EXPORT).first()


def exported(request: DataRequest) -> dict[str, Any]:
    """The copy: for each place what its services and modules hold; places that hold nothing are left out."""
    copy = {}
    for step in request.steps.order_by("pk"):
        content = {label: data for label, data in json.loads(step.result or "{}").items() if any(data.values())}
        if content:
            copy[step.place] = content
    return copy


def resume_requests() -> int:
    """On the hub: queues steps that were lost, and forgets old copies; returns how many steps were queued."""
    finished = DataRequest.objects.filter(kind=DataRequest.Kind.EXPORT, finished_at__lt=timezone.now() - EXPORT_KEPT)
    finished.delete()
    lost = DataRequestStep.objects.filter(done_at=None, request__requested_at__lt=timezone.now() - timedelta(minutes=5))
    count = queue_steps(lost.order_by("pk").values_list("pk", "schema_name")[:1000])
    for request in DataRequest.objects.filter(finished_at=None).exclude(steps__done_at=None)[:100]:
        _finish(request.pk)
    return count


def clear_sessions(limit: int = 5000) -> int:
    """Deletes at most `limit` ended sessions of the current schema, with their listing; returns how many."""
    ended = Session.objects.filter(expire_date__lt=timezone.now()).order_by("expire_date")
    keys = list(ended.values_list("session_key", flat=True)[:limit])
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]
