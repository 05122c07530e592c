"""What the city's administrator sets: which agency a case goes to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.history import HistoryView

from balai.agencies.queries import active_agencies
from balai.casework.models import Category, RoutingRule
from balai.casework.office.categories import Own, for_desk
from balai.casework.office.desk import DeskScreen
from balai.geography.models import Area
from balai.office.screens import ModelScreen


class RuleForm(WagtailAdminModelForm):
    """Where reports of a category go, in the whole city or in one area."""

    module: str

    class Meta:
        model = RoutingRule
        fields = ["category", "area", "agency", "unit", "order", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.module = self.module
        self.fields["category"].queryset = Category.objects.filter(module=self.module)
        areas = Area.objects.filter(active=True).exclude(level="city").defer("geometry").order_by("code")
        self.fields["area"].queryset = areas
        self.fields["area"].label_from_instance = lambda area: f"{area.code} {area.name}"
        self.fields["agency"].queryset = active_agencies()
        self.fields["unit"].queryset = self.fields["unit"].queryset.filter(active=True).select_related("agency")
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.agency.short_name}: {unit.name}"


class OwnRules(Own):
    def own(self, module: str) -> QuerySet[Any]:
        rows = RoutingRule.objects.in_force(module)
        return rows.select_related("category", "area", "agency", "unit").defer("area__geometry")


class RuleIndex(OwnRules, generic.IndexView):
    pass


class EditRule(OwnRules, generic.EditView):
    pass


class DeleteRule(OwnRules, generic.DeleteView):
    pass


class RuleHistory(OwnRules, HistoryView):
    pass


class RuleScreens(DeskScreen, ModelScreen):
    name = "rules"
    model = RoutingRule
    icon = "redirect"
    menu_label = gettext_lazy("Routing")
    index_view_class = RuleIndex
    edit_view_class = EditRule
    delete_view_class = DeleteRule
    history_view_class = RuleHistory
    search_fields = ["category__name", "agency__name"]
    list_filter = ["agency", "active"]
    ordering = ["category__order", "category__name", "order", "pk"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[RoutingRule]]:
        return for_desk(RuleForm, self.desk)

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "category",
            Column("area", label=_("Area"), accessor=lambda row: row.area.name if row.area else _("the whole city")),
            Column("agency", label=_("Agency"), sort_key="agency__name"),
            Column("unit", label=_("Unit"), accessor=lambda row: row.unit or "–"),
            Column("order", label=_("Order"), sort_key="order"),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]
