"""The API's address in a city: the endpoint for programs, and GraphiQL for developers who open it in a browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from balai.graphql.http import endpoint


@csrf_exempt  # The endpoint checks for forgery itself.
def graphql(request: HttpRequest) -> HttpResponseBase:
    """GraphQL over HTTP; a browser that asks for a page gets GraphiQL where the schema may be seen."""
    opened = request.method == "GET" and not request.GET.get("query") and not request.GET.get("id")
    if (
        opened
        and settings.GRAPHQL_INTROSPECTION
        and request.get_preferred_type(["application/json", "text/html"]) == "text/html"
    ):
        return render(request, "superapp_api/graphiql.html")
    return endpoint(request)
