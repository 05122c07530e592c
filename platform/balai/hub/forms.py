"""The forms of the hub's screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from balai.accounts.fields import IdentifierField
from balai.modules import modules
from tenants.actions import RESERVED_SLUGS
from tenants.models import Adoption, City, Training


def module_choices() -> list[tuple[str, Any]]:
    return [
        (label, format_lazy("{name} – {summary}", name=config.verbose_name, summary=config.summary))
        for label, config in modules().items()
    ]


class ModulesField(forms.MultipleChoiceField):
    """Any of the installed modules, as checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=module_choices, required=False, **kwargs)


class CityForm(forms.ModelForm[City]):
    """What both onboarding and editing ask."""

    class Meta:
        model = City
        fields = ["name", "short_name", "code", "province", "timezone", "language", "mail_sender", "lat", "lon"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = True
        self.fields["code"].help_text = _("Two pairs of digits, like 36.74.")
        self.fields["mail_sender"].help_text = _("Empty: the address of the platform.")


class OnboardingForm(CityForm):
    """A new city with its first administrator."""

    domain = forms.CharField(
        label=gettext_lazy("Host name of its own"),
        required=False,
        max_length=253,
        help_text=gettext_lazy("Only if the city brings one, for example layanan.tangerangkota.go.id."),
    )
    modules = ModulesField(label=gettext_lazy("Modules"))
    administrator = IdentifierField(
        label=gettext_lazy("First administrator"),
        help_text=gettext_lazy("Email address or phone number. The invitation is sent there."),
    )
    administrator_name = forms.CharField(
        label=gettext_lazy("Name of the administrator"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only for someone who has no account yet."),
    )

    class Meta(CityForm.Meta):
        fields = ["name", "short_name", "slug", *CityForm.Meta.fields[2:]]

    field_order = ["name", "short_name", "slug", "code", "province", "timezone", "language", "domain", "modules"]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED_SLUGS:
            raise ValidationError(_("“%(slug)s” is reserved. Choose another address.") % {"slug": slug})
        return slug


class EditForm(CityForm):
    domains = forms.CharField(
        label=gettext_lazy("Host names"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One per line. The first is the main address; the others lead to the same city."),
    )

    def clean_domains(self) -> list[str]:
        return [line.strip().lower() for line in self.cleaned_data["domains"].splitlines() if line.strip()]


class AdoptionForm(forms.ModelForm[Adoption]):
    modules = ModulesField(label=gettext_lazy("Modules agreed"))

    class Meta:
        model = Adoption
        fields = ["mou_number", "mou_date", "pks_number", "pks_date", "modules", "go_live", "notes"]
        widgets = {
            "mou_date": AdminDateInput,
            "pks_date": AdminDateInput,
            "go_live": AdminDateInput,
            "notes": forms.Textarea(attrs={"rows": 3}),
        }


TrainingFormSet: Any = forms.inlineformset_factory(
    Adoption,
    Training,
    fields=["date", "topic", "participants"],
    widgets={"date": AdminDateInput},
    extra=1,
    can_delete=True,
)
