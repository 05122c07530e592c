"""The command room's form for an aspiration that came by letter, at a Musrenbang, by telephone or a chat."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.laksa import actions
from apps.laksa.actions.submitting import MAX_TEXT, MAX_TITLE, wording_of
from apps.laksa.models import AspirationKind
from apps.laksa.office.moderation import may_moderate
from balai.casework.actions import MAX_PHOTOS
from balai.casework.actions.moving import MAX_DOCUMENTS
from balai.casework.intake import Received
from balai.casework.office.entry import EntryForm, EntryPage, EntryScreen
from balai.portal.forms import DocumentsField, PhotosField


class AspirationEntryForm(EntryForm):
    """What the resident wishes, as far as they say it; the place may be left out."""

    choose_category = gettext_lazy("Choose the topic")
    choose_village = "–"
    title = forms.CharField(label=gettext_lazy("Title"), max_length=MAX_TITLE)
    description = forms.CharField(
        label=gettext_lazy("What is wished for, and why"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AspirationKind.choices)
    photos = PhotosField(
        label=gettext_lazy("Photos"),
        help_text=gettext_lazy("What the resident shows or sends, up to four."),
        most=MAX_PHOTOS,
        required=False,
    )
    documents = DocumentsField(
        label=gettext_lazy("Documents (PDF)"),
        help_text=gettext_lazy("The letter or the minutes, up to two."),
        most=MAX_DOCUMENTS,
        required=False,
    )
    classification = earlier = None  # type: ignore[assignment]
    field_order = ("channel", "category", "kind", "title", "description", "photos", "documents", "village", "landmark")

    def __init__(self, module: str, data: Any = None, files: Any = None) -> None:
        super().__init__(module, data, files)
        self.fields["category"].label = gettext_lazy("Topic")
        for name in ("village", "landmark"):
            self.fields[name].required = False

    def report(self) -> dict[str, Any]:
        """The arguments of actions.enter_aspiration."""
        given = self.cleaned_data
        same = {name: given[name] for name in ("channel", "title", "kind", "visibility", "name", "phone", "email")}
        return {
            **same,
            "topic": given["category"],
            "text": given["description"],
            "place": self.place(),
            "photo_ids": [UUID(pk) for pk in given["photos"]],
            "document_ids": [UUID(pk) for pk in given["documents"]],
            "key": given["key"],
        }

    def place(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("village", "landmark")}

    def known_by(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if any(name not in given for name in ("key", "category", "title", "description", "village", "landmark")):
            return None
        return {
            "idempotency_key": str(given["key"]),
            "category": given["category"],
            "description": wording_of(given["title"], given["description"]),
            "place": self.place(),
        }


class AspirationEntryPage(EntryPage):
    page_title = gettext_lazy("Enter an aspiration")
    form_class = AspirationEntryForm
    category_label = gettext_lazy("Topic")
    button = gettext_lazy("Enter the aspiration")
    done = gettext_lazy("The aspiration is entered")
    done_before = gettext_lazy("This aspiration had been entered already.")
    follow = gettext_lazy("Follow it at %(url)s under “Follow an aspiration”, with number and code.")

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return may_moderate(request)

    def enter(self, **report: Any) -> Received:
        return actions.enter_aspiration(clerk=self.person, **report)

    def field_of(self, name: str) -> str:
        return {"text": "description", "topic": "category"}.get(name, name)


class AspirationEntryScreen(EntryScreen):
    menu_label = gettext_lazy("Enter an aspiration")
    view_class = AspirationEntryPage
