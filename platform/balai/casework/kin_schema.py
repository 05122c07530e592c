"""What the API says of a case's ties: duplicates, tasks, its part in another city, and who else is responsible."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import graphene

from balai.casework import again, elsewhere, kin
from balai.casework.lifecycle import Status, phase_of
from balai.casework.models import Case, Kind, TimelineEntry
from balai.casework.photo_schema import CasePhoto, photo_node
from balai.casework.queries import View
from balai.graphql import DateTime, personal, sized


class CaseLink(graphene.ObjectType):
    """Another case, as far as the caller may see it."""

    number = graphene.ID(required=True)
    status_name = graphene.String(required=True)


class CaseDuplicate(graphene.ObjectType):
    """A report of the same thing that was joined to this one."""

    number = graphene.ID(required=True)
    description = graphene.String(required=True)
    received_at = DateTime(required=True)
    photos = sized(graphene.List(graphene.NonNull(CasePhoto), required=True), 4)


class CaseProgress(graphene.ObjectType):
    """How many of the tasks that the case was split into are done."""

    done = graphene.Int(required=True)
    total = graphene.Int(required=True)


class CasePart(graphene.ObjectType):
    """The part of a case that another city has, under the same number."""

    city = graphene.String(required=True)
    url = graphene.String(description="The case's page there; null while it is on its way.")


class CaseInstitution(graphene.ObjectType):
    """Who is responsible where the city is not."""

    name = graphene.String(required=True)
    phone = graphene.String(required=True)
    url = graphene.String(required=True)


class CaseTaskOf(graphene.ObjectType):
    """The report that a task is part of, for whoever has the task. Who reported it is not told."""

    description = graphene.String(required=True)
    photos = sized(graphene.List(graphene.NonNull(CasePhoto), required=True), 4)


class Ties:
    """Mixin of CaseDetail."""

    duplicate = graphene.Boolean(required=True, description="Whether it is handled together with another report.")
    merged_into = personal(graphene.Field(CaseLink, description="That other report, where the caller may see it."))
    merged = personal(
        sized(
            graphene.List(
                graphene.NonNull(CaseDuplicate), required=True, description="As far as each is for the caller."
            ),
            kin.MAX_SHOWN,
        )
    )
    earlier = personal(
        graphene.Field(
            CaseLink,
            description="The closed report that this one comes after. Null where the caller may not see it, or where "
            "either hides a reporter whom the caller may not know.",
        )
    )
    later = personal(
        sized(
            graphene.List(
                graphene.NonNull(CaseLink),
                required=True,
                description="Those by which it was reported again, newest first, under the same rule as `earlier`.",
            ),
            again.MAX_SHOWN,
        )
    )
    progress = graphene.Field(CaseProgress, description="Null where the case was not split.")
    from_city = graphene.Field(CasePart, description="The city that handed it over to this one.")
    to_city = graphene.Field(CasePart, description="The city that has it now; here it can only be read.")
    responsible = graphene.Field(CaseInstitution, description="Named when it was closed as not the city's.")
    edited_at = DateTime(description="When the description was last corrected.")
    task_of = personal(graphene.Field(CaseTaskOf, description="Null where the case is no task."))


def ties(view: View, asked: Collection[str], entries: Sequence[TimelineEntry]) -> dict[str, Any]:
    """The fields of Ties that were asked for. Each costs statements only where there is something to tell."""
    case = view.case
    found: dict[str, Any] = {"duplicate": case.merged_into_id is not None, "merged": [], "later": []}
    if "merged_into" in asked and (other := kin.merged_into(view)) is not None:
        found["merged_into"] = _link(other)
    if "earlier" in asked and (other := again.before(view)) is not None:
        found["earlier"] = _link(other)
    if "later" in asked:
        found["later"] = [_link(each) for each in again.after(view)]
    if "merged" in asked and case.weight > 1:
        found["merged"] = [_duplicate(each) for each in kin.merged(view)]
    if "progress" in asked and case.parent_id is None and case.status not in (Status.WAITING, Status.VERIFIED):
        found["progress"] = kin.progress(case)
    for name, part in (("from_city", elsewhere.part_from), ("to_city", elsewhere.part_to)):
        if name in asked:
            found[name] = part(case)
    if "task_of" in asked and view.is_staff and (parent := kin.task_of(case)) is not None:
        photos = [photo_node(photo) for photo in kin.photos_of_report(parent)]
        # A task is due when the report is that it is part of.
        found |= {"due_at": parent.due_at if case.is_open else None, "late": parent.is_late and case.is_open}
        found["task_of"] = {"description": parent.description, "photos": photos}
    told = _last(entries, lambda entry: entry.kind == Kind.NOT_OURS)
    found["responsible"] = told.data.get("institution") if told and case.status == Status.NOT_OURS else None
    edited = _last(entries, lambda entry: entry.kind == Kind.EDITED and entry.data.get("of") == 1)
    found["edited_at"] = edited.at if edited else None
    return found


def _last(entries: Sequence[TimelineEntry], fits: Callable[[TimelineEntry], bool]) -> TimelineEntry | None:
    return next((entry for entry in reversed(entries) if fits(entry)), None)


def _link(case: Case) -> dict[str, Any]:
    return {"number": case.number, "status_name": phase_of(case.status).label}


def _duplicate(joined: kin.Joined) -> dict[str, Any]:
    case: Case = joined.case
    return {
        "number": case.number,
        "description": case.description,
        "received_at": case.received_at,
        "photos": [photo_node(photo) for photo in joined.photos],
    }
