"""The form for pictures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class PictureField(WagtailImageField):
    """Wagtail's field, which lets Pillow's own refusal of a decompression bomb pass as an error of the server."""

    def to_python(self, data: Any) -> Any:
        try:
            return super().to_python(data)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
            raise ValidationError(
                _("This picture has too many pixels. Please make it smaller first."), code="file_too_many_pixels"
            ) from fault


class PictureForm(BaseImageForm):
    """Set by WAGTAILIMAGES_IMAGE_FORM_BASE."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=field.label, required=field.required, help_text=field.help_text, widget=field.widget
            )
