"""What a city's administrator sets: which modules the city offers, and what the city is called."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.audit.actions import record
from balai.modules import CityModule, Text, module, modules
from balai.office.options import options_form
from balai.office.screens import CITY, PageScreen, View
from tenants.actions import activate, change_city, deactivate
from tenants.current import current_city
from tenants.models import Activation, City


class CityModulesView(View):
    """Base of the views about the modules of a city: here the current one; the hub's screens name another."""

    permission = "tenants.change_activation"
    page_title = gettext_lazy("Modules")
    header_icon = "cogs"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.city = self.get_city()

    def get_city(self) -> City:
        return current_city()

    def address(self, name: str, *args: Any) -> str:
        """The address of the view `name` (index, options, switch) for this city."""
        return reverse(f"city.modules:{name}", args=args)

    def trail(self) -> list[tuple[str, Text]]:
        """The breadcrumbs above the list of modules."""
        return []

    def record(self, verb: str, config: CityModule, **details: Any) -> None:
        record(verb, f"{self.city.schema_name}:{config.label}", actor=self.person, **details)


class Modules(CityModulesView):
    """The modules that are installed, with a switch each."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        active = self.city.options_by_module
        rows = [
            {
                "module": config,
                "active": label in active,
                "options_url": self.address("options", label) if dataclasses.fields(config.options) else "",
                "switch_url": self.address("switch", label),
                "required_by": [
                    str(other.verbose_name)
                    for key, other in modules().items()
                    if key in active and label in other.requires
                ],
                "requires": [str(module(key).verbose_name) for key in config.requires],
            }
            for label, config in modules().items()
        ]
        return self.page("office/modules.html", crumbs=self.trail(), rows=rows, city=self.city)


class Switch(CityModulesView):
    """Switches one module on or off (POST `active` 1 or 0)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, label: str, **kwargs: Any) -> HttpResponse:
        config = known_module(label)
        named = {"module": config.verbose_name}
        if request.POST.get("active") == "1":
            activate(self.city, label)
            self.record("module.switched_on", config)
            messages.success(request, _("%(module)s is on. Residents see it at once.") % named)
        else:
            try:
                deactivate(self.city, label)
            except ValueError:
                messages.error(request, _("%(module)s stays on: another module needs it.") % named)
            else:
                self.record("module.switched_off", config)
                messages.success(request, _("%(module)s is off. Its data is kept.") % named)
        return redirect(self.address("index"))


class Options(CityModulesView):
    """The options of one module."""

    def get(self, request: HttpRequest, label: str, **kwargs: Any) -> HttpResponse:
        config = known_module(label)
        return self.show(config, options_form(config, stored_options(self.city, config)))

    def post(self, request: HttpRequest, label: str, **kwargs: Any) -> HttpResponse:
        config = known_module(label)
        before = stored_options(self.city, config)
        form = options_form(config, before, request.POST)
        if not form.is_valid():
            messages.error(request, _("Nothing was saved. Please mend what is marked below."))
            return self.show(config, form)
        change_options(self.city, config, form.cleaned_data)
        changed = [name for name, value in form.cleaned_data.items() if getattr(before, name) != value]
        self.record("module.options_changed", config, changed=changed)
        messages.success(request, _("The options of %(module)s are saved.") % {"module": config.verbose_name})
        return redirect(self.address("index"))

    def show(self, config: CityModule, form: forms.Form) -> HttpResponse:
        crumbs = [*self.trail(), (self.address("index"), _("Modules"))]
        return self.page("office/form.html", title=config.verbose_name, crumbs=crumbs, form=form)


def known_module(label: str) -> CityModule:
    """The module, or 404 for a label or an app that is none."""
    try:
        return module(label)
    except LookupError as fault:
        raise Http404 from fault


def stored_options(city: City, config: CityModule) -> Any:
    """The city's options of the module, whether it is on or off."""
    stored = Activation.objects.filter(city=city, module=config.label).values_list("options", flat=True).first()
    try:
        return config.parse_options(stored or {})
    except ValueError:  # Stored by an older release under another type: offer the defaults, saving mends it.
        return config.options()


def change_options(city: City, config: CityModule, values: dict[str, Any]) -> None:
    """Stores the options; a module that is off stays off."""
    was_active = config.label in city.options_by_module
    with transaction.atomic():
        activate(city, config.label, values)
        if not was_active:
            deactivate(city, config.label)


class ModuleScreens(PageScreen):
    scope = CITY
    name = "modules"
    menu_label = gettext_lazy("Modules")
    menu_name = "modules"
    menu_order = 20
    icon = "cogs"
    add_to_settings_menu = True
    view_class = Modules

    def get_pages(self) -> list[Any]:
        return [
            *super().get_pages(),
            path("<slug:label>/", Options.as_view(), name="options"),
            path("<slug:label>/switch/", Switch.as_view(), name="switch"),
        ]


class ProfileForm(forms.ModelForm[City]):
    class Meta:
        model = City
        fields = ["name", "short_name", "mail_sender", "language", "timezone", "lat", "lon"]
        help_texts = {
            "mail_sender": gettext_lazy("Residents see it as the sender. Empty: the address of the platform."),
            "lat": gettext_lazy("The map opens here. Decimal degrees, south is negative: -6.2886"),
            "lon": gettext_lazy("Decimal degrees: 106.7179"),
        }


class Profile(View):
    """The city's name, mail sender, language, time zone and the middle of its map."""

    permission = "tenants.change_city"
    page_title = gettext_lazy("City profile")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(ProfileForm(instance=fresh_city()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, instance=fresh_city())
        if form.is_valid():
            try:
                change_city(current_city(), **form.cleaned_data)
            except ValidationError as fault:
                form.add_error(None, fault)
            else:
                record("city.profile_changed", current_city(), actor=self.person, changed=form.changed_data)
                messages.success(request, _("The profile is saved."))
                return redirect("city.profile:index")
        messages.error(request, _("Nothing was saved. Please mend what is marked below."))
        return self.show(form)

    def show(self, form: forms.BaseForm) -> HttpResponse:
        return self.page("office/form.html", form=form)


def fresh_city() -> City:
    """The city as the database has it; the request's comes from a cache and must not carry half-made changes."""
    return City.objects.get(pk=current_city().pk)


class ProfileScreen(PageScreen):
    scope = CITY
    name = "profile"
    menu_label = gettext_lazy("City profile")
    menu_name = "city-profile"
    menu_order = 10
    icon = "home"
    add_to_settings_menu = True
    view_class = Profile
