"""What staff do with a case that ties it to others."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from balai.accounts.models import User
from balai.casework import actions
from balai.casework.actions import Order
from balai.casework.models import Case
from balai.casework.office.move_forms import InternalReasonForm, ReasonForm
from balai.casework.office.moves import StaffMove
from balai.casework.office.ties_forms import (
    HandOverForm,
    MergeForm,
    NotOursForm,
    SplitForm,
)
from balai.casework.queries import case_for
from tenants.models import City


def merge(*, case: Case, actor: User, number: str, reason: str) -> Case:
    """Joins the case to the one with this number, as the operator typed it. Raises what actions.merge does."""
    try:
        return actions.merge(case=case, into=case_for(actor, number, module=case.module), actor=actor, reason=reason)
    except ValidationError as fault:
        raise at_fields(fault, {"into": "number"}) from fault


def split(*, case: Case, actor: User, orders: Sequence[Order]) -> list[Case]:
    """Gives out the tasks; what is wrong with one is said at its own fields."""
    try:
        return actions.split(case=case, orders=orders, actor=actor)
    except ValidationError as fault:
        order = next(
            (error.params["order"] for errors in fault.error_dict.values() for error in errors if error.params), 0
        )
        row = order + 1
        raise at_fields(
            fault, {"words": f"words_{row}", "agency": f"who_{row}", "unit": f"who_{row}", "officer": f"officer_{row}"}
        ) from fault


def hand_over(
    *,
    case: Case,
    actor: User,
    city: City,
    place: tuple[float, float] | None,
    reason: str,
    notes: Sequence[int] = (),
) -> Case:
    """Hands the case over with the point that was typed, if any."""
    lat, lon = place or (None, None)
    return actions.hand_over(case=case, city=city, actor=actor, reason=reason, lat=lat, lon=lon, notes=notes)


def at_fields(fault: ValidationError, fields: dict[str, str]) -> ValidationError:
    """The same mistakes at the fields of the form."""
    return ValidationError({fields.get(name, name): errors for name, errors in fault.error_dict.items()})


TIES_MOVES = (
    StaffMove(
        "split",
        SplitForm,
        split,
        gettext_lazy("Split into tasks"),
        gettext_lazy("Give out the tasks"),
        gettext_lazy("The tasks are given out. Their agencies have been told."),
    ),
    StaffMove(
        "merge",
        MergeForm,
        merge,
        gettext_lazy("Join to another one"),
        gettext_lazy("It is the same: join them"),
        gettext_lazy("They are joined. Everyone who sent one gets the news from now on."),
    ),
    StaffMove(
        "unmerge",
        ReasonForm,
        actions.unmerge,
        gettext_lazy("Part from the other one"),
        gettext_lazy("Part them"),
        gettext_lazy("It stands on its own again, where it stood before."),
    ),
    StaffMove(
        "not_ours",
        NotOursForm,
        actions.not_ours,
        gettext_lazy("Not our authority"),
        gettext_lazy("Close as not ours"),
        gettext_lazy("It is closed as not ours. Whoever sent it has been told."),
    ),
    StaffMove(
        "transfer",
        HandOverForm,
        hand_over,
        gettext_lazy("Hand over to another city"),
        gettext_lazy("Hand over to this city"),
        gettext_lazy("The report is on its way to the other city."),
    ),
    StaffMove(
        "send_back",
        ReasonForm,
        actions.send_back,
        gettext_lazy("Return to the city that sent it"),
        gettext_lazy("Return"),
        gettext_lazy("The report goes back to the city that sent it."),
    ),
    StaffMove(
        "cancel_task",
        InternalReasonForm,
        actions.cancel_task,
        gettext_lazy("Cancel the task"),
        gettext_lazy("Cancel the task"),
        gettext_lazy("The task is cancelled. Whoever gave it out has been told."),
    ),
)
