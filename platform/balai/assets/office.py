"""Staff screens: the register of assets, their kinds, and importing a file of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.widgets.button import Button

from balai.agencies.models import Unit
from balai.agencies.queries import active_agencies
from balai.assets import queries, tasks
from balai.assets.actions import receive_file, save_asset, work_on
from balai.assets.files import MAX_BYTES, MAX_ROWS
from balai.assets.models import Asset, AssetImport, AssetKind, tidy_code
from balai.geography import queries as geography
from balai.office.screens import CITY, ModelScreen, PageScreen, View
from tenants.tasks import queue

AT_ONCE = 250_000
"""Bytes (about 2,500 rows) that are imported while the person waits; larger files go to the background."""


class AssetForm(WagtailAdminModelForm):
    """One asset by hand. Where several come at once a file is the better way."""

    class Meta:
        model = Asset
        fields = ["kind", "code", "name", "agency", "unit", "utility", "lat", "lon", "state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = AssetKind.objects.filter(active=True)
        self.fields["agency"].queryset = active_agencies()
        units = Unit.objects.filter(active=True).select_related("agency")
        self.fields["unit"].queryset = units
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.agency.short_name}: {unit.name}"

    def clean_code(self) -> str:
        return tidy_code(self.cleaned_data["code"])

    def clean(self) -> Any:
        cleaned = super().clean()
        lat, lon = self.cleaned_data.get("lat"), self.cleaned_data.get("lon")
        if lat is not None and lon is not None:
            try:
                outside = geography.locate(lat, lon).outside
            except ValueError as error:
                raise ValidationError({"lat": str(error)}) from error
            if outside:
                raise ValidationError({"lat": _("This place does not lie in this city.")})
        return cleaned


class AssetIndex(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Asset]:
        return queries.with_relations()


class AddAsset(generic.CreateView):
    def save_instance(self) -> Asset:
        return save_asset(asset=self.form.save(commit=False), actor=self.request.user)


class EditAsset(generic.EditView):
    more_buttons: ClassVar[list[Callable[[HttpRequest, Asset], Button | None]]] = []
    """What modules add to the page of one asset: each makes a button, or None where it is not for the person."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        made = [make(self.request, self.object) for make in self.more_buttons]
        return [*super().header_more_buttons, *(button for button in made if button is not None)]

    def save_instance(self) -> Asset:
        return save_asset(asset=self.form.save(commit=False), actor=self.request.user)


class AssetScreens(ModelScreen):
    scope = CITY
    name = "assets"
    model = Asset
    icon = "site"
    menu_label = gettext_lazy("Register of assets")
    keeps_all = True
    index_view_class = AssetIndex
    add_view_class = AddAsset
    edit_view_class = EditAsset
    search_fields = ["code", "name"]
    list_filter = ["kind", "state", "agency", "utility"]
    ordering = ["kind_id", "code"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Asset]]:
        return AssetForm

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            Column("code", label=_("Code"), sort_key="code"),
            Column("kind", label=_("Kind")),
            Column("name", label=_("Name"), accessor=lambda row: row.name or "–"),
            Column("owner", label=_("Owner"), accessor=lambda row: row.owner or "–"),
            Column("village", label=_("Kelurahan"), accessor=lambda row: row.village or "–"),
            Column("get_state_display", label=_("Condition"), sort_key="state"),
        ]


class KindScreens(ModelScreen):
    scope = CITY
    name = "asset-kinds"
    model = AssetKind
    icon = "tag"
    menu_label = gettext_lazy("Kinds of assets")
    keeps_all = True
    form_fields = ["name", "slug", "icon", "order", "active"]
    search_fields = ["name", "slug"]
    list_filter = ["active"]
    ordering = ["order", "name"]

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("slug", label=_("Address"), sort_key="slug"),
            BooleanColumn("active", label=_("Active"), sort_key="active"),
        ]


class ImportForm(forms.Form):
    """A file, and what is in it."""

    file = forms.FileField(
        label=gettext_lazy("CSV or GeoJSON file"),
        help_text=gettext_lazy(
            "A table with the columns kode, lat and lon, and perhaps jenis, nama, opd, unit, pemilik and status; or a "
            "GeoJSON FeatureCollection in WGS 84 with these properties. Other columns are kept as further facts."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.geojson,.json,text/csv,application/geo+json,application/json"}),
    )
    kind = forms.ModelChoiceField(
        AssetKind.objects.none(),
        label=gettext_lazy("All of one kind"),
        required=False,
        empty_label=gettext_lazy("each row names its kind"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = AssetKind.objects.filter(active=True)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1_000_000})
        return file


class Imports(View):
    """The form for a file, and what became of the last ones."""

    permission = "assets.add_assetimport"
    page_title = gettext_lazy("Import assets")
    header_icon = "upload"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        file = form.cleaned_data["file"]
        received = receive_file(
            content=file.read(), file_name=file.name, kind=form.cleaned_data["kind"], actor=self.person
        )
        if file.size <= AT_ONCE:
            work_on(received.pk)
        else:
            queue(tasks.import_file, received.pk)
        return redirect("city.asset-imports:import", received.pk)

    def show(self, form: ImportForm, status: int = 200) -> HttpResponse:
        imports = queries.imports()
        return self.page("assets/imports.html", form=form, imports=imports, most=MAX_ROWS, status=status)


class Import(View):
    """What becomes of one file. While it is worked on, the page asks again by itself."""

    permission = "assets.add_assetimport"
    header_icon = "upload"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = AssetImport.objects.select_related("kind").defer("content").filter(pk=pk).first()
        if found is None:
            raise Http404("no such import")
        if found.step == AssetImport.Step.REFUSED:
            messages.error(request, _("Nothing was imported. Please mend the file and import it again."))
        return self.page(
            "assets/import.html",
            title=found.file_name,
            crumbs=[(reverse("city.asset-imports:index"), _("Import assets"))],
            item=found,
            open=found.step in AssetImport.OPEN,
        )


class ImportScreens(PageScreen):
    scope = CITY
    name = "asset-imports"
    menu_label = gettext_lazy("Import assets")
    icon = "upload"
    view_class = Imports

    def get_pages(self) -> list[Any]:
        return [*super().get_pages(), path("<int:pk>/", self.construct_view(Import), name="import")]


class AssetsGroup(ViewSetGroup):
    menu_label = gettext_lazy("Assets")
    menu_name = "assets"
    menu_icon = "site"
    menu_order = 310
    items = (AssetScreens, KindScreens, ImportScreens)
