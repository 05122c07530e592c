"""The forms of LAKSA's pages. Their fields are named like the variables of the mutations they stand for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.laksa.actions.commenting import MAX_REASON as MAX_REPORT
from apps.laksa.actions.commenting import MAX_TEXT as MAX_COMMENT
from apps.laksa.actions.submitting import MAX_TEXT, MAX_TITLE
from apps.laksa.models import AspirationKind, CommentReport
from balai.casework.actions import MAX_PHOTOS
from balai.casework.actions.moving import MAX_REASON
from balai.casework.portal_forms import RatingForm, SubmitForm, TrackForm
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


class AspirationForm(WordsForm, SubmitForm):
    """An aspiration. The choices of `topic` and `village` are the city's: see `offer`.

    `look` finds the cards of aspirations that say much the same; the sender sees them before it is sent.
    """

    field_order = ("title", "text", "kind", "topic", "photos", "documents")

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

    def offer(self, topics: list[dict[str, Any]], villages: list[dict[str, Any]]) -> None:
        """Sets the choices from the API's topics and areas."""
        topic = self.fields["topic"]
        assert isinstance(topic, forms.ChoiceField)
        groups: dict[str, list[tuple[str, str]]] = {}
        for item in topics:
            category = item["category"]
            groups.setdefault(category["group"] or "", []).append((category["slug"], category["name"]))
        alone = groups.pop("", [])
        topic.choices = [("", _("Choose a topic")), *alone, *groups.items()]
        self.offer_villages(villages)


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


class RateAspirationForm(RatingForm):
    """How satisfied the author is with what became of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict = self.fields["verdict"]
        assert isinstance(verdict, forms.ChoiceField)
        verdict.label = _("Is it what you wished for?")
        verdict.choices = [("SOLVED", _("Yes")), ("HALF", _("Half")), ("NOT_SOLVED", _("No, please open it again"))]
        self.fields["words"].help_text = _("If it is to be opened again, say what is still missing.")


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
