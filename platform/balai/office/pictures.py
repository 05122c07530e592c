"""Pictures that staff upload for pages, without what the camera wrote into them."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

QUALITY = 88


def without_metadata(file: Any) -> ContentFile[bytes]:
    """The picture drawn anew, upright, in its own format: no EXIF, GPS, XMP, comments or thumbnails.

    `file` is an opened Django file of a format that Pillow can write (JPEG, PNG, WebP). Raises OSError for others and
    for a damaged picture.
    """
    file.seek(0)
    try:
        with Image.open(file) as source:
            kind = source.format or ""
            picture = ImageOps.exif_transpose(source)
            assert picture is not None
            # The colours' profile is kept: without it a picture of a good camera turns pale.
            profile = picture.info.get("icc_profile")
            clean = Image.new(picture.mode, picture.size)
            if picture.mode == "P" and (palette := picture.getpalette()):
                clean.putpalette(palette)
                if "transparency" in picture.info:
                    clean.info["transparency"] = picture.info["transparency"]
            clean.paste(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, ValueError, SyntaxError) as fault:
        raise OSError(str(fault)) from fault
    out = io.BytesIO()
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if kind in ("JPEG", "WEBP"):
        options["quality"] = QUALITY
    clean.save(out, kind, optimize=True, **options)
    return ContentFile(out.getvalue(), name=file.name)
