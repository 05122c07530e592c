from __future__ import annotations

from balai.office.screens import ModelScreen
from tests.dummy_module.models import Note


class NoteScreens(ModelScreen):
    scope = "dummy"
    name = "notes"
    model = Note
    icon = "tag"
    menu_label = "Dummy notes"
    add_to_admin_menu = True
    form_fields = ["text", "hidden"]
