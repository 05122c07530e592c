"""The number by which people name a case: `3674-483-729-156`.

The first four digits are the city's Kemendagri code, so a number stays unique when a case is handed to another city;
eight random digits follow and a check digit. Digits only, in short groups: it can be read out over the telephone and
typed on any keyboard, and one digit misheard or two neighbours swapped are noticed at once (Damm's algorithm).

Random, not counted: a number tells neither how many reports a city gets nor which comes next, so the existence of an
anonymous or secret case cannot be told from its neighbours. It is a name all the same, not a key: who may see a case is
decided by `queries.case_for`, never by knowing its number.
"""

from __future__ import annotations

import re
import secrets

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""A quasigroup of order 10 that is weakly totally anti-symmetric (H. M. Damm, 2004)."""


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def prefix_of(city_code: str, city_id: int) -> str:
    """The first four digits: the Kemendagri code without its point; a city without one gets 0 and its row's id.

    Province codes begin at 11, so the two kinds never meet.
    """
    return city_code.replace(".", "") or f"0{city_id % 1000:03d}"


def new_number(prefix: str, drawn: int | None = None) -> str:
    """A number with this prefix of four digits. `drawn` (0 … 99,999,999) is random unless given."""
    body = f"{prefix}{secrets.randbelow(10**8) if drawn is None else drawn:08d}"
    digits = f"{body}{_check_digit(body)}"
    return f"{digits[:4]}-{digits[4:7]}-{digits[7:10]}-{digits[10:]}"


def parse(text: str, prefix: str) -> str | None:
    """The number in what someone typed, with or without its groups and the city's prefix; None if it is none.

    A wrong check digit makes it none: somebody misread or mistyped.
    """
    digits = re.sub(r"[\s.\-/]", "", text)
    if not re.fullmatch(r"[0-9]{9}|[0-9]{13}", digits):
        return None
    if len(digits) == 9:
        digits = prefix + digits
    if _check_digit(digits) != 0:
        return None
    return f"{digits[:4]}-{digits[4:7]}-{digits[7:10]}-{digits[10:]}"
