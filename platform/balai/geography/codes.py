"""Kemendagri area codes: their three forms, and what one code says about its level and its parent.

A code is read from the left: province, city or regency, kecamatan, kelurahan or desa, as in ``36.74.01.1006``.
"""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The three levels that a city imports, from the largest to the smallest."""

    CITY = "city", _("City")
    DISTRICT = "district", _("District (kecamatan)")
    VILLAGE = "village", _("Village (kelurahan)")


PATTERNS: dict[Level, str] = {
    Level.CITY: r"^[0-9]{2}\.[0-9]{2}$",
    Level.DISTRICT: r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$",
    Level.VILLAGE: r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}$",
}
_COMPILED = {level: re.compile(pattern.replace("$", r"\Z")) for level, pattern in PATTERNS.items()}


def level_of(code: str) -> Level | None:
    """The level that a code belongs to; None when it has none of the three forms."""
    for level, pattern in _COMPILED.items():
        if pattern.match(code):
            return level
    return None


def parent_of(code: str) -> str | None:
    """The code of the area one level up; None for a city. The code must be well formed."""
    return None if level_of(code) == Level.CITY else code.rpartition(".")[0]


def city_of(code: str) -> str:
    """The code of the city (``PP.KK``) that a well-formed code lies in."""
    return code[:5]
