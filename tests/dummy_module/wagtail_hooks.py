from balai.office.screens import register
from tests.dummy_module import office

register(office.NoteScreens)
