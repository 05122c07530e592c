"""The operator's desk: who has a case, what kind of case it is, and whether it was seen."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.models import Agency, Unit
from balai.agencies.queries import officers_of
from balai.casework import notices, queries, transitions
from balai.casework.actions.moving import STATUS_FIELDS, begin, draft, move_to, reason_for, save, wrong
from balai.casework.errors import AlreadyTaken
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Category, Classification, Kind, Severity, TimelineEntry, Visibility
from balai.casework.wording import checked, name_of_case
from balai.casework.writing import append

WORK_FIELDS = ("assigned_at", "accepted_at", "on_the_way_at", "started_at")


@transaction.atomic
def assign(*, case: Case, officer: User, actor: User, instead_of: int | None = None) -> Case:
    """Gives the case to a field officer of its agency.

    `instead_of` is the officer (id) that the operator saw in charge, None for nobody: when somebody else gave the case
    away in the meantime, the second one is told so instead of overruling unknowingly. Raises AlreadyTaken, NotAllowed,
    IllegalMove, ValidationError (officer).
    """
    row, _view, post = begin(case, "assign", actor)
    if row.agency is None:
        raise wrong("officer", _("Choose the responsible agency first."), "no_agency")
    if row.assignee_id != instead_of:
        raise AlreadyTaken(taken_text(row))
    if row.assignee_id == officer.pk:
        raise wrong("officer", _("This officer has the report already."), "unchanged")
    if not officers_of(row.agency).filter(pk=officer.pk).exists():
        raise wrong("officer", _("Choose a field officer of the responsible agency."), "not_an_officer")
    now = timezone.now()
    row.assignee, row.assigned_at = officer, now
    row.accepted_at = row.on_the_way_at = row.started_at = None
    data = {"officer": officer.pk, "instead_of": instead_of}
    [entry] = append(row, draft(post, Kind.ASSIGNED, actor, now, public=False, data=data))
    save(row, "assignee", *WORK_FIELDS)
    notices.tell_officer(row, "assigned", entry)
    return row


def taken_text(case: Case) -> str:
    """Who has the case instead, for the one who was slower."""
    if case.assignee_id is None:
        return _("The report was taken back from its officer a moment ago. Please look at it again.")
    name = queries.names_of([case.assignee_id]).get(case.assignee_id, "")
    last = TimelineEntry.objects.filter(case=case, kind__in=(Kind.ASSIGNED, Kind.ACCEPTED)).order_by("sequence").last()
    giver = queries.names_of([last.actor_id]) if last is not None else {}
    by = giver.get(last.actor_id or 0, "") if last is not None else ""
    if by and last is not None and last.actor_id != case.assignee_id:
        return _("%(by)s has given this report to %(officer)s already.") % {"by": by, "officer": name}
    return _("%(officer)s has this report already.") % {"officer": name}


@transaction.atomic
def forward(*, case: Case, agency: Agency, actor: User, reason: str, unit: Unit | None = None) -> Case:
    """Hands the case over to another agency or unit; it waits there for an officer. The reporter sees the reason.

    Raises NotAllowed, IllegalMove, ValidationError (agency, unit, reason).
    """
    row, _view, post = begin(case, "forward", actor)
    reason = checked(reason, "reason", minimum=5, missing=_("Say why the report is handed over."), maximum=500)
    if not agency.active:
        raise wrong("agency", _("This agency takes nothing new any more."), "inactive")
    if unit is not None and unit.agency_id != agency.pk:
        raise wrong("unit", _("This unit belongs to another agency."), "foreign_unit")
    if (row.agency_id, row.unit_id) == (agency.pk, unit.pk if unit else None):
        raise wrong("agency", _("The report is there already."), "unchanged")
    now = timezone.now()
    before = row.agency.name if row.agency else None
    row.agency, row.unit, row.assignee = agency, unit, None
    row.assigned_at = row.accepted_at = row.on_the_way_at = row.started_at = row.read_at = None
    row.routed_because = {"by": "person", "agency": agency.name, "reason": reason, "from": before}
    move_to(row, Status.WAITING, now)
    data = {"to": agency.name, "from": before, "unit": unit.name if unit else None}
    [entry] = append(row, draft(post, Kind.ROUTED, actor, now, words=reason, data=data))
    save(row, "agency", "unit", "assignee", "routed_because", "read_at", *WORK_FIELDS, *STATUS_FIELDS)
    notices.tell_desk(row, "arrived", entry)
    return row


@transaction.atomic
def verify(*, case: Case, actor: User, reason: str = "") -> Case:
    """The operator has looked at the case: it is real, complete and this city's. Raises NotAllowed, IllegalMove."""
    row, _view, post = begin(case, "verify", actor)
    reason = reason_for(row, transitions.move(row.module, "verify"), reason)
    now = timezone.now()
    row.read_at = row.read_at or now
    move_to(row, Status.VERIFIED, now)
    append(row, draft(post, Kind.VERIFIED, actor, now, words=reason))
    save(row, "read_at", *STATUS_FIELDS)
    return row


@transaction.atomic
def classify(
    *,
    case: Case,
    actor: User,
    category: Category | None = None,
    classification: str = "",
    severity: str = "",
    visibility: str = "",
    reason: str = "",
) -> Case:
    """Corrects what kind of case it is; what is left out stays. The clocks keep what they were set to at the receipt.

    Raises NotAllowed, IllegalMove, ValidationError (category, classification, severity, visibility, reason).
    """
    row, _view, post = begin(case, "classify", actor)
    reason = reason_for(row, transitions.move(row.module, "classify"), reason)
    if category is not None and (category.module != row.module or category.children.exists()):
        raise wrong("category", _("There is no such category (any more). Choose another."), "unknown_category")
    for field, value, known in (
        ("classification", classification, Classification.values),
        ("severity", severity, Severity.values),
        ("visibility", visibility, Visibility.values),
    ):
        if value and value not in known:
            raise wrong(field, _("There is no such choice."), "unknown")
    if visibility == Visibility.PUBLIC and row.name_hidden:
        message = _("The name is hidden, so the %(noun)s cannot be made public with it.") % {
            "noun": name_of_case(row.module)
        }
        raise wrong("visibility", message, "name_hidden")
    wanted: dict[str, Category | str] = {
        "category": category or row.category,
        "classification": classification or row.classification,
        "severity": severity or row.severity,
        "visibility": visibility or row.visibility,
    }
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        raise wrong("__all__", _("Nothing was changed."), "unchanged")
    before = row.visibility
    data = {name: [_plain(getattr(row, name)), _plain(value)] for name, value in changed.items()}
    for name, chosen in changed.items():
        setattr(row, name, chosen)
    # What was anonymous stays without its name when it is made secret.
    row.name_hidden = row.name_hidden or Visibility.ANONYMOUS in (before, row.visibility)
    append(row, draft(post, Kind.CLASSIFIED, actor, timezone.now(), public=False, words=reason, data=data))
    save(row, "name_hidden", *changed)
    return row


def _plain(value: Category | str) -> str:
    return value.slug if isinstance(value, Category) else str(value)


def mark_read(*, case: Case) -> None:
    """Staff has opened the case. Only the first time counts; it is no event of the timeline."""
    Case.objects.filter(pk=case.pk, read_at=None).update(read_at=timezone.now())
