"""Forms about following; named like the variables of their mutations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class FollowForm(forms.Form):
    """A button: `follow` is on, or absent to stop."""

    follow = forms.BooleanField(required=False, widget=forms.HiddenInput)


class SubscriptionForm(forms.Form):
    """An area, and a category or any. The choices are the city's: see `offer`."""

    area = forms.ChoiceField(label=_("Area"), error_messages={"required": _("Choose an area of this city.")})
    category = forms.ChoiceField(label=_("Category"), required=False)

    def offer(
        self, city: list[dict[str, Any]], districts: list[dict[str, Any]], categories: list[dict[str, Any]]
    ) -> None:
        """Sets the choices from the API's areas (the kecamatan with their `villages`) and categories."""
        area, category = self.fields["area"], self.fields["category"]
        assert isinstance(area, forms.ChoiceField)
        assert isinstance(category, forms.ChoiceField)
        area.choices = [("", _("Choose an area")), *[(item["code"], _("The whole city")) for item in city]]
        area.choices += [
            (
                district["name"],
                [
                    (district["code"], _("All of %(name)s") % {"name": district["name"]}),
                    *[(village["code"], village["name"]) for village in district["villages"]],
                ],
            )
            for district in districts
        ]
        category.choices = [("", _("All categories")), *[(item["slug"], item["name"]) for item in categories]]


class UnsubscribeForm(forms.Form):
    """Which subscription to end."""

    id = forms.CharField(max_length=18, widget=forms.HiddenInput)
