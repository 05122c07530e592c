"""Pictures of the pages, in place of Wagtail's own image model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image, SourceImageIOError

from balai.office.pictures import without_metadata


class Picture(AbstractImage):
    """A picture in the city's library. Whichever way it comes in, what the camera wrote into it is left out."""

    file: Any
    if TYPE_CHECKING:
        # Wagtail has no types, so the stubs cannot see the manager that User's side of the relation takes after.
        _default_manager: ClassVar[models.Manager[Picture]]
    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not self.file._committed:
            self.file = without_metadata(self.file)
            # Wagtail's form has measured the file as it was sent.
            self._set_image_file_metadata()
        super().save(*args, **kwargs)

    def generate_rendition_file(self, *args: Any, **kwargs: Any) -> ContentFile[bytes]:
        if not self.file.storage.exists(self.file.name):
            raise SourceImageIOError(f"{self.file.name} is gone")
        # Wagtail hands over a temporary file that nobody closes.
        with super().generate_rendition_file(*args, **kwargs) as made:
            made.seek(0)
            return ContentFile(made.read(), name=made.name)


class PictureRendition(AbstractRendition):
    """A picture in one of the sizes that pages show."""

    image: models.ForeignKey[Any, Any] = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
