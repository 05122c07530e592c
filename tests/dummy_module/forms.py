from __future__ import annotations

from django import forms


class NoteForm(forms.Form):
    text = forms.CharField(label="Your note", required=False, widget=forms.Textarea)
