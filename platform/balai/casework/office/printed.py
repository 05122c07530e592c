"""A case on paper, and its place for the map."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse

from balai.casework.office.case_page import CaseView
from balai.casework.wording import name_of_case
from tenants.current import current_city


class Printed(CaseView):
    """The case on paper, without the frame of the back office."""

    address = url_name = "print"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        context = {**self.facts, "city": current_city(), "desk": self.desk, "case_url": self.case_url}
        context["noun"] = name_of_case(self.case.module)
        return TemplateResponse(request, "casework/office/printed.html", context)


class Point(CaseView):
    """The case's place, for the map on its page."""

    address = url_name = "point"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        case = self.case
        features = []
        if case.lat is not None and case.lon is not None:
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
                    "properties": {"title": case.category.name, "state": case.status, "late": case.is_late},
                }
            )
        return JsonResponse({"type": "FeatureCollection", "features": features})
