"""A form of the portal is a Django form in front of a GraphQL mutation.

    class NewReport(OperationFormView):
        document = "report_form"             # optional: what the page shows beside the form
        mutation = "create_report"           # operations/create_report.graphql
        form_class = ReportForm              # its fields are named like the mutation's variables
        template_name = "siaran/new.html"

        def get_success_url(self, payload):
            return reverse("siaran:report", args=[payload["report"]["number"]])

The mutation's payload has `errors { field message code }`; they are shown at the form's fields, with what was typed and
the photos kept (status 422). A mutation that declares `$key: UUID` gets the same key however often one form is sent;
the template must print the form's hidden fields (`components/form.html` does).

A script that sends with `Accept: application/json` gets the outcome as JSON: see balai.portal.queue.

Photos: `PhotosField`s of the form are stored first, and the mutation gets their ids under the field's name.
"""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from graphene.utils.str_converters import to_snake_case
from graphql.language import OperationDefinitionNode

from balai.attachments.uploads import limits_photos
from balai.graphql.documents import Document
from balai.portal.operation_view import OperationView, raise_for, run, shipped_document
from balai.portal.photo_uploads import keep_photos, photo_fields
from balai.portal.queue import from_queue, outcome, refused_by

KEY_FIELD = "form_key"
OTHER_PAGES = ("UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "MODULE_OFF", "INTERNAL")
"""Errors that no change of the form can mend."""


class OperationFormView(OperationView):
    """Shows a form and runs a mutation with it; see the top of this file."""

    document: ClassVar[str] = ""
    mutation: ClassVar[str]
    form_class: ClassVar[type[forms.Form]]
    success_url: ClassVar[str] = "/"
    success_message: ClassVar[Any] = ""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view = super().as_view(**initkwargs)
        # Oversized photos are refused while they arrive, without losing the words that came with them.
        return limits_photos(view) if photo_fields(cls.form_class.base_fields) else view

    # -- what a page may override -------------------------------------------------------------------------------------
    def get_initial(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The form's first values; `answer` is the data of `document`."""
        return {}

    def get_form(self, answer: dict[str, Any], **kwargs: Any) -> forms.Form:
        """The form. Override it to fill choices from `answer`, the data of `document`."""
        return self.form_class(initial=self.get_initial(answer), **kwargs)

    def get_mutation_variables(self, form: forms.Form, **kwargs: Any) -> dict[str, Any]:
        """The mutation's variables: cleaned fields of the same name (snake_case), arguments of the URL, the key."""
        known = {**kwargs, **form.cleaned_data, "key": form.cleaned_data.get(KEY_FIELD) or None}
        return {
            name: plain(known[to_snake_case(name)])
            for name in _variable_names(self.mutation_document())
            if to_snake_case(name) in known
        }

    def get_success_url(self, payload: dict[str, Any]) -> str:
        """Where to go after a mutation without errors."""
        return resolve_url(self.success_url)

    def look_at(self, form: forms.Form, payload: dict[str, Any]) -> None:
        """Adds to the form what else the payload of the mutation has against it."""

    # -- how it runs --------------------------------------------------------------------------------------------------
    def mutation_document(self) -> Document:
        return shipped_document(self.mutation, type(self))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        data = self.answer(**kwargs)
        form = self.with_key(self.get_form(data))
        form.fields[KEY_FIELD].initial = str(uuid.uuid4())
        return self.show(data, form=form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        data = self.answer(**kwargs)
        form = self.with_key(self.get_form(data, data=request.POST, files=request.FILES))
        keep_photos(request, form)
        if not form.is_valid():
            return self.refuse(data, form)
        result = run(self.mutation_document(), self.get_mutation_variables(form, **kwargs), request)
        for error in result.errors or []:
            if (error.extensions or {}).get("code") in OTHER_PAGES:
                raise_for(error)
            form.add_error(None, error.message)
        payload = next(iter((result.data or {}).values()), None) or {}
        for fault in payload.get("errors") or []:
            name = self.form_field(form, fault["field"])
            form.add_error(name, ValidationError(fault["message"], code=fault["code"]))
        self.look_at(form, payload)
        if not form.is_valid():
            return self.refuse(data, form)
        if self.success_message:
            messages.success(request, str(self.success_message))
        return HttpResponse(status=303, headers={"Location": self.get_success_url(payload)})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = partial(super().dispatch, request, *args, **kwargs)
        return outcome(answer) if from_queue(request) else answer()

    def refuse(self, data: dict[str, Any], form: forms.Form) -> HttpResponseBase:
        """The form again, with its mistakes and what was typed."""
        return refused_by(form) if from_queue(self.request) else self.show(data, status=422, form=form)

    def to_sign_in(self) -> HttpResponseBase:
        return JsonResponse({"errors": []}, status=401) if from_queue(self.request) else super().to_sign_in()

    def answer(self, **kwargs: Any) -> dict[str, Any]:
        return super().answer(**kwargs) if self.document else {}

    def with_key(self, form: forms.Form) -> forms.Form:
        form.fields[KEY_FIELD] = forms.UUIDField(required=False, widget=forms.HiddenInput)
        return form

    def form_field(self, form: forms.Form, name: str | None) -> str | None:
        """The form's field for a field of the API, or None for the form as a whole."""
        snake = to_snake_case(name or "")
        return snake if snake in form.fields else None


def plain(value: Any) -> Any:
    """A cleaned form value as a GraphQL variable."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if hasattr(value, "pk"):
        return str(value.pk)
    return value


def _variable_names(document: Document) -> list[str]:
    node = next(node for node in document.tree.definitions if isinstance(node, OperationDefinitionNode))
    return [definition.variable.name.value for definition in node.variable_definitions]
