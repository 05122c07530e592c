"""What every template of the portal may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from balai.portal.queries import ways
from balai.portal.theming import current_look
from tenants.modules import active_modules


def portal(request: HttpRequest) -> dict[str, Any]:
    """`theme` (a Look), `city` (or the hub's row), the `active_modules` by label, the main ways (`report_url`, …)."""
    return {
        "theme": SimpleLazyObject(current_look),
        "city": getattr(request, "tenant", None),
        "active_modules": active_modules(),
        **ways(),
    }
