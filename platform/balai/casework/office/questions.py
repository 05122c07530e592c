"""What the city's administrator sets: the questions that categories ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.history import HistoryView

from balai.casework.models import Category, Question
from balai.casework.office.categories import Own, for_desk
from balai.casework.office.desk import DeskScreen
from balai.office.screens import ModelScreen

STOP = "!"


class ChoicesField(forms.CharField):
    """One choice a line; a line that begins with "!" is an emergency. A choice keeps its value when its line stays."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{STOP if choice.get('stop') else ''}{choice['label']}" for choice in value)
        return value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        choices: list[dict[str, Any]] = [
            {"value": slugify(line)[:40], "label": line.lstrip(STOP).strip()[:80]} for line in lines
        ]
        for choice, line in zip(choices, lines, strict=True):
            if line.startswith(STOP):
                choice["stop"] = True
        values = [choice["value"] for choice in choices]
        if "" in values or len(set(values)) < len(values):
            raise ValidationError(_("Each choice needs words of its own."))
        return choices


class QuestionForm(WagtailAdminModelForm):
    """A question of a category of the desk's module."""

    module: str
    choices = ChoicesField(
        label=gettext_lazy("Choices"),
        help_text=gettext_lazy(
            "One a line. Begin a line with “!” where choosing it is an emergency for which a report is too slow."
        ),
        required=False,
    )

    class Meta:
        model = Question
        fields = [
            "category",
            "label",
            "slug",
            "help",
            "kind",
            "choices",
            "required",
            "public",
            "least",
            "most",
            "stop_text",
            "stop_phone",
            "order",
            "active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(module=self.module)
        self.fields["category"].help_text = _("It is asked for the categories below this one too.")
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Empty: made from the question.")

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"] or slugify(self.cleaned_data.get("label", ""))[:40])


class OwnQuestions(Own):
    def own(self, module: str) -> QuerySet[Any]:
        return Question.objects.filter(category__module=module).select_related("category")


class QuestionIndex(OwnQuestions, generic.IndexView):
    pass


class EditQuestion(OwnQuestions, generic.EditView):
    pass


class QuestionHistory(OwnQuestions, HistoryView):
    pass


class QuestionScreens(DeskScreen, ModelScreen):
    name = "questions"
    model = Question
    icon = "help"
    menu_label = gettext_lazy("Questions")
    keeps_all = True
    index_view_class = QuestionIndex
    edit_view_class = EditQuestion
    history_view_class = QuestionHistory
    search_fields = ["label", "slug"]
    list_filter = ["active", "kind"]
    ordering = ["category", "order"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Question]]:
        return for_desk(QuestionForm, self.desk)

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "label",
            Column("category", label=_("Category")),
            Column("kind", label=_("Answered by"), accessor="get_kind_display"),
            BooleanColumn("required", label=_("Must be answered")),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]
