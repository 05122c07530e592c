"""The inbox's filter as a CSV or Excel file, in flat memory however many cases it has."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from balai.agencies.queries import Standing
from balai.audit.actions import record
from balai.casework import queries
from balai.casework.models import Case, CaseQuerySet
from balai.casework.office import filters
from balai.casework.office.desk import DeskView
from tenants.current import current_city, in_city

CHUNK = 500
MAX_CELL = 32_767
"""Characters that a cell of Excel holds."""


def heads() -> list[str]:
    return [
        _("Number"),
        _("Received"),
        _("Status"),
        _("Late since"),
        _("Category"),
        _("Classification"),
        _("Severity"),
        _("Visibility"),
        _("Channel"),
        _("Agency"),
        _("Unit"),
        _("Officer"),
        _("Reporter"),
        _("Kelurahan"),
        _("Kecamatan"),
        _("Landmark"),
        _("Latitude"),
        _("Longitude"),
        _("Description"),
        _("First answered"),
        _("Finished"),
        _("Closed"),
        _("Rating"),
        _("Residents behind it"),
    ]


def lines(cases: CaseQuerySet, who: Standing) -> Iterator[list[Any]]:
    """One line per case, read by a server-side cursor; the names of people by two statements per CHUNK.

    A reporter is named only where the case's page would name them to this person.
    """
    batch: list[Case] = []
    for case in queries.with_relations(cases).order_by("-received_at", "-id").iterator(chunk_size=CHUNK):
        batch.append(case)
        if len(batch) == CHUNK:
            yield from _lines_of(batch, who)
            batch = []
    yield from _lines_of(batch, who)


def _lines_of(batch: list[Case], who: Standing) -> Iterator[list[Any]]:
    shows = {case.pk: queries.View(case, who).names_reporter for case in batch}
    people = [case.assignee_id for case in batch] + [case.reporter_id for case in batch if shows[case.pk]]
    names = queries.names_of(people)
    for case in batch:
        village = case.village
        yield [
            case.number,
            _moment(case.received_at),
            case.status_name,
            _moment(case.late_since),
            case.category.name,
            str(case.get_classification_display()),
            str(case.get_severity_display()),
            str(case.get_visibility_display()),
            str(case.get_channel_display()),
            case.agency.name if case.agency else "",
            case.unit.name if case.unit else "",
            names.get(case.assignee_id or 0, ""),
            names.get(case.reporter_id or 0, "") if shows[case.pk] else "",
            village.name if village else "",
            village.parent.name if village and village.parent else "",
            case.landmark,
            case.lat,
            case.lon,
            case.description,
            _moment(case.answered_at),
            _moment(case.done_at),
            _moment(case.closed_at),
            case.rating,
            case.weight,
        ]


def _moment(value: datetime.datetime | None) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def guarded(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it. Numbers stay numbers."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return f"'{value}"
    return value


class Export(DeskView):
    """Base of the two: who may see the list may take it along, and that is recorded."""

    kind = ""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        chosen = filters.Filters.read_from(request.GET)
        cases = chosen.apply(self.desk.cases(self.standing))
        count = cases.order_by().count()
        record(
            "casework.exported",
            f"{self.desk.module}:{self.kind}",
            actor=self.person,
            cases=count,
            # Which fields it was narrowed by; not what was searched for, which may be a person's name.
            narrowed_by=sorted(chosen.given),
        )
        name = f"{self.desk.module}-{timezone.localdate().isoformat()}.{self.kind}"
        response = self.answer(cases)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def answer(self, cases: CaseQuerySet) -> HttpResponseBase:
        raise NotImplementedError


class Csv(Export):
    kind = "csv"

    def answer(self, cases: CaseQuerySet) -> HttpResponseBase:
        city, who, zone = current_city(), self.standing, timezone.get_current_timezone()
        language = get_language() or "id"

        def stream() -> Iterator[bytes]:
            # The body is read after the middleware has left the city.
            with in_city(city), override(language), timezone.override(zone):
                # So that Excel reads it as UTF-8.
                yield b"\xef\xbb\xbf"
                yield _csv([heads()])
                batch: list[list[Any]] = []
                for line in lines(cases, who):
                    batch.append([guarded(cell) for cell in line])
                    if len(batch) == CHUNK:
                        yield _csv(batch)
                        batch = []
                yield _csv(batch)

        return StreamingHttpResponse(stream(), content_type="text/csv; charset=utf-8")


def _csv(rows: list[list[Any]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


class Xlsx(Export):
    kind = "xlsx"

    def answer(self, cases: CaseQuerySet) -> HttpResponseBase:
        from openpyxl import Workbook
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        book = Workbook(write_only=True)
        sheet = book.create_sheet(str(self.desk.label)[:31].translate(str.maketrans("[]:*?/\\", "       ")) or "Balai")
        sheet.append(heads())
        for line in lines(cases, self.standing):
            sheet.append(
                [
                    ILLEGAL_CHARACTERS_RE.sub("", guarded(cell))[:MAX_CELL] if isinstance(cell, str) else cell
                    for cell in line
                ]
            )
        file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
        book.save(file)
        file.seek(0)
        return FileResponse(
            file, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_attachment=True
        )
