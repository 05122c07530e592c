from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from balai.portal.views import OperationFormView, OperationView
from tests.dummy_module.forms import NoteForm


class Notes(OperationView):
    document = "dummy/notes"
    template_name = "dummy/notes.html"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"after": request.GET.get("after")}


class OneNote(OperationView):
    document = "dummy/note"
    template_name = "dummy/note.html"
    required = ("dummy.note",)

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"id": kwargs["number"]}


class AddNote(OperationFormView):
    mutation = "dummy/add_note"
    form_class = NoteForm
    template_name = "dummy/add.html"
    success_message = "Thank you for your note."

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return f"/dummy/{payload['note']['id']}/"
