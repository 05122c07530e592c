"""What the city's administrator sets: which other institutions are responsible for what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column

from balai.casework.models import Institution
from balai.casework.office.desk import DeskScreen
from balai.office.screens import ModelScreen


class InstitutionForm(WagtailAdminModelForm):
    """Whose it is, and how a resident reaches them."""

    url = forms.URLField(label=gettext_lazy("Web address"), required=False, max_length=200, assume_scheme="https")

    class Meta:
        model = Institution
        fields = ["name", "covers", "phone", "url", "order", "active"]


class InstitutionScreens(DeskScreen, ModelScreen):
    name = "institutions"
    model = Institution
    icon = "site"
    menu_label = gettext_lazy("Other institutions")
    search_fields = ["name", "covers"]
    list_filter = ["active"]
    ordering = ["order", "name"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Institution]]:
        return InstitutionForm

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("covers", label=_("Responsible for"), sort_key="covers"),
            Column("phone", label=_("Telephone")),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]
