"""What a city looks like: theme folder, colours, type, logo and tagline, tried out before residents see them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.accounts.models import User
from balai.audit.actions import record
from balai.office.pictures import without_metadata
from balai.office.screens import CITY, PageScreen, View
from balai.portal.models import Theme
from balai.portal.queries import services_by_category
from balai.portal.theming import BASE, DRAFT, DRAFT_SECONDS, draft_look, folders, trying
from tenants.actions import change_city
from tenants.current import current_city

TRIED = ("primary", "accent", "font", "header_style", "tagline")


class LookForm(forms.ModelForm[Theme]):
    """The city's look. An empty field means: as the theme has it."""

    folder = forms.ChoiceField(
        label=gettext_lazy("Theme"),
        help_text=gettext_lazy("The starting point: pictures, page parts, colours and type."),
    )

    class Meta:
        model = Theme
        fields = ["tagline", "logo", *TRIED[:4]]
        widgets = {
            name: forms.TextInput(attrs={"placeholder": "#0b5cad", "spellcheck": "false"})
            for name in ("primary", "accent")
        }

    field_order = ["folder", "tagline", "logo", "primary", "accent", "font", "header_style"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = folders()
        self.fields["folder"].choices = [(folder.slug, folder.label) for folder in found]  # type: ignore[attr-defined]
        own = current_city().theme
        self.fields["folder"].initial = own if own in {folder.slug for folder in found} else BASE

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        if not isinstance(logo, UploadedFile):
            return logo  # kept or cleared
        try:
            return without_metadata(logo)
        except OSError:
            raise ValidationError(
                _("This picture cannot be read. Save it as PNG, JPEG or WebP and try again.")
            ) from None


class LookView(View):
    """The form. "Preview" shows the home page as it would be, "Save" makes it so."""

    permission = "portal.change_theme"
    page_title = gettext_lazy("Look")
    header_icon = "view"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(LookForm(instance=stored()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LookForm(request.POST, request.FILES, instance=stored())
        if not form.is_valid():
            messages.error(request, _("Nothing was saved. Please mend what is marked below."))
            return self.show(form)
        if "preview" in request.POST:
            values = {name: form.cleaned_data[name] for name in (*TRIED, "folder")}
            return self.show(form, draft=signing.dumps(values, salt=DRAFT, compress=True))
        with transaction.atomic():
            form.save()
            if form.cleaned_data["folder"] != current_city().theme:
                change_city(current_city(), theme=form.cleaned_data["folder"])
            record("city.look_changed", current_city(), actor=cast(User, request.user), changed=form.changed_data)
        messages.success(request, _("The look is saved. Residents see it at once."))
        return redirect("city.look:index")

    def show(self, form: LookForm, draft: str = "") -> HttpResponse:
        return self.page("office/look.html", form=form, draft=draft)


class LookPreview(View):
    """The home page in the look that is being tried; shown in a frame beside the form."""

    permission = "portal.change_theme"

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            values = signing.loads(request.GET.get("draft", ""), salt=DRAFT, max_age=DRAFT_SECONDS)
            slug = values.pop("folder")
            draft = Theme(logo=stored().logo, **values)
        except (signing.BadSignature, KeyError, TypeError) as fault:
            raise Http404 from fault
        with trying(slug):
            context = {"theme": draft_look(draft), "categories": services_by_category(), "sections": []}
            response = render(request, "portal/home.html", context)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response


def stored() -> Theme:
    """The city's row, or a fresh one that is not saved yet."""
    return Theme.objects.first() or Theme()


class LookScreen(PageScreen):
    scope = CITY
    name = "look"
    menu_label = gettext_lazy("Look")
    menu_name = "city-look"
    menu_order = 15
    icon = "view"
    add_to_settings_menu = True
    view_class = LookView

    def get_pages(self) -> list[Any]:
        return [*super().get_pages(), path("preview/", self.construct_view(LookPreview), name="preview")]
