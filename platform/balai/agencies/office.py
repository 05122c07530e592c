"""Staff screens: agencies (OPD), their units, and who holds which post; absences are in absences_office."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.admin.widgets import AdminDateInput

from balai.agencies.absences_office import AbsenceScreens
from balai.agencies.actions import appoint, end_post
from balai.agencies.hours_office import AgencyHoursScreen
from balai.agencies.models import Agency, Post, Unit
from balai.membership.queries import members
from balai.office.screens import CITY, ModelScreen


class AgencyIndex(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Agency]:
        active = Count("units", filter=Q(units__active=True))
        return Agency.objects.annotate(active_units=active)


class AgencyScreens(ModelScreen):
    scope = CITY
    name = "agencies"
    model = Agency
    icon = "group"
    keeps_all = True
    index_view_class = AgencyIndex
    form_fields = ["name", "short_name", "slug", "email", "phone", "order", "active"]
    search_fields = ["name", "short_name"]
    list_filter = ["active"]

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("short_name", label=_("Short name"), sort_key="short_name"),
            Column("active_units", label=_("Units")),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]


class UnitIndex(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Unit]:
        return Unit.objects.select_related("agency")


class UnitScreens(ModelScreen):
    scope = CITY
    name = "units"
    model = Unit
    icon = "list-ul"
    keeps_all = True
    index_view_class = UnitIndex
    form_fields = ["agency", "name", "active"]
    search_fields = ["name", "agency__name"]
    list_filter = ["agency", "active"]

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("agency", label=_("Agency"), sort_key="agency__name"),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]


class NewPostForm(WagtailAdminModelForm):
    """A post for one of the people who work for this city."""

    class Meta:
        model = Post
        fields = ["user", "role", "agency", "unit", "since"]
        widgets = {"since": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Members only: the table of accounts is shared by all cities.
        self.fields["user"] = forms.ModelChoiceField(
            members().filter(is_active=True).order_by("name"),
            label=_("Person"),
            help_text=_("Only members of this city. New people are added under Settings, Users."),
        )
        self.fields["agency"].queryset = Agency.objects.filter(active=True)
        self.fields["unit"].queryset = Unit.objects.filter(active=True).select_related("agency")
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.agency.short_name}: {unit.name}"


class EndPostForm(WagtailAdminModelForm):
    """What of a post can change: its last day. Another role is another post, so that the history stays true."""

    class Meta:
        model = Post
        fields = ["until"]
        widgets = {"until": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].required = True
        self.fields["until"].label = _("Last day")

    def clean_until(self) -> datetime.date:
        until: datetime.date = self.cleaned_data["until"]
        if until < self.instance.since:
            raise ValidationError(_("The post would end before it began."))
        return until


class PostIndex(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Post]:
        return Post.objects.select_related("user", "agency", "unit")


class AddPost(generic.CreateView):
    def save_instance(self) -> Post:
        values = self.form.cleaned_data
        return appoint(**values, actor=self.request.user)


class EditPost(generic.EditView):
    def save_instance(self) -> Post:
        # Read anew: validating the form has put the new day on the object.
        post = Post.objects.get(pk=self.object.pk)
        return end_post(post=post, until=self.form.cleaned_data["until"], actor=self.request.user)

    def get_success_message(self) -> str:
        return _("The post ends on %(day)s.") % {"day": date_format(self.form.cleaned_data["until"], "j F Y")}


class DeletePost(generic.DeleteView):
    """For a post that was given by mistake: as if it had never been, but recorded."""

    def delete_action(self) -> None:
        end_post(post=self.object, until=self.object.since - datetime.timedelta(days=1), actor=self.request.user)


class PostScreens(ModelScreen):
    scope = CITY
    name = "posts"
    model = Post
    icon = "user"
    index_view_class = PostIndex
    add_view_class = AddPost
    edit_view_class = EditPost
    delete_view_class = DeletePost
    search_fields = ["user__name", "user__email", "agency__name"]
    list_filter = ["role", "agency"]
    ordering = ["agency__order", "agency__name", "role", "user__name"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Post]]:
        return EndPostForm if for_update else NewPostForm

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "user",
            Column("get_role_display", label=_("Role"), sort_key="role"),
            Column("agency", label=_("Agency"), accessor=lambda post: post.agency or _("the whole city")),
            Column("unit", label=_("Unit"), accessor=lambda post: post.unit or "–"),
            Column("since", label=_("Since"), sort_key="since"),
            Column("until", label=_("Until"), accessor=lambda post: post.until or "–"),
        ]


class AgenciesGroup(ModelViewSetGroup):
    menu_label = gettext_lazy("Agencies")
    menu_name = "agencies"
    menu_icon = "group"
    menu_order = 300
    items = (AgencyScreens, UnitScreens, PostScreens, AbsenceScreens, AgencyHoursScreen)
