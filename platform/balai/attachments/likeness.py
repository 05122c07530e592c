"""Which photos show the same picture: two 64-bit difference hashes of each, found again by their bands.

A difference hash (dHash) tells, for an 8 × 8 grid, whether a field is brighter than its neighbour; it stays nearly the
same when a picture is made smaller, brighter or is compressed anew, and changes when it is another picture. One hash
compares with the neighbour on the right, the other with the one below. Two photos are alike when both hashes differ in
few bits. A cut or turned picture is not recognised.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageStat

NEAR = 7
"""Photos whose hashes each differ in at most so many of 64 bits are alike. Seven bits over four bands leave one band
with at most one wrong bit, which is what `probes` relies on."""
BANDS = 4
BAND_BITS = 16
LEAST_CONTRAST = 4.0
"""Standard deviation of the grid's brightness (0–255) below which a picture shows too little to be recognised: the
sky, or a lens cap."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Both hashes of a picture, each a signed 64-bit integer as PostgreSQL keeps it."""

    across: int
    down: int


def likeness_of(picture: Image.Image) -> Likeness | None:
    """The hashes of an upright picture; None for one that shows too little."""
    grey = picture.convert("L")
    grid = grey.resize((9, 9), Image.Resampling.BOX)
    if ImageStat.Stat(grid).stddev[0] < LEAST_CONTRAST:
        return None
    fields = grid.tobytes()
    at = [fields[row * 9 : row * 9 + 9] for row in range(9)]
    return Likeness(
        across=_number([at[row][column] > at[row][column + 1] for row in range(8) for column in range(8)]),
        down=_number([at[row][column] > at[row + 1][column] for row in range(8) for column in range(8)]),
    )


def bands(hashed: int) -> list[int]:
    """The four bands of a hash, 16 bits each, the lowest first."""
    bits = hashed & (2**64 - 1)
    return [(bits >> (place * BAND_BITS)) & (2**BAND_BITS - 1) for place in range(BANDS)]


def probes(hashed: int) -> list[list[int]]:
    """For each band, what it may be in a photo within NEAR bits of this hash: as it is here, or one bit off."""
    return [[band ^ flip for flip in (0, *(1 << bit for bit in range(BAND_BITS)))] for band in bands(hashed)]


def distance(one: int, other: int) -> int:
    """In how many of 64 bits two hashes differ."""
    return ((one ^ other) & (2**64 - 1)).bit_count()


def _number(bits: list[bool]) -> int:
    value = sum(1 << place for place, bit in enumerate(bits) if bit)
    return value - 2**64 if value >= 2**63 else value
