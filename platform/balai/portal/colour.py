"""Colours: how well text reads on them (WCAG 2.2) and shades of them that look even to the eye (OKLab)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
READABLE = 4.5
"""The least contrast of text to its ground, WCAG 2.2 level AA (success criterion 1.4.3)."""

WHITE, BLACK, INK, PAPER = "#ffffff", "#000000", "#1f1d1a", "#faf8f4"


class Lab(NamedTuple):
    """A colour in OKLab (Ottosson 2020): lightness 0…1 and two axes of hue."""

    lightness: float
    a: float
    b: float


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours "#rrggbb", 1…21, whichever is the lighter."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=4096)
def mix(one: str, other: str, share: float) -> str:
    """The colour "#rrggbb" that lies `share` (0…1) of the way from one to the other, as the eye sees it."""
    return _to_hex(Lab(*(x + (y - x) * share for x, y in zip(_to_lab(one), _to_lab(other), strict=True))))


def nearest_readable(colour: str, ground: str, ratio: float = READABLE) -> str:
    """The colour of the same hue and the nearest lightness that has at least this contrast to the ground.

    The ground must leave room: against white or black there is always an answer.
    """
    if contrast(colour, ground) >= ratio:
        return colour.lower()
    lab = _to_lab(colour)
    end = 0.0 if _luminance(ground) > 0.18 else 1.0
    passes, fails = end, lab.lightness
    for _ in range(20):
        middle = (passes + fails) / 2
        if contrast(_at(lab, middle), ground) >= ratio:
            passes = middle
        else:
            fails = middle
    return _at(lab, passes)


def on(ground: str) -> str:
    """The text colour, white or ink, that reads better on this ground."""
    return max((WHITE, INK), key=lambda text: contrast(text, ground))


def _at(lab: Lab, lightness: float) -> str:
    # Colour fades towards black and white, where the screen has none to show.
    room = min(1.0, lightness / lab.lightness if lab.lightness else 0.0, (1 - lightness) / max(1 - lab.lightness, 1e-6))
    return _to_hex(Lab(lightness, lab.a * room, lab.b * room))


def _channels(colour: str) -> tuple[float, float, float]:
    """Linear light of red, green and blue, each 0…1. Raises ValueError for anything but "#rrggbb"."""
    if not HEX.fullmatch(colour):
        raise ValueError(f"{colour!r} is not a colour of the form #rrggbb")
    values = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


@lru_cache(maxsize=1024)
def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_lab(colour: str) -> Lab:
    red, green, blue = _channels(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return Lab(
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _to_hex(lab: Lab) -> str:
    long = (lab.lightness + 0.3963377774 * lab.a + 0.2158037573 * lab.b) ** 3
    middle = (lab.lightness - 0.1055613458 * lab.a - 0.0638541728 * lab.b) ** 3
    short = (lab.lightness - 0.0894841775 * lab.a - 1.2914855480 * lab.b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    clipped = (min(max(v, 0.0), 1.0) for v in linear)
    values = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in clipped)
    return "#" + "".join(f"{round(v * 255):02x}" for v in values)
