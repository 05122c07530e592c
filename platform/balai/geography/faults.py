"""What can be wrong with a file of boundaries, and the list in which it is handed to people."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

MAX_FAULTS = 1_000
"""After so many the reading stops; a file like that is wrong as a whole."""


class Kind(StrEnum):
    """What is wrong, for programs; the message of a fault says it to people."""

    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    NOT_A_COLLECTION = "not_a_collection"
    CRS = "crs"
    EMPTY = "empty"
    NOT_A_FEATURE = "not_a_feature"
    CODE = "code"
    DUPLICATE = "duplicate"
    OTHER_CITY = "other_city"
    NAME = "name"
    LEVEL = "level"
    PARENT_UNFIT = "parent_unfit"
    PARENT_MISSING = "parent_missing"
    GEOMETRY_TYPE = "geometry_type"
    GEOMETRY_EMPTY = "geometry_empty"
    POSITION = "position"
    NOT_FINITE = "not_finite"
    HEIGHT = "height"
    SWAPPED = "swapped"
    OUT_OF_RANGE = "out_of_range"
    SHORT_RING = "short_ring"
    OPEN_RING = "open_ring"
    CROSSING = "crossing"
    OUTSIDE_PARENT = "outside_parent"
    OVERLAP = "overlap"
    HOLE = "hole"
    MANY = "many"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, or worth knowing, about one feature or about the whole file (number None)."""

    kind: Kind
    message: str
    number: int | None = None
    """Place of the feature in the file, the first is 1."""
    code: str = ""
    name: str = ""

    def __str__(self) -> str:
        if self.number is None:
            return self.message
        return _("Feature %(number)s (%(code)s %(name)s): %(message)s") % {
            "number": self.number,
            "code": self.code or "–",
            "name": self.name or "–",
            "message": self.message,
        }


class BoundaryFaults(Exception):
    """The file cannot be imported. ``faults`` holds at least one fault, in the order of the file."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.number or 0))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass
class Findings:
    """Collects faults (which refuse the file) and notes (which do not) while a file is read."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.faults) >= MAX_FAULTS


def refuse(kind: Kind, message: str) -> BoundaryFaults:
    """The error for a fault of the file as a whole, after which reading on makes no sense."""
    return BoundaryFaults([Fault(kind, message)])
