"""What the city's administrator sets: the words that agencies write often."""

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
from balai.casework import responses
from balai.casework.lifecycle import Status
from balai.casework.models import Category, ResponseTemplate
from balai.casework.office.categories import Own, for_desk
from balai.casework.office.desk import DeskScreen
from balai.office.screens import ModelScreen


class ResponseTemplateForm(WagtailAdminModelForm):
    """A response template of the desk's module."""

    module: str
    status = forms.ChoiceField(label=gettext_lazy("Offered in status"), required=False)

    class Meta:
        model = ResponseTemplate
        fields = ["name", "move", "status", "category", "agency", "words", "order", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.module = self.module
        self.fields["status"].choices = [("", _("every status")), *Status.choices]
        self.fields["category"].queryset = Category.objects.filter(module=self.module)
        self.fields["agency"].queryset = active_agencies()
        marks = ", ".join(f"{{{name}}} ({label})" for name, label in responses.PLACEHOLDERS.items())
        self.fields["words"].help_text = _("Placeholders: %(marks)s.") % {"marks": marks}

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"]).strip()
        responses.check_words(words)
        return words


class OwnTemplates(Own):
    def own(self, module: str) -> QuerySet[Any]:
        return ResponseTemplate.objects.filter(module=module).select_related("category", "agency")


class TemplateIndex(OwnTemplates, generic.IndexView):
    pass


class EditTemplate(OwnTemplates, generic.EditView):
    pass


class DeleteTemplate(OwnTemplates, generic.DeleteView):
    pass


class TemplateHistory(OwnTemplates, HistoryView):
    pass


class ResponseTemplateScreens(DeskScreen, ModelScreen):
    name = "templates"
    model = ResponseTemplate
    icon = "doc-full"
    menu_label = gettext_lazy("Response templates")
    index_view_class = TemplateIndex
    edit_view_class = EditTemplate
    delete_view_class = DeleteTemplate
    history_view_class = TemplateHistory
    search_fields = ["name", "words"]
    list_filter = ["move", "agency", "active"]
    ordering = ["order", "name"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[ResponseTemplate]]:
        return for_desk(ResponseTemplateForm, self.desk)

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("move", label=_("Offered for"), accessor="get_move_display"),
            Column("category", label=_("Category"), accessor=lambda row: row.category or _("all")),
            Column("agency", label=_("Agency"), accessor=lambda row: row.agency or _("all")),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]
