"""The clerk's form for a report of somebody at the desk or on the telephone, and the receipt to hand out."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy

from balai.attachments.uploads import limits_photos
from balai.casework import entry, questions
from balai.casework.actions import MAX_PHOTOS
from balai.casework.categories import categories, leaves
from balai.casework.errors import CaseError
from balai.casework.intake import Received
from balai.casework.models import AnswerKind, Classification, Visibility
from balai.casework.office.desk import DeskScreen, DeskView, standing
from balai.casework.places import MAX_LANDMARK
from balai.casework.wording import MAX_WORDS
from balai.geography import queries as geography
from balai.geography.codes import Level
from balai.modules import Text
from balai.office.screens import PageScreen
from balai.portal.forms import PhotosField
from balai.portal.photo_uploads import keep_photos
from tenants.current import current_city


class EntryForm(forms.Form):
    """What the resident says, as far as they say it. What has to be chosen begins with no choice: a first one that
    stands there already would be taken in a hurry."""

    choose_category: Text = gettext_lazy("Choose the category")
    choose_village: Text = gettext_lazy("Choose the kelurahan")

    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come in?"), choices=[(item.value, item.label) for item in entry.CHANNELS]
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    description = forms.CharField(
        label=gettext_lazy("What is wrong?"), max_length=MAX_WORDS, widget=forms.Textarea(attrs={"rows": 5})
    )
    photos = PhotosField(
        label=gettext_lazy("Photos"),
        help_text=gettext_lazy("What the resident shows or sends, up to four."),
        most=MAX_PHOTOS,
        required=False,
    )
    village = forms.ChoiceField(label=gettext_lazy("Kelurahan"))
    landmark = forms.CharField(label=gettext_lazy("Landmark"), max_length=MAX_LANDMARK)
    classification = forms.ChoiceField(
        label=gettext_lazy("Classification"),
        choices=[("", gettext_lazy("as the category has it")), *Classification.choices],
        required=False,
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Visibility"),
        choices=[("", gettext_lazy("as the category has it")), *Visibility.choices],
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("Name of the resident"), max_length=120, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("Used only to tell what becomes of it, and erased afterwards."),
        max_length=30,
        required=False,
    )
    email = forms.EmailField(label=gettext_lazy("Mail address"), required=False)
    earlier = forms.CharField(
        label=gettext_lazy("Number of the earlier report"),
        help_text=gettext_lazy(
            "Where the resident reports again what was closed: the two name each other, unless one hides its reporter."
        ),
        max_length=40,
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, module: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"key": uuid.uuid4()})
        rows = categories(module)
        names = {row.pk: row.name for row in rows}
        self.by_slug = {row.slug: row for row in leaves(rows)}
        kinds = [
            (row.slug, f"{names[row.parent_id]}: {row.name}" if row.parent_id in names else row.name)
            for row in self.by_slug.values()
        ]
        villages = [
            (area.code, f"{area.name} ({area.parent.name})" if area.parent else area.name)
            for area in geography.areas(Level.VILLAGE)
        ]
        for name, choose, choices in (
            ("category", self.choose_category, kinds),
            ("village", self.choose_village, villages),
        ):
            field = self.fields[name]
            field.choices = [("", choose), *choices]  # type: ignore[attr-defined]
            field.error_messages["required"] = f"{choose}."
        chosen = self.by_slug.get(data.get("category", "")) if data else None
        self.asked = questions.asked(chosen) if chosen is not None else []
        for question in self.asked:
            self.fields[questions.field_name(question.slug)] = _field(question)

    def report(self) -> dict[str, Any]:
        """The arguments of entry.enter_case."""
        given = dict(self.cleaned_data)
        answers = {question.slug: _answer(given.pop(questions.field_name(question.slug))) for question in self.asked}
        known = self.known_by() or {}
        for name in ("key", "village", "landmark"):
            del given[name]
        photos = [uuid.UUID(photo) for photo in given.pop("photos")]
        return given | known | {"answers": answers, "photo_ids": photos}

    def known_by(self) -> dict[str, Any] | None:
        """The arguments of entry.entered_before; None where one of them is missing or wrong."""
        given = self.cleaned_data
        if any(name not in given for name in ("key", "category", "description", "village", "landmark")):
            return None
        return {
            "idempotency_key": str(given["key"]),
            "category": given["category"],
            "description": given["description"],
            "place": {"village": given["village"], "landmark": given["landmark"]},
        }


def _field(question: Any) -> forms.Field:
    shared = {"label": question.label, "help_text": question.help, "required": question.required}
    if question.kind == AnswerKind.CHOICE:
        choices = [("", "–"), *((choice["value"], choice["label"]) for choice in question.choices)]
        return forms.ChoiceField(choices=choices, **shared)
    if question.kind == AnswerKind.PHOTO:
        return PhotosField(most=1, **shared)
    return forms.CharField(max_length=questions.MAX_TEXT, **shared)


def _answer(cleaned: Any) -> str:
    """What the form has for a question, as the case takes it: of a photo its id."""
    return "".join(cleaned[:1]) if isinstance(cleaned, list) else str(cleaned)


class EntryPage(DeskView):
    """The form; after it, the receipt with number and tracking code, which is shown this once.

    A module whose cases are more than a case has a form of its own, and words for what is entered.
    """

    page_title = gettext_lazy("Enter a report")
    form_class: type[EntryForm] = EntryForm
    category_label: Text = gettext_lazy("Category")
    button: Text = gettext_lazy("Enter the report")
    done: Text = gettext_lazy("The report is entered")
    done_before: Text = gettext_lazy("This report had been entered already.")
    follow: Text = gettext_lazy("Follow it at %(url)s under “Follow a report”, with number and code.")

    def field_of(self, name: str) -> str:
        """The form's field for what an action calls `name`."""
        return name

    def enter(self, **report: Any) -> Received:
        """Takes in what the form says. Raises ValidationError, CaseError."""
        return entry.enter_case(clerk=self.person, module=self.desk.module, **report)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        # Oversized photos are refused while they arrive, without losing the words that came with them.
        return limits_photos(super().as_view(**initkwargs))

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return entry.may_enter(standing(request))

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.form_class(self.desk.module))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(self.desk.module, request.POST, request.FILES)
        keep_photos(request, form)
        valid = form.is_valid()
        # Before any mistake is told: what was sent before has its photos by now, so that they are missing here.
        if (known := form.known_by()) is not None:
            received = entry.entered_before(clerk=self.person, module=self.desk.module, **known)
            if received is not None:
                return self.receipt(received)
        if valid:
            try:
                received = self.enter(**form.report())
            except ValidationError as fault:
                for name, faults in fault.error_dict.items():
                    field = self.field_of(name)
                    form.add_error(field if field in form.fields else None, faults)
            except CaseError as fault:
                form.add_error(None, str(fault))
            else:
                return self.receipt(received)
        return self.show(form, status=422)

    def receipt(self, received: Received) -> HttpResponse:
        if not received.created:
            messages.info(self.request, str(self.done_before))
        city = current_city()
        follow = str(self.follow) % {"url": city.url}
        case = received.case
        context: dict[str, Any] = {
            "case": case,
            "code": received.code,
            "city": city,
            "follow": follow,
            "heading": self.desk.heading(case),
            "category_label": self.category_label,
            "case_url": self.desk.url("report", case.number),
            "again": self.page_title,
        }
        response = self.page("casework/office/receipt.html", title=self.done, **context)
        response["Cache-Control"] = "private, no-store"
        return response

    def show(self, form: EntryForm, status: int = 200) -> TemplateResponse:
        return self.page("casework/office/entry.html", form=form, button=self.button, status=status)


class EntryScreen(DeskScreen, PageScreen):
    name = "entry"
    menu_label = gettext_lazy("Enter a report")
    icon = "plus"
    view_class = EntryPage
