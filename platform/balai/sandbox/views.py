"""The outbox page and the SMS gateway of the embedded mode, both on the hub."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from balai.sandbox.actions import store
from balai.sandbox.models import Outgoing

PAGE = 20
BODY_LIMIT = 20_000

View = Callable[..., HttpResponse]


def embedded_only(view: View) -> View:
    """404 outside the embedded mode: a real installation's messages are nobody's to read."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.EMBEDDED:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@embedded_only
@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """Outgoing messages, the newest first; `?alamat=` keeps those whose address contains it."""
    wanted = request.GET.get("alamat", "").replace("\0", "").strip()[:254]
    messages = Outgoing.objects.all()
    if wanted:
        messages = messages.filter(address__icontains=wanted)
    page = Paginator(messages, PAGE).get_page(request.GET.get("page"))
    return render(request, "sandbox/outbox.html", {"page": page, "wanted": wanted})


@csrf_exempt
@embedded_only
@require_POST
def sms_gateway(request: HttpRequest) -> HttpResponse:
    """Takes an SMS by the protocol of balai.notifications.gateways: 202 taken, 200 a repetition."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(token.encode(), settings.SMS_GATEWAY_TOKEN.encode()):
        return JsonResponse({"error": "token"}, status=401)
    try:
        values = json.loads(request.body[:BODY_LIMIT])
        reference, address, text = str(values["id"]), str(values["to"]), str(values["text"])
        sender = str(values.get("sender", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"error": "body"}, status=400)
    if not re.fullmatch(r"\+[1-9]\d{5,14}", address) or not text:
        return JsonResponse({"error": "to"}, status=422)
    created = store(kind="sms", sender=sender, address=address, text=text, reference=f"sms {reference}")
    return JsonResponse({"status": "accepted"}, status=202 if created else 200)
