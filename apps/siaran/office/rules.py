"""What the city's administrator sets: the categories of reports, and which agency a report goes to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.history import HistoryView

from apps.siaran.queries import MODULE
from balai.agencies.queries import active_agencies
from balai.casework.models import Category, RoutingRule
from balai.geography.models import Area
from balai.office.screens import ModelScreen


class CategoryForm(WagtailAdminModelForm):
    """A category of SIARAN's."""

    class Meta:
        model = Category
        fields = ["name", "slug", "parent", "default_agency", "icon", "help", "order", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.module = MODULE
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Empty: made from the name.")
        self.fields["parent"].queryset = Category.objects.filter(module=MODULE).exclude(pk=self.instance.pk)
        self.fields["default_agency"].queryset = active_agencies()

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:50])

    def _get_validation_exclusions(self) -> set[str]:
        # "module" is not in the form, but the slug is unique within it.
        return set(super()._get_validation_exclusions()) - {"module"}


class Own:
    """Mixin of Wagtail's views: rows of another module are not listed and not found. `own` is the queryset."""

    own: Any

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.own()

    def get_object(self, *args: Any) -> Any:
        # Wagtail's views look in the whole table, whatever the queryset; some take one, the history does not.
        found = super().get_object(*args)  # type: ignore[misc]
        if not self.own().filter(pk=found.pk).exists():
            raise Http404(f"{found} is another module's")
        return found


class OwnCategories(Own):
    @staticmethod
    def own() -> QuerySet[Category]:
        return Category.objects.filter(module=MODULE).select_related("parent", "default_agency")


class CategoryIndex(OwnCategories, generic.IndexView):
    pass


class EditCategory(OwnCategories, generic.EditView):
    pass


class CategoryHistory(OwnCategories, HistoryView):
    pass


class CategoryScreens(ModelScreen):
    scope = "siaran"
    name = "categories"
    model = Category
    icon = "tag"
    menu_label = gettext_lazy("Categories")
    keeps_all = True
    index_view_class = CategoryIndex
    edit_view_class = EditCategory
    history_view_class = CategoryHistory
    search_fields = ["name", "slug"]
    list_filter = ["active", "default_agency"]
    ordering = ["order", "name"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Category]]:
        return CategoryForm

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("parent", label=_("Part of"), accessor=lambda row: row.parent or "–"),
            Column("agency", label=_("Responsible agency"), accessor=lambda row: row.default_agency or "–"),
            Column("order", label=_("Order"), sort_key="order"),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]


class RuleForm(WagtailAdminModelForm):
    """Where reports of a category go, in the whole city or in one area."""

    class Meta:
        model = RoutingRule
        fields = ["category", "area", "agency", "unit", "order", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(module=MODULE)
        areas = Area.objects.filter(active=True).exclude(level="city").defer("geometry").order_by("code")
        self.fields["area"].queryset = areas
        self.fields["area"].label_from_instance = lambda area: f"{area.code} {area.name}"
        self.fields["agency"].queryset = active_agencies()
        self.fields["unit"].queryset = self.fields["unit"].queryset.filter(active=True).select_related("agency")
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.agency.short_name}: {unit.name}"


class OwnRules(Own):
    @staticmethod
    def own() -> QuerySet[RoutingRule]:
        rows = RoutingRule.objects.filter(category__module=MODULE)
        return rows.select_related("category", "area", "agency", "unit").defer("area__geometry")


class RuleIndex(OwnRules, generic.IndexView):
    pass


class EditRule(OwnRules, generic.EditView):
    pass


class DeleteRule(OwnRules, generic.DeleteView):
    pass


class RuleHistory(OwnRules, HistoryView):
    pass


class RuleScreens(ModelScreen):
    scope = "siaran"
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
        return RuleForm

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
