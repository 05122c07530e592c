"""What can be wrong with a file of assets, and the list in which it is handed to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

MAX_FAULTS = 500
"""After so many the reading stops; a file like that is wrong as a whole."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one row (as a spreadsheet or a list of features counts it) or the file (None)."""

    message: str
    row: int | None = None
    code: str = ""

    def __str__(self) -> str:
        if self.row is None:
            return self.message
        return _("Row %(row)s (%(code)s): %(message)s") % {
            "row": self.row,
            "code": self.code or "–",
            "message": self.message,
        }

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "code": self.code, "message": self.message}


class AssetFaults(Exception):
    """The file cannot be imported. `faults` holds at least one, in the order of the file."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row or 0))
        super().__init__("\n".join(map(str, self.faults)))


def refuse(message: str) -> AssetFaults:
    """The error for a fault of the file as a whole, after which reading on makes no sense."""
    return AssetFaults([Fault(message)])
