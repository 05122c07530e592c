"""Whether the timeline of a report is as it was written, for everyone who sees the report."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from balai.portal.views import OperationView


class Chain(OperationView):
    document = "chain"
    template_name = "siaran/chain.html"
    required = ("siaran.report",)

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"number": kwargs["number"]}
