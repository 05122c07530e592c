"""The forms of SIARAN's pages. Their fields are named like the variables of the mutations they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from balai.casework.actions import MAX_PHOTOS
from balai.casework.actions.field import MIN_FINISH_WORDS
from balai.casework.actions.moving import MAX_REASON
from balai.casework.intake import MIN_WORDS
from balai.casework.places import asset_of, place_of
from balai.casework.portal_forms import SubmitForm
from balai.casework.questions import MAX_TEXT
from balai.casework.wording import MAX_WORDS
from balai.portal.forms import PhotosField


class RadioSelect(forms.RadioSelect):
    """Radio buttons with an icon each: `icons` by value. The theme knows the widget by its class's name."""

    icons: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if icon := self.icons.get(str(value)):
            option["attrs"]["icon"] = icon
        return option


class ReportForm(SubmitForm):
    """A report. The choices of `category` and `village` are the city's: see `offer`."""

    field_order = ("category", "description", "photos", "place")

    category = forms.ChoiceField(
        label=_("What is it about?"), widget=RadioSelect, error_messages={"required": _("Choose what it is about.")}
    )
    description = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("For example: since when, how large, whom it endangers."),
        min_length=MIN_WORDS,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Describe in a few words what is wrong.")},
    )
    photos = PhotosField(
        label=_("Photos"),
        help_text=_("One to four photos. We remove the place and time stored inside them."),
        most=MAX_PHOTOS,
    )
    # Mistakes about the place as a whole are shown here.
    place = forms.CharField(required=False, widget=forms.HiddenInput)
    asset = forms.CharField(
        label=_("Code on the lamp, bridge or pump"),
        help_text=_("If there is a plate with a code on it. Then nothing more is needed to find the place."),
        required=False,
        max_length=90,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    earlier = forms.CharField(
        label=_("Number of the earlier report"),
        help_text=_("You report again what was closed: the two name each other, unless one hides its reporter."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it?"),
        choices=[
            ("PUBLIC", _("Everyone sees the report; the agency also sees my name")),
            ("ANONYMOUS", _("Everyone sees the report; nobody sees my name, and only the agency my photos")),
            ("SECRET", _("Only the agency and I see the report")),
        ],
        initial="PUBLIC",
        required=False,
        widget=RadioSelect,
    )
    asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Checks the place along with the fields, so that everything wrong is said at once."""
        cleaned = super().clean()
        if self.questions and cleaned.get("asked") != cleaned.get("category"):
            # Without JavaScript the questions of the chosen category come after the first sending.
            self.add_error(None, _("There are a few more questions about this. Please answer them below."))
        if not self.errors.keys() & {"lat", "lon", "village", "landmark", "asset"}:
            try:
                given = {name: cleaned[name] for name in ("lat", "lon", "village", "landmark")}
                place_of(**given, asset=asset_of(cleaned["asset"]))
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def offer(self, categories: list[dict[str, Any]], villages: list[dict[str, Any]], *, photos_required: bool) -> None:
        """Sets the choices from the API's categories and areas."""
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [(item["slug"], item["name"]) for item in categories]
        assert isinstance(category.widget, RadioSelect)
        category.widget.icons = {item["slug"]: item["icon"] for item in categories}
        self.offer_villages(villages)
        self.fields["photos"].required = photos_required

    questions: Sequence[str] = ()
    """The fields of the chosen category's questions."""

    def ask(self, questions: list[dict[str, Any]]) -> None:
        """Adds the API's questions of the chosen category as fields."""
        self.questions = [f"{ANSWER}{question['slug']}" for question in questions]
        for name, question in zip(self.questions, questions, strict=True):
            self.fields[name] = question_field(question)

    def answers(self) -> list[dict[str, str]]:
        """What was answered, as the API takes it."""
        given = {name: self.cleaned_data.get(name) for name in self.questions}
        return [
            {"question": name.removeprefix(ANSWER), "value": str(value[0] if isinstance(value, list) else value)}
            for name, value in given.items()
            if value not in (None, "", [])
        ]

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.questions]


ANSWER = "answers."


def question_field(question: dict[str, Any]) -> forms.Field:
    """The form field of one of the API's CaseQuestions."""
    shared = {"label": question["label"], "help_text": question["help"], "required": question["required"]}
    match question["kind"]:
        case "CHOICE":
            choices = [(choice["value"], choice["label"]) for choice in question["choices"]]
            return forms.ChoiceField(choices=choices, widget=RadioSelect, **shared)
        case "NUMBER":
            # Checked by the API, in the words of the question's own bounds.
            return forms.CharField(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **shared)
        case "PHOTO":
            return PhotosField(most=1, **shared)
        case _:
            return forms.CharField(max_length=MAX_TEXT, **shared)


class CorrectForm(forms.Form):
    """The report's words once more, put right."""

    words = forms.CharField(
        label=_("What is it about?"),
        min_length=MIN_WORDS,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write the corrected text.")},
    )


class DeviceField(forms.Field):
    """What the phone's script filled in of itself. Odd values count as absent: nobody typed them."""

    widget = forms.HiddenInput

    def __init__(self, kind: type[forms.Field]) -> None:
        super().__init__(required=False)
        self.kind = kind(required=False)

    def to_python(self, value: Any) -> Any:
        try:
            return self.kind.clean(value)
        except ValidationError:
            return None


class StepForm(forms.Form):
    """A step of an officer's task: a button, and what the phone says of the moment."""

    at_device = DeviceField(forms.DateTimeField)
    device_lat = DeviceField(forms.FloatField)
    device_lon = DeviceField(forms.FloatField)
    device_accuracy = DeviceField(forms.FloatField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Several steps stand on one page, each with fields of the same names.
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)


class StartForm(StepForm):
    """Arriving, perhaps with photos of what was found."""

    photos = PhotosField(
        label=_("Photos before the work"),
        help_text=_("What you found, up to four photos."),
        most=MAX_PHOTOS,
        required=False,
        evidence=True,
    )


class FinishForm(StepForm):
    """What an officer has done."""

    words = forms.CharField(
        label=_("What was done?"),
        help_text=_("The reporter and the public will read this."),
        min_length=MIN_FINISH_WORDS,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence what was done.")},
    )
    photos = PhotosField(
        label=_("Photos of the result"),
        help_text=_("One to four photos, from where the report's photo was taken."),
        most=MAX_PHOTOS,
        evidence=True,
    )
    without_tasks = forms.CharField(
        label=_("Tasks of other units are open. Why does the report end without them?"),
        help_text=_("The tasks are cancelled with these words; only colleagues read them."),
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExplainForm(forms.Form):
    """Why the evidence does not fit."""

    words = forms.CharField(
        label=_("Your explanation"),
        help_text=_("Only colleagues read it."),
        min_length=2,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write your explanation.")},
    )


class NoFields(forms.Form):
    """A button."""
