"""The picture that is shown where somebody shares an aspiration: title, kind, supporters and city, nobody's name."""

from __future__ import annotations

import hashlib
import io
import textwrap
import unicodedata
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from apps.laksa.queries import title_of
from balai.casework.lifecycle import Status
from balai.casework.models import Case
from balai.casework.queries import CaseNotFound, case_for
from balai.portal.colour import on
from balai.portal.theming import current_look
from tenants.modules import module_name

WIDTH, HEIGHT = 1200, 630
"""What Open Graph asks for: 1.91 to 1."""
MARGIN, LINES, LETTERS = 80, 4, 30
DASHES = str.maketrans("–—", "--")
NOT_SHARED = (Status.WAITING, Status.AWAITING_REPORTER, Status.ARCHIVED)
KEPT_SECONDS = 24 * 3600
BROWSER_SECONDS = 3600


def is_shareable(case: Case) -> bool:
    """Whether there is a picture of it: everyone sees it, and the command room has verified it."""
    return case.is_shown_to_all and case.status not in NOT_SHARED


@require_safe
def picture(_request: HttpRequest, number: str) -> HttpResponse:
    """The picture of an aspiration as a PNG, for everyone alike. 404 for one that is not shareable."""
    try:
        case = case_for(None, number, module="laksa")
    except CaseNotFound as fault:
        raise Http404(str(fault)) from fault
    if not is_shareable(case) or getattr(case, "aspiration", None) is None:
        raise Http404("not shareable")
    look = current_look()
    behind = ngettext("%(count)d supporter", "%(count)d supporters", case.weight) % {"count": case.weight}
    above = f"{module_name('laksa')} · {case.aspiration.get_kind_display()}"
    said = (title_of(case.description), above, behind)
    shown = (*said, look.official_name, look.primary, look.tokens.accent)
    key = f"laksa.card:{hashlib.sha256(repr((get_language(), shown)).encode()).hexdigest()}"
    content = cache.get(key)
    if content is None:
        content = draw(*shown)
        cache.set(key, content, KEPT_SECONDS)
    response = HttpResponse(content, content_type="image/png")
    response["Cache-Control"] = f"public, max-age={BROWSER_SECONDS}"
    return response


def draw(title: str, above: str, behind: str, city: str, primary: str, accent: str) -> bytes:
    """The picture; the colours are "#rrggbb"."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), primary)
    pen, ink = ImageDraw.Draw(sheet), on(primary)
    pen.rectangle((0, HEIGHT - 16, WIDTH, HEIGHT), fill=accent)
    _write(pen, MARGIN, above, 34, ink)
    lines = textwrap.wrap(_plain(title), LETTERS, max_lines=LINES, placeholder="…")
    for row, line in enumerate(lines):
        _write(pen, 160 + row * 84, line, 66, ink)
    _write(pen, HEIGHT - 120, behind, 34, ink)
    right = pen.textlength(_plain(city), font=_font(34))
    pen.text((WIDTH - MARGIN - right, HEIGHT - 120), _plain(city), font=_font(34), fill=ink)
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _write(pen: ImageDraw.ImageDraw, y: float, text: str, size: int, ink: str) -> None:
    pen.text((MARGIN, y), _plain(text), font=_font(size), fill=ink)


def _font(size: int) -> Any:
    """Pillow's own: it needs no file of the machine's."""
    return ImageFont.load_default(size)


def _plain(text: str) -> str:
    """The text in the letters that Pillow's font has: accents go, emoji and other scripts are left out."""
    flat = unicodedata.normalize("NFKD", text.translate(DASHES))
    return "".join(letter for letter in flat if letter.isascii() or letter in "·…“”‘’").strip()
