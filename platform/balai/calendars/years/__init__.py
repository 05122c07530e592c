"""National days off by year, one file each. A new year is a new file: no code names one."""

from __future__ import annotations

import datetime
import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Year:
    """The national days off of one year.

    `decree` names the joint decree of the three ministers (SKB 3 Menteri); empty while it is not out yet: then the
    list is incomplete, and the city's administrator is told so.
    """

    year: int
    decree: str
    source: str
    holidays: dict[datetime.date, str]
    cuti_bersama: dict[datetime.date, str]

    @property
    def is_decreed(self) -> bool:
        """Whether the list is the ministers' whole one."""
        return bool(self.decree)


@functools.cache
def national_years() -> dict[int, Year]:
    """Every year that has a file. Raises ValueError for a file that names a day of another year."""
    found = {}
    for file in files(__name__).iterdir():
        if file.name.endswith(".toml"):
            year = _read(tomllib.loads(file.read_text(encoding="utf-8")))
            found[year.year] = year
    return dict(sorted(found.items()))


def _read(content: dict[str, object]) -> Year:
    year = int(str(content["year"]))
    lists = [_days(year, content[name]) for name in ("holidays", "cuti_bersama")]
    return Year(year, str(content["decree"]), str(content["source"]), *lists)


def _days(year: int, days: object) -> dict[datetime.date, str]:
    assert isinstance(days, dict)
    found = {datetime.date.fromisoformat(day): str(name) for day, name in days.items()}
    strangers = [day.isoformat() for day in found if day.year != year]
    if strangers:
        raise ValueError(f"{', '.join(strangers)} in the file of {year}")
    return found
