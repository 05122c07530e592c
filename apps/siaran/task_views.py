"""Pages of field officers: made for a phone, and for places without a network."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from apps.siaran import forms
from apps.siaran.cards import case_card
from apps.siaran.views import OneReport, OwnList, ReportAction, paged
from balai.casework.portal_forms import keyed
from balai.casework.shown import map_settings
from balai.portal.views import OperationView
from tenants.current import current_city


class Tasks(OwnList):
    """An officer's open tasks, by deadline or by how long they wait. The phone keeps the page."""

    document = "tasks"
    template_name = "siaran/tasks.html"
    kept_offline = True

    @property
    def order(self) -> str:
        return "longest_waiting" if self.request.GET.get("urut") == "lama" else "deadline"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_variables(request, **kwargs), "order": self.order.upper()}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        shown = paged(data["siaran"]["myTasks"], reverse("siaran:tasks"), "siaran:task")
        if shown["next_url"] and self.order != "deadline":
            shown["next_url"] += "&urut=lama"
        return {**shown, "order": self.order}


class FromHere(OperationView):
    """Base of what is asked from where the officer is. By POST: where someone is belongs in no address and no log."""

    login_required = True
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(self.answer())

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        try:
            return {name: float(request.POST.get(name, "")) for name in ("lat", "lon")}
        except ValueError:
            raise BadRequest(_("Send the position as lat and lon, in degrees.")) from None


@method_decorator(csrf_exempt, name="dispatch")  # it changes nothing, and a kept page's token may be stale
class TasksNear(FromHere):
    """The tasks, nearest first: a part of the list's page."""

    document = "tasks_near"
    template_name = "siaran/task_list.html"

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"cases": [_with_distance(node) for node in data["siaran"]["tasksNear"]]}


@method_decorator(csrf_exempt, name="dispatch")
class RouteFrom(FromHere):
    """The stops of the route and its map: a part of the route's page."""

    document = "task_route"
    template_name = "siaran/route_stops.html"

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        answer = data["siaran"]["taskRoute"]
        here = "{lat},{lon}".format(**self.get_variables(self.request))
        stops = [
            {
                **case_card(node, "siaran:task"),
                "position": "{lat},{lon}".format(**node["place"]),
                "metres": node["distanceM"],
            }
            for node in answer["stops"]
        ]
        return {
            "stops": stops,
            "kilometres": round(answer["metres"] / 1000, 1),
            "points": ";".join([here, *(stop["position"] for stop in stops)]),
            "map": map_settings(current_city(), here),
        }


def _with_distance(node: dict[str, Any]) -> dict[str, Any]:
    card = case_card(node, "siaran:task")
    if node["distanceM"] is not None:
        card["when"] = _("%(metres)s m away") % {"metres": node["distanceM"]}
    return card


class Route(OperationView):
    """Where the route is asked for."""

    document = "officer"
    template_name = "siaran/route.html"
    login_required = True


class Finished(OwnList):
    """What the officer has finished, with a search."""

    document = "finished_tasks"
    template_name = "siaran/finished.html"

    @property
    def text(self) -> str:
        return self.request.GET.get("cari", "").replace("\0", "").strip()[:LONGEST_SEARCH]

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_variables(request, **kwargs), "text": self.text or None}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        url = reverse("siaran:finished")
        shown = paged(data["siaran"]["finishedTasks"], url, "siaran:task")
        if shown["next_url"] and self.text:
            shown["next_url"] += "&" + urlencode({"cari": self.text})
        return {**shown, "text": self.text}


LONGEST_SEARCH = 100
STEPS: dict[str, type[django_forms.Form]] = {
    "accept_form": forms.StepForm,
    "set_out_form": forms.StepForm,
    "start_form": forms.StartForm,
    "finish_form": forms.FinishForm,
    "explain_form": forms.ExplainForm,
}


class Task(OneReport):
    """A report as its officer sees it: where, what, and the next step. The phone keeps the page."""

    template_name = "siaran/task.html"
    login_required = True
    kept_offline = True

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        context = super().get_context(data)
        own = data["siaran"]["report"]
        flags = [event["words"] for event in own["timeline"] if event["kind"] == "FLAGGED"]
        context["report"]["flags"] = flags if own["staff"] else []
        return {**context, **{name: keyed(form_class(auto_id=f"{name}_%s")) for name, form_class in STEPS.items()}}

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        report = data["siaran"]["report"]
        if not report["staff"]:
            # No task of theirs, or none any more: its own page tells who has it.
            return HttpResponseRedirect(reverse("siaran:case", args=[report["number"]]))
        return super().show(data, status, **context)


class TaskAction(Task, ReportAction):
    form_class: ClassVar[type[django_forms.Form]] = forms.StepForm
    success_page = "siaran:task"
    kept_offline = False

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        return ReportAction.show(self, data, status, **context)


class Accept(TaskAction):
    mutation = "accept_task"
    form_name = "accept_form"
    success_message = gettext_lazy("You have taken up this report.")


class SetOut(TaskAction):
    mutation = "set_out"
    form_name = "set_out_form"
    success_message = gettext_lazy("Good journey.")


class Start(TaskAction):
    mutation = "start_task"
    form_class = forms.StartForm
    form_name = "start_form"
    success_message = gettext_lazy("Work has begun.")


class Finish(TaskAction):
    mutation = "finish_task"
    form_class = forms.FinishForm
    form_name = "finish_form"
    success_message = gettext_lazy("Finished.")


class Explain(TaskAction):
    mutation = "explain_task"
    form_class = forms.ExplainForm
    form_name = "explain_form"
    success_message = gettext_lazy("Thank you. The operator reads it.")
