"""SIARAN's entries in the menu, and its panel on the welcome page."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from apps.siaran.office import desk, views
from apps.siaran.office.rules import CategoryScreens, RuleScreens
from balai.office.screens import PageScreen, Panel

NUMBER = "<str:number>/"


class ReportScreens(PageScreen):
    scope = "siaran"
    name = "reports"
    menu_label = _("Incoming reports")
    icon = "mail"
    view_class = views.Reports

    def get_pages(self) -> list[Any]:
        return [
            *super().get_pages(),
            path(NUMBER, views.Report.as_view(), name="report"),
            path(f"{NUMBER}print/", views.Printed.as_view(), name="print"),
            path(f"{NUMBER}point/", views.Point.as_view(), name="point"),
            path(f"{NUMBER}<slug:move>/", views.Move.as_view(), name="move"),
        ]


class SiaranGroup(ViewSetGroup):
    menu_label = "SIARAN"
    menu_name = "siaran"
    menu_icon = "mail"
    menu_order = 50
    items = (ReportScreens, CategoryScreens, RuleScreens)


class DeskPanel(Panel):
    """How many reports wait for the person's agencies, and how many are late."""

    scope = "siaran"
    name = "siaran-desk"
    order = 10
    template_name = "siaran/office/panel.html"

    def is_shown(self) -> bool:
        return desk.may_open(self.request)

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        who = desk.standing(self.request)
        return {"counts": desk.counts(who), "sees_all": who.agencies(desk.Act.SEE) is None}
