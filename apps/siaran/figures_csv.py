"""The figures of the agencies as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

NUMBERS = {
    "received": "received",
    "waiting": "waiting",
    "process": "process",
    "done": "done",
    "unsolved": "unsolved",
    "late": "late",
    "done_share": "doneShare",
    "unprocessed_share": "unprocessedShare",
    "late_share": "lateShare",
    "answered": "answered",
    "median_hours": "medianHours",
    "mean_hours": "meanHours",
    "rated": "rated",
    "satisfaction": "satisfaction",
}
"""The columns of numbers, each with its name in the API's CaseFigures."""


def figure_columns() -> list[tuple[str, str]]:
    """The columns of the table, each with what it means."""
    return [
        ("since", _("First day of the period")),
        ("until", _("Last day of the period")),
        ("category", _("Address of the category; empty: all")),
        ("level", _("city, agency or village (kelurahan)")),
        ("code", _("Kemendagri code of a kelurahan; empty for the others")),
        ("name", _("Of the city, the agency or the kelurahan; empty: no agency named yet")),
        ("received", _("How many reports were received in the period")),
        ("waiting", _("Not taken up yet")),
        ("process", _("In progress")),
        ("done", _("Finished")),
        ("unsolved", _("Closed without work")),
        ("late", _("Missed a due date, whether done since or not")),
        ("done_share", _("Share of those received, 0 to 1; empty where there are too few to say")),
        ("unprocessed_share", _("Share not taken up yet, likewise")),
        ("late_share", _("Share late, likewise")),
        ("answered", _("How many have had a first answer: the n of the hours")),
        ("median_hours", _("Hours until the first answer, median")),
        ("mean_hours", _("Hours until the first answer, mean")),
        ("rated", _("How many were rated by their reporters: the n of the satisfaction")),
        ("satisfaction", _("Mean of 1 to 5 stars")),
    ]


def figures_csv(found: dict[str, Any], city: str, category: str) -> str:
    """A CasePerformance of the API as CSV (RFC 4180): the city, then the agencies, then the kelurahan."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([name for name, _about in figure_columns()])
    for level, code, name, figures in _lines(found, city):
        numbers = [figures[key] for key in NUMBERS.values()]
        row = [found["since"], found["until"], category, level, code, name, *numbers]
        writer.writerow(["" if value is None else cell(value) for value in row])
    return text.getvalue()


def _lines(found: dict[str, Any], city: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    yield "city", "", city, found["city"]
    for row in found["agencies"]:
        yield "agency", "", row["agency"]["name"] if row["agency"] else "", row["figures"]
    for row in found["villages"]:
        yield "village", row["code"], row["name"], row["figures"]


def cell(value: Any) -> Any:
    """A value as a spreadsheet may read it: a text that it would take for a formula is marked as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
