"""The photos and documents that come with a form: stored before the form is judged, so that nobody has to choose them
twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from balai.attachments.queries import uploads
from balai.attachments.views import sender_of
from balai.portal.forms import PhotosField


def photo_fields(fields: Mapping[str, forms.Field]) -> list[str]:
    """The names of those that are PhotosFields."""
    return [name for name, field in fields.items() if isinstance(field, PhotosField)]


def keep_photos(request: HttpRequest, form: forms.Form) -> None:
    """Stores what was sent, whatever else is wrong with the form; its PhotosFields say what was kept and what was
    wrong. To be called before the form is cleaned."""
    names = photo_fields(form.fields)
    if not names:
        return
    if not request.user.is_authenticated and not request.session.session_key:
        request.session.create()
    sender = sender_of(request)
    for name in names:
        field = form.fields[name]
        assert isinstance(field, PhotosField)
        wanted = _uuids(request.POST.getlist(field.kept_name(name)))
        own = uploads(sender, wanted)
        if len(own) < len(wanted):
            # What nothing claimed for a day was cleared away: said, not left out in silence. Sent again, it is gone.
            field.faults.append(ValidationError(field.words_lost(), code="lost"))
        before = [file for file in own if file.claimed_at is None]
        field.gone = len(before) < len(own)
        kept = [file for file in before if file.is_document == field.documents][: field.most]
        seen = {photo.sha256 for photo in kept}
        sent = request.FILES.getlist(name)
        field.kept = kept
        field.too_many = len(kept) + len(sent) > field.most
        for file in sent[: field.most - len(kept)]:
            try:
                photo = field.store(file, sender)  # type: ignore[arg-type]
            except ValidationError as error:
                field.faults.append(error)
                continue
            if photo.sha256 not in seen:
                seen.add(photo.sha256)
                kept.append(photo)


def _uuids(texts: Iterable[str]) -> list[uuid.UUID]:
    found: dict[uuid.UUID, None] = {}
    for text in texts:
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue
    return list(found)
