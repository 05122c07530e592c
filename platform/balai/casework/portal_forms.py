"""Forms and fields that the portal pages of every module with cases share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CoordinateField(forms.FloatField):
    """Degrees; a comma may stand for the point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"invalid": _("Write the coordinate as a number, for example -6.28860.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class TrackForm(forms.Form):
    """Number and tracking code of a case that was sent without an account."""

    number = forms.CharField(
        label=_("Number of the report"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    code = forms.CharField(
        label=_("Tracking code"),
        help_text=_("Twelve letters and digits, shown when the report was sent."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "size": "16"}
        ),
    )
