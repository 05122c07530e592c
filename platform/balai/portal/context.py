"""What every template of the portal may use."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from balai.notifications.queries import unread_count
from balai.portal.queries import ways
from balai.portal.queue import account_mark
from balai.portal.theming import current_look
from tenants.modules import active_modules


def portal(request: HttpRequest) -> dict[str, Any]:
    """What every page may use.

    `theme` (a Look), `city` (or the hub's row), the `active_modules` by label, the main ways (`report_url`, …), the
    `account_mark` that tells the pages' scripts whose phone this is, and `unread_messages` of the person who
    is signed in, counted (one statement) only where a template asks for it.
    """

    @functools.cache
    def unread_messages() -> int:
        user = getattr(request, "user", None)
        return unread_count(user) if user is not None and user.is_authenticated else 0

    return {
        "unread_messages": unread_messages,
        "theme": SimpleLazyObject(current_look),
        "city": getattr(request, "tenant", None),
        "active_modules": active_modules(),
        "account_mark": SimpleLazyObject(lambda: account_mark(getattr(request, "user", None))),
        **ways(),
    }
