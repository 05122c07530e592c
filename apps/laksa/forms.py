"""The forms of LAKSA's pages. Their fields are named like the variables of the mutations they stand for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.laksa.actions.commenting import MAX_REASON as MAX_REPORT
from apps.laksa.actions.commenting import MAX_TEXT as MAX_COMMENT
from apps.laksa.actions.submitting import MAX_TEXT, MAX_TITLE
from apps.laksa.models import AspirationKind, CommentReport
from balai.casework.actions import MAX_PHOTOS, MAX_RATING_WORDS
from balai.casework.actions.moving import MAX_REASON
from balai.casework.places import MAX_LANDMARK
from balai.casework.portal_forms import CoordinateField, TrackForm
from balai.casework.wording import MAX_WORDS
from balai.portal.forms import DocumentsField, PhotosField

MAX_DOCUMENTS = 2


class WordsForm(forms.Form):
    """Title and words of an aspiration."""

    title = forms.CharField(
        label=_("Title"),
        help_text=_("In one sentence, what you wish for."),
        max_length=MAX_TITLE,
        error_messages={"required": _("Give it a title.")},
    )
    text = forms.CharField(
        label=_("What do you wish for, and why?"),
        help_text=_("For whom it is good, where, and how it is today."),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what you wish for, and why.")},
    )


class AspirationForm(WordsForm):
    """An aspiration. The choices of `topic` and `village` are the city's: see `offer`.

    `look` finds the cards of aspirations that say much the same; the sender sees them before it is sent.
    """

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(kind.name, kind.label) for kind in AspirationKind],
        initial=AspirationKind.ASPIRATION.name,
        widget=forms.RadioSelect,
    )
    topic = forms.ChoiceField(
        label=_("Which topic is it about?"), error_messages={"required": _("Choose what it is about.")}
    )
    photos = PhotosField(
        label=_("Photos"),
        help_text=_("Up to four photos. We remove the place and time stored inside them."),
        most=MAX_PHOTOS,
        required=False,
    )
    documents = DocumentsField(
        label=_("Documents"), help_text=_("Up to two PDF files."), most=MAX_DOCUMENTS, required=False
    )
    lat = CoordinateField(label=_("Latitude"))
    lon = CoordinateField(label=_("Longitude"))
    village = forms.ChoiceField(label=_("Kelurahan"), required=False)
    landmark = forms.CharField(
        label=_("Landmark"),
        help_text=_("What stands there: a street and number, a school, a shop."),
        required=False,
        max_length=MAX_LANDMARK,
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it?"),
        choices=[
            ("PUBLIC", _("Everyone sees the aspiration; the city also sees my name")),
            ("ANONYMOUS", _("Everyone sees the aspiration; nobody sees my name")),
            ("SECRET", _("Only the city and I see the aspiration")),
        ],
        initial="PUBLIC",
        required=False,
        widget=forms.RadioSelect,
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
            self.add_error(None, gettext("Please leave the hidden field empty."))
        return cleaned

    def offer(self, topics: list[dict[str, Any]], villages: list[dict[str, Any]]) -> None:
        """Sets the choices from the API's topics and areas."""
        topic, village = self.fields["topic"], self.fields["village"]
        assert isinstance(topic, forms.ChoiceField)
        assert isinstance(village, forms.ChoiceField)
        groups: dict[str, list[tuple[str, str]]] = {}
        for item in topics:
            category = item["category"]
            groups.setdefault(category["group"] or "", []).append((category["slug"], category["name"]))
        alone = groups.pop("", [])
        topic.choices = [("", _("Choose a topic")), *alone, *groups.items()]
        areas: dict[str, list[tuple[str, str]]] = {}
        for area in villages:
            areas.setdefault(area["parent"]["name"] if area["parent"] else "", []).append((area["code"], area["name"]))
        village.choices = [("", _("Choose the kelurahan")), *sorted(areas.items())]


class RewriteForm(WordsForm):
    """Title and words put right; with new photos where the city has asked for changes."""

    photos = PhotosField(
        label=_("New photos"),
        help_text=_("Up to four photos."),
        most=MAX_PHOTOS,
        required=False,
    )


class CommentForm(forms.Form):
    """What a resident says about an aspiration."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a comment.")},
    )


class UpdateForm(forms.Form):
    """What its author tells of an aspiration."""

    text = forms.CharField(
        label=_("What is new?"),
        help_text=_("Everyone who sees the aspiration can read this."),
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what is new.")},
    )
    update = forms.BooleanField(required=False, widget=forms.HiddenInput, initial=True)


class ReportCommentForm(forms.Form):
    """Why a comment should not stand there."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=[(reason.name, reason.label) for reason in CommentReport.Reason],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong with it.")},
    )
    words = forms.CharField(
        label=_("Would you like to say more?"),
        required=False,
        max_length=MAX_REPORT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AppealForm(forms.Form):
    """Why a rejection is wrong."""

    words = forms.CharField(
        label=_("Why should it be looked at again?"),
        help_text=_("You can appeal once. Somebody else than who rejected it decides."),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why.")},
    )


class MessageForm(forms.Form):
    """Words from the author to the city."""

    words = forms.CharField(
        label=_("Your message"),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a message.")},
    )


class RatingForm(forms.Form):
    """How satisfied the author is with what became of it."""

    rating = forms.TypedChoiceField(
        label=_("How satisfied are you?"),
        choices=[(str(stars), str(stars)) for stars in range(1, 6)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose from one to five stars.")},
    )
    verdict = forms.ChoiceField(
        label=_("Is it what you wished for?"),
        choices=[("SOLVED", _("Yes")), ("HALF", _("Half")), ("NOT_SOLVED", _("No, please open it again"))],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("Would you like to say why?"),
        help_text=_("If it is to be opened again, say what is still missing."),
        required=False,
        max_length=MAX_RATING_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photos = PhotosField(
        label=_("Photos of how it looks now"), help_text=_("Up to four photos."), most=MAX_PHOTOS, required=False
    )

    def clean_verdict(self) -> str | None:
        return self.cleaned_data["verdict"] or None


class TrackAspirationForm(TrackForm):
    """Number and tracking code of an aspiration that was sent without an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("Number of the aspiration")
        self.fields["code"].help_text = _("Twelve letters and digits, shown when the aspiration was sent.")


class FollowForm(forms.Form):
    """Whether to follow; without `follow` no more."""

    follow = forms.BooleanField(required=False)


class NoFields(forms.Form):
    """A button."""
