"""One move with many cases: each is judged for itself, wholly done or not at all, and never twice."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from balai.accounts.models import User
from balai.audit.actions import record
from balai.casework.errors import CaseError
from balai.casework.models import BulkItem, BulkRun, Case
from balai.casework.queries import with_relations

MAX_CASES = 500
KEPT_DAYS = 30


def run(
    *,
    key: UUID,
    module: str,
    move: str,
    cases: Sequence[int],
    actor: User,
    act: Callable[[Case], Any],
) -> BulkRun:
    """Makes the move with each case (by id), `act` being the action for one. At most MAX_CASES.

    The same key once more goes on where it was cut off and does nothing twice; somebody else's key is refused with
    PermissionError. What `act` refuses is kept in the item's words.
    """
    made, is_new = BulkRun.objects.get_or_create(
        key=key, defaults={"module": module, "move": move, "actor": actor, "at": timezone.now()}
    )
    if (made.actor_id, made.module, made.move) != (actor.pk, module, move):
        raise PermissionError("another one's bulk run")
    if is_new:
        old = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
        BulkRun.objects.filter(actor=actor, at__lt=old).delete()
        record("casework.bulk", f"{module}:{move}", actor=actor, run=str(key), cases=len(cases[:MAX_CASES]))
    seen = set(made.items.values_list("case_id", flat=True))
    for pk in cases[:MAX_CASES]:
        if pk not in seen:
            _one(made, pk, act)
    return made


def _one(made: BulkRun, pk: int, act: Callable[[Case], Any]) -> None:
    try:
        with transaction.atomic():
            case = with_relations(Case.objects.all()).get(pk=pk)
            # First, so that a second sender of the same form waits here and is turned away.
            try:
                with transaction.atomic():
                    BulkItem.objects.create(run=made, case=case, done=True)
            except IntegrityError:
                return
            act(case)
    except ValidationError as fault:
        refused = " ".join(fault.messages)
    except CaseError as fault:
        refused = str(fault)
    else:
        return
    BulkItem.objects.get_or_create(run=made, case_id=pk, defaults={"done": False, "words": refused[:500]})
