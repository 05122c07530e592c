"""Forms and fields that the portal pages of every module with cases share."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from balai.casework.actions import MAX_PHOTOS, MAX_RATING_WORDS
from balai.casework.places import MAX_LANDMARK
from balai.casework.wording import MAX_WORDS
from balai.portal.forms import PhotosField
from balai.portal.operation_form_view import KEY_FIELD


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


class SubmitForm(forms.Form):
    """What every form has by which a resident sends a case: the place, and what a robot falls for.

    The choices of `village` are the city's: see `offer_villages`. `looked` says that what is alike was shown.
    """

    lat = CoordinateField(label=_("Latitude"))
    lon = CoordinateField(label=_("Longitude"))
    village = forms.ChoiceField(label=_("Kelurahan"), required=False)
    landmark = forms.CharField(
        label=_("Landmark"),
        help_text=_("What stands there: a street and number, a school, a shop."),
        required=False,
        max_length=MAX_LANDMARK,
    )
    # People do not see it; what fills it in is no person.
    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    looked = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("website"):
            self.add_error(None, _("Please leave the hidden field empty."))
        return cleaned

    def offer_villages(self, villages: list[dict[str, Any]]) -> None:
        """Sets the choices from the API's areas, by kecamatan."""
        village = self.fields["village"]
        assert isinstance(village, forms.ChoiceField)
        groups: dict[str, list[tuple[str, str]]] = {}
        for area in villages:
            groups.setdefault(area["parent"]["name"] if area["parent"] else "", []).append((area["code"], area["name"]))
        village.choices = [("", _("Choose the kelurahan")), *sorted(groups.items())]


class MessageForm(forms.Form):
    """Words between whoever sent the case and the city."""

    words = forms.CharField(
        label=_("Your message"),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a message.")},
    )


class RatingForm(forms.Form):
    """How satisfied somebody is with what became of their case."""

    rating = forms.TypedChoiceField(
        label=_("How satisfied are you?"),
        choices=[(str(stars), str(stars)) for stars in range(1, 6)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose from one to five stars.")},
    )
    verdict = forms.ChoiceField(
        label=_("Is the problem solved?"),
        choices=[("SOLVED", _("Yes, solved")), ("HALF", _("Half")), ("NOT_SOLVED", _("No, please open it again"))],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("Would you like to say why?"),
        help_text=_("If it is not solved, say what is still wrong."),
        required=False,
        max_length=MAX_RATING_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photos = PhotosField(
        label=_("Photos of how it looks now"), help_text=_("Up to four photos."), most=MAX_PHOTOS, required=False
    )

    def clean_verdict(self) -> str | None:
        return self.cleaned_data["verdict"] or None


def keyed(form: forms.Form, prefix: str = "") -> forms.Form:
    """A form with a key of its own, under which it is done once however often it is sent; with a prefix for its ids,
    where several stand on one page."""
    if prefix:
        form.auto_id = f"{prefix}_%s"
    form.fields[KEY_FIELD] = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=str(uuid.uuid4()))
    return form
