"""Staff screen: who is away, and who stands in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets import AdminDateInput

from balai.accounts.models import User
from balai.agencies.actions import judge_absence, record_absence, remove_absence
from balai.agencies.models import Absence, Post
from balai.office.screens import CITY, ModelScreen


class AbsenceForm(WagtailAdminModelForm):
    """Days away. The person and the deputy are among those who hold a post today."""

    class Meta:
        model = Absence
        fields = ["user", "since", "until", "reason", "deputy"]
        widgets = {"since": AdminDateInput, "until": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # People with a post only: the table of accounts is shared by all cities.
        holders = Post.objects.current().values("user_id")
        for name in ("user", "deputy"):
            self.fields[name].queryset = User.objects.filter(is_active=True, pk__in=holders).order_by("name", "pk")
            self.fields[name].label_from_instance = lambda user: user.name
        if self.instance.pk is not None:
            self.fields["user"].disabled = True

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors:
            try:
                judge_absence(self.instance)
            except ValidationError as refused:
                self.add_error(None, refused)


class AddAbsence(generic.CreateView):
    def save_instance(self) -> Absence:
        return record_absence(absence=self.form.instance, actor=self.request.user)


class EditAbsence(generic.EditView):
    def save_instance(self) -> Absence:
        return record_absence(absence=self.form.instance, actor=self.request.user)


class RemoveAbsence(generic.DeleteView):
    def delete_action(self) -> None:
        remove_absence(absence=self.object, actor=self.request.user)


class AbsenceIndex(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Absence]:
        return Absence.objects.select_related("user", "deputy")


class AbsenceScreens(ModelScreen):
    scope = CITY
    name = "absences"
    model = Absence
    icon = "calendar"
    index_view_class = AbsenceIndex
    add_view_class = AddAbsence
    edit_view_class = EditAbsence
    delete_view_class = RemoveAbsence
    search_fields = ["user__name"]
    list_filter = ["since", "until", "reason"]
    ordering = ["-since", "-pk"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Absence]]:
        return AbsenceForm

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "user",
            Column("since", label=_("Since"), sort_key="since"),
            Column("until", label=_("Until"), accessor=lambda row: row.until or _("not known yet")),
            Column("get_reason_display", label=_("Reason")),
            Column("deputy", label=_("Deputy"), accessor=lambda row: row.deputy or "–"),
        ]
