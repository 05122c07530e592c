"""What people type, made fit to keep; and what is said of a case in the words of its module."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from balai.casework.models.timeline import Kind
from balai.modules import Text

MIN_WORDS = 10
"""Of what a resident reports."""
MAX_WORDS = 2_000


def tidy(text: str) -> str:
    """The text without control and direction-switching characters, outer space and more than one empty line."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        character
        for character in text
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs")
        if character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def checked(text: str, field: str, *, minimum: int, missing: str, maximum: int = MAX_WORDS) -> str:
    """The tidied text if it has so many characters. Raises ValidationError for the field; `missing` is said when it is
    empty."""
    text = tidy(text)
    if not text and minimum:
        raise ValidationError({field: [ValidationError(missing, code="missing")]})
    if len(text) < minimum:
        message = ngettext(
            "Please write at least %(minimum)d character.", "Please write at least %(minimum)d characters.", minimum
        )
        raise ValidationError({field: [ValidationError(message % {"minimum": minimum}, code="too_short")]})
    if len(text) > maximum:
        message = _("This text has %(count)d characters; at most %(limit)d are possible.")
        values = {"count": len(text), "limit": maximum}
        raise ValidationError({field: [ValidationError(message % values, code="too_long")]})
    return text


def name_of_case(module: str) -> Text:
    """What messages call a case: the card's `case_name`, else the suite's word; small, as within a sentence."""
    name: Text = getattr(apps.app_configs.get(module), "case_name", pgettext_lazy("case", "report"))
    return name


def name_of_reporter(module: str) -> Text:
    """What the timeline calls who brought a case: the card's `case_reporter`, else the suite's word."""
    name: Text = getattr(apps.app_configs.get(module), "case_reporter", _("Reporter"))
    return name


def title_of_event(module: str, kind: str) -> Text:
    """What the timeline calls an entry of this Kind. A module whose cases are no reports names some of them otherwise
    in its card: `case_events`, titles by Kind."""
    named: Mapping[str, Text] = getattr(apps.app_configs.get(module), "case_events", {})
    return named.get(kind) or Kind(kind).label
