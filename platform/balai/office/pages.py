"""Pages (Wagtail's) that belong to a module and are shown by the portal."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page

from balai.modules import modules
from tenants.current import current_city, in_city
from tenants.modules import active_modules, is_active


class ModulePage(Page):
    """Base of a module's page types. The module is the app of the model.

    `portal_path` is the page's address in the portal; `portal_view(request)` answers a preview with the portal's view
    of it. In a city that has the module off the type is not offered and its pages are not found.
    """

    class Meta:
        abstract = True

    def portal_path(self) -> str:
        raise NotImplementedError

    def portal_view(self, request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        return is_active(cls._meta.app_label) and bool(super().can_create_at(parent))

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        parts = super().get_url_parts(request)
        # None: a page outside the city's tree, say one that is being made.
        return parts and (parts[0], current_city().url, self.portal_path())

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self.portal_view(request)

    def make_preview_request(self, *args: Any, **kwargs: Any) -> Any:
        # Wagtail runs a request within the request; its middleware leaves the connection on the hub.
        with in_city(current_city()):
            return super().make_preview_request(*args, **kwargs)


def refuse_inactive(request: HttpRequest, page: Page, *args: Any) -> None:
    """Hook: 404 for a page of a module that the city has switched off."""
    label = page.specific_class._meta.app_label if page.specific_class else ""
    if label in modules() and not is_active(label):
        raise Http404(f"module {label} is off")


def without_inactive(parent: Page, pages: Any, request: HttpRequest) -> Any:
    """Hook: the explorer's pages without those of modules that the city has switched off."""
    off = set(modules()) - set(active_modules())
    return pages.exclude(content_type__app_label__in=off) if off else pages
