"""What the city's administrator sets: the published rules, and the topics with their smart-city dimensions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from wagtail.admin.ui.tables import BooleanColumn, Column

from apps.laksa.models import Dimension, Rule, Topic
from balai.casework.models import Category
from balai.casework.office.categories import CategoryForm, CategoryIndex, CategoryScreens, for_desk
from balai.casework.office.desk import DeskScreen
from balai.office.screens import ModelScreen


class RuleScreens(DeskScreen, ModelScreen):
    """Rules are kept: rejections name them. One that is not in force is shown nowhere."""

    name = "moderation_rules"
    model = Rule
    icon = "list-ul"
    menu_label = gettext_lazy("Rules of moderation")
    keeps_all = True
    form_fields = ["title", "text", "order", "active"]
    search_fields = ["title", "text"]
    list_filter = ["active"]
    ordering = ["order", "pk"]

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "title",
            Column("text", label=_("Wording"), accessor=lambda row: row.text[:120]),
            Column("order", label=_("Order"), sort_key="order"),
            BooleanColumn("active", label=_("In force"), sort_key="active"),
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # Not about the desk's cases: Wagtail's own views know no desk.
        return {name: value for name, value in super().get_common_view_kwargs(**kwargs).items() if name != "desk"}


class TopicForm(CategoryForm):
    """A category of LAKSA with the dimensions that it belongs to."""

    dimensions = forms.MultipleChoiceField(
        label=gettext_lazy("Smart-city dimensions"),
        help_text=gettext_lazy("A topic without any has those of the group that it is part of."),
        choices=Dimension.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = Topic.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        self.initial["dimensions"] = topic.dimensions if topic is not None else []

    def save(self, commit: bool = True) -> Category:
        category: Category = super().save(commit)
        if not commit:
            return category
        Topic.objects.update_or_create(category=category, defaults={"dimensions": self.cleaned_data["dimensions"]})
        return category


class TopicIndex(CategoryIndex):
    page_title = gettext_lazy("Topics")
    add_item_label = gettext_lazy("Add a topic")

    def own(self, module: str) -> QuerySet[Any]:
        return super().own(module).select_related("topic")


class TopicScreens(CategoryScreens):
    index_view_class = TopicIndex
    menu_label = gettext_lazy("Topics")

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Category]]:
        return for_desk(TopicForm, self.desk)

    @cached_property
    def list_display(self) -> list[Any]:
        return [*super().list_display, Column("dimensions", label=_("Dimensions"), accessor=_dimensions)]


def _dimensions(category: Category) -> str:
    topic = getattr(category, "topic", None)
    tags = topic.dimensions if topic is not None else []
    return pgettext("list", ", ").join(str(Dimension(tag).label) for tag in tags) or "–"
