"""Portal pages that modules with cases share: following a case by its number and tracking code, and naming the place
under the pin of a form's map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from balai.casework import numbers, tracking, visitors
from balai.casework.queries import number_prefix
from balai.geography import queries as geography
from balai.geography.distance import BadCoordinates
from balai.portal.operation_view import run, shipped_document
from balai.portal.views import OperationFormView
from tenants.current import current_city


class Track(OperationFormView):
    """Leads from a number that someone typed to the page of the case; with its tracking code, to a guest's own.

    A module names its page of one case (`page_name`), the documents that read one (`page_document`), open one for a
    visitor (`mutation`), make it an account's own (`claim`) and list what this browser holds (`held_document`), and
    what the payload calls a case.
    """

    page_name: ClassVar[str]
    page_document: ClassVar[str]
    claim: ClassVar[str]
    held_document: ClassVar[str]
    payload_field: ClassVar[str]

    def held(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """The cards of what this browser holds the codes of, from the data of `held_document`."""
        raise NotImplementedError

    def mutation_document(self) -> Any:
        # Whoever is signed in keeps the case: it becomes their own.
        return shipped_document(self.claim if self.request.user.is_authenticated else self.mutation, type(self))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        typed = request.GET.get("nomor", "")[:40].strip()
        number = numbers.parse(typed, number_prefix())
        if number is not None:
            result = run(shipped_document(self.page_document, type(self)), {"number": number}, request)
            if not result.errors:
                return HttpResponseRedirect(reverse(self.page_name, args=[number]))
        form = self.form_class(initial={"number": typed})
        return self.show({}, status=404 if typed else 200, form=form, typed=typed)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, **kwargs)
        if response.status_code == 303 and not request.user.is_authenticated:
            visitors.remember(request, response, tracking.parse(request.POST["code"]) or "")
        return response

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.request.user.is_authenticated:
            return {}
        result = run(shipped_document(self.held_document, type(self)), {}, self.request)
        return {"cases": self.held(result.data) if result.data else []}

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse(self.page_name, args=[payload[self.payload_field]["number"]])


def forgotten(request: HttpRequest, back_to: str, codes_kept: str) -> HttpResponse:
    """Takes every guest's case out of this browser's memory: for a device that others use too."""
    response = HttpResponseRedirect(reverse(back_to))
    visitors.forget(response)
    request.session.pop(codes_kept, None)
    return response


def name_place(
    request: HttpRequest, assets: Callable[[float, float], list[dict[str, str]]] | None = None
) -> JsonResponse:
    """Names the kelurahan at `lat`, `lon` of the address, or says that it is not in the city; `assets` finds what of
    the city's is near."""
    try:
        lat, lon = float(request.GET.get("lat", "")), float(request.GET.get("lon", ""))
        found = geography.locate(lat, lon)
    except (ValueError, BadCoordinates):
        return JsonResponse({"text": ""}, status=400)
    city = current_city()
    if not found.outside and found.village and found.district:
        near = {"assets": assets(lat, lon)} if assets is not None else {}
        return JsonResponse({"text": f"{found.village.name}, {found.district.name}", "outside": False, **near})
    if found.neighbour is not None:
        text = _("This place is in %(neighbour)s, not in %(city)s.")
        values = {"neighbour": found.neighbour.name, "city": city.name}
        return JsonResponse({"text": text % values, "outside": True, "url": found.neighbour.url})
    return JsonResponse({"text": _("This place is not in %(city)s.") % {"city": city.name}, "outside": True})
