"""Where Wagtail assumes one site, one time zone and inline scripts. Called once when the apps are ready.

Each replacement is pinned by a test (tests/office/test_one_city.py), so that a new Wagtail that does it another way is
noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin import auth
from wagtail.admin.widgets.chooser import BaseChooser

from balai.office.middleware import script_nonce


def prepare_wagtail() -> None:
    import balai.office.sidebar  # noqa: F401  (takes the place of Wagtail's tag)

    auth.get_localized_response = plain_response
    BaseChooser.render = render_chooser


def plain_response(view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """In place of Wagtail's switch to settings.TIME_ZONE: the middleware has activated the city's zone and language."""
    return view(request, *args, **kwargs)


def render_chooser(
    self: Any, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
) -> SafeString:
    """Wagtail's chooser widget with the nonce of the request on its inline script."""
    assert attrs is not None
    data = self.get_value_data(value)
    return format_html(
        '{}<script nonce="{}">{}</script>',
        self.render_html(name, data, attrs),
        script_nonce(),
        mark_safe(self.render_js_init(attrs["id"], name, data)),  # noqa: S308 – Wagtail's own text, made for this place
    )
