"""How a module or service puts screens into the back office.

Screens live in the app's `office.py`; its `wagtail_hooks.py` only registers them::

    from apps.siaran import office
    from balai.office.screens import register

    register(office.SiaranGroup, panels=[office.NewReports])

Every screen says where it belongs with `scope`: the label of its module, or CITY for what every city has, or HUB for
what only the hub has. Anywhere else it is not in the menu and its addresses answer 404; nothing more is to be done for
that. Mix `Screen` into any Wagtail viewset::

    class CategoryScreens(Screen, ModelViewSet):
        scope = "siaran"
        name = "categories"      # address /kantor/siaran/categories/, URL names siaran.categories:index …
        model = Category
        form_fields = ["name", "active"]

and `ModelScreen` where the model's own Django permissions decide who may do what. For pages that are not about one
model there is `View`: a class-based view with `permission`, shown by a `PageScreen`. A `Panel` stands on the welcome
page.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic.base import View as DjangoView
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import ModelPermissionPolicy
from wagtail.utils.urlpatterns import decorate_urlpatterns

from balai.modules import Text
from tenants.current import in_a_city
from tenants.modules import is_active

CITY = "city"
HUB = "hub"


def belongs_here(scope: str) -> bool:
    """Whether a screen of this scope exists in the schema in use."""
    if scope == HUB:
        return not in_a_city()
    if scope == CITY:
        return in_a_city()
    return is_active(scope)


def only_in(scope: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorator of a view: 404 where the scope is not."""

    def decorator(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not belongs_here(scope):
                raise Http404(f"{scope} is not here")
            return view(request, *args, **kwargs)

        return scoped

    return decorator


class Screen:
    """Mixin for a Wagtail viewset that exists only within its `scope`; see the top of this file."""

    scope: ClassVar[str]
    name: Any

    @cached_property
    def url_namespace(self) -> str:
        return f"{self.scope}.{self.name}"

    @cached_property
    def url_prefix(self) -> str:
        return str(self.name) if self.scope in (CITY, HUB) else f"{self.scope}/{self.name}"

    def get_pages(self) -> list[Any]:
        """The addresses of the screen; the menu leads to the first one."""
        return super().get_urlpatterns()  # type: ignore[misc]

    def get_urlpatterns(self) -> list[Any]:
        return decorate_urlpatterns(self.get_pages(), only_in(self.scope))

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        parent: type[MenuItem] = super().menu_item_class  # type: ignore[misc]
        scope = self.scope

        class ScopedItem(parent):
            def is_shown(self, request: HttpRequest) -> bool:
                return belongs_here(scope) and bool(super().is_shown(request))

        return ScopedItem


class KeptPolicy(ModelPermissionPolicy):
    """Django's permissions of the model, except that nobody deletes: what others refer to is switched off instead."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and bool(super().user_has_permission(user, action))


class ModelScreen(Screen, ModelViewSet):
    """Listing and forms of one model, guarded by its Django permissions (add, change, delete, view).

    With `keeps_all` there is no deleting: for models that others refer to and that have a field to switch them off.
    """

    copy_view_enabled = False
    add_to_reference_index = False
    keeps_all = False

    @property
    def permission_policy(self) -> ModelPermissionPolicy:
        return KeptPolicy(self.model) if self.keeps_all else ModelPermissionPolicy(self.model)

    def get_pages(self) -> list[Any]:
        # "Usage" asks the reference index, which these models are not in.
        hidden = {"usage", "delete"} if self.keeps_all else {"usage"}
        return [page for page in super().get_pages() if page.name not in hidden]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        common["usage_url_name"] = None
        if self.keeps_all:
            common["delete_url_name"] = None
        return common


class View(WagtailAdminTemplateMixin, DjangoView):
    """A page of the back office about something else than one model.

    `permission` ("app.codename") is needed to see it; without it the answer is a page that says so (403). Override
    `is_allowed` for a rule of another kind.
    """

    permission: ClassVar[str] = ""

    @property
    def person(self) -> Any:
        """Who is signed in: always a User here, as Wagtail lets nobody else in."""
        return self.request.user

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return not cls.permission or request.user.has_perm(cls.permission)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.is_allowed(request):
            return self.page("office/refused.html", title=_("Not open to you"), status=403)
        return super().dispatch(request, *args, **kwargs)

    def page(
        self,
        template: str,
        *,
        title: Text = "",
        crumbs: Iterable[tuple[str, Text]] = (),
        status: int = 200,
        **context: Any,
    ) -> TemplateResponse:
        """The page in Wagtail's frame. `crumbs`: the (address, label) pairs between the welcome page and this one."""
        title = title or self.page_title
        base = self.get_context_data(**context)
        path = [{"url": url, "label": label} for url, label in (*crumbs, ("", title))]
        base |= {"page_title": title, "header_title": title, "breadcrumbs_items": [*base["breadcrumbs_items"], *path]}
        return TemplateResponse(self.request, template, base, status=status)


class PageScreen(Screen, ViewSet):
    """A menu entry with one page, `view_class`, at `/kantor/<name>/` (or `/kantor/<module>/<name>/`)."""

    view_class: type[View]

    def get_pages(self) -> list[Any]:
        return [path("", self.construct_view(self.view_class), name="index")]

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        scope, view_class = self.scope, self.view_class

        class PageItem(MenuItem):
            def is_shown(self, request: HttpRequest) -> bool:
                return belongs_here(scope) and view_class.is_allowed(request)

        return PageItem


class Panel(Component):
    """Something on the welcome page: a template that shows a person what is theirs to do.

    `get_context_data(parent_context)` fills the template; `is_shown` says for whom it is.
    """

    scope: ClassVar[str] = CITY
    order = 100

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_shown(self) -> bool:
        return True


def register(*screens: Any, panels: Iterable[type[Panel]] = ()) -> None:
    """Registers viewsets or groups of them (classes or instances) and panels of the welcome page."""
    for screen in screens:
        hooks.register("register_admin_viewset", functools.partial(_instance, screen))
    for panel in panels:
        hooks.register("construct_homepage_panels", functools.partial(_add_panel, panel))


def _instance(screen: Any) -> Any:
    return screen() if isinstance(screen, type) else screen


def _add_panel(panel_class: type[Panel], request: HttpRequest, panels: list[Any]) -> None:
    panel = panel_class(request)
    if belongs_here(panel.scope) and panel.is_shown():
        panels.append(panel)
