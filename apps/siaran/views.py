"""SIARAN's pages: for residents on any phone, and for officers at work."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from apps.siaran import forms
from apps.siaran.asset_views import near_for_form
from apps.siaran.cards import case_card, report_page
from balai.casework.portal_forms import MessageForm, RatingForm, keyed
from balai.casework.portal_views import name_place
from balai.casework.shown import map_settings
from balai.casework.visitors import COOKIE
from balai.portal.views import OperationFormView, OperationView
from tenants.current import current_city


class OneReport(OperationView):
    """Base of the pages that show one report."""

    document = "report"
    template_name = "siaran/case.html"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"number": kwargs["number"]}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        report = report_page(data["siaran"]["report"])
        return {
            "report": report,
            "following": data["siaran"]["following"],
            "map": map_settings(current_city(), report["position"], 16),
            "here_points": f"{reverse('siaran:map_points')}?bbox={{bbox}}",
            "rating_form": keyed(RatingForm()),
            "message_form": keyed(MessageForm()),
            "correct_form": forms.CorrectForm(initial={"words": report["description"]}),
        }

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        response = super().show(data, status, **context)
        if COOKIE in self.request.COOKIES:
            # A guest's page is theirs as much as an account's is.
            response["Cache-Control"] = "private, no-store"
        return response


class Case(OneReport):
    """A report's public page; its reporter rates and writes here."""


class ReportAction(OneReport, OperationFormView):
    """Base of the forms on a report's page. `form_name` is what the template calls the form."""

    form_name = "form"
    login_required = True
    success_page = "siaran:case"

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse(self.success_page, args=[payload["report"]["number"]])

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        return super().show(data, status, **{**context, self.form_name: context["form"]})


class Rate(ReportAction):
    login_required = False
    mutation = "rate_report"
    form_class = RatingForm
    form_name = "rating_form"
    success_message = gettext_lazy("Thank you for your rating.")


class Correct(ReportAction):
    login_required = False
    mutation = "correct_report"
    form_class = forms.CorrectForm
    form_name = "correct_form"
    success_message = gettext_lazy("Your report is corrected.")


class Message(ReportAction):
    login_required = False
    mutation = "add_message"
    form_class = MessageForm
    form_name = "message_form"
    success_message = gettext_lazy("Your message has been sent.")


class OwnList(OperationView):
    """One page of what the visitor has to do with."""

    login_required = True

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"after": request.GET.get("setelah") or None}


class Mine(OwnList):
    """The visitor's own reports."""

    document = "mine"
    template_name = "siaran/mine.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and request.COOKIES.get(COOKIE):
            # A guest has reports too: those that this device remembers.
            return HttpResponseRedirect(reverse("siaran:track"))
        return super().dispatch(request, *args, **kwargs)

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        return paged(data["siaran"]["myReports"], reverse("siaran:mine"), "siaran:case")


def paged(answer: dict[str, Any], url: str, page: str) -> dict[str, Any]:
    """The cards of a page and the address of the next one."""
    info = answer["pageInfo"]
    return {
        "cases": [case_card(node, page) for node in answer["nodes"]],
        "next_url": f"{url}?{urlencode({'setelah': info['endCursor']})}" if info["hasNextPage"] else "",
    }


@method_decorator(csrf_exempt, name="dispatch")  # it changes nothing, and pages without a form have no token
class Nearby(OperationView):
    """The open reports around a place, a part of the home page. Asked by POST: where someone is belongs in no log."""

    document = "nearby"
    template_name = "siaran/nearby.html"
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(self.answer())

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        try:
            return {name: float(request.POST.get(name, "")) for name in ("lat", "lon")}
        except ValueError:
            raise BadRequest(_("Send the position as lat and lon, in degrees.")) from None


@require_safe
def place(request: HttpRequest) -> HttpResponse:
    """Names what the pin of the form stands on, and the assets near it."""
    return name_place(request, near_for_form)
