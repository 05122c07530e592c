from __future__ import annotations

import io

from PIL import Image


def photo_with_gps(size: tuple[int, int] = (900, 600), orientation: int = 1) -> bytes:
    """A JPEG as a phone makes it: place, make of the camera and orientation in its EXIF."""
    picture = Image.new("RGB", size, (40, 120, 90))
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 17.0, 20.0), 3: "E", 4: (106.0, 43.0, 4.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()
