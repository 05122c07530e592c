"""Joining a case instead of reporting it again ("me too"), and leaving it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.accounts.models import User
from balai.casework import guests
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.models import CHANGES, Case, Kind, Supporter
from balai.casework.queries import view_of
from balai.casework.wording import name_of_case
from balai.casework.writing import SYSTEM, Draft, append

MILESTONES = frozenset({2, 3, 5, 10, 25, 50, 100, 250, 500, 1000})
"""Weights that the timeline tells of; who joined is nobody's business."""
WEIGHED = (
    *("number", "module", "reporter", "access_digest", "parent", "closed_at", "visibility", "weight"),
    *("timeline_length", "timeline_head"),
)


def sentence(data: Mapping[str, Any]) -> str:
    """What a milestone says on the timeline."""
    message = ngettext("%(count)d resident is behind it.", "%(count)d residents are behind it.", data["weight"])
    return message % {"count": data["weight"]}


def support_of(case: Case, person: User | Guest | None) -> Supporter | None:
    """The person's support of the case, if they have joined it."""
    return Supporter.objects.filter(_self(person), case=case).first() if _is_somebody(person) else None


def may_support(case: Case, person: User | Guest | None) -> bool:
    """Whether the person could join: not their own case, not a closed one, and one that is shown to all."""
    return case.is_open and case.is_shown_to_all and not view_of(case, person).is_reporter


@transaction.atomic
def support(*, case: Case, person: User | Guest) -> Case:
    """Joins the case: from now on the person is told what its reporter is told, and it weighs one more.

    Joining twice changes nothing. Raises NotAllowed for one's own, a closed or a secret case, ValidationError for a
    guest from whose address too many joined.
    """
    row = _weighed(case)
    if _is_own(row, person):
        raise NotAllowed(_("This is your own %(noun)s.") % {"noun": name_of_case(row.module)})
    if not (row.is_open and row.is_shown_to_all):
        raise NotAllowed(
            _("This %(noun)s can no longer be joined. Please send one of your own.")
            % {"noun": name_of_case(row.module)}
        )
    if not _is_somebody(person):
        raise NotAllowed(_("Your browser does not keep cookies, so we could not count you once."))
    # The case is locked: whoever joins it at the same time waits, so look and write cannot be torn apart.
    if support_of(row, person) is not None:
        return row
    if isinstance(person, Guest):
        guests.count_support(person)
    values: dict[str, Any] = {"session": person.session} if isinstance(person, Guest) else {"user": person}
    Supporter.objects.create(case=row, **values)
    return _weigh(row, 1)


@transaction.atomic
def withdraw(*, case: Case, person: User | Guest) -> Case:
    """Leaves a case that the person had joined. Leaving twice changes nothing."""
    row = _weighed(case)
    joined = support_of(row, person)
    if joined is None:
        return row
    joined.delete()
    return _weigh(row, -1)


def _weighed(case: Case) -> Case:
    """The case as it is now, locked until the transaction ends, with no more than joining asks for: the rest is loaded
    when somebody looks at it. Rows that only point at it can be written meanwhile."""
    return Case.objects.select_for_update(no_key=True).only(*WEIGHED).get(pk=case.pk)


def _weigh(row: Case, more: int) -> Case:
    row.weight += more
    fields = ["weight"]
    if more > 0 and row.weight in MILESTONES and not _told(row):
        append(row, Draft(Kind.SUPPORTED, timezone.now(), SYSTEM, data={"weight": row.weight}))
        fields += ["timeline_length", "timeline_head"]
    row.save(update_fields=fields)
    CHANGES.changed()
    return row


def _is_own(row: Case, person: User | Guest) -> bool:
    """Whether the person reported it: what View.is_reporter says, without asking for the person's posts."""
    if isinstance(person, Guest):
        return bool(row.access_digest) and row.access_digest in person.digests
    return row.reporter_id == person.pk


def _told(row: Case) -> bool:
    """Whether the timeline tells of this weight already: people leave and join again."""
    return row.timeline.filter(kind=Kind.SUPPORTED, data__weight=row.weight).exists()


def _is_somebody(person: User | Guest | None) -> bool:
    return bool(person.session_key) if isinstance(person, Guest) else isinstance(person, User)


def _self(person: User | Guest | None) -> Q:
    return Q(session=person.session) if isinstance(person, Guest) else Q(user=person, session="")


def cases_supported_by(person: User | Guest, module: str) -> object:
    """The cases that the person has joined."""
    return Case.objects.filter(_joined(person), module=module).order_by(F("received_at").desc(), "-id")


def _joined(person: User | Guest) -> Q:
    if isinstance(person, Guest):
        return Q(supporters__session=person.session)
    return Q(supporters__user=person, supporters__session="")
