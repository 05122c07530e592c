"""Runs a document against the suite's schema: the one door for the HTTP endpoint and for the portal's pages."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from graphql import ExecutionResult, GraphQLSchema
from graphql import execute as graphql_execute
from graphql.language import OperationType

from balai.graphql.documents import Document, documents
from balai.graphql.errors import RequestError, public
from balai.graphql.limits import Limits

if TYPE_CHECKING:
    from tenants.models import City

T = TypeVar("T")

DEFAULT_LIMITS = Limits()


class Context:
    """`info.context` of every resolver: who asks, in which city, and what this request has already fetched."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self._kept: dict[Any, Any] = {}

    @property
    def user(self) -> Any:
        """The signed-in User or AnonymousUser."""
        return self.request.user

    @property
    def city(self) -> City:
        """The city of the request. Raises NoCity on the hub."""
        # Late: this package is an installed app too, and is imported before models may be.
        from tenants.current import current_city

        return current_city()

    def once(self, key: Any, fetch: Callable[[], T]) -> T:
        """The result of `fetch`, called once per request and key: a batch that several resolvers share."""
        if key not in self._kept:
            self._kept[key] = fetch()
        found: T = self._kept[key]
        return found


@functools.cache
def schema() -> GraphQLSchema:
    """The suite's joined schema."""
    found: GraphQLSchema = import_string(settings.GRAPHENE["SCHEMA"]).graphql_schema
    return found


def may_introspect(user: Any) -> bool:
    """Whether the caller may ask for the schema itself: everyone in development, staff in production."""
    return bool(settings.GRAPHQL_INTROSPECTION or (user.is_authenticated and user.is_staff))


def execute(
    document: str | Document,
    variables: Mapping[str, Any] | None,
    request: HttpRequest,
    *,
    operation_name: str | None = None,
    limits: Limits | None = DEFAULT_LIMITS,
    queries_only: bool = False,
    against: GraphQLSchema | None = None,
) -> ExecutionResult:
    """Runs one operation in the city and for the user of the request.

    The errors of the result are fit to be shown (see `balai.graphql.errors`); an unexpected one has been logged, and
    stays reachable as `original_error`. Raises RequestError when the document cannot be run at all: it does not parse,
    does not fit the schema, or is beyond `limits` (None for the suite's own documents).
    """
    chosen = against or schema()
    known = document if isinstance(document, Document) else documents.get(chosen, document)
    operation = known.operation(operation_name)
    if queries_only and operation.type is not OperationType.QUERY:
        raise RequestError(_("A mutation must be sent with POST."), "METHOD", status=405)
    if limits is not None:
        if operation.root_fields > limits.root_fields:
            message = _("The document asks for %(value)d fields at its root; at most %(limit)d are allowed.")
            values = {"value": operation.root_fields, "limit": limits.root_fields}
            raise RequestError(message % values, "LIMIT", **values)
        operation.shape.check(limits)
    if operation.shape.introspects and not may_introspect(request.user):
        raise RequestError(_("The schema is not shown here; see schema.graphql."), "INTROSPECTION_OFF")
    result = graphql_execute(
        chosen,
        known.tree,
        context_value=Context(request),
        variable_values=dict(variables or {}),
        operation_name=operation.name or None,
        is_awaitable=_never,
    )
    assert isinstance(result, ExecutionResult)
    if result.errors:
        signed_in = bool(request.user.is_authenticated)
        result.errors = [public(error, signed_in=signed_in) for error in result.errors]
    return result


def _never(_value: Any) -> bool:
    """Every resolver is synchronous, so nothing has to be asked whether it can be awaited."""
    return False
