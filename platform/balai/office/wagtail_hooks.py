"""The frame of the back office: its menu, its welcome page and the settings that every city has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission

from balai.office import look_screen, settings_screens
from balai.office.pages import refuse_inactive, without_inactive
from balai.office.screens import register
from tenants.current import in_a_city

register(settings_screens.ModuleScreens, settings_screens.ProfileScreen, look_screen.LookScreen)

# Written for people who build web sites, not for those who run a city hall.
NOBODY = {"help", "redirects", "snippets", "locales", "forms"}
# The hub has no pages of its own to write.
CITY_ONLY = {"explorer", "images", "documents", "reports"}
NOT_IN_SETTINGS = {"sites", "workflow-tasks", "locales", "redirects", "collections"}
NOT_IN_REPORTS = {"aging-pages", "page-types-usage", "locked-pages", "workflow-tasks"}


@hooks.register("construct_main_menu")
def tidy_main_menu(request: HttpRequest, items: list[Any]) -> None:
    hidden = NOBODY if in_a_city() else NOBODY | CITY_ONLY
    if not user_has_any_page_permission(request.user):
        hidden = hidden | {"reports"}
    items[:] = [item for item in items if item.name not in hidden]
    for item in items:
        if item.name == "reports":
            # "Reports" are what residents send; these tell who changed what on the city's pages.
            item.label = _("History")


@hooks.register("construct_settings_menu")
def tidy_settings_menu(request: HttpRequest, items: list[Any]) -> None:
    hidden = NOT_IN_SETTINGS if in_a_city() else NOT_IN_SETTINGS | {"workflows"}
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("construct_reports_menu")
def tidy_reports_menu(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in NOT_IN_REPORTS]


@hooks.register("construct_homepage_summary_items")
def tidy_summary(request: HttpRequest, items: list[Any]) -> None:
    items.clear()


@hooks.register("construct_homepage_panels", order=-1)
def tidy_welcome_page(request: HttpRequest, panels: list[Any]) -> None:
    """Wagtail's own panels are about pages: only for those who write pages."""
    if not in_a_city() or not user_has_any_page_permission(request.user):
        panels.clear()


for moment in ("create", "edit", "delete", "copy", "move", "publish", "unpublish"):
    hooks.register(f"before_{moment}_page", refuse_inactive)
hooks.register("construct_explorer_page_queryset", without_inactive)
