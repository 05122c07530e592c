"""PDFs of the demo: what an author sends along, and what an agency puts to its answer."""

from __future__ import annotations

import io

from fpdf import FPDF


def paper(title: str, words: str) -> io.BytesIO:
    """One A4 page with a title and words, of characters that Latin-1 has or that are near to one."""
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", "B", 16)
    sheet.multi_cell(0, 9, _plain(title), new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)
    sheet.set_font("helvetica", size=11)
    sheet.multi_cell(0, 6, _plain(words), new_x="LMARGIN", new_y="NEXT")
    return io.BytesIO(bytes(sheet.output()))


def _plain(words: str) -> str:
    return words.replace("–", "-").encode("latin-1", "replace").decode("latin-1")
