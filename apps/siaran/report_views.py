"""The pages on which residents report: the form with what it asks and compares, the receipt, and following without an
account."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import urlize
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from apps.siaran import forms
from apps.siaran.cards import case_card
from apps.siaran.views import OneReport, ReportAction
from balai.casework import numbers, portal_views, visitors
from balai.casework.portal_forms import TrackForm
from balai.casework.queries import number_prefix, options_of
from balai.casework.shown import map_settings
from balai.portal.operation_view import run, shipped_document
from balai.portal.queue import from_queue
from balai.portal.views import OperationFormView, OperationView
from tenants.current import current_city
from tenants.modules import module_options

CODES_KEPT = "siaran.codes"
COMPARED = ("category", "description", "lat", "lon", "village", "landmark")
"""The fields by which reports are compared."""
CODE_SHOWN_SECONDS = 15 * 60
"""How long the receipt of a guest's report shows its code, should the page be loaded again."""


class ReportForm(OperationFormView):
    """The report form. Everything works without JavaScript and without a map."""

    document = "report_form"
    mutation = "submit_report"
    form_class = forms.ReportForm
    template_name = "siaran/report.html"
    code = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and not options_of("siaran").guests:
            return self.to_sign_in()
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, answer: dict[str, Any], **kwargs: Any) -> django_forms.Form:
        form = super().get_form(answer, **kwargs)
        assert isinstance(form, forms.ReportForm)
        required = bool(module_options("siaran").photos_required)
        form.offer(answer["siaran"]["categories"], answer["areas"], photos_required=required)
        chosen = self.request.POST.get("category") or self.request.GET.get("kategori", "")
        if chosen:
            form.ask(asked_of(self.request, chosen))
        return form

    def get_initial(self, answer: dict[str, Any]) -> dict[str, Any]:
        chosen = self.request.GET.get("kategori", "")
        asset = self.request.GET.get("aset", "")[:90]
        return {"category": chosen, "asked": chosen, "asset": asset, **self.get_earlier()}

    def get_earlier(self) -> dict[str, Any]:
        """Where the report with the number `dari` was, for whoever reports it again."""
        number = numbers.parse(self.request.GET.get("dari", "")[:40], number_prefix())
        result = (
            run(shipped_document("siaran/report", ReportForm), {"number": number}, self.request) if number else None
        )
        if result is None or result.errors or not result.data:
            return {}
        place = result.data["siaran"]["report"]["place"]
        return {"earlier": number, **{name: place[name] for name in ("lat", "lon", "landmark")}}

    def get_mutation_variables(self, form: django_forms.Form, **kwargs: Any) -> dict[str, Any]:
        assert isinstance(form, forms.ReportForm)
        found = super().get_mutation_variables(form, **kwargs)
        # Public is what the form offers first: where the category is more careful, its own holds.
        visibility = form.cleaned_data["visibility"]
        careful = visibility if visibility in ("ANONYMOUS", "SECRET") else None
        return found | {
            "visibility": careful,
            "answers": form.answers(),
            # What waited on the phone for a network is sent by itself: nobody is there to compare.
            "unlessReported": not (form.cleaned_data["looked"] or from_queue(self.request)),
        }

    def look_at(self, form: django_forms.Form, payload: dict[str, Any]) -> None:
        self.code = payload.get("code") or ""
        self.emergency_phone = payload.get("emergencyPhone") or ""
        self.show_alike(form, payload.get("duplicates") or [])

    def refuse(self, data: dict[str, Any], form: django_forms.Form) -> HttpResponseBase:
        # Whatever is to be mended, what is alike is shown along with it: nobody is stopped twice.
        given = {name: form.cleaned_data.get(name) for name in COMPARED}
        if not (self.alike or form.cleaned_data.get("looked") or from_queue(self.request)) and all(
            given[name] for name in ("category", "description")
        ):
            result = run(shipped_document("siaran/alike", ReportForm), given, self.request)
            self.show_alike(form, result.data["siaran"]["likelyDuplicates"] if result.data else [])
        return super().refuse(data, form)

    def show_alike(self, form: django_forms.Form, nodes: list[dict[str, Any]]) -> None:
        self.alike = [case_card(node) for node in nodes]
        if self.alike:
            form.add_error(None, _("This has perhaps been reported already. Please look at the reports below."))

    alike: list[dict[str, Any]] = []
    emergency_phone = ""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, **kwargs)
        if self.code:
            visitors.remember(request, response, self.code)
        return response

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        place_url = reverse("siaran:place") + "?lat={lat}&lon={lon}"
        return {
            "map": map_settings(current_city()),
            "place_url": place_url,
            "stops": [item for item in data["siaran"]["categories"] if item["stop"]],
            "alike": self.alike,
            "emergency_phone": self.emergency_phone,
        }

    def get_success_url(self, payload: dict[str, Any]) -> str:
        number = payload["report"]["number"]
        if self.code:
            self.request.session[CODES_KEPT] = {number: [self.code, int(time.time())]}
        return reverse("siaran:sent", args=[number])

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        form = context["form"]
        if form.is_bound:
            _link_addresses(form)
            # What is shown now has been asked and compared when the form comes back.
            form.data = form.data.copy()
            form.data["asked"] = form.data.get("category", "")
            if self.alike:
                form.data["looked"] = "1"
        return super().show(data, status, **context)


def _link_addresses(form: django_forms.Form) -> None:
    """A place in a neighbour city is refused with that city's address: as a link, not only as text."""
    for error in form.errors.as_data().get("place", []):
        error.message = mark_safe(urlize(str(error.message), autoescape=True))  # noqa: S308 - urlize escapes


def asked_of(request: HttpRequest, category: str) -> list[dict[str, Any]]:
    """The API's questions of a category."""
    result = run(shipped_document("siaran/questions", ReportForm), {"category": category[:60]}, request)
    return result.data["siaran"]["questions"] if result.data else []


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The questions of the `category`, put into the form when it is chosen."""
    category = request.GET.get("category", "")
    form = forms.ReportForm(initial={"asked": category})
    form.ask(asked_of(request, category))
    return render(request, "siaran/questions.html", {"form": form})


@method_decorator(csrf_exempt, name="dispatch")  # it changes nothing
class Alike(OperationView):
    """Reports that are probably about the same, put into the form. By POST: where someone is belongs in no log."""

    document = "alike"
    template_name = "siaran/alike.html"
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(self.answer())

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        given = {name: request.POST.get(name, "")[:2000] for name in ("category", "description", "village", "landmark")}
        return {**given, "lat": _degrees(request.POST.get("lat", "")), "lon": _degrees(request.POST.get("lon", ""))}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"alike": [case_card(node) for node in data["siaran"]["likelyDuplicates"]]}


def _degrees(text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if len(text) < 30 else None
    except ValueError:
        return None


class Sent(OneReport):
    """Tells the reporter that the report has arrived, and its number; a guest also the tracking code."""

    template_name = "siaran/sent.html"

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        if not data["siaran"]["report"]["mine"]:
            raise Http404("somebody else's receipt")
        number = data["siaran"]["report"]["number"]
        code, at = self.request.session.get(CODES_KEPT, {}).get(number, ("", 0))
        return super().get_context(data) | {"code": code if time.time() - at < CODE_SHOWN_SECONDS else ""}


class Support(ReportAction):
    """ "Me too"."""

    login_required = False
    mutation = "support_report"
    form_class = forms.NoFields
    success_message = gettext_lazy("You have joined this report. Its news come to you too.")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and not request.session.session_key:
            request.session.create()
        return super().post(request, **kwargs)


class Withdraw(ReportAction):
    login_required = False
    mutation = "withdraw_support"
    form_class = forms.NoFields
    success_message = gettext_lazy("You have left this report.")


class Track(portal_views.Track):
    """Leads to a report by its number, and by its tracking code."""

    mutation, claim, held_document = "open_report", "claim_report", "guest_reports"
    page_document, page_name, payload_field = "report", "siaran:case", "report"
    form_class = TrackForm
    template_name = "siaran/track.html"

    def held(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        return [case_card(node) for node in data["siaran"]["guestReports"]]


@require_POST
def forget_reports(request: HttpRequest) -> HttpResponse:
    """Forgets the guest's reports on this device."""
    return portal_views.forgotten(request, "siaran:track", CODES_KEPT)
