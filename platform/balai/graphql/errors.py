"""What a caller is told when something goes wrong. Every error has `extensions.code`; see docs/api.md for the list."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from graphql import GraphQLError

logger = logging.getLogger(__name__)


class UserError(Exception):
    """An error that the caller can act on: its message is shown as it is, so write it for people and translate it.

    `code` is what programs look at (upper case); `extensions` are further plain values for them.
    """

    code = "INVALID"

    def __init__(self, message: object, code: str | None = None, **extensions: Any) -> None:
        super().__init__(str(message))
        self.code = code or self.code
        self.extensions = extensions


class SignInRequired(UserError):
    """Only for someone who is signed in."""

    code = "UNAUTHENTICATED"

    def __init__(self, message: object | None = None) -> None:
        super().__init__(message or _("Sign in first."))


class NotFound(UserError):
    """Absent, or not for this caller: the two are never told apart."""

    code = "NOT_FOUND"

    def __init__(self, message: object | None = None) -> None:
        super().__init__(message or _("There is nothing here."))


class RequestError(UserError):
    """A request that cannot be executed at all; `status` is its HTTP status."""

    code = "BAD_REQUEST"

    def __init__(self, message: object, code: str | None = None, *, status: int = 400, **extensions: Any) -> None:
        super().__init__(message, code, **extensions)
        self.status = status


_codes: dict[type[Exception], str] = {}


def register_error(exception: type[Exception], code: str) -> None:
    """Shows this domain error to callers: its own text as the message, `code` in the extensions.

    Call it at the top of the `schema.py` that meets the error. Domain code itself knows nothing of GraphQL.
    """
    _codes[exception] = code


def registered_code(error: BaseException) -> str | None:
    """The code under which this domain error was registered (with its nearest class), or None."""
    return next((_codes[cls] for cls in type(error).__mro__ if cls in _codes), None)


def original(error: GraphQLError) -> Exception:
    """What was raised at first: GraphQL wraps errors, sometimes more than once."""
    found: Exception = error
    while isinstance(found, GraphQLError) and found.original_error is not None:
        found = found.original_error
    return found


def public(error: GraphQLError, *, signed_in: bool) -> GraphQLError:
    """The error as the caller may see it. An unexpected one is logged under an id and shown without its text."""
    cause = original(error)
    if error.path is None or isinstance(cause, GraphQLError):
        # GraphQL's own complaint about the request: a wrong variable, an argument of the wrong type.
        extensions = {"code": "BAD_REQUEST", **(error.extensions or {})}
        return _shown(error, error.message, extensions)
    if isinstance(cause, UserError):
        return _shown(error, str(cause), {"code": cause.code, **cause.extensions})
    if isinstance(cause, ValidationError):
        return _shown(error, " ".join(cause.messages), {"code": "INVALID"})
    if isinstance(cause, PermissionDenied):
        if not signed_in:
            return _shown(error, _("Sign in first."), {"code": "UNAUTHENTICATED"})
        return _shown(error, _("You may not do this."), {"code": "FORBIDDEN"})
    if isinstance(cause, Http404 | ObjectDoesNotExist):
        return _shown(error, _("There is nothing here."), {"code": "NOT_FOUND"})
    if code := registered_code(cause):
        return _shown(error, str(cause), {"code": code})
    return masked(cause, error)


def masked(cause: Exception, error: GraphQLError | None = None) -> GraphQLError:
    """Logs an unexpected error and gives the caller its id only."""
    reference = uuid.uuid4().hex[:12]
    place = ".".join(map(str, error.path)) if error is not None and error.path else "-"
    logger.error("GraphQL error %s at %s", reference, place, exc_info=cause)
    message = _("Something went wrong on our side. We have noted it under the number %(id)s.") % {"id": reference}
    return _shown(error or GraphQLError(message), message, {"code": "INTERNAL", "id": reference})


def _shown(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        original_error=error.original_error,
        extensions=extensions,
    )
