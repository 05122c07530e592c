"""The screens “Users” and “Groups” of the back office: members of this city, never accounts.

An account is shared by all cities, so nobody changes another person's name, address or password here, and nobody
deletes one: members are added, put into groups, paused and removed.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.users.views import users as wagtail_users
from wagtail.users.views.bulk_actions import (
    AssignRoleBulkAction,
    DeleteBulkAction,
    SetActiveStateBulkAction,
)

from balai.accounts.fields import IdentifierField
from balai.accounts.models import User
from balai.membership import actions
from balai.membership.models import Membership, SignInProvider
from balai.membership.queries import members
from balai.notifications.queries import here
from balai.office.screens import CITY, ModelScreen


def groups_field() -> forms.ModelMultipleChoiceField[Group]:
    """The city's groups, each with a tick box."""
    return forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=gettext_lazy("Groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class MemberForm(forms.ModelForm):
    """Groups and state of a membership. The account's own fields are not here on purpose."""

    groups = groups_field()
    active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        help_text=gettext_lazy("While it is off, the groups give no rights."),
    )
    emergency_key = forms.BooleanField(
        label=gettext_lazy("Emergency key"),
        required=False,
        help_text=gettext_lazy("Every right in this city, past all groups. All administrators are told by mail."),
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        membership = Membership.objects.get(user=self.instance)
        self.initial.update(
            groups=list(self.instance.groups.values_list("pk", flat=True)),
            active=membership.is_staff,
            emergency_key=membership.is_superuser,
        )
        if actor.pk == self.instance.pk:
            del self.fields["active"]
        if not actor.is_superuser or actor.pk == self.instance.pk:
            del self.fields["emergency_key"]

    def save(self, commit: bool = True) -> User:
        user: User = self.instance
        values = self.cleaned_data
        actions.update_member(
            actor=self.actor, user=user, groups=values["groups"], active=values.get("active", self.initial["active"])
        )
        if "emergency_key" in values:
            actions.set_emergency_key(actor=self.actor, user=user, given=values["emergency_key"])
        return user


class NewMemberForm(forms.ModelForm):
    """Someone by email address or phone number; the name is asked for accounts that are made now."""

    identifier = IdentifierField()
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only for someone who has no account yet. An existing account keeps its own name."),
    )
    groups = groups_field()

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            # Added here, so that a refusal stands beside the field and what was typed stays.
            try:
                self.instance = actions.add_member(
                    actor=self.actor,
                    identifier=cleaned["identifier"],
                    name=cleaned["name"],
                    groups=cleaned["groups"],
                )
            except ValidationError as refusal:
                self.add_error(None, refusal)
        return cleaned

    def _post_clean(self) -> None:
        """Nothing of the account is validated or written by this form."""

    def save(self, commit: bool = True) -> User:
        user: User = self.instance
        return user


class OnlyMembers:
    """Finds members of this city only; for everybody else there is no such page."""

    request: HttpRequest

    def get_object(self, queryset: Any = None) -> User:
        return get_object_or_404(members(), pk=self.kwargs["pk"])  # type: ignore[attr-defined]


class IndexView(OnlyMembers, wagtail_users.IndexView):
    page_title = gettext_lazy("Members")
    add_item_label = gettext_lazy("Add a member")
    search_fields = ("name", "email", "phone")

    @property
    def columns(self) -> list[Any]:
        return [
            wagtail_users.UserColumn(
                "name", label=gettext_lazy("Name"), sort_key="name", get_url=self.get_edit_url, classname="name"
            ),
            Column("identifier", label=gettext_lazy("Email or phone number"), accessor="get_username", width="25%"),
            Column(
                "groups",
                label=gettext_lazy("Groups"),
                accessor=lambda user: ", ".join(sorted(group.name for group in user.groups.all())),
                width="25%",
            ),
            BooleanColumn("is_staff", label=gettext_lazy("Active"), sort_key="is_staff", width="8%"),
            Column(
                "is_superuser",
                label=gettext_lazy("Emergency key"),
                accessor=lambda user: _("yes") if user.is_superuser else "",
                width="10%",
            ),
            DateColumn("last_login", label=gettext_lazy("Last sign-in"), sort_key="last_login", width="12%"),
        ]

    def get_base_queryset(self) -> QuerySet[User]:
        return members().prefetch_related("groups")

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.order_by(self.ordering or "name", "pk")


class WithActor:
    """Tells the form who acts."""

    request: HttpRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        kwargs.pop("editing_self", None)
        return {**kwargs, "actor": self.request.user}


class CreateView(WithActor, wagtail_users.CreateView):
    page_title = gettext_lazy("Add a member")
    success_message = gettext_lazy("“%(object)s” is a member now and has been written to.")
    template_name = "wagtailadmin/generic/create.html"


class EditView(OnlyMembers, WithActor, wagtail_users.EditView):
    success_message = gettext_lazy("“%(object)s” has been changed.")
    template_name = "wagtailadmin/generic/edit.html"


class DeleteView(OnlyMembers, wagtail_users.DeleteView):
    page_title = gettext_lazy("Remove member")
    success_message = gettext_lazy("“%(object)s” is no longer a member.")
    template_name = "wagtailadmin/generic/confirm_delete.html"

    @property
    def confirmation_message(self) -> str:
        return _("The person loses every right in this city. The account itself stays.")

    def delete_action(self) -> None:
        actor = self.request.user
        assert isinstance(actor, User)
        actions.remove_member(actor=actor, user=self.object)


class HistoryView(OnlyMembers, generic.HistoryView):
    def get_page_subtitle(self) -> str:
        return str(self.object)


class UsageView(OnlyMembers, generic.UsageView):
    pass


class MemberViewSet(wagtail_users.UserViewSet):
    """In the place of Wagtail's users."""

    template_prefix = "membership/members/"  # none: the generic ones, Wagtail's own show fields that nobody has here
    ordering = "name"
    menu_label = gettext_lazy("Members")
    copy_view_enabled = False
    index_view_class = IndexView
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView
    history_view_class = HistoryView
    usage_view_class = UsageView

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return MemberForm if for_update else NewMemberForm


def _closed(action: type) -> type:
    """Wagtail's bulk actions on users write to shared accounts: they exist under their addresses and refuse."""
    return type(f"No{action.__name__}", (action,), {"check_perm": lambda self, obj: False})


closed_bulk_actions = [_closed(action) for action in (AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction)]


class ProviderForm(forms.ModelForm):
    """The city's client at Google or Facebook. The secret is never shown again; left empty, it stays."""

    secret = forms.CharField(
        label=gettext_lazy("Client secret"), required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    class Meta:
        model = SignInProvider
        fields = ("provider", "client_id", "secret", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        addresses = [f"{here().url}/akun/{value}/login/callback/" for value in SignInProvider.Provider.values]
        self.fields["client_id"].help_text = _("Enter this address there as the redirect address: %(addresses)s") % {
            "addresses": " / ".join(addresses)
        }
        if self.instance.pk:
            self.fields["secret"].help_text = _("A secret is stored. Leave the field empty to keep it.")

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"] or self.instance.secret
        if not secret:
            raise ValidationError(_("Enter the secret that the provider gave you."))
        return secret


class ProviderScreens(ModelScreen):
    """Signing in with Google or Facebook, for the cities that want it."""

    scope = CITY
    name = "sign-in"
    model = SignInProvider
    icon = "key"
    menu_label = gettext_lazy("Sign-in providers")
    add_to_settings_menu = True
    menu_order = 610
    inspect_view_enabled = False
    list_display = ("provider", "client_id", BooleanColumn("active", label=gettext_lazy("Active")))

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return ProviderForm
