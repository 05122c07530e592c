"""Photos as phones send them, and files that are not what they say."""

from __future__ import annotations

import io
import struct
import zlib

import pillow_heif
from PIL import ExifTags, Image, ImageCms, ImageDraw

SECRET = "Jalan Rahasia 17"
"""Planted in every metadata field; it must be nowhere in what is kept."""

pillow_heif.register_heif_opener()


def scene(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A picture whose top left corner is red, so that its orientation can be seen."""
    picture = Image.new(mode, (width, height), (40, 90, 160) if mode == "RGB" else (40, 90, 160, 255))
    ImageDraw.Draw(picture).rectangle((0, 0, width // 3, height // 3), fill="red")
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Artist] = SECRET
    data[ExifTags.Base.DateTime] = "2026:11:22 07:00:00"
    data.get_ifd(ExifTags.IFD.GPSInfo).update({1: "S", 2: (6.0, 17.0, 19.0), 3: "E", 4: (106.0, 43.0, 4.0)})
    return data


def photo(kind: str = "JPEG", *, orientation: int = 1, width: int = 640, height: int = 480) -> bytes:
    """A photo with EXIF, GPS, XMP, a colour profile and, where the format has one, a comment."""
    out = io.BytesIO()
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extra: dict[str, object] = {"exif": exif(orientation), "icc_profile": profile}
    if kind == "JPEG":
        extra |= {"comment": SECRET.encode(), "xmp": xmp, "quality": 90}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text("Comment", SECRET)
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        extra["pnginfo"] = info
    if kind in ("WEBP", "HEIF"):
        extra["xmp"] = xmp
    scene(width, height).save(out, kind, **extra)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises width × height pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def animation(kind: str = "WEBP") -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    return out.getvalue()
