"""Aspirations that say much the same: shown while somebody writes, so that they support one instead.

Looked for by the stems of the words (Indonesian full text) and by letters (trigrams of the title), which forgives
slips; letters and single stems are asked only where all stems together find too little. Each source gives a bounded
number of candidates by its own index; only those are compared.
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramSimilarity
from django.db.models import ExpressionWrapper, F, FloatField, QuerySet, Value

from apps.laksa.models import Aspiration
from apps.laksa.queries import aspirations
from balai.casework.models import CaseQuerySet

MAX_SHOWN = 5
CANDIDATES = 60
"""Of each source."""
MAX_WORDS = 12
MIN_LETTERS = 8
COMPARED = 300
ALIKE = 0.2
"""Half a title in common, or most of the stems."""
CONFIG = "indonesian"


def alike(title: str, text: str = "") -> CaseQuerySet:
    """The aspirations most like the words so far, the likest first, at most MAX_SHOWN, each with its `likeness`.

    None for words that say too little. Open and closed ones: what was answered last year need not be asked again.
    """
    title = " ".join(title.replace("\0", "").split())[:120]
    words = _words(f"{title} {text.replace(chr(0), '')[:COMPARED]}")
    if len(title) < MIN_LETTERS or not words:
        return aspirations().annotate(likeness=Value(0.0, output_field=FloatField())).none()
    every = SearchQuery(title, config=CONFIG, search_type="plain")
    some = SearchQuery(" | ".join(words), config=CONFIG, search_type="raw")
    shown = aspirations().order_by()
    found = _first(shown.filter(words=every))
    if len(found) < MAX_SHOWN:
        letters = TrigramSimilarity("title", title).desc()
        by_letters = Aspiration.objects.filter(title__trigram_similar=title).order_by(letters, "pk")
        found |= _first(by_letters) | _first(shown.filter(words=some))
    likeness = ExpressionWrapper(
        TrigramSimilarity("aspiration__title", title) + SearchRank(F("words"), some, normalization=Value(1)),
        output_field=FloatField(),
    )
    compared = aspirations().filter(pk__in=found).annotate(likeness=likeness)
    return compared.filter(likeness__gte=ALIKE).order_by("-likeness", "-weight", "-id")[:MAX_SHOWN]


def _first(source: QuerySet[Any]) -> set[int]:
    return set(source.values_list("pk", flat=True)[:CANDIDATES])


def _words(text: str) -> list[str]:
    """The first different words of more than three letters, fit for a tsquery."""
    found = re.findall(r"[^\W\d_]{4,30}", text.lower())
    return list(dict.fromkeys(found))[:MAX_WORDS]
