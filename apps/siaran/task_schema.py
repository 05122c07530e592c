"""An officer's work in the API: the tasks in several orders, and the acts on the spot, each done once for its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.siaran.public_schema import CaseCardPage
from apps.siaran.queries import MODULE
from apps.siaran.showing import report_for, shown
from balai.agencies.queries import Act
from balai.casework import actions as casework
from balai.casework import field_work, receipts
from balai.casework import queries as cases
from balai.casework.callers import person, standing
from balai.casework.card_schema import OF_THE_REPORT, CaseCard, card, card_rows
from balai.casework.evidence import Device
from balai.casework.models import Case
from balai.casework.schema import CaseDetail
from balai.graphql import UUID, ConnectionField, DateTime, UserError, page, personal, sized
from balai.graphql import Mutation as BaseMutation

ORDERS = {"deadline": ("due", "id"), "longest_waiting": ("received_at", "id")}
OF_A_TASK = ("unit_id", *OF_THE_REPORT)
TaskOrder = graphene.Enum(
    "TaskOrder",
    [(name.upper(), name) for name in ORDERS],
    description=lambda value: "In which order tasks come." if value is None else None,
)
PLACE = {
    "lat": graphene.Float(required=True, description="Where the officer is, in degrees (WGS 84). Kept nowhere."),
    "lon": graphene.Float(required=True),
}


class TaskArguments:
    """What every act on the spot takes."""

    number = graphene.ID(required=True)
    key = UUID(description="Chosen by the client, once for each act: sent again, nothing is done again.")
    at_device = DateTime(description="When it was done by the phone's clock, where it is told later.")
    device_lat = graphene.Float(description="Where the phone was; compared with the report's place and not kept.")
    device_lon = graphene.Float()
    device_accuracy = graphene.Float(description="Metres.")


class TaskRoute(graphene.ObjectType):
    """Tasks in the order of going there."""

    stops = sized(
        graphene.List(graphene.NonNull(CaseCard), required=True, description="`distanceM` is from the stop before."),
        field_work.MAX_STOPS,
    )
    metres = graphene.Int(required=True, description="Of the whole way, as the crow flies.")


class TaskQuery:
    """Fields of the module's Query. FORBIDDEN for anyone who is not a field officer."""

    officer = personal(
        graphene.Boolean(required=True, description="Whether the caller is a field officer, so that myTasks is theirs.")
    )
    my_tasks = personal(
        ConnectionField(
            CaseCardPage,
            order=TaskOrder(default_value="longest_waiting"),
            description="An officer's open tasks: the officer's own and those of their unit first.",
        )
    )
    tasks_near = personal(
        sized(
            graphene.List(
                graphene.NonNull(CaseCard), required=True, **PLACE, description="An officer's tasks, nearest first."
            ),
            field_work.MAX_NEAREST,
        )
    )
    task_route = personal(
        graphene.Field(TaskRoute, required=True, **PLACE, description="A short way through the officer's own tasks.")
    )
    finished_tasks = personal(
        ConnectionField(CaseCardPage, text=graphene.String(), description="What the officer finished, newest first.")
    )

    @staticmethod
    def resolve_officer(_root: Any, info: Any) -> bool:
        return standing(info).agencies(Act.WORK) != frozenset()

    @staticmethod
    def resolve_my_tasks(
        _root: Any, info: Any, first: int, after: str | None = None, order: str = "longest_waiting"
    ) -> dict[str, Any]:
        name, units = getattr(order, "value", order), standing(info).units(Act.WORK)
        tasks = field_work.own_first(field_work.by_deadline(_tasks(info)), person(info), units)
        found = card_rows(tasks, "due", "others", *OF_A_TASK)
        # Who is of no unit has nothing to put first.
        keys = ("others", *ORDERS[name]) if units else ORDERS[name]
        return page(found, order=keys, first=first, after=after, row=_own(info))

    @staticmethod
    def resolve_tasks_near(_root: Any, info: Any, lat: float, lon: float) -> list[dict[str, Any]]:
        rows = card_rows(_tasks(info), *OF_A_TASK).order_by("received_at", "id")[: field_work.MAX_TASKS]
        return [*map(_own(info), field_work.nearest(rows, lat, lon)[: field_work.MAX_NEAREST])]

    @staticmethod
    def resolve_task_route(_root: Any, info: Any, lat: float, lon: float) -> dict[str, Any]:
        _tasks(info)
        own = field_work.own_tasks(person(info), MODULE, standing=standing(info))
        rows = card_rows(own, *OF_A_TASK).order_by("received_at", "id")[: field_work.MAX_TASKS]
        stops, metres = field_work.route(rows, lat, lon)
        return {"stops": [*map(_own(info), stops)], "metres": metres}

    @staticmethod
    def resolve_finished_tasks(
        _root: Any, info: Any, first: int, after: str | None = None, text: str | None = None
    ) -> dict[str, Any]:
        _tasks(info)
        found = card_rows(field_work.finished_by(person(info), MODULE, text or ""), "unit_id")
        return page(found, order=("-done_at", "-id"), first=first, after=after, row=_own(info))


def _own(info: Any) -> Callable[[Any], dict[str, Any]]:
    """Makes the cards of an officer's rows."""
    units = standing(info).units(Act.WORK)
    return lambda row: card(row, own=True, units=units)


def _tasks(info: Any) -> Any:
    user = person(info)
    if not TaskQuery.resolve_officer(None, info):
        raise UserError(_("Only field officers have tasks. Ask your agency if you should be one."), "FORBIDDEN")
    return cases.tasks_of(user, MODULE, standing=standing(info))


def _once(info: Any, act: str, number: str, told: dict[str, Any], do: Callable[..., Case]) -> dict[str, Any]:
    """Does an act once for its key and answers the report as the caller sees it."""
    case, actor = report_for(info, number), person(info)
    device = Device(
        lat=told.get("device_lat"),
        lon=told.get("device_lon"),
        accuracy_m=told.get("device_accuracy") or 0.0,
        at=told.get("at_device"),
    )
    done = receipts.once(
        actor=actor, key=told.get("key"), act=act, case=case, do=lambda: do(case=case, actor=actor, device=device)
    )
    return shown(info, done)


class OfOneReport(BaseMutation):
    """Base of the mutations that do something with one report and answer it."""

    class Meta:
        abstract = True

    sign_in = True


class AcceptTask(OfOneReport):
    """The officer takes the report up: one that was given to them, or one of their agency that nobody has."""

    Arguments = TaskArguments

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, **told: Any) -> AcceptTask:
        return cls(report=_once(info, "accept", number, told, casework.accept))


class SetOut(OfOneReport):
    """The officer is on the way."""

    Arguments = TaskArguments

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, **told: Any) -> SetOut:
        return cls(report=_once(info, "on_the_way", number, told, casework.on_the_way))


class StartTask(OfOneReport):
    """The officer has begun on the spot, perhaps with photos of what they found."""

    class Arguments(TaskArguments):
        photos = graphene.List(graphene.NonNull(UUID), default_value=[])

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, photos: list[Any], **told: Any) -> StartTask:
        def do(**known: Any) -> Case:
            return casework.start(photo_ids=photos or [], **known)

        return cls(report=_once(info, "start", number, told, do))


class FinishTask(OfOneReport):
    """The officer has finished: what was done, and one to four photos of it."""

    class Arguments(TaskArguments):
        words = graphene.String(required=True)
        photos = graphene.List(graphene.NonNull(UUID), required=True)
        without_tasks = graphene.String(
            default_value="", description="Why it ends although tasks of it are open: they are cancelled."
        )

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(
        cls, info: Any, number: str, words: str, photos: list[Any], without_tasks: str | None = "", **told: Any
    ) -> FinishTask:
        def do(**known: Any) -> Case:
            return casework.finish(words=words, photo_ids=photos, without_tasks=without_tasks or "", **known)

        return cls(report=_once(info, "finish", number, told, do))


class ExplainTask(OfOneReport):
    """The officer says why the evidence does not fit; colleagues read it."""

    class Arguments(TaskArguments):
        words = graphene.String(required=True)

    report = graphene.Field(CaseDetail)

    @classmethod
    def perform(cls, info: Any, number: str, words: str, **told: Any) -> ExplainTask:
        def do(*, case: Case, actor: Any, device: Device) -> Case:
            if case.assignee_id != actor.pk:
                raise ValidationError(_("Only the officer of this task explains it."), code="not_yours")
            return casework.add_note(case=case, actor=actor, words=words)

        return cls(report=_once(info, "explain", number, told, do))


class TaskMutation:
    """Fields of the module's Mutation."""

    siaran_accept_task = AcceptTask.Field()
    siaran_set_out = SetOut.Field()
    siaran_start_task = StartTask.Field()
    siaran_finish_task = FinishTask.Field()
    siaran_explain_task = ExplainTask.Field()
