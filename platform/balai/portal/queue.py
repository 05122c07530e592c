"""Forms that come from a phone's queue: written without a network, sent later by themes/base/src/js/queue.js.

Such a request says `Accept: application/json` and is answered so: 200 `{"url": …}` where the form leads, 422
`{"errors": [{"field", "message", "code"}]}`, 401 without a session, and 403, 404 and 400 with the reason in `errors`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

OFFLINE_HEADER = "Balai-Offline"
"""Marks a page that the service worker may keep, for the account that it names."""


def account_mark(user: Any) -> str:
    """What an account is called in pages and on its phone: always the same, telling nothing; "" for a visitor."""
    if user is None or not user.is_authenticated:
        return ""
    return salted_hmac("balai.portal.queue", str(user.pk)).hexdigest()[:20]


def from_queue(request: HttpRequest) -> bool:
    """Whether a script asks, which wants the outcome and not a page."""
    return request.method == "POST" and not request.accepts("text/html")


def refused_by(form: Form) -> JsonResponse:
    """The mistakes of a form, field by field, in the person's language."""
    errors = [
        {
            "field": None if name == "__all__" else name,
            "message": str(message),
            "code": (error.code or "invalid").upper(),
        }
        for name, faults in form.errors.as_data().items()
        for error in faults
        for message in error.messages
    ]
    return JsonResponse({"errors": errors}, status=422)


def outcome(answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Runs a form's view and tells what came of it."""
    try:
        response = answer()
    except (PermissionDenied, Http404, BadRequest) as error:
        status = {PermissionDenied: 403, Http404: 404}.get(type(error), 400)
        message = str(error) or _("This is not possible.")
        return JsonResponse({"errors": [{"field": None, "message": message, "code": "REFUSED"}]}, status=status)
    if response.status_code == 303:
        return JsonResponse({"url": response.headers["Location"]})
    return response


@require_safe
def session_token(request: HttpRequest) -> HttpResponse:
    """Whose session this is and its CSRF token, for what has waited longer than the page that it was written on."""
    response = JsonResponse({"account": account_mark(request.user), "token": get_token(request)})
    response["Cache-Control"] = "private, no-store"
    return response
