"""Form fields of the portal."""

from __future__ import annotations

from typing import Any, BinaryIO

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balai.attachments import actions as attachments
from balai.attachments.evidence import Taken
from balai.attachments.models import Attachment, Size
from balai.attachments.queries import Sender, address


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
    `gone`: photos that the person sent before belong to something by now, perhaps to what this very form made when it
    was sent the first time; so the mutation, which knows its key, says whether any are missing.
    """

    widget = PhotosInput
    documents = False

    def __init__(self, *, most: int = 4, evidence: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.evidence = evidence
        self.too_many = self.gone = False
        self.faults: list[ValidationError] = []

    def __deepcopy__(self, memo: Any) -> PhotosField:
        copy: PhotosField = super().__deepcopy__(memo)  # type: ignore[misc]
        copy.faults, copy.kept, copy.too_many, copy.gone = [], [], False, False
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

    def store(self, file: BinaryIO, sender: Sender) -> Attachment:
        """Keeps one file that was sent. Raises ValidationError."""
        return attachments.store_photo(file, owner=sender, evidence=Taken() if self.evidence else None)

    def words_too_many(self) -> str:
        return ngettext("At most %(most)d photo.", "At most %(most)d photos.", self.most) % {"most": self.most}

    def words_missing(self) -> str:
        return _("Add at least one photo.")

    def words_lost(self) -> str:
        return _("A photo from before is no longer kept. Choose it again, or send without it.")

    def clean(self, data: Any, initial: Any = None) -> Any:
        if self.faults:
            raise ValidationError(self.faults)
        if self.too_many:
            raise ValidationError(self.words_too_many(), code="too_many")
        if self.required and not self.kept and not self.gone:
            raise ValidationError(self.words_missing(), code="required")
        return [str(photo.pk) for photo in self.kept]


class DocumentsInput(PhotosInput):
    """Several PDFs at once, and a ticked box with its name for each that has arrived already."""

    template_name = "portal/widgets/documents.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "application/pdf,.pdf", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["kept"] = [{"id": document.pk, "name": document.name} for document in self.kept]
        return context


class DocumentsField(PhotosField):
    """Up to `most` PDFs, kept as PhotosField keeps photos."""

    widget = DocumentsInput
    documents = True

    def __init__(self, *, most: int = 2, **kwargs: Any) -> None:
        super().__init__(most=most, **kwargs)

    def store(self, file: BinaryIO, sender: Sender) -> Attachment:
        return attachments.store_document(file, owner=sender, name=getattr(file, "name", "") or "")

    def words_too_many(self) -> str:
        return ngettext("At most %(most)d file.", "At most %(most)d files.", self.most) % {"most": self.most}

    def words_missing(self) -> str:
        return _("Add at least one file.")

    def words_lost(self) -> str:
        return _("A file from before is no longer kept. Choose it again, or send without it.")
