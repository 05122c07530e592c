"""Form fields of the portal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.attachments.models import Attachment, Size
from balai.attachments.queries import address


class PhotosInput(forms.FileInput):
    """Several files at once, and a ticked box for each photo that has arrived already: unticking takes it out."""

    allow_multiple_selected = True
    template_name = "portal/widgets/photos.html"
    kept: list[Attachment]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*", **(attrs or {})})
        self.kept = []

    def use_required_attribute(self, initial: Any) -> bool:
        return super().use_required_attribute(initial) and not self.kept

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}_kept" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["kept_name"] = f"{name}_kept"
        context["kept"] = [{"id": photo.pk, "thumbnail": address(photo.pk, Size.THUMBNAIL)} for photo in self.kept]
        return context


class PhotosField(forms.FileField):
    """Up to `most` photos. Its cleaned value is the list of the stored photos' ids. With `evidence`, when and where
    they were taken is kept until the photos are claimed (see balai.attachments.evidence).

    `OperationFormView` stores the files before the form is cleaned and leaves here what it kept and what was wrong.
    """

    widget = PhotosInput

    def __init__(self, *, most: int = 4, evidence: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.evidence = evidence
        self.too_many = False
        self.faults: list[ValidationError] = []

    def __deepcopy__(self, memo: Any) -> PhotosField:
        copy: PhotosField = super().__deepcopy__(memo)  # type: ignore[misc]
        copy.faults, copy.kept, copy.too_many = [], [], False
        return copy

    @property
    def kept(self) -> list[Attachment]:
        """The photos that have arrived, from this time and from before."""
        kept: list[Attachment] = self.widget.kept
        return kept

    @kept.setter
    def kept(self, photos: list[Attachment]) -> None:
        self.widget.kept = photos

    def kept_name(self, name: str) -> str:
        """The name under which the form sends the ids of photos that arrived before."""
        return f"{name}_kept"

    def clean(self, data: Any, initial: Any = None) -> Any:
        if self.faults:
            raise ValidationError(self.faults)
        if self.too_many:
            message = ngettext("At most %(most)d photo.", "At most %(most)d photos.", self.most)
            raise ValidationError(message % {"most": self.most}, code="too_many")
        if self.required and not self.kept:
            raise ValidationError(_("Add at least one photo."), code="required")
        return [str(photo.pk) for photo in self.kept]
