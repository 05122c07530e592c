"""The hub's screens: which cities live here, onboarding one, its modules, its agreement, opening and suspending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from balai.hub import actions
from balai.hub.forms import AdoptionForm, EditForm, OnboardingForm, TrainingFormSet
from balai.modules import Text, modules
from balai.office import settings_screens
from balai.office.screens import HUB, ModelScreen, Panel, View
from tenants.actions import record_adoption
from tenants.models import HUB_SCHEMA, Activation, Adoption, City, Domain


def cities() -> QuerySet[City]:
    """The cities of this installation with what the screens show of them."""
    return (
        City.objects.exclude(schema_name=HUB_SCHEMA)
        .select_related("adoption")
        .prefetch_related(
            Prefetch("activations", Activation.objects.filter(active=True), to_attr="active_activations"),
            Prefetch("domains", Domain.objects.order_by("-is_primary", "domain"), to_attr="all_domains"),
        )
    )


def city_or_404(pk: int) -> City:
    return get_object_or_404(cities(), pk=pk)


def names_of_modules(city: City) -> list[str]:
    """The active modules' names, in the order of the settings."""
    active = {activation.module for activation in city.active_activations}  # type: ignore[attr-defined]
    return [str(config.verbose_name) for label, config in modules().items() if label in active]


class CityTitle(TitleColumn):
    def get_value(self, instance: City) -> str:
        return instance.name


class HostColumn(Column):
    def get_value(self, instance: City) -> str:
        return ", ".join(domain.domain for domain in instance.all_domains)  # type: ignore[attr-defined]


class ModulesColumn(Column):
    def get_value(self, instance: City) -> str:
        return ", ".join(names_of_modules(instance)) or "–"


class StateColumn(Column):
    cell_template_name = "hub/state_cell.html"


class GoLiveColumn(Column):
    cell_template_name = "hub/go_live_cell.html"

    def get_value(self, instance: City) -> Any:
        adoption = getattr(instance, "adoption", None)
        return adoption.go_live if adoption else None


class Cities(generic.IndexView):
    page_title = gettext_lazy("Cities")
    add_item_label = gettext_lazy("Onboard a city")

    def get_base_queryset(self) -> QuerySet[City]:
        return cities()


class Onboard(View):
    """The form for a new city. It takes a second or two: the button says so, and a second click changes nothing."""

    permission = "tenants.add_city"
    page_title = gettext_lazy("Onboard a city")
    header_icon = "plus"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(OnboardingForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OnboardingForm(request.POST)
        if form.is_valid():
            try:
                city = actions.onboard(actor=self.person, **form.cleaned_data)
            except ValidationError as fault:
                add_faults(form, fault)
            else:
                messages.success(
                    request,
                    _("%(city)s stands at %(url)s. The invitation to its administrator is on its way.")
                    % {"city": city.name, "url": city.url},
                )
                return redirect("hub.cities:edit", city.pk)
        messages.error(request, _("No city was made. Please mend what is marked below."))
        return self.show(form)

    def show(self, form: BaseForm) -> HttpResponse:
        return self.page(
            "office/form.html",
            crumbs=trail(),
            form=form,
            submit_label=_("Make the city"),
            submitting_label=_("Making the city…"),
        )


class CityPage(View):
    """Base of the pages about one city."""

    permission = "tenants.change_city"
    header_icon = "site"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.city = city_or_404(kwargs["pk"])

    def trail(self) -> list[tuple[str, Text]]:
        return [*trail(), (reverse("hub.cities:edit", args=[self.city.pk]), self.city.short_name)]


class Overview(CityPage):
    """Everything about a city, with the ways to change it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(
            "hub/city.html",
            title=self.city.name,
            crumbs=trail(),
            city=self.city,
            modules=names_of_modules(self.city),
            adoption=getattr(self.city, "adoption", None),
        )


class Edit(CityPage):
    page_title = gettext_lazy("Edit")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        hosts = "\n".join(domain.domain for domain in self.city.all_domains)  # type: ignore[attr-defined]
        return self.show(EditForm(instance=self.city, initial={"domains": hosts}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = EditForm(request.POST, instance=city_or_404(pk))
        if form.is_valid():
            try:
                actions.edit(self.city, actor=self.person, **form.cleaned_data)
            except ValidationError as fault:
                add_faults(form, fault, domain="domains")
            else:
                messages.success(request, _("%(city)s is saved.") % {"city": self.city.short_name})
                return redirect("hub.cities:edit", pk)
        messages.error(request, _("Nothing was saved. Please mend what is marked below."))
        return self.show(form)

    def show(self, form: BaseForm) -> HttpResponse:
        return self.page("office/form.html", crumbs=self.trail(), form=form)


class ChangeState(CityPage):
    """Asks before a city is opened or suspended, then does it."""

    def get(self, request: HttpRequest, pk: int, state: str) -> HttpResponse:
        title = _("Suspend the city") if known_state(state) == City.State.SUSPENDED else _("Open the city")
        return self.page("hub/confirm_state.html", title=title, crumbs=self.trail(), city=self.city, state=state)

    def post(self, request: HttpRequest, pk: int, state: str) -> HttpResponse:
        actions.switch_state(self.city, known_state(state), actor=self.person)
        said = _("%(city)s is suspended.") if state == City.State.SUSPENDED else _("%(city)s is open.")
        messages.success(request, said % {"city": self.city.short_name})
        return redirect("hub.cities:edit", pk)


def known_state(state: str) -> str:
    if state not in (City.State.ACTIVE, City.State.SUSPENDED):
        raise Http404
    return state


class AdoptionPage(CityPage):
    """The city's adoption record: MoU, PKS, modules agreed, trainings, start of service."""

    permission = "tenants.change_adoption"
    page_title = gettext_lazy("Adoption record")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        adoption = self.record()
        return self.show(AdoptionForm(instance=adoption), TrainingFormSet(instance=adoption))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        adoption = self.record()
        form = AdoptionForm(request.POST, instance=adoption)
        trainings = TrainingFormSet(request.POST, instance=adoption)
        if form.is_valid() and trainings.is_valid():
            rows = [
                {name: row[name] for name in ("date", "topic", "participants")}
                for row in trainings.cleaned_data
                if row and not row.get("DELETE")
            ]
            try:
                record_adoption(self.city, trainings=rows, **form.cleaned_data)
            except ValidationError as fault:
                add_faults(form, fault)
            else:
                messages.success(request, _("The adoption record is saved."))
                return redirect("hub.cities:edit", pk)
        messages.error(request, _("Nothing was saved. Please mend what is marked below."))
        return self.show(form, trainings)

    def record(self) -> Adoption:
        return Adoption.objects.filter(city=self.city).first() or Adoption(city=self.city)

    def show(self, form: BaseForm, trainings: Any) -> HttpResponse:
        media = form.media + trainings.media
        return self.page("hub/adoption.html", crumbs=self.trail(), form=form, trainings=trainings, media=media)


class OfNamedCity(settings_screens.CityModulesView):
    """The screens of the modules, for the city in the address."""

    def get_city(self) -> City:
        return city_or_404(self.kwargs["pk"])

    def address(self, name: str, *args: Any) -> str:
        return reverse(f"hub.cities:modules_{name}", args=[self.city.pk, *args])

    def trail(self) -> list[tuple[str, Text]]:
        return [*trail(), (reverse("hub.cities:edit", args=[self.city.pk]), self.city.short_name)]


class CityModules(OfNamedCity, settings_screens.Modules):
    pass


class CityModuleSwitch(OfNamedCity, settings_screens.Switch):
    pass


class CityModuleOptions(OfNamedCity, settings_screens.Options):
    pass


def trail() -> list[tuple[str, Text]]:
    return [(reverse("hub.cities:index"), _("Cities"))]


def add_faults(form: BaseForm, fault: ValidationError, **renamed: str) -> None:
    """Puts each message on its field; those of fields that the form does not show go to its head."""
    for name, faults in fault.message_dict.items():
        field = renamed.get(name, name)
        form.add_error(field if field in form.fields else None, faults)


class CityScreens(ModelScreen):
    scope = HUB
    name = "cities"
    model = City
    icon = "site"
    menu_label = gettext_lazy("Cities")
    menu_order = 100
    add_to_admin_menu = True
    index_view_class = Cities
    form_fields = ["name"]
    ordering = "short_name"
    list_filter = ["state", "province"]
    search_fields = ["name", "slug", "code"]

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            CityTitle("name", label=_("City"), url_name=self.get_url_name("edit"), sort_key="short_name"),
            StateColumn("state", label=_("State"), sort_key="state"),
            ModulesColumn("modules", label=_("Modules")),
            HostColumn("host", label=_("Address")),
            GoLiveColumn("go_live", label=_("In service since"), sort_key="adoption__go_live"),
        ]

    def get_pages(self) -> list[Any]:
        # In place of Wagtail's: no page of the web deletes a city.
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", Onboard.as_view(), name="add"),
            path("<int:pk>/", Overview.as_view(), name="edit"),
            path("<int:pk>/edit/", Edit.as_view(), name="change"),
            path("<int:pk>/adoption/", AdoptionPage.as_view(), name="adoption"),
            path("<int:pk>/state/<slug:state>/", ChangeState.as_view(), name="state"),
            path("<int:pk>/modules/", CityModules.as_view(), name="modules_index"),
            path("<int:pk>/modules/<slug:label>/", CityModuleOptions.as_view(), name="modules_options"),
            path("<int:pk>/modules/<slug:label>/switch/", CityModuleSwitch.as_view(), name="modules_switch"),
        ]


class CitiesPanel(Panel):
    """How many cities live here and in which state."""

    scope = HUB
    name = "cities"
    template_name = "hub/cities_panel.html"

    def is_shown(self) -> bool:
        return self.request.user.has_perm("tenants.view_city") or self.request.user.has_perm("tenants.change_city")

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        states = list(City.objects.exclude(schema_name=HUB_SCHEMA).values_list("state", flat=True))
        counts = [
            (state, label, states.count(state.value))
            for state, label in zip(City.State, City.State.labels, strict=True)
        ]
        return {"counts": counts, "total": len(states)}
