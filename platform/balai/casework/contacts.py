"""Residents for whom staff entered a case: how to reach them, for as long as that is needed."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.accounts.phones import normalise
from balai.audit.actions import record
from balai.casework.models import Case, Contact
from balai.casework.wording import tidy

KEPT_DAYS = 90
"""A contact is erased so many days after its case was closed."""
BATCH = 1000
MAX_NAME = 120


def checked_contact(*, name: str = "", phone: str = "", email: str = "") -> Contact | None:
    """A contact that is not written yet; None where nothing was said. Raises ValidationError (name, phone, email)."""
    errors: dict[str, list[ValidationError]] = {}
    name, phone, email = tidy(name), tidy(phone), tidy(email)
    if len(name) > MAX_NAME:
        message = _("At most %(limit)d characters are possible.") % {"limit": MAX_NAME}
        errors["name"] = [ValidationError(message, code="too_long")]
    for field, value, check in (("phone", phone, normalise), ("email", email, validate_email)):
        try:
            if value:
                check(value)
        except ValidationError as error:
            errors[field] = error.error_list
    if errors:
        raise ValidationError(errors)
    if not (name or phone or email):
        return None
    return Contact(name=name, phone=normalise(phone) if phone else "", email=email)


@transaction.atomic
def erase_contact(*, case: Case, actor: User | None) -> bool:
    """Erases what is known of the resident for whom the case was entered; False where nothing was. It is recorded."""
    count, _by_model = Contact.objects.filter(case=case).delete()
    if count:
        record("casework.contact_erased", case, actor=actor)
    return bool(count)


def erase_old_contacts(now: datetime.datetime | None = None) -> int:
    """Erases the contacts of cases closed more than KEPT_DAYS ago, at most BATCH of them; returns how many."""
    before = (now or timezone.now()) - datetime.timedelta(days=KEPT_DAYS)
    old = Contact.objects.filter(case__closed_at__lt=before).order_by("pk").values_list("pk", flat=True)[:BATCH]
    count, _by_model = Contact.objects.filter(pk__in=list(old)).delete()
    return count
