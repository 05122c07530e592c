"""What the city's administrator sets: the categories of a module's cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, F, QuerySet, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.history import HistoryView

from balai.agencies.queries import active_agencies
from balai.casework.models import Category
from balai.casework.office.desk import CaseDesk, DeskScreen
from balai.office.screens import ModelScreen


class CategoryForm(WagtailAdminModelForm):
    """A category of the desk's module, which `for_desk` names."""

    module: str

    class Meta:
        model = Category
        fields = [
            "name",
            "slug",
            "parent",
            "default_agency",
            "icon",
            "help",
            "radius_m",
            "default_classification",
            "default_severity",
            "default_visibility",
            "stop_text",
            "stop_phone",
            "order",
            "active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.module = self.module
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Empty: made from the name.")
        self.fields["parent"].queryset = Category.objects.filter(module=self.module).exclude(pk=self.instance.pk)
        self.fields["default_agency"].queryset = active_agencies()

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:50])

    def _get_validation_exclusions(self) -> set[str]:
        # "module" is not in the form, but the slug is unique within it.
        return set(super()._get_validation_exclusions()) - {"module"}


class Own:
    """Mixin of Wagtail's views: rows of another module are not listed and not found.

    `own(module)` is the queryset of what belongs to the desk.
    """

    desk: CaseDesk = None  # type: ignore[assignment]

    def own(self, module: str) -> QuerySet[Any]:
        raise NotImplementedError

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.own(self.desk.module)

    def get_object(self, *args: Any) -> Any:
        # Wagtail's views look in the whole table, whatever the queryset; some take one, the history does not.
        found = super().get_object(*args)  # type: ignore[misc]
        if not self.own(self.desk.module).filter(pk=found.pk).exists():
            raise Http404(f"{found} is another module's")
        return found


class OwnCategories(Own):
    def own(self, module: str) -> QuerySet[Any]:
        return Category.objects.filter(module=module).select_related("parent", "default_agency")


def _grouped() -> list[Any]:
    """Each group before what is in it, on the three levels that there can be."""
    top = [Coalesce(f"parent__parent__{name}", f"parent__{name}", name) for name in ("order", "name")]
    second: list[Any] = [
        Case(When(parent__parent__isnull=False, then=f"parent__{name}"), When(parent__isnull=False, then=name))
        for name in ("order", "name")
    ]
    first = [OrderBy(column, nulls_first=True) for column in (*second, F("parent__parent_id"))]
    return [*top, *first, "order", "name", "pk"]


class CategoryIndex(OwnCategories, generic.IndexView):
    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """As residents choose, unless a column was asked for."""
        return super().order_queryset(queryset) if self.is_explicitly_ordered else queryset.order_by(*_grouped())


class EditCategory(OwnCategories, generic.EditView):
    pass


class CategoryHistory(OwnCategories, HistoryView):
    pass


class CategoryScreens(DeskScreen, ModelScreen):
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
        return for_desk(CategoryForm, self.desk)

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("parent", label=_("Part of"), accessor=lambda row: row.parent or "–"),
            Column("agency", label=_("Responsible agency"), accessor=lambda row: row.default_agency or "–"),
            Column("order", label=_("Order"), sort_key="order"),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]


def for_desk(form_class: type[Any], desk: CaseDesk) -> type[Any]:
    """The form of a desk: the same one, knowing its `module`."""
    return type(form_class.__name__, (form_class,), {"module": desk.module})
