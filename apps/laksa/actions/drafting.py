"""Drafts that lie on the account, so that one can go on writing on another device."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.laksa.models import Draft
from balai.accounts.models import User
from balai.casework.models import Case

MAX_DRAFTS = 10
KEPT_FOR = datetime.timedelta(days=90)
LONGEST = 4_000
"""Of one value: a draft may be longer than what can be sent, so that nothing of it is lost."""


@transaction.atomic
def save_draft(*, user: User, key: UUID, content: Mapping[str, Any]) -> Draft | None:
    """Keeps what somebody has written so far under the key with which it will be sent. The last one saved counts.

    `content` has Draft.FIELDS, in part. None where an aspiration of this key has been sent: a device that was late has
    nothing to add. Raises ValidationError (the field that is too long; "__all__" for too many drafts).
    """
    if Case.objects.filter(reporter=user, idempotency_key=str(key)).exists():
        return None
    kept = {name: content[name] for name in Draft.FIELDS if content.get(name) not in (None, "")}
    for name, value in kept.items():
        if isinstance(value, str) and len(value) > LONGEST:
            message = _("This text has %(count)d characters; at most %(limit)d are possible.")
            values = {"count": len(value), "limit": LONGEST}
            raise ValidationError({name: [ValidationError(message % values, code="too_long")]})
    # Locked, so that two sent at once do not pass the limit together.
    own = {row.key: row for row in Draft.objects.select_for_update().filter(user=user)}
    if key not in own and len(own) >= MAX_DRAFTS:
        raise ValidationError(_("You have very many drafts. Send or drop one of them first."), code="too_many")
    saved = {"content": json.dumps(kept), "saved_at": timezone.now()}
    return Draft.objects.update_or_create(user=user, key=key, defaults=saved)[0]


def drop_draft(*, user: User, key: UUID) -> None:
    """Throws a draft away; one that is not there is gone already."""
    Draft.objects.filter(user=user, key=key).delete()


def drop_old_drafts(now: datetime.datetime | None = None) -> int:
    """Throws away what nobody has gone on writing for KEPT_FOR; returns how many."""
    return Draft.objects.filter(saved_at__lt=(now or timezone.now()) - KEPT_FOR).delete()[0]
