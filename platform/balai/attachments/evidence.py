"""When and where a photo was taken, by what the camera wrote into it.

This is read before the photo is drawn anew and kept only while it waits to be claimed: whoever claims the photo for a
check (the photo of finished work, say) compares it and keeps what was measured, never the place itself.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from PIL import ExifTags, Image

EARLIEST = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""A camera without a clock says 1970 or 1980."""


@dataclass(frozen=True, slots=True)
class Taken:
    """When (aware) and where (degrees, WGS 84) a photo was taken, as far as is known."""

    at: datetime.datetime | None = None
    lat: float | None = None
    lon: float | None = None

    def filled_from(self, other: Taken) -> Taken:
        """This, with what is missing taken from the other; a place is taken whole."""
        place = self if self.lat is not None else other
        return Taken(self.at or other.at, place.lat, place.lon)


def taken(source: Image.Image) -> Taken:
    """What an opened picture's EXIF says. Anything unreadable counts as absent; this never raises."""
    try:
        exif = source.getexif()
        lat, lon = _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
        return Taken(_time(exif), lat, lon)
    except Exception:
        # Parsers of EXIF answer broken files with almost any exception.
        return Taken()


def plausible(at: datetime.datetime | None, lat: float | None, lon: float | None) -> Taken:
    """What a device says of itself, without what cannot be so (a place off the globe, a time before 2000)."""
    place_known = lat is not None and lon is not None and _on_globe(lat, lon)
    if at is not None and (timezone.is_naive(at) or at < EARLIEST):
        at = None
    return Taken(at, lat if place_known else None, lon if place_known else None)


def _time(exif: Image.Exif) -> datetime.datetime | None:
    satellite = _satellite_time(exif.get_ifd(ExifTags.IFD.GPSInfo))
    if satellite is not None:
        return satellite
    details = exif.get_ifd(ExifTags.IFD.Exif)
    text = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = details.get(ExifTags.Base.OffsetTimeOriginal) or details.get(ExifTags.Base.OffsetTime)
    if not text:
        return None
    local = datetime.datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    if offset:
        aware = datetime.datetime.strptime(
            f"{local:%Y-%m-%d %H:%M:%S} {str(offset).strip(chr(0))}", "%Y-%m-%d %H:%M:%S %z"
        )
    else:
        # A camera's clock shows the time of where it is, and so does the city's.
        aware = local.replace(tzinfo=timezone.get_current_timezone())
    return aware if aware >= EARLIEST else None


def _satellite_time(gps: dict[int, Any]) -> datetime.datetime | None:
    date, clock = gps.get(ExifTags.GPS.GPSDateStamp), gps.get(ExifTags.GPS.GPSTimeStamp)
    if not date or not clock:
        return None
    try:
        day = datetime.datetime.strptime(str(date).strip("\0 "), "%Y:%m:%d").replace(tzinfo=datetime.UTC)
        hours, minutes, seconds = (float(part) for part in clock)
        at = day + datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        return None
    return at if at >= EARLIEST else None


def _place(gps: dict[int, Any]) -> tuple[float | None, float | None]:
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        return None, None
    return (lat, lon) if _on_globe(lat, lon) else (None, None)


def _degrees(parts: Any, reference: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    letter = reference.decode() if isinstance(reference, bytes) else str(reference)
    return -value if letter.strip("\0 ").upper() == negative else value


def _on_globe(lat: float, lon: float) -> bool:
    # 0, 0 is what a receiver writes that has found nothing yet.
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0)
