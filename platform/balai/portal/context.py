"""What every template of the portal may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tenants.modules import active_modules


def portal(request: HttpRequest) -> dict[str, Any]:
    """`city` (or the hub's row) and the `active_modules` by label."""
    return {"city": getattr(request, "tenant", None), "active_modules": active_modules()}
