"""Where links in messages lead: /n/<token>/ to the subject, /n/<token>/berhenti/ to stopping mails of that kind."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from balai.notifications import actions, queries
from balai.notifications.kinds import Access, access_to, kind_of
from balai.notifications.links import has_expired


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """Leads to the page that the message is about, after signing in where it is not for everyone."""
    message = queries.message_of_link(token)
    if message is None or has_expired(message):
        return render(request, "inbox/expired.html", status=404 if message is None else 410)
    if access_to(message.about, request.user) is Access.NONE:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        return render(request, "inbox/other_account.html", status=403)
    if request.user.is_authenticated and request.user.pk == message.recipient_id:
        actions.mark_read(user=request.user, ids=[message.pk])
    return redirect(message.path or "inbox:inbox")


@csrf_exempt  # A mail program posts here by itself (RFC 8058); the token is the right to.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether mails of this kind should stop, and stops them. It works without signing in."""
    message = queries.message_of_link(token)
    if message is None:
        return render(request, "inbox/expired.html", status=404)
    stopped = request.method == "POST" and actions.stop(message=message)
    context = {"kind": kind_of(message.kind).label, "stopped": stopped}
    return render(request, "inbox/stop.html", context)
