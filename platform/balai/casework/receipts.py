"""Doing once what is sent more than once: a phone without a network does not know whether its request has arrived."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.casework.guests import Guest
from balai.casework.models import Case, Receipt

KEPT_DAYS = 90
"""Longer than any phone keeps what it could not send."""
DROPPED_AT_ONCE = 5_000


def once(*, actor: User | Guest, key: UUID | None, act: str, case: Case, do: Callable[[], Case]) -> Case:
    """Does it, unless this person has had it done for this key already; answers the case as it is.

    A guest is nobody, so their receipts are the case's: only the holder of its tracking code may get here. Two requests
    with one key at the same time: the second waits for the first. What fails leaves no receipt. Raises what `do`
    raises, and ValidationError for a key that stands for another act.
    """
    if key is None:
        return do()
    whose: dict[str, Any] = {"actor": None, "case": case} if isinstance(actor, Guest) else {"actor": actor}
    with transaction.atomic():
        receipt, first = Receipt.objects.get_or_create(**whose, key=key, defaults={"act": act, "case": case})
        if first:
            return do()
        if (receipt.act, receipt.case_id) != (act, case.pk):
            message = _("This key was used for something else. Please open the page again.")
            raise ValidationError(message, code="key_reused")
    return Case.objects.get(pk=case.pk)


def drop_old(now: datetime.datetime | None = None) -> int:
    """Removes receipts that no phone can ask for any more; returns how many."""
    limit = (now or timezone.now()) - datetime.timedelta(days=KEPT_DAYS)
    old = Receipt.objects.filter(at__lt=limit).order_by("at").values_list("pk", flat=True)[:DROPPED_AT_ONCE]
    return Receipt.objects.filter(pk__in=list(old)).delete()[0]
