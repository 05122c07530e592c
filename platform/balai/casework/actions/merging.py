"""Joining cases that are the same, and parting them again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.queries import Act
from balai.casework import notices, transitions
from balai.casework.actions import standstill
from balai.casework.actions.moving import STATUS_FIELDS, begin, draft, locked, move_to, reason_for, save, wrong
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind, Merge, Visibility
from balai.casework.queries import View
from balai.casework.wording import name_of_case
from balai.casework.writing import append


@transaction.atomic
def merge(*, case: Case, into: Case, actor: User, reason: str = "") -> Case:
    """Closes the case as a duplicate of another open one of its module, whose news its reporter gets from now on.

    Nothing of it is lost: words, photos and timeline stay where they are, and who reported it stays as hidden as it
    was. Cases that had been joined to it go along to the other one.

    Raises NotAllowed, IllegalMove, ValidationError (into, reason).
    """
    _lock(case, into.pk)
    row, view, post = begin(case, "merge", actor)
    target = locked(into)
    _check(row, target, view)
    reason = reason_for(row, transitions.move(row.module, "merge"), reason)
    now = timezone.now()
    for earlier in Merge.objects.filter(source__merged_into=row, undone_at=None).select_related("source"):
        _pass_on(earlier, row, target)
    Merge.objects.create(source=row, target=target, weight=row.weight, kept=standstill.kept(row), at=now, by=actor)
    row.merged_into = target
    target.weight += row.weight
    move_to(row, Status.DUPLICATE, now)
    [entry] = append(row, draft(post, Kind.MERGED, actor, now, words=reason, data={"into": target.number}))
    save(row, "merged_into", "weight", *STATUS_FIELDS)
    # A secret case is not named where others can read it.
    shown = row.visibility != Visibility.SECRET
    append(target, draft(post, Kind.MERGED, actor, now, public=shown, data={"source": row.number}))
    save(target, "weight")
    notices.tell_reporter(row, "merged", entry)
    return row


def _lock(case: Case, other_id: int) -> None:
    """Takes the rows in one order, so that two people who join the same two cases do not wait for each other."""
    rows = Case.objects.filter(Q(pk__in=(case.pk, other_id)) | Q(merged_into=case.pk))
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _check(case: Case, target: Case, view: View) -> None:
    if target.pk == case.pk:
        raise wrong(
            "into",
            _("This is the same %(noun)s. Give the number of the other one.") % {"noun": name_of_case(case.module)},
            "same",
        )
    if not view.standing.can(Act.ASSIGN, target.agency_id):
        raise wrong(
            "into",
            _("The other %(noun)s is with an agency that you do not work for.") % {"noun": name_of_case(case.module)},
            "forbidden",
        )
    if target.module != case.module or target.parent_id is not None:
        raise wrong("into", _("Only what is of the same kind can be joined."), "other_kind")
    if not target.is_open:
        message = _("The other %(noun)s is closed (%(status)s). Join to one that is open.")
        raise wrong("into", message % {"noun": name_of_case(case.module), "status": target.status_name}, "closed")
    if target.visibility == Visibility.SECRET and case.visibility != Visibility.SECRET:
        message = _(
            "The other %(noun)s is secret: who sent this one could not follow it. Join that one to this one."
        ) % {"noun": name_of_case(case.module)}
        raise wrong("into", message, "secret")
    if case.tasks.open().exists():
        raise wrong("into", _("This one has open tasks. Close them first, or join the other one to this one."), "tasks")


def _pass_on(earlier: Merge, case: Case, target: Case) -> None:
    """A duplicate of what becomes a duplicate itself belongs to the new one: no chain has more than one link."""
    Merge.objects.filter(pk=earlier.pk).update(target=target)
    Case.objects.filter(pk=earlier.source_id).update(merged_into=target)
    case.weight -= earlier.weight
    target.weight += earlier.weight


@transaction.atomic
def unmerge(*, case: Case, actor: User, reason: str = "") -> Case:
    """Takes a duplicate up again where it stood: status, clocks (the time in between does not count) and weight.

    Raises NotAllowed, IllegalMove, ValidationError (reason).
    """
    target_id = Case.objects.values_list("merged_into_id", flat=True).get(pk=case.pk)
    if target_id is not None:
        _lock(case, target_id)
    row, _view, post = begin(case, "unmerge", actor)
    reason = reason_for(row, transitions.move(row.module, "unmerge"), reason)
    now = timezone.now()
    merged = Merge.objects.select_for_update().get(source=row, undone_at=None)
    target = locked(Case(pk=merged.target_id))
    merged.undone_at, merged.undone_by = now, actor
    merged.save(update_fields=["undone_at", "undone_by"])
    row.merged_into = None
    standstill.go_on(row, merged.kept, merged.at, now)
    [entry] = append(row, draft(post, Kind.UNMERGED, actor, now, words=reason, data={"from": target.number}))
    save(row, "merged_into", *standstill.GONE_ON_FIELDS)
    target.weight -= merged.weight
    shown = row.visibility != Visibility.SECRET
    append(target, draft(post, Kind.UNMERGED, actor, now, public=shown, data={"source": row.number}))
    save(target, "weight")
    notices.tell_reporter(row, "unmerged", entry)
    return row
