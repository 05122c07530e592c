"""One case as a PDF: A4, the city's letterhead, facts, photos and timeline."""

from __future__ import annotations

import functools
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from fpdf import FPDF, XPos, YPos
from fpdf.enums import WrapMode
from fpdf.errors import FPDFException
from PIL import UnidentifiedImageError

from balai.attachments import queries as attachments
from balai.attachments.models import Size
from balai.audit.actions import record
from balai.casework import queries
from balai.casework.office.case_page import CaseView
from balai.casework.wording import name_of_reporter
from tenants.current import current_city

FONT = "balai/fonts/figtree.woff2"
WEIGHTS = {"": 400, "B": 700}
MARGIN = 18
PHOTO_WIDTH = 40
MAX_PHOTOS = 12


@functools.cache
def font_files() -> dict[str, str]:
    """The theme's font as plain TrueType files, one per weight; made once per process. The same for every city."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    found = finders.find(FONT)
    if not isinstance(found, str):
        raise FileNotFoundError(FONT)
    folder = Path(tempfile.mkdtemp(prefix="balai-fonts-"))
    files = {}
    for style, weight in WEIGHTS.items():
        font = instantiateVariableFont(TTFont(found), {"wght": weight})
        font.flavor = None
        path = folder / f"figtree-{weight}.ttf"
        font.save(path)
        files[style] = str(path)
    return files


@functools.cache
def known_characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(font_files()[""]).getBestCmap())


def printable(text: object) -> str:
    """The text in characters that the font has: an accent is dropped before a letter is, an emoji becomes a "?"."""
    known = known_characters()
    kept = []
    for character in unicodedata.normalize("NFC", str(text)):
        if character == "\n" or ord(character) in known:
            kept.append(character)
        elif unicodedata.category(character) not in ("Mn", "Cf", "Cc"):
            plain = [part for part in unicodedata.normalize("NFKD", character) if ord(part) in known]
            kept.append("".join(plain) or "?")
    return "".join(kept)


class Paper(FPDF):
    """An A4 page with the city's letterhead above and the page's number below."""

    def __init__(self, head: str, below: str, foot: str) -> None:
        super().__init__(format="A4")
        self.head, self.below, self.foot = printable(head), printable(below), printable(foot)
        for style, path in font_files().items():
            self.add_font("Balai", style=style, fname=path)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=22)
        self.alias_nb_pages()
        self.add_page()

    def header(self) -> None:
        self.set_font("Balai", "B", 13)
        self.cell(0, 6, self.head, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font("Balai", "", 9)
        self.cell(0, 5, self.below, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.line(MARGIN, self.get_y() + 1, self.w - MARGIN, self.get_y() + 1)
        self.ln(5)

    def footer(self) -> None:
        self.set_y(-16)
        self.set_font("Balai", "", 8)
        self.cell(self.epw - 20, 5, self.foot)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")

    def heading(self, text: object) -> None:
        self.ln(3)
        self.set_font("Balai", "B", 11)
        self.multi_cell(0, 6, printable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def words(self, text: object, size: int = 10) -> None:
        self.set_font("Balai", "", size)
        self.multi_cell(0, 5, printable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR)

    def fact(self, label: object, value: object) -> None:
        if value:
            self.set_font("Balai", "B", 9)
            self.cell(42, 5.5, printable(label))
            self.set_font("Balai", "", 9)
            self.multi_cell(0, 5.5, printable(value), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def pictures(self, photos: list[Any]) -> None:
        """Thumbnails side by side; one whose file is gone is left out."""
        room = int(self.epw // (PHOTO_WIDTH + 3))
        for start in range(0, len(photos), room):
            if self.get_y() + 34 > self.h - 22:
                self.add_page()
            top = self.get_y() + 1
            for place, photo in enumerate(photos[start : start + room]):
                try:
                    with attachments.opened(photo, Size.THUMBNAIL) as file:
                        x = MARGIN + place * (PHOTO_WIDTH + 3)
                        self.image(file, x=x, y=top, w=PHOTO_WIDTH, h=30, keep_aspect_ratio=True)
                except (OSError, UnidentifiedImageError, FPDFException):
                    continue
            self.set_y(top + 32)


class Pdf(CaseView):
    """The case as a PDF, with what its page shows to this person; recorded."""

    address = url_name = "pdf"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        record("casework.printed", self.case, actor=self.person)
        response = HttpResponse(self.made(), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{self.case.number}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response

    def made(self) -> bytes:
        case, facts = self.case, self.facts
        moment = date_format(timezone.localtime(), "j F Y, H:i")
        foot = _("%(number)s, printed on %(moment)s. Internal notes are for the staff only.")
        paper = Paper(current_city().name, str(self.desk.label), foot % {"number": case.number, "moment": moment})
        paper.set_title(case.number)
        paper.set_font("Balai", "B", 15)
        paper.multi_cell(0, 8, printable(facts["heading"]), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for label, value in (
            (_("Number"), case.number),
            (_("Status"), case.status_name),
            *facts["more"],
            (_("Late since"), self.moment(case.late_since)),
            (_("Agency"), ", ".join(str(part) for part in (case.agency, case.unit) if part)),
            (_("Officer"), facts["officer"]),
            (name_of_reporter(case.module), facts["reporter"] or _("anonymous")),
            (_("Received"), f"{self.moment(case.received_at)} · {case.get_channel_display()}"),
            (_("First answered"), self.moment(case.answered_at)),
            (_("Finished"), self.moment(case.done_at)),
            (_("Place"), facts["place"]),
            (_("Landmark"), case.landmark),
            (_("Position"), f"{case.lat:.6f}, {case.lon:.6f}" if case.lat is not None else ""),
        ):
            paper.fact(label, value)
        paper.heading(_("What it says"))
        paper.words(case.description)
        self.name_documents(paper, facts["documents"])
        entries = queries.timeline(self.view)
        photos = attachments.photos_of(
            queries.ENTRY_PHOTOS, [entry.pk for entry in entries if queries.shows_photos_of(self.view, entry)]
        )
        shown = [photo for entry in entries for photo in photos.get(entry.pk, [])]
        if shown:
            paper.pictures(shown[:MAX_PHOTOS])
        paper.heading(_("What has happened"))
        for entry in facts["entries"]:
            paper.ln(1)
            paper.set_font("Balai", "B", 9)
            title = f"{entry['title']} ({_('internal')})" if entry["internal"] else str(entry["title"])
            paper.multi_cell(0, 5, printable(title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            by = f" · {entry['by']}" if entry["by"] else ""
            paper.words(f"{self.moment(entry['at'])}{by}", 8)
            if entry["words"]:
                paper.words(entry["words"], 9)
            self.name_documents(paper, entry["documents"])
        return bytes(paper.output())

    def name_documents(self, paper: Paper, documents: list[dict[str, Any]]) -> None:
        for document in documents:
            paper.words(_("Document: %(name)s") % {"name": f"{document['name']}.pdf"}, 9)

    def moment(self, value: Any) -> str:
        return date_format(timezone.localtime(value), "j F Y, H:i") if value else ""
